package import Core
internal import Render

/// The layer whose units are excited: which node, what a unit's score is, and where its gradient begins.
package struct UnitTarget: Hashable, Sendable {
  package typealias Objective = ActivationMaximisation.Objective

  /// The node whose value is looked at: of a ReLU what it reads, since a unit that is silent has no gradient behind it.
  package let node: String
  /// The layer's name as it was asked for.
  package let layer: String
  /// True if only what is positive counts: a ReLU was asked for.
  package let isRectified: Bool
  /// What a unit's score is.
  package let objective: Objective
  /// Channels of maps, or features.
  package let units: Int
  /// The maps' extent; 1 × 1 for features.
  package let height: Int
  package let width: Int
  /// What units are called, if they are classes with names.
  package let names: [String]

  /// True if a unit is a map.
  var isMaps: Bool { height * width > 1 || isImage }
  private let isImage: Bool

  /// A layer of a specimen.
  /// - Parameter layer: its name; nil for the last convolution, behind its ReLU if it has one, or the scores where there is
  ///   none. Of a softmax or sigmoid at the end the scores before it are meant.
  package init(_ layer: String?, _ objective: Objective, of specimen: Specimen) throws {
    let network = specimen.model.network
    guard network.inputs.count == 1, network.inputs[0].shape.rank == 3,
      network.inputs[0].shape[0] == 1 || network.inputs[0].shape[0] == 3
    else {
      throw InspectError(
        .notApplicable, specimen.name,
        "takes \(network.inputs.map { "\($0.shape)" }.listed); only networks that are given one picture, grey or coloured, can be shown what they look for"
      )
    }
    let input = network.inputs[0].shape
    guard input[1] > 1, input[2] > 1, specimen.normalisation.covers(channels: input[0]) else {
      throw InspectError(
        .notApplicable, specimen.name, "takes pictures of \(input.timesDescription): too small to paint")
    }
    let name: String
    if let layer {
      name = layer
    } else if let convolution = network.nodes.last(where: { $0.operation is Conv2d }) {
      let stage = network.stages.first { $0.nodes.contains { $0.name == convolution.name } }
      name = stage?.nodes.first { $0.operation is ReLU }?.name ?? convolution.name
    } else {
      name = try network.logits()
    }
    var chosen = try network.node(named: name)
    if chosen.operation is Softmax || chosen.operation is LogSoftmax || chosen.operation is Sigmoid,
      let before = network.nodes.first(where: { $0.name == chosen.inputs[0] })
    {
      // Behind a softmax that is sure of itself all gradients vanish.
      chosen = before
    }
    guard let shape = try network.shapes()[chosen.name]?.perExample, shape.rank == 3 || shape.rank == 1 else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(chosen.name)",
        "makes neither maps nor features; there are \(network.nodes.map(\.name).listed)")
    }
    let reads = network.nodes.contains { $0.name == chosen.inputs.first }
    isRectified = chosen.operation is ReLU && reads
    self.layer = chosen.name
    node = isRectified ? chosen.inputs[0] : chosen.name
    self.objective = objective
    units = shape[0]
    (height, width) = shape.rank == 3 ? (shape[1], shape[2]) : (1, 1)
    isImage = shape.rank == 3
    let classes = specimen.probe?.classNames ?? []
    names = shape.rank == 1 && classes.count == units && (try? network.logits()) == node ? classes : []
  }

  /// The layer in words: `conv2 after ReLU`.
  func words(in network: Network) -> String {
    guard isRectified else { return layer }
    let stage = network.stages.first { $0.nodes.contains { $0.name == layer } }
    return stage.map { $0.name == layer ? layer : "\($0.name) after ReLU" } ?? layer
  }

  /// `unit 7` or the class's name in quotation marks.
  func name(of unit: Int) -> String {
    names.indices.contains(unit) ? "“\(names[unit])”" : (isMaps ? "map \(unit)" : "unit \(unit)")
  }

  /// The place that counts where only the middle of a map does.
  var centre: Int { height / 2 * width + width / 2 }

  /// The gradient of every unit's score at its own maps, `[units, height, width]`.
  var seeds: [Float] {
    let size = height * width
    switch objective {
    case .channel: return [Float](repeating: 1 / Float(size), count: units * size)
    case .neuron:
      var result = [Float](repeating: 0, count: units * size)
      for unit in 0..<units { result[unit * size + centre] = 1 }
      return result
    }
  }

  /// The same where only what is positive counts: the places of a unit that answers. One that is silent everywhere is pushed at
  /// every place, as Lucid does at the beginning, or it would stay silent for ever.
  func seed(
    _ values: UnsafeBufferPointer<Float>, example: Int, unit: Int,
    into seed: UnsafeMutableBufferPointer<Float>
  ) {
    let size = height * width
    let start = (example * units + unit) * size
    var positive = 0
    for index in start..<start + size where values[index] > 0 { positive += 1 }
    let share = 1 / Float(size)
    for index in start..<start + size { seed[index] = positive == 0 || values[index] > 0 ? share : 0 }
  }

  /// A unit's score in a batch of values `[batch, units, height, width]`: the mean of its map, or its middle.
  func score(_ values: UnsafeBufferPointer<Float>, example: Int, unit: Int) -> Float {
    let size = height * width
    let start = (example * units + unit) * size
    switch objective {
    case .neuron: return isRectified ? max(0, values[start + centre]) : values[start + centre]
    case .channel:
      var sum = 0.0
      for index in start..<start + size { sum += Double(isRectified ? max(0, values[index]) : values[index]) }
      return Float(sum / Double(size))
    }
  }
}

extension Model {
  /// The part of the model that a node depends on, with the node as its output: so that nothing behind it runs.
  package func leading(to name: String) throws -> Model {
    _ = try network.node(named: name)
    var needed: Set<String> = [name]
    for node in network.nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    let inputs = network.inputs.filter { needed.contains($0.name) }
    return try Model(
      Network(
        name: network.name, inputs: inputs.isEmpty ? network.inputs : inputs,
        nodes: network.nodes.filter { needed.contains($0.name) }, output: name), parameters)
  }
}
