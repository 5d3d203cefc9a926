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

  /// The nodes from the layer that weighs features for the answer up to the logits, a bias added by an operation of its own
  /// included; and what that layer reads, nil if there is no such layer.
  func answeringNodes(from logits: String) -> (nodes: Set<String>, before: String?) {
    let constants = constants
    var (name, passed) = (logits, Set<String>())
    while let node = nodes.first(where: { $0.name == name }) {
      let read = node.inputs.filter { !constants.contains($0) }
      // Behind an activation, or where pictures are made, features are no classes' scores.
      let isScore = !(node.operation is any Elementwise) && !(node.operation is ConvTranspose2d)
      guard read.count == 1, isScore else { break }
      passed.insert(name)
      if node.operation is Linear || node.operation is Conv2d || node.operation is MatMul {
        return (passed, read[0])
      }
      name = read[0]
    }
    return ([logits], nil)
  }

  /// Examples that can be run at a time in half a gigabyte of values, at most a hundred.
  var comfortableBatch: Int {
    let numbers = knownShapes().values.reduce(0) { $0 + $1.elementCount }
    return min(100, max(1, (1 << 27) / max(numbers, 1)))
  }
}
