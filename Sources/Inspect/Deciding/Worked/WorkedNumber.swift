internal import Core
public import Render

/// One number of a layer, worked out with the true numbers: the patch, the weights, their products, their sum, the bias, and
/// what batch norm and ReLU make of it. As a figure, or as a worksheet with boxes to write into and its key.
///
/// ```swift
/// let sheet = WorkedNumber(layer: "conv1", unit: 2, place: MapPlace(column: 1, row: 1), sheet: .worksheet)
/// try sheet.figure(of: specimen).write(to: "worksheet.pdf")  // A4
/// ```
public struct WorkedNumber: Hashable, Sendable {
  /// What the results look like.
  public enum Sheet: String, Hashable, Sendable, CaseIterable {
    /// Everything is printed, as wide as figures are.
    case figure
    /// A page of A4 whose results are boxes to write into.
    case worksheet
    /// The same page with its results.
    case key
  }

  /// What goes through the network; nil for the first probe picture or latent.
  public var example: Example.Choice?
  /// The layer: a convolution, a transposed convolution, a pooling, a batch norm or a linear layer; nil for the first convolution.
  public var layer: String?
  /// The channel or feature of the layer's value, from 0; nil for the one that answers most strongly to this example.
  public var unit: Int?
  /// Where in the map; nil for the unit's strongest place. Features have none.
  public var place: MapPlace?
  /// Input channels that are shown, those that add most first; nil for as many as the page holds, six at most.
  public var channels: Int?
  /// Decimals of the numbers that are printed, 1 … 4.
  public var decimals: Int
  /// Figure, worksheet or key.
  public var sheet: Sheet
  /// The colours' theme.
  public var theme: Theme

  /// A number worked out. Traps on no channels, or decimals outside 1 … 4.
  public init(
    example: Example.Choice? = nil, layer: String? = nil, unit: Int? = nil, place: MapPlace? = nil,
    channels: Int? = nil, decimals: Int = 2, sheet: Sheet = .figure, theme: Theme = .light
  ) {
    precondition(channels.map { $0 > 0 } ?? true, "\(channels ?? 0) channels shown")
    precondition((1...4).contains(decimals), "\(decimals) decimals")
    self.example = example
    self.layer = layer
    self.unit = unit
    self.place = place
    self.channels = channels
    self.decimals = decimals
    self.sheet = sheet
    self.theme = theme
  }

