internal import Core

/// A graph that is being written: nodes and the tensors that they begin with.
struct ONNXGraphWriter {
  /// The value of an attribute.
  enum Attribute {
    case integer(Int)
    case float(Float)
    case text(String)
    case integers([Int])
    case tensor(Tensor)
  }

  let path: String
  /// The shapes of all values for a batch of 1.
  let shapes: [String: Shape]
  /// Nodes and inputs of ours whose value is the same for every example.
  var fixed: Set<String> = []
  private(set) var message = WireWriter()
  private var names: Set<String>
  private var initializers = WireWriter()
  private var written: Set<String> = []

  init(_ path: String, network: Network, shapes: [String: Shape]) {
    self.path = path
    self.shapes = shapes
    names = Set(network.nodes.map(\.name) + network.inputs.map(\.name))
  }

  /// A name that nothing has yet.
  mutating func unique(_ name: String) -> String {
    var candidate = name
    var count = 1
    while !names.insert(candidate).inserted {
      count += 1
      candidate = "\(name)_\(count)"
    }
    return candidate
  }

  /// Adds a node that makes the value `output`, which is its name as well.
  mutating func node(
    _ operation: String, _ inputs: [String], _ output: String,
    _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) {
    var node = WireWriter()
    for input in inputs { node.text(1, input) }
    node.text(2, output)
    node.text(3, output)
    node.text(4, operation)
    for (name, value) in attributes { node.message(5, Self.attribute(name, value)) }
    message.message(1, node)
  }

  /// Adds a node beside the one of ours that is being written, and gives the name of its value.
  mutating func auxiliary(
    _ operation: String, _ inputs: [String], _ name: String,
    _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> String {
    let name = unique(name)
    node(operation, inputs, name, attributes)
    return name
  }

  private static func attribute(_ name: String, _ value: Attribute) -> WireWriter {
    var message = WireWriter()
    message.text(1, name)
    switch value {
    case .integer(let integer):
      message.integer(3, integer)
      message.integer(20, 2)
    case .float(let float):
      message.float(2, float)
      message.integer(20, 1)
    case .text(let text):
      message.text(4, text)
      message.integer(20, 3)
    case .integers(let list):
      for integer in list { message.integer(8, integer) }
      message.integer(20, 7)
    case .tensor(let tensor):
      message.message(5, Self.tensor(name, tensor))
      message.integer(20, 4)
    }
    return message
  }

  private static func tensor(_ name: String, _ tensor: Tensor) -> WireWriter {
    var message = WireWriter()
    for extent in tensor.shape.extents { message.integer(1, extent) }
    message.integer(2, ONNXElementType.float.rawValue)
    message.text(8, name)
    message.numbers(9, tensor)
    return message
  }

  /// Adds a tensor of floats and gives its name.
  mutating func floats(_ tensor: Tensor, _ name: String) -> String {
    let name = unique(name)
    initializers.message(5, Self.tensor(name, tensor))
    return name
  }

  /// Adds a single number.
  mutating func number(_ value: Float, _ name: String) -> String { floats(Tensor([], [value]), name) }

  /// Adds a list of whole numbers and gives its name.
  mutating func integers(_ list: [Int], _ name: String) -> String {
    let name = unique(name)
    var message = WireWriter()
    message.integer(1, list.count)
    message.integer(2, ONNXElementType.int64.rawValue)
    message.text(8, name)
    message.bytes(
      9, list.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } })
    initializers.message(5, message)
    return name
  }

  /// What a graph takes or gives: floats, or whole numbers, in a shape whose first extent may be open.
  static func valueInfo(_ name: String, _ type: ONNXElementType, _ shape: Shape, isBatched: Bool)
    -> WireWriter
  {
    var dimensions = WireWriter()
    for (axis, extent) in shape.extents.enumerated() {
      var dimension = WireWriter()
      if axis == 0 && isBatched { dimension.text(2, "N") } else { dimension.integer(1, extent) }
      dimensions.message(1, dimension)
    }
    var tensor = WireWriter()
    tensor.integer(1, type.rawValue)
    tensor.message(2, dimensions)
    var kind = WireWriter()
    kind.message(1, tensor)
    var info = WireWriter()
    info.text(1, name)
    info.message(2, kind)
    return info
  }

  /// The whole graph: nodes, the name, tensors, then what goes in and out.
  func graph(_ name: String, inputs: [WireWriter], output: WireWriter) -> WireWriter {
    var graph = WireWriter()
    graph.append(message)
    graph.text(2, name)
    graph.append(initializers)
    for input in inputs { graph.message(11, input) }
    graph.message(12, output)
    return graph
  }
}
