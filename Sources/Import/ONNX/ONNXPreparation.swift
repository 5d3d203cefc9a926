internal import Core

/// Puts the nodes of a graph in an order in which each reads only what was made before, with the calls of the model's own
/// functions replaced by what the functions do.
struct ONNXPreparation {
  let path: String
  let model: ONNXModel
  private static let mostNodes = 100_000
  private static let deepestCall = 16

  /// - Throws: `ImportError` if a node reads what nothing makes, two make the same, or there is a cycle.
  func nodes() throws(ImportError) -> [ONNXNode] {
    var expanded: [ONNXNode] = []
    var calls = 0
    for var node in model.graph.nodes {
      node.version = version(of: node.domain, in: model.operatorSets)
      try expand(node, into: &expanded, depth: 0, &calls)
    }
    return try sorted(expanded)
  }

  private func version(of domain: String, in sets: [String: Int]) -> Int {
    sets[domain == "ai.onnx" ? "" : domain] ?? model.operatorSets[domain == "ai.onnx" ? "" : domain] ?? 1
  }

  private func expand(
    _ node: ONNXNode, into result: inout [ONNXNode], depth: Int, _ calls: inout Int
  ) throws(ImportError) {
    calls += 1
    guard calls <= Self.mostNodes else {
      throw ImportError(.unsafe, path, "more than \(Self.mostNodes) nodes, which no model needs")
    }
    guard let function = model.functions["\(node.domain)::\(node.operation)"] else {
      result.append(node)
      return
    }
    guard depth < Self.deepestCall else {
      throw ImportError(
        .malformed, "\(path):\(node.name)", "functions call each other more than \(Self.deepestCall) deep")
    }
    let place = node.name.isEmpty ? node.outputs.first ?? function.name : node.name
    var names: [String: String] = ["": ""]
    for (index, name) in function.inputs.enumerated() {
      names[name] = index < node.inputs.count ? node.inputs[index] : ""
    }
    for (name, outer) in zip(function.outputs, node.outputs) where !outer.isEmpty && names[name] == nil {
      names[name] = outer
    }
    func rename(_ name: String) -> String { names[name] ?? "\(place)/\(name)" }
    for inner in function.nodes {
      var copy = inner
      copy.name = "\(place)/\(inner.name.isEmpty ? inner.outputs.first ?? inner.operation : inner.name)"
      copy.inputs = inner.inputs.map(rename)
      copy.outputs = inner.outputs.map(rename)
      copy.version = version(of: inner.domain, in: function.operatorSets)
      for (key, attribute) in inner.attributes {
        guard let reference = attribute.reference else { continue }
        copy.attributes[key] = node.attributes[reference] ?? function.defaults[reference]
      }
      try expand(copy, into: &result, depth: depth + 1, &calls)
    }
    // An output that is an input of the function, handed through.
    for (name, outer) in zip(function.outputs, node.outputs) where !outer.isEmpty && rename(name) != outer {
      result.append(
        ONNXNode(
          name: outer, operation: "Identity", version: model.operatorSets[""] ?? 1, inputs: [rename(name)],
          outputs: [outer]))
    }
  }

  /// The nodes, each behind those whose values it reads; otherwise in the file's order. Some converters write the last
  /// first.
  private func sorted(_ nodes: [ONNXNode]) throws(ImportError) -> [ONNXNode] {
    var makers: [String: Int] = [:]
    var given: Set<String> = Set(model.graph.initializers.map(\.name))
    given.formUnion(model.graph.inputs.map(\.name))
    given.insert("")
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard makers.updateValue(index, forKey: output) == nil else {
          throw ImportError(.malformed, "\(path):\(node.shownName)", "'\(output)' is made by two nodes")
        }
      }
    }
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: nodes.count)
    var result: [ONNXNode] = []
    for root in nodes.indices where marks[root] == .new {
      // A stack of its own: a graph may be deeper than the machine's.
      var stack = [(node: root, next: 0)]
      marks[root] = .open
      while let (index, next) = stack.last {
        let node = nodes[index]
        guard next < node.inputs.count else {
          marks[index] = .done
          result.append(node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let name = node.inputs[next]
        guard let maker = makers[name] else {
          guard given.contains(name) else {
            throw ImportError(
              .malformed, "\(path):\(node.shownName)", "reads '\(name)', which nothing in the file makes")
          }
          continue
        }
        switch marks[maker] {
        case .done: continue
        case .open:
          throw ImportError(
            .malformed, "\(path):\(node.shownName)", "its value is made from itself: the graph has a cycle")
        case .new:
          marks[maker] = .open
          stack.append((maker, 0))
        }
      }
    }
    return result
  }
}

extension ONNXNode {
  /// The node's name; where it has none, that of what it makes.
  var shownName: String {
    if !name.isEmpty { return name }
    return outputs.first { !$0.isEmpty } ?? operation
  }

  /// The operation with its domain, as errors name it.
  var shownOperation: String { domain.isEmpty || domain == "ai.onnx" ? operation : "\(domain)::\(operation)" }
}
