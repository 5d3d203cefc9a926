internal import Core
public import Render

/// Tries attribution methods: do their numbers add up, do the pixels they name count, and do their maps change when the network's
/// weights are shuffled?
///
/// ```swift
/// let trial = AttributionTrial(methods: [.guided, .gradCAM, .integratedGradients], count: 4)
/// let result = try trial.result(of: specimen)
/// result.methods[0].layers.last!.spearman  // 0.7: guided backprop draws nearly the same without anything learnt
/// try trial.figure(of: specimen).write(to: "trial.svg")
/// ```
/// The maps explain the class that the whole network says, in all its states.
public struct AttributionTrial: Hashable, Sendable {
  /// The one picture that is tried; nil for several of the probe.
  public var example: Example.Choice?
  /// The class whose score is explained; nil for the one that is said.
  public var target: Int?
  /// What is tried.
  public var methods: [AttributionMethod]
  /// How many pictures the numbers are means over; the first is shown.
  public var count: Int
  /// The numbers that methods are run with; integrated gradients start from black alone, since every state of the network is
  /// explained anew.
  public var settings: AttributionSettings
  /// The colours' theme.
  public var theme: Theme

  /// A trial of methods.
  public init(
    example: Example.Choice? = nil, target: Int? = nil,
    methods: [AttributionMethod] = AttributionMethod.usual,
    count: Int = 8, settings: AttributionSettings = AttributionTrial.usualSettings, theme: Theme = .light
  ) {
    precondition(count > 0 && !methods.isEmpty, "\(count) pictures, \(methods.count) methods")
    self.example = example
    self.target = target
    self.methods = methods
    self.count = count
    self.settings = settings
    self.theme = theme
  }

  /// The settings where none are given: as everywhere, but integrated gradients from black.
  public static let usualSettings = AttributionSettings(baseline: .black)

  /// What came out of a trial.
  public struct Result: Sendable {
    /// Pictures that numbers are means over.
    public let count: Int
    /// The layers that were shuffled one after the other, from the top; at each all before it are as well. Of deep networks some.
    public let layers: [String]
    /// The shares of pixels at which probabilities were read.
    public let shares: [Double]
    /// Each method's trial, in the order they were asked for; those that do not apply are left out.
    public let methods: [MethodTrial]
    /// What taking away and putting back pixels in random order does.
    public let chance: (deletion: PixelCurve, insertion: PixelCurve)
    /// How far integrated gradients add up for each picture; empty where they were not tried.
    public let completeness: [Attribution.Completeness]
    let subjects: [AttributionSubject]
    let classes: Int
  }

  /// One method's trial.
  public struct MethodTrial: Sendable {
    /// What was tried.
    public let method: AttributionMethod
    /// The class's probability as the pixels with the largest values are greyed out.
    public let deletion: PixelCurve
    /// The same as they are put back into a grey picture.
    public let insertion: PixelCurve
    /// How alike maps of the shuffled and the whole network are, means over the pictures, by layer.
    public let layers: [(layer: String, spearman: Double, structural: Double)]
    /// The first picture's maps: of the whole network, then with each layer shuffled.
    public let maps: [Attribution]
  }

  /// A probability by the share of pixels that were taken away or put back.
  public struct PixelCurve: Hashable, Sendable {
    /// The mean probability of the class at each share.
    public let probabilities: [Double]
    /// The area under it, 0 … 1, by trapezoids.
    public var area: Double {
      guard probabilities.count > 1 else { return probabilities.first ?? 0 }
      let inner = zip(probabilities, probabilities.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 }
      return inner / Double(probabilities.count - 1)
    }
  }