  /// Draws the arithmetic.
  /// - Throws: `InspectError` if there is no such layer, unit or place, or the example does not fit; `NetworkError` if the
  ///   network cannot be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let drawing = WorkedDrawing(try subject(in: specimen), self, specimen)
    guard sheet == .figure || drawing.isPrinted else {
      let window = drawing.numbers.channels.first
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(drawing.subject.node.name)",
        "has windows of \(window?.rows ?? 0) × \(window?.columns ?? 0): more numbers than a worksheet holds")
    }
    return drawing.figure
  }

  /// Finds layer, unit and place, and works the number out.
  package func subject(in specimen: Specimen) throws -> WorkedSubject {
    let example = try Example(self.example, for: specimen)
    let network = specimen.model.network
    let node = try chosenNode(of: specimen)
    let observation = try Observation(specimen.model, on: example.input)
    let input = try observation.value(of: node.inputs[0])[0]
    let own = try observation.value(of: node.name)[0]
    let stage = network.stages.first { $0.nodes.contains { $0.name == node.name } }
    let followers = (stage?.nodes ?? []).drop { $0.name != node.name }.dropFirst()
      .prefix { !($0.operation is Softmax) && !($0.operation is LogSoftmax) && !$0.operation.movesPlaces }
      .filter { !($0.operation is Dropout) && !($0.operation is Identity) }
    // Norms other than batch norm need the whole example: what they give is not one number's arithmetic.
    let steps = Array(followers.prefix { !$0.operation.normalises || $0.operation.isBatchNorm })

    let answer = try steps.last.map { try observation.value(of: $0.name)[0] } ?? own
    let unit = try chosenUnit(answer, own, node, specimen)
    let place = try chosenPlace(answer, own, unit, node, specimen)
    let parameters = specimen.model.parameters
    guard
      let numbers = WorkedPlace(
        node.operation, input: input, weight: parameters[node.name, "weight"],
        bias: parameters[node.name, "bias"], unit: unit, at: place)
    else {
      throw InspectError(.notApplicable, "\(specimen.name)/\(node.name)", "its weights were not read")
    }
    func found(_ value: Tensor) -> Double {
      value.shape.rank == 3
        ? Double(value.elements[(unit * value.shape[1] + place.row) * value.shape[2] + place.column])
        : Double(value.elements[unit])
    }
    var value = numbers.value
    var done: [WorkedStep] = []
    for step in (numbers.kind == .normalisation ? [node] : []) + steps {
      done.append(
        WorkedStep(
          step, of: value, unit: unit, parameters, decimals: decimals,
          found: found(try observation.value(of: step.name)[0])))
      value = done[done.count - 1].value
    }
    return WorkedSubject(
      example: example, node: node, unit: unit, place: place, numbers: numbers, steps: done, input: input,
      inputName: node.inputs[0], output: own, answer: answer, weights: parameters[node.name, "weight"])
  }

  private func chosenNode(of specimen: Specimen) throws(InspectError) -> Network.Node {
    let nodes = specimen.model.network.nodes.filter { $0.operation.canBeWorked }
    guard !nodes.isEmpty else {
      throw InspectError(
        .notApplicable, specimen.name, "has no convolution, pooling, batch norm or linear layer to work out")
    }
    guard let layer else {
      return nodes.first { $0.operation is Conv2d || $0.operation is ConvTranspose2d } ?? nodes[0]
    }
    guard let node = nodes.first(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(layer)",
        "no layer that can be worked out; there are \(nodes.map(\.name).listed)")
    }
    return node
  }

  private func chosenUnit(
    _ answer: Tensor, _ own: Tensor, _ node: Network.Node, _ specimen: Specimen
  ) throws(InspectError) -> Int {
    let units = own.shape[0]
    if let unit {
      guard (0..<units).contains(unit) else {
        throw InspectError(
          .unknownName, "\(specimen.name)/\(node.name)",
          "has no unit \(unit); there are \(units), 0 to \(units - 1)")
      }
      return unit
    }
    return answer.strongest / max(answer.elements.count / units, 1)
  }

  private func chosenPlace(
    _ answer: Tensor, _ own: Tensor, _ unit: Int, _ node: Network.Node, _ specimen: Specimen
  ) throws(InspectError) -> MapPlace {
    guard own.shape.rank == 3 else {
      if place != nil, own.shape.rank == 1 {
        throw InspectError(
          .input, "\(specimen.name)/\(node.name)", "has features, not maps: there is no place in them")
      }
      return MapPlace(column: 0, row: 0)
    }
    let (height, width) = (own.shape[1], own.shape[2])
    if let place {
      guard place.column < width, place.row < height else {
        throw InspectError(
          .input, "\(specimen.name)/\(node.name)",
          "has maps of \(width) columns and \(height) rows: no place \(place) (column, row, from 0)")
      }
      return place
    }
    // What a ReLU cut away everywhere is looked for in front of it.
    let map = answer[unit].elements
    let index = (map.contains { $0 > 0 } ? answer[unit] : own[unit]).strongest
    return MapPlace(column: index % width, row: index / width)
  }
}

/// A number that is worked out, with where it stands.
package struct WorkedSubject: Sendable {
  let example: Example
  let node: Network.Node
  package let unit: Int
  package let place: MapPlace
  package let numbers: WorkedPlace
  let steps: [WorkedStep]
  /// What the layer is given and says, without the batch axis, and what comes out behind all steps.
  let input: Tensor
  let inputName: String
  let output: Tensor
  let answer: Tensor
  let weights: Tensor?

  /// The numbers behind the steps that follow, by node.
  package var results: [(node: String, value: Double)] { steps.map { ($0.node, $0.value) } }
}

extension Tensor {
  /// The index of the largest element; the first of equals.
  fileprivate var strongest: Int {
    var best = 0
    for index in 0..<elements.count where elements[index] > elements[best] { best = index }
    return best
  }
}

extension Operation {
  /// True if a number has another place behind it.
  fileprivate var movesPlaces: Bool { rearranges && !(self is Identity) }

  /// True if each of its numbers is arithmetic that fits on a page.
  fileprivate var canBeWorked: Bool {
    switch self {
    case is Conv2d, is ConvTranspose2d, is Linear, is MaxPool2d, is AvgPool2d, is GlobalAvgPool2d,
      is GlobalMaxPool2d, is BatchNorm2d, is BatchNorm1d:
      true
    default: false
    }
  }
}
