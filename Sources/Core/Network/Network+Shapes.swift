extension Network {
  /// The shape of every input's and node's value for a batch, batch axis first.
  /// - Throws: `NetworkError` naming the first node that cannot take what it is given, and both shapes.
  public func shapes(batch: Int = 1) throws(NetworkError) -> [String: Shape] {
    var shapes: [String: Shape] = [:]
    for input in inputs {
      shapes[input.name] = try checked(input.shape.batched(batch), of: input.name)
    }
    for node in nodes {
      shapes[node.name] = try shape(of: node, given: node.inputs.map { shapes[$0]! })
    }
    return shapes
  }

  /// The shapes that can be told: those behind a node that is not supported, or cannot take what it is given, are missing.
  public func knownShapes(batch: Int = 1) -> [String: Shape] {
    var shapes: [String: Shape] = [:]
    for input in inputs { shapes[input.name] = try? checked(input.shape.batched(batch), of: input.name) }
    for node in nodes {
      let given = node.inputs.compactMap { shapes[$0] }
      guard given.count == node.inputs.count else { continue }
      shapes[node.name] = try? shape(of: node, given: given)
    }
    return shapes
  }

  private func shape(of node: Node, given: [Shape]) throws(NetworkError) -> Shape {
    let shape: Shape
    do {
      shape = try node.operation.outputShape(of: given)
    } catch {
      let sources = zip(node.inputs, given).map { "\($0) \($1)" }.listed
      throw NetworkError(
        .shape, "\(node.name) (\(node.operation.name))", "\(error.reason), given \(sources)")
    }
    return try checked(shape, of: node.name)
  }

  /// A shape that can be computed with: something to hold, no more than memory can, no more axes than a layout has.
  private func checked(_ shape: Shape, of name: String) throws(NetworkError) -> Shape {
    guard shape.rank <= Self.mostAxes else {
      throw NetworkError(.shape, name, "a value of \(shape.rank) axes, more than \(Self.mostAxes)")
    }
    guard !shape.extents.dropFirst().contains(0) else {
      throw NetworkError(.shape, name, "a value of \(shape) holds nothing")
    }
    guard shape.checkedElementCount != nil else {
      throw NetworkError(.shape, name, "a value of \(shape) is larger than any memory")
    }
    return shape
  }

  /// As many as NumPy's arrays have, and more than any real network.
  private static let mostAxes = 64
}