  /// Runs the trial.
  /// - Parameter progress: is told the share that is done, 0 … 1.
  /// - Throws: `InspectError` if there are no pictures, the network gives no scores or no method applies; `NetworkError` if it cannot be
  ///   run.
  public func result(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Result {
    let attributor = try Attributor(of: specimen, settings: settings)
    let camFailure: (any Error)? = if case .failure(let error) = attributor.camLayer { error } else { nil }
    let methods = methods.filter { camFailure == nil || !$0.readsMaps }
    if methods.isEmpty, let camFailure { throw camFailure }
    let subjects =
      try example == nil
      ? AttributionSubject.several(count, target: target, for: specimen)
      : [AttributionSubject(example, target: target, for: specimen)]
    // Of a mistake only what was said is tried.
    let questions = subjects.map { Attributor.Question($0.example.input, targets: [$0.targets[0]]) }

    let cascade = WeightCascade(specimen.model, seed: settings.seed)
    let parts = Double(cascade.stops.count + 1)
    let whole = try attributor.attributions(methods, of: questions) { progress($0 / parts) }
    let curves = PixelCurves(attributor, questions, seed: settings.seed)
    let walks = methods.indices.map { method in curves.walk(along: whole.map { $0[0][method].map.elements }) }
    let chance = curves.chance()

    var layers = methods.map { _ in [(layer: String, spearman: Double, structural: Double)]() }
    var maps = methods.indices.map { [whole[0][0][$0]] }
    for (index, stop) in cascade.stops.enumerated() {
      try attributor.passes.load(stop.parameters)
      let shuffled = try attributor.attributions(methods, of: questions) {
        progress((Double(index + 1) + $0) / parts)
      }
      for method in methods.indices {
        let alike = questions.indices.map { whole[$0][0][method].similarity(to: shuffled[$0][0][method]) }
        let count = Double(alike.count)
        layers[method].append(
          (
            stop.layer, alike.reduce(0) { $0 + $1.spearman } / count,
            alike.reduce(0) { $0 + $1.structural } / count
          ))
        maps[method].append(shuffled[0][0][method])
      }
    }
    try attributor.passes.load(specimen.model.parameters)
    return Result(
      count: subjects.count, layers: cascade.stops.map(\.layer), shares: PixelCurves.shares,
      methods: methods.indices.map {
        MethodTrial(
          method: methods[$0], deletion: walks[$0].deletion, insertion: walks[$0].insertion,
          layers: layers[$0],
          maps: maps[$0])
      }, chance: chance, completeness: whole.flatMap { $0[0] }.compactMap(\.completeness), subjects: subjects,
      classes: attributor.classes)
  }
}

/// A model whose layers lose what they learnt one after the other, from the top: their weights are shuffled, each tensor within
/// itself, so that it keeps its spread (after Adebayo et al. 2018, arXiv:1810.03292).
struct WeightCascade {
  /// One state: all layers down to this one are shuffled.
  struct Stop {
    let layer: String
    let parameters: Parameters
  }

  let stops: [Stop]

  /// The most states of a deep network.
  private static let most = 6

  init(_ model: Model, seed: UInt64) {
    let network = model.network
    var upstream: Set<String> = [network.output]
    for node in network.nodes.reversed() where upstream.contains(node.name) {
      upstream.formUnion(node.inputs)
    }
    let learning = network.stages.reversed().filter { stage in
      stage.nodes.contains { node in
        upstream.contains(node.name) && node.operation.parameters.contains(where: \.isTrainable)
      }
    }
    var parameters = model.parameters
    var stops: [Stop] = []
    // Of many layers as many are shown as fit, the first and the last among them.
    let shown = Set(
      (0..<min(WeightCascade.most, learning.count)).map {
        $0 * (learning.count - 1) / max(min(WeightCascade.most, learning.count) - 1, 1)
      })
    for (index, stage) in learning.enumerated() {
      var random = RandomStream(seed: seed, stream: 1000 + UInt64(index))
      for node in stage.nodes {
        for declaration in node.operation.parameters where declaration.isTrainable {
          guard let tensor = parameters[node.name, declaration.name] else { continue }
          var elements = tensor.elements
          elements.shuffle(using: &random)
          parameters[node.name, declaration.name] = Tensor(tensor.shape, elements)
        }
      }
      if shown.contains(index) { stops.append(Stop(layer: stage.name, parameters: parameters)) }
    }
    self.stops = stops
  }
}

/// Takes pixels away and puts them back in a map's order, and reads the class's probability (Petsiuk et al. 2018, arXiv:1806.07421).
struct PixelCurves {
  private let attributor: Attributor
  private let questions: [Attributor.Question]
  /// A random number for each pixel: the order of equal ones.
  private let lots: [UInt64]
  private let seed: UInt64

