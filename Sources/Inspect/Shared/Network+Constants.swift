internal import Core

extension Network {
  /// The nodes whose value is the same for every input, and stands for a batch of one: constants that read nothing, and what is
  /// computed from such alone.
  var constants: Set<String> {
    var found: Set<String> = []
    for node in nodes {
      let isConstant =
        node.inputs.isEmpty ? node.operation is Constant : node.inputs.allSatisfy(found.contains)
      if isConstant { found.insert(node.name) }
    }
    return found
  }

  /// Examples that can be run at a time in half a gigabyte of values, at most a hundred.
  var comfortableBatch: Int {
    let numbers = knownShapes().values.reduce(0) { $0 + $1.elementCount }
    return min(100, max(1, (1 << 27) / max(numbers, 1)))
  }
}
