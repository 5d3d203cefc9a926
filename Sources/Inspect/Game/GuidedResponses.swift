package import Core

/// What in some pictures drives the channels of a layer: guided backprop from the place where each channel answers most.
///
/// The derivative of that one answer by the pixels, of which only what is positive passes each ReLU both ways.
/// - Source: Springenberg et al. 2015, arXiv:1412.6806; of a discriminator Radford, Metz & Chintala 2016, figure 5.
package struct GuidedResponses: Sendable {
  /// The pictures' maps, channel by channel, picture by picture, `[channels · pictures, colours, height, width]`.
  package let maps: Tensor
  /// The largest answers in the same order.
  package let answers: [Float]

  /// Carries the answers back.
  /// - Parameters:
  ///   - inputs: pictures as the network is given them, all run at once.
  /// - Throws: `NetworkError` if the network cannot be run.
  package init(_ model: Model, layer: UnitLayer, units: [Int], on inputs: Tensor) throws(NetworkError) {
    let part = try model.network.part(computing: [layer.node])
    let count = inputs.shape[0]
    let executor = try makeExecutor(for: part, batch: count, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(inputs)
    let value = try executor.value(of: layer.node)
    var (answers, maps) = ([Float](), [Float]())
    for unit in units {
      var gradient = [Float](repeating: 0, count: value.elements.count)
      for picture in 0..<count {
        let start = (picture * layer.units + unit) * layer.plane
        var best = 0
        for place in 0..<layer.plane where value.elements[start + place] > value.elements[start + best] {
          best = place
        }
        gradient[start + best] = 1
        answers.append(value.elements[start + best])
      }
      // Each picture has a gradient of its own: one pass carries a channel back in all of them.
      try executor.backward(
        from: layer.node, gradient: Tensor(value.shape, gradient), rule: .guided, into: .inputs)
      maps += try executor.gradient(of: part.inputs[0].name).elements
    }
    self.answers = answers
    self.maps = Tensor(Shape([units.count * count] + inputs.shape.perExample.extents), maps)
  }
}
