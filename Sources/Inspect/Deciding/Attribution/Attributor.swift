public import Core

/// Runs attribution methods on a model: compiled once, then asked for any pictures, classes and methods, their passes in batches.
///
/// ```swift
/// let attributor = try Attributor(of: specimen)
/// let question = Attributor.Question(specimen.probe!.input(3), targets: [3, 5])
/// let maps = try attributor.attributions(AttributionMethod.usual, of: [question])
/// maps[0][1][4].map  // class 5, integrated gradients: [28, 28]
/// ```
public final class Attributor {
  /// A picture, and the classes whose scores are to be explained.
  public struct Question: Hashable, Sendable {
    /// The picture as the network is given it, `[1, channels, height, width]`.
    public var input: Tensor
    /// The classes, from 0.
    public var targets: [Int]

    /// A picture and classes.
    public init(_ input: Tensor, targets: [Int]) {
      self.input = input
      self.targets = targets
    }
  }

  /// The numbers that methods are run with.
  public let settings: AttributionSettings
  /// Classes that the network tells apart; 1 for a discriminator.
  public var classes: Int { passes.classes }
  /// Pictures that went forward and gradients that came back so far.
  public var passCounts: (forward: Int, backward: Int) { (passes.forwardCount, passes.backwardCount) }

  let passes: LogitPasses
  let specimen: Specimen
  /// The layer of Grad-CAM; the failure where there is none.
  let camLayer: Result<String, any Error>
  let greys: GreyLevels

  /// Compiles a model.
  /// - Throws: `InspectError` if the network does not take one picture or gives no scores, or has no such layer; `NetworkError` if it
  ///   cannot be run.
  public init(of specimen: Specimen, settings: AttributionSettings = .init()) throws {
    let network = specimen.model.network
    guard network.inputs.count == 1, network.inputs[0].shape.rank == 3, specimen.role != .generator else {
      throw InspectError(
        .notApplicable, specimen.name,
        "takes \(network.inputs.map { "\($0.shape)" }.listed); attributions are maps of one picture's pixels, of a classifier's or discriminator's score"
      )
    }
    self.specimen = specimen
    self.settings = settings
    camLayer = Result { try network.camLayer(settings.layer) }
    if settings.layer != nil { _ = try camLayer.get() }
    passes = try LogitPasses(specimen.model)
    greys = GreyLevels(of: specimen)
  }

  /// The logits of pictures `[count, channels, height, width]`.
  public func logits(of inputs: Tensor) -> Tensor { passes.logits(of: inputs) }

  /// Explains scores of pictures.
  /// - Parameter progress: is told the share that is done, 0 … 1.
  /// - Returns: by question, then target, then method, in their orders.
  /// - Throws: `InspectError` if a picture has another shape, a class is unknown or a method needs a layer that there is not.
  public func attributions(
    _ methods: [AttributionMethod], of questions: [Question], progress: (Double) -> Void = { _ in }
  ) throws -> [[[Attribution]]] {
    for question in questions { try check(question) }
    let scores = questions.map { logits(of: $0.input).elements }
    let total = Double(methods.reduce(0) { $0 + weight(of: $1) })
    var done = 0.0
    var columns: [[[Attribution]]] = []
    var guided: [[Tensor]]?
    for method in methods {
      let share = Double(weight(of: method))
      let step = { (part: Double) in progress((done + share * part) / total) }
      let column: [[Attribution]]
      switch method {
      case .saliency:
        column = wrap(
          method, plainGradients(questions, .plain).map { $0.map { $0.map(abs) } }, questions, scores)
      case .guided, .guidedGradCAM:
        let gradients = guided ?? plainGradients(questions, .guided)
        guided = gradients
        column =
          method == .guided
          ? wrap(method, gradients, questions, scores) : try guidedCams(gradients, questions, scores)
      case .deconvnet: column = wrap(method, plainGradients(questions, .deconvnet), questions, scores)
      case .smoothGrad: column = wrap(method, smoothed(questions, step), questions, scores)
      case .gradCAM, .gradCAMPlusPlus: column = try cams(method, questions, scores)
      case .integratedGradients: column = integrated(questions, scores, step)
      case .occlusion: column = occluded(questions, scores, step)
      }
      columns.append(column)
      done += share
      progress(done / total)
    }
    return questions.indices.map { question in
      questions[question].targets.indices.map { target in columns.map { $0[question][target] } }
    }
  }

  /// About how many passes a method takes a picture.
  private func weight(of method: AttributionMethod) -> Int {
    switch method {
    case .smoothGrad: 2 * settings.draws
    case .integratedGradients: 2 * settings.steps * greys.baselines(settings).count
    case .occlusion: 625
    default: 2
    }
  }

  private func check(_ question: Question) throws(InspectError) {
    guard question.input.shape == passes.shape.batched(1) else {
      throw InspectError(
        .input, specimen.name, "takes \(passes.shape.batched(1)), found \(question.input.shape)")
    }
    for target in question.targets where !(0..<classes).contains(target) {
      throw InspectError(
        .unknownName, "class \(target)",
        classes == 1
          ? "'\(specimen.name)' has one score: class 0"
          : "'\(specimen.name)' knows classes 0 to \(classes - 1)")
    }
  }

  /// Maps of values by question and target.
  func wrap(
    _ method: AttributionMethod, _ values: [[Tensor]], _ questions: [Question], _ scores: [[Float]]
  ) -> [[Attribution]] {
    questions.indices.map { index in
      zip(questions[index].targets, values[index]).map { target, values in
        Attribution(method, target: target, logit: scores[index][target], values: values)
      }
    }
  }
}

extension Attributor {
  func cams(
    _ method: AttributionMethod, _ questions: [Question], _ scores: [[Float]]
  ) throws -> [[Attribution]] {
    let layer = try camLayer.get()
    let (height, width) = (passes.shape[1], passes.shape[2])
    var result = questions.map { _ in [Attribution]() }
    try passes.layer(layer, count: questions.count, targets: { questions[$0].targets }) { index, input in
      _ = input.update(fromContentsOf: questions[index].input.elements)
    } visit: { index, slot, value, gradient in
      let cam = GradCAM(layer: layer, maps: value, gradient: gradient, isPlusPlus: method == .gradCAMPlusPlus)
      let target = questions[index].targets[slot]
      result[index].append(
        Attribution(
          method, target: target, logit: scores[index][target],
          values: cam.rectified.bilinear(height: height, width: width).reshaped([1, height, width]), cam: cam)
      )
    }
    return result
  }

  /// Guided backprop times Grad-CAM, pixel by pixel.
  func guidedCams(
    _ gradients: [[Tensor]], _ questions: [Question], _ scores: [[Float]]
  ) throws -> [[Attribution]] {
    let cams = try cams(.gradCAM, questions, scores)
    return questions.indices.map { index in
      zip(gradients[index], cams[index]).map { gradient, cam in
        let plane = cam.map.elements.count
        let product = Tensor(gradient.shape) { result in
          for place in result.indices {
            result[place] = gradient.elements[place] * cam.map.elements[place % plane]
          }
        }
        return Attribution(
          .guidedGradCAM, target: cam.target, logit: cam.logit, values: product, cam: cam.cam)
      }
    }
  }
}
