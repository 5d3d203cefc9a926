extension Network {
  /// The shape of every input's and node's value in a batch, checked for what a mode cannot compute.
  /// - Throws: `NetworkError` naming the first node that cannot take what it is given.
  package func shapes(batch: Int, mode: ExecutionMode) throws(NetworkError) -> [String: Shape] {
    guard batch > 0 else {
      throw NetworkError(.shape, name, "a batch holds at least one example, \(batch) were asked for")
    }
    // Before the shapes: those of what is not supported are seldom known, and that is not what is wrong.
    if let foreign = nodes.first(where: { $0.operation is Unsupported }) { throw .noKernel(foreign) }
    let shapes = try shapes(batch: batch)
    guard mode == .training else { return shapes }
    for node in nodes where node.operation is BatchNorm2d || node.operation is BatchNorm1d {
      let shape = shapes[node.name]!
      guard ChannelLayout(shape).count * ChannelLayout(shape).places > 1 else {
        throw NetworkError(
          .shape, "\(node.name) (\(node.operation.name))",
          "training needs more than one number a channel to take a variance of, found \(shape)")
      }
    }
    return shapes
  }
}
