extension Model {
  /// The model with one of its inputs given once and for all, the same for every example; it takes the others.
  /// - Parameter value: one example, in the input's shape.
  /// - Throws: `NetworkError` if there is no such input, it is the only one, or the value has another shape.
  public func fixing(_ input: String, to value: Tensor) throws(NetworkError) -> Model {
    guard let fixed = network.inputs.first(where: { $0.name == input }) else {
      throw NetworkError(
        .name, input, "no such input of '\(network.name)'; there are \(network.inputs.map(\.name).listed)")
    }
    guard value.shape == fixed.shape else {
      throw NetworkError(.shape, input, "expected \(fixed.shape), found \(value.shape)")
    }
    let others = network.inputs.filter { $0.name != input }
    guard let counted = others.first else {
      throw NetworkError(.malformed, input, "is the only input of '\(network.name)'")
    }
    // Under the input's own name, so that whatever reads the input reads the constant.
    let constant = Network.Node(input, Constant(shape: value.shape), [counted.name])
    var parameters = parameters
    parameters[input, "value"] = value
    return try Model(
      Network(
        name: network.name, inputs: others, nodes: [constant] + network.nodes, output: network.output),
      parameters)
  }
}
