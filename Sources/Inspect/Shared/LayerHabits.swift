internal import Core
internal import Render

/// What layers do over all probe pictures (or fixed latents): the limits of their colours, and which maps are always zero.
struct LayerHabits {
  /// What one layer does.
  struct Habit {
    var scale: ColorScale
    /// The largest value of each map or feature.
    var highest: [Float]
  }

  /// Pictures that were looked at; 0 where there are none.
  let count: Int
  private let habits: [String: Habit]

  /// Runs a specimen's probe through it.
  /// - Parameter layers: nodes with the shape that one example's value is looked at in, `[maps, …]`.
  init(of layers: [(node: String, shape: Shape)], in specimen: Specimen) throws {
    guard let probe = specimen.probe, let inputs = probe.inputs(for: specimen.model.network) else {
      (count, habits) = (0, [:])
      return
    }
    count = inputs.count
    var tallies = layers.map { _ in PercentileTally() }
    var highest = [[Float]](repeating: [], count: layers.count)
    try Sweep(specimen.model, count: inputs.count).run(inputs.tensor) { range, executor in
      for (index, layer) in layers.enumerated() {
        let value = try executor.value(of: layer.node)
        let maps = layer.shape[0]
        let plane = layer.shape.elementCount / max(maps, 1)
        let elements = value.elements.prefix(range.count * maps * plane)
        tallies[index].add(elements)
        if highest[index].isEmpty { highest[index] = [Float](repeating: -.infinity, count: maps) }
        for place in 0..<range.count * maps {
          let most = elements[place * plane..<(place + 1) * plane].max() ?? 0
          if most > highest[index][place % maps] { highest[index][place % maps] = most }
        }
      }
    }
    var habits: [String: Habit] = [:]
    for (index, layer) in layers.enumerated() {
      let (limit, clipped) = tallies[index].limit(percentile: 99.5)
      var scale =
        tallies[index].hasNegative
        ? ColorScale.diverging(limit: limit, mode: .layer, symbol: "activation")
        : .sequential(limit: limit, mode: .layer, symbol: "activation")
      scale.percentile = 99.5
      scale.clippedShare = clipped
      habits[layer.node] = Habit(scale: scale, highest: highest[index])
    }
    self.habits = habits
  }

  /// What a layer does; nil where nothing was looked at.
  subscript(node: String) -> Habit? { habits[node] }
}

extension Probe {
  /// What of the probe a network can be given: the pictures, or the latents; nil if neither fits.
  func inputs(for network: Network) -> (count: Int, tensor: (Range<Int>) -> Tensor)? {
    guard network.inputs.count == 1 else { return nil }
    let shape = network.inputs[0].shape
    if count > 0, pictureShape.perExample == shape { return (count, { inputs($0) }) }
    if let latents, latents.shape[0] > 0, latents.shape.perExample == shape {
      return (latents.shape[0], { latents[$0] })
    }
    return nil
  }
}
