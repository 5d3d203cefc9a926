extension Network {
  /// The shape of every input's and node's value for a batch, batch axis first.
  /// - Throws: `NetworkError` naming the first node that cannot take what it is given, and both shapes.
  public func shapes(batch: Int = 1) throws(NetworkError) -> [String: Shape] {
    var shapes: [String: Shape] = [:]
    for input in inputs { shapes[input.name] = input.shape.batched(batch) }
    for node in nodes {
      let given = node.inputs.map { shapes[$0]! }
      do {
        shapes[node.name] = try node.operation.outputShape(of: given)
      } catch {
        let sources = zip(node.inputs, given).map { "\($0) \($1)" }.listed
        throw NetworkError(.shape, "\(node.name) (\(node.operation.name))", "\(error.reason), given \(sources)")
      }
    }
    return shapes
  }
}
