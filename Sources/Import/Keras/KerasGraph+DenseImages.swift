internal import Core

extension KerasGraph {
  /// Puts the rows of a dense layer in order for the images that its vector becomes, so that nothing need be moved when the network runs.
  ///
  /// Looks for `Linear`, layers that work feature by feature, `Reshape` to `[height, width, channels]` and `Permute` to
  /// channels first, each read by the next alone. The vector then lies with the channels first, and the `Permute` goes.
  mutating func orderDenseLayers() {
    var readers: [String: Int] = [:]
    for node in nodes { for input in node.inputs { readers[input, default: 0] += 1 } }
    var places: [String: Int] = [:]
    for (index, node) in nodes.enumerated() { places[node.name] = index }
    var gone: Set<String> = []
    for (index, node) in nodes.enumerated() {
      guard let permute = node.operation as? Permute, permute.axes == [3, 1, 2],
        let reshapeIndex = places[node.inputs[0]], let reshape = nodes[reshapeIndex].operation as? Reshape,
        nodes[reshapeIndex].name == node.name + ".plain", reshape.shape.rank == 3,
        readers[nodes[reshapeIndex].name] == 1
      else { continue }
      let image: Shape = [reshape.shape[2], reshape.shape[0], reshape.shape[1]]
      guard let chain = perFeatureChain(to: nodes[reshapeIndex].inputs[0], readers, places) else { continue }
      for link in chain { reorder(nodes[link], image) }
      gone.insert(nodes[reshapeIndex].name)
      nodes[index] = Network.Node(node.name, Reshape(shape: image), nodes[reshapeIndex].inputs)
    }
    nodes.removeAll { gone.contains($0.name) }
  }

  /// The nodes from a `Linear` to a vector, if each is read by the next alone.
  private func perFeatureChain(
    to vector: String, _ readers: [String: Int], _ places: [String: Int]
  ) -> [Int]? {
    var chain: [Int] = []
    var name = vector
    while let index = places[name], readers[name] == 1, layouts[name] == nil {
      chain.append(index)
      let node = nodes[index]
      switch node.operation {
      case is Linear: return chain
      case is BatchNorm1d, is Dropout, is Identity, is PReLU, is any Elementwise: name = node.inputs[0]
      case is Softmax where nodes[index].inputs.count == 1: name = node.inputs[0]
      case let rescale as Rescale where max(rescale.scale.count, rescale.offset.count) == 1:
        name = node.inputs[0]
      default: return nil
      }
    }
    return nil
  }

  private mutating func reorder(_ node: Network.Node, _ image: Shape) {
    let count = image.elementCount
    for declaration in node.operation.parameters where declaration.shape.extents.first == count {
      let name = node.name + "." + declaration.name
      guard let array = parameters[name] else { continue }
      let rest = Array(declaration.shape.extents.dropFirst())
      parameters[name] = array.reshaped(Shape([image[1], image[2], image[0]] + rest))
        .permuted([2, 0, 1] + rest.indices.map { $0 + 3 }).reshaped(declaration.shape)
    }
    layouts[node.name] = KerasGraph.flattened(image)
  }
}
