package import Core
internal import Render

/// What of one picture's values in a network speaks most for a class, from layer to layer.
///
/// The share of map i of a layer in what map j of the next contributes is `Σ a_i · ∂(y through j) / ∂a_i` over all places: activation
/// times weight, carried backward from the class score y through map j alone. Where the layer between is linear in what is
/// active, as a network of ReLUs is, that is just what the score would lose without i, but for biases.
package struct PerspectivePaths {
  /// One layer that is drawn.
  package struct Layer {
    /// Whose value is drawn.
    package let node: String
    let stage: Stage?
    /// The value's shape: `[maps, height, width]` or `[features]`.
    package let shape: Shape
    /// Activation times gradient of every map or feature.
    package internal(set) var contributions: [Double] = []
    /// The maps on the strongest paths, strongest first.
    package internal(set) var chosen: [Int] = []
  }

  /// What one map gives to one map of the next layer.
  package struct Link: Hashable {
    package let from: Int
    package let to: Int
    package let contribution: Double
  }

  /// From the input to the class scores.
  package private(set) var layers: [Layer]
  /// Between each layer and the next, strongest first.
  package private(set) var links: [[Link]]
  /// Layers of the network that have maps or features of their own.
  package let layerCount: Int
  /// The class whose score is followed.
  package let label: Int

  /// Follows the paths back from a class.
  /// - Parameters:
  ///   - width: maps of each layer that are followed at most.
  ///   - mostLayers: layers that are drawn at most, input and scores included.
  package init(
    of specimen: Specimen, _ example: Example, label: Int, width: Int, mostLayers: Int,
    observing values: (String, Tensor) -> Void
  ) throws {
    let network = specimen.model.network
    let logits = try network.logits()
    let shapes = try network.shapes()
    let ancestors = network.leading(to: logits)
    var drawn: [Layer] = []
    for stage in network.stages where ancestors.contains(stage.head.name) {
      let node = stage.nodes.contains { $0.name == logits } ? logits : stage.shown
      guard let shape = shapes[node]?.perExample, shape.rank == 1 || shape.rank == 3, node != logits
      else { continue }
      // A step that only moves numbers about shows nothing new.
      if stage.nodes.allSatisfy({ $0.operation.rearranges || $0.operation is Dropout }) { continue }
      if stage.head.operation is Constant { continue }
      drawn.append(Layer(node: node, stage: stage, shape: shape))
    }
    layerCount = drawn.count + 1
    let room = mostLayers - 2
    drawn = PerspectivePaths.sample(drawn, room)
    let input = network.inputs[0]
    let last = network.stages.first { $0.nodes.contains { $0.name == logits } }
    layers =
      [Layer(node: input.name, stage: nil, shape: input.shape)] + drawn
      + [Layer(node: logits, stage: last, shape: shapes[logits]!.perExample)]
    links = Array(repeating: [], count: layers.count - 1)
    self.label = label

    let executor = try makeExecutor(for: network, batch: width, mode: .inference)
    try executor.load(specimen.model.parameters)
    try executor.forward(Tensor(stacking: Array(repeating: example.input[0], count: width)))
    let activations = try layers.map { try executor.value(of: $0.node)[0].elements }
    for (layer, elements) in zip(layers, activations) { values(layer.node, Tensor(layer.shape, elements)) }

    let classes = shapes[logits]!.perExample.elementCount
    var seed = Tensor([width, classes])
    for row in 0..<width { seed.elements[row * classes + label] = 1 }
    try executor.backward(from: logits, gradient: seed, rule: .plain, into: .values)
    let gradients = try layers.map { try executor.gradient(of: $0.node)[0].elements }
    for index in layers.indices {
      layers[index].contributions = PerspectivePaths.sums(
        activations[index], gradients[index], units: layers[index].shape[0])
    }
    layers[layers.count - 1].chosen = [label]

    for index in stride(from: layers.count - 1, to: 0, by: -1) {
      let to = layers[index]
      let size = to.shape.elementCount
      let plane = size / to.shape[0]
      var seed = Tensor(to.shape.batched(width))
      for (row, unit) in to.chosen.enumerated() {
        for place in unit * plane..<(unit + 1) * plane {
          seed.elements[row * size + place] = gradients[index][place]
        }
      }
      let batched = try executor.value(of: to.node).shape
      try executor.backward(from: to.node, gradient: seed.reshaped(batched), rule: .plain, into: .values)
      let arrived = try executor.gradient(of: layers[index - 1].node)
      // The picture is one sheet, whatever its channels.
      let isPicture = index == 1
      let units = isPicture ? 1 : layers[index - 1].shape[0]
      var all: [Link] = []
      for (row, unit) in to.chosen.enumerated() {
        let given = PerspectivePaths.sums(activations[index - 1], arrived[row].elements, units: units)
        all += given.indices.map { Link(from: $0, to: unit, contribution: given[$0]) }
      }
      if isPicture {
        // All that a first map knows it has from the picture: how much that is, the map itself says.
        links[0] = to.chosen.map {
          Link(from: 0, to: $0, contribution: max(to.contributions[$0], 0))
        }
        layers[0].chosen = [0]
        break
      }
      var totals = [Double](repeating: 0, count: units)
      for link in all where link.contribution > 0 { totals[link.from] += link.contribution }
      let chosen = totals.indices.filter { totals[$0] > 0 }
        .sorted { (totals[$0], $1) > (totals[$1], $0) }.prefix(width)
      layers[index - 1].chosen = Array(chosen)
      let kept = all.filter { $0.contribution > 0 && chosen.contains($0.from) }
        .sorted { ($0.contribution, $1.from, $1.to) > ($1.contribution, $0.from, $0.to) }
      let least = 0.03 * (kept.first?.contribution ?? 0)
      links[index - 1] = kept.filter { $0.contribution >= least }
    }
  }

  /// Some of many layers: the first, the last of each size of maps, and others evenly between.
  private static func sample(_ layers: [Layer], _ room: Int) -> [Layer] {
    guard layers.count > room, room > 0 else { return layers }
    var ends = layers.indices.filter { index in
      if index == layers.count - 1 { return true }
      let (own, next) = (layers[index].shape, layers[index + 1].shape)
      return Array(own.extents.dropFirst()) != Array(next.extents.dropFirst())
    }
    if ends.first != 0 { ends.insert(0, at: 0) }
    if ends.count > room {
      ends = (0..<room).map { ends[room == 1 ? 0 : $0 * (ends.count - 1) / (room - 1)] }
    }
    while ends.count < room {
      // Where most layers are left out, the one in their middle.
      var (widest, place) = (1, 0)
      for index in ends.indices.dropFirst() where ends[index] - ends[index - 1] > widest {
        (widest, place) = (ends[index] - ends[index - 1], index)
      }
      guard place > 0 else { break }
      ends.insert(ends[place - 1] + widest / 2, at: place)
    }
    return ends.map { layers[$0] }
  }

  /// `Σ a · g` of each map over its places.
  private static func sums(_ values: [Float], _ gradient: [Float], units: Int) -> [Double] {
    let plane = values.count / max(units, 1)
    return (0..<units).map { unit in
      var sum = 0.0
      for place in unit * plane..<(unit + 1) * plane {
        sum += Double(values[place]) * Double(gradient[place])
      }
      return sum
    }
  }
}

extension Network {
  /// The nodes and inputs that a node depends on, itself included.
  func leading(to name: String) -> Set<String> {
    var needed: Set<String> = [name]
    for node in nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    return needed
  }
}