  /// Steps from no pixel to all.
  private static let steps = 28
  /// The shares of pixels that are gone or back.
  static let shares = (0...steps).map { Double($0) / Double(steps) }
  /// Random orders that chance is the mean of.
  private static let randomOrders = 5

  init(_ attributor: Attributor, _ questions: [Attributor.Question], seed: UInt64) {
    (self.attributor, self.questions, self.seed) = (attributor, questions, seed)
    var random = RandomStream(seed: seed, stream: 2)
    lots = (0..<attributor.passes.shape[1] * attributor.passes.shape[2]).map { _ in random.next() }
  }

  /// What happens in the order of maps, one for each picture: the largest values first.
  func walk(
    along maps: [[Float]]
  ) -> (deletion: AttributionTrial.PixelCurve, insertion: AttributionTrial.PixelCurve) {
    walk(orders: maps.map { map in map.indices.sorted { (map[$0], lots[$0]) > (map[$1], lots[$1]) } })
  }

  /// What happens in random order.
  func chance() -> (deletion: AttributionTrial.PixelCurve, insertion: AttributionTrial.PixelCurve) {
    var random = RandomStream(seed: seed, stream: 3)
    let walks = (0..<PixelCurves.randomOrders).map { _ in
      walk(orders: questions.map { _ in Array(lots.indices).shuffled(using: &random) })
    }
    func mean(_ curves: [AttributionTrial.PixelCurve]) -> AttributionTrial.PixelCurve {
      .init(
        probabilities: PixelCurves.shares.indices.map { index in
          curves.reduce(0) { $0 + $1.probabilities[index] } / Double(curves.count)
        })
    }
    return (mean(walks.map(\.deletion)), mean(walks.map(\.insertion)))
  }

  private func walk(
    orders: [[Int]]
  ) -> (deletion: AttributionTrial.PixelCurve, insertion: AttributionTrial.PixelCurve) {
    let (plane, channels) = (lots.count, attributor.passes.shape[0])
    let points = PixelCurves.steps + 1
    // When each pixel goes, as its place in the order.
    let places = orders.map { order in
      var places = [Int](repeating: 0, count: plane)
      for (place, pixel) in order.enumerated() { places[pixel] = place }
      return places
    }
    // For each picture its deletions, then its insertions.
    let logits = attributor.passes.logits(count: questions.count * 2 * points) { index, input in
      let picture = index / (2 * points)
      let isInsertion = index / points % 2 == 1
      let moved = index % points * plane / PixelCurves.steps
      let own = questions[picture].input
      let grey = attributor.greys.mean ?? GreyLevels.means(of: own)
      for channel in 0..<channels {
        for pixel in 0..<plane {
          let isMoved = places[picture][pixel] < moved
          input[channel * plane + pixel] =
            isMoved == isInsertion ? own.elements[channel * plane + pixel] : grey[channel]
        }
      }
    }
    let probabilities = Prediction(logits: logits).probabilities
    var curves = [[Double]](repeating: [Double](repeating: 0, count: points), count: 2)
    for index in 0..<questions.count * 2 * points {
      let target = questions[index / (2 * points)].targets[0]
      curves[index / points % 2][index % points] +=
        Double(probabilities.elements[index * attributor.classes + target]) / Double(questions.count)
    }
    return (.init(probabilities: curves[0]), .init(probabilities: curves[1]))
  }
}
