/// A graph of named operations: what a network is, without its numbers. A value.
///
/// Nodes stand in topological order, each after all of its inputs. A name means a node or a network input.
public struct Network: Hashable, Sendable {
  /// Something the network is given: a name and the shape of one example.
  public struct Input: Hashable, Sendable, Codable {
    /// The name by which nodes refer to it.
    public var name: String
    /// The shape of one example: `[channels, height, width]` or `[features]`.
    public var shape: Shape
    /// An input of a name and a shape.
    public init(_ name: String, _ shape: Shape) {
      self.name = name
      self.shape = shape
    }
  }

  /// One operation at its place in the graph.
  public struct Node: Sendable {
    /// The node's name, unique in its network.
    public var name: String
    /// What it computes.
    public var operation: any Operation
    /// The nodes and network inputs it reads.
    public var inputs: [String]
    /// A node of a name, an operation and its inputs.
    public init(_ name: String, _ operation: any Operation, _ inputs: [String]) {
      self.name = name
      self.operation = operation
      self.inputs = inputs
    }
  }

  /// What the network is called.
  public var name: String
  /// What it is given.
  public let inputs: [Input]
  /// Its operations, each after all of its inputs.
  public let nodes: [Node]
  /// The node whose value is the network's answer.
  public let output: String

  /// A network of inputs and nodes; without an output named, the last node is it.
  /// - Throws: `NetworkError` if a name stands twice, is unknown where it is used, nothing is there, or sizes make no
  ///   sense.
  public init(
    name: String, inputs: [Input], nodes: [Node], output: String? = nil
  ) throws(NetworkError) {
    guard !inputs.isEmpty, let last = nodes.last else {
      throw NetworkError(.malformed, name, "a network needs at least one input and one node")
    }
    var known: Set<String> = []
    for input in inputs where !known.insert(input.name).inserted {
      throw NetworkError(.name, input.name, "two inputs have this name")
    }
    for input in inputs where input.shape.extents.contains(0) || input.shape.checkedElementCount == nil {
      throw NetworkError(.malformed, input.name, "an input of shape \(input.shape) cannot be")
    }
    for node in nodes {
      let subject = "\(node.name) (\(node.operation.name))"
      if let flaw = node.operation.flaw { throw NetworkError(.malformed, subject, flaw) }
      for parameter in node.operation.parameters where parameter.shape.checkedElementCount == nil {
        throw NetworkError(
          .malformed, subject, "\(parameter.name) of \(parameter.shape), which no memory holds")
      }
      for input in node.inputs where !known.contains(input) {
        throw NetworkError(.name, node.name, "reads '\(input)', which no earlier node makes")
      }
      guard known.insert(node.name).inserted else {
        throw NetworkError(.name, node.name, "a node or an input before it has this name")
      }
    }
    let output = output ?? last.name
    guard nodes.contains(where: { $0.name == output }) else {
      throw NetworkError(.name, output, "the output is not a node; there are \(nodes.map(\.name).listed)")
    }
    self.name = name
    self.inputs = inputs
    self.nodes = nodes
    self.output = output
  }

  /// A chain: every operation reads the one before it, the first reads the only input.
  public static func sequential(
    _ name: String, input: Input, _ chain: KeyValuePairs<String, any Operation>
  ) throws(NetworkError) -> Network {
    var previous = input.name
    var nodes: [Node] = []
    for (node, operation) in chain {
      nodes.append(Node(node, operation, [previous]))
      previous = node
    }
    return try Network(name: name, inputs: [input], nodes: nodes)
  }

  /// The node of a name.
  /// - Throws: `NetworkError` listing what there is, if there is none.
  public func node(named name: String) throws(NetworkError) -> Node {
    guard let node = nodes.first(where: { $0.name == name }) else {
      throw NetworkError(
        .name, name, "no such layer in '\(self.name)'; there are \(nodes.map(\.name).listed)")
    }
    return node
  }

  /// The nodes that read a node's or an input's value.
  public func readers(of name: String) -> [Node] { nodes.filter { $0.inputs.contains(name) } }
}

extension Network.Node: Hashable {
  /// True if name, inputs and operation agree; operations of different kinds never do.
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.inputs == right.inputs
      && AnyHashable(left.operation) == AnyHashable(right.operation)
  }
  /// Feeds what `==` compares: the name, the inputs and the operation.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(inputs)
    hasher.combine(AnyHashable(operation))
  }
}

extension Sequence<String> {
  /// The names for a message: `conv1, conv2, fc`.
  package var listed: String { joined(separator: ", ") }
}
