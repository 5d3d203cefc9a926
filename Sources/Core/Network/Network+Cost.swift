/// What a node costs and sees, for one example.
public struct NodeSummary: Hashable, Sendable {
  /// The node's name.
  public var name: String
  /// The operation's name.
  public var operation: String
  /// The shape of its value for one example; nil behind an operation that is not supported.
  public var outputShape: Shape?
  /// Numbers that training changes.
  public var trainableParameters: Int
  /// Numbers kept but not trained: running statistics.
  public var storedParameters: Int
  /// Multiplications paired with an addition, forward, for one example.
  public var multiplyAdds: Int
  /// Rows and columns of the input that one place of the value depends on; nil where there are no places.
  public var receptiveField: Extent?
}

extension Network {
  /// Cost, shape and receptive field of every node, in order; those of nodes behind one that is not supported cannot be
  /// told, and count as nothing.
  /// - Throws: `NetworkError` if the shapes do not fit.
  public func summary() throws(NetworkError) -> [NodeSummary] {
    let shapes = isSupported ? try shapes(batch: 1) : knownShapes(batch: 1)
    let fields = receptiveFields(shapes: shapes)
    return nodes.map { node in
      let parameters = node.operation.parameters
      func total(_ trainable: Bool) -> Int {
        parameters.filter { $0.isTrainable == trainable }.reduce(0) { $0 + $1.shape.elementCount }
      }
      return NodeSummary(
        name: node.name, operation: node.operation.name, outputShape: shapes[node.name]?.perExample,
        trainableParameters: total(true), storedParameters: total(false),
        multiplyAdds: shapes[node.name].map { output in
          node.operation.multiplyAdds(inputs: node.inputs.map { shapes[$0]! }, output: output)
        } ?? 0,
        receptiveField: fields[node.name])
    }
  }

  /// Numbers that training changes.
  public var trainableParameterCount: Int {
    nodes.flatMap(\.operation.parameters).filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
  }

  /// Multiplications paired with an addition in one forward pass of one example.
  /// - Throws: `NetworkError` if the shapes do not fit.
  public func multiplyAdds() throws(NetworkError) -> Int {
    // A description from a file may claim more than can be counted.
    try summary().reduce(0) { total, node in
      let (sum, overflow) = total.addingReportingOverflow(node.multiplyAdds)
      return overflow ? .max : sum
    }
  }
}
