extension Network {
  /// The part of the network that does not depend on any `Unsupported` operation; the network itself if it has none, nil if
  /// nothing is left.
  ///
  /// Its output is the network's, if that is in it, else its last node. Inputs that nothing in it reads are left out, but for one.
  public var runnable: Network? {
    var lost: Set<String> = []
    var kept: [Node] = []
    for node in nodes {
      if node.operation is Unsupported || node.inputs.contains(where: lost.contains) {
        lost.insert(node.name)
      } else {
        kept.append(node)
      }
    }
    guard !lost.isEmpty else { return self }
    let read = Set(kept.flatMap(\.inputs))
    let readInputs = inputs.filter { read.contains($0.name) }
    return try? Network(
      name: name, inputs: readInputs.isEmpty ? Array(inputs.prefix(1)) : readInputs, nodes: kept,
      output: lost.contains(output) ? nil : output)
  }

  /// True if every operation in it is known.
  public var isSupported: Bool { !nodes.contains { $0.operation is Unsupported } }
}
