extension Network {
  /// The network from some of its nodes on: those become inputs, and what only led to them is left out.
  ///
  /// So the part behind a node can be run on values from elsewhere.
  /// - Parameter shapes: the nodes that become inputs, with the shape of one example's value.
  /// - Throws: `NetworkError` if there is no such node, or nothing is left.
  public func cut(at shapes: [String: Shape]) throws(NetworkError) -> Network {
    for name in shapes.keys.sorted() { _ = try node(named: name) }
    guard shapes[output] == nil else {
      throw NetworkError(.malformed, output, "is what '\(name)' ends in; nothing comes behind it")
    }
    var needed: Set<String> = [output]
    for node in nodes.reversed() where needed.contains(node.name) && shapes[node.name] == nil {
      needed.formUnion(node.inputs)
    }
    let cuts = nodes.filter { shapes[$0.name] != nil && needed.contains($0.name) }
    return try Network(
      name: name,
      inputs: inputs.filter { needed.contains($0.name) } + cuts.map { Input($0.name, shapes[$0.name]!) },
      nodes: nodes.filter { shapes[$0.name] == nil && needed.contains($0.name) }, output: output)
  }
}
