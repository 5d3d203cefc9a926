internal import Core

/// What is read of an ONNX file: `ModelProto`.
struct ONNXModel: Sendable {
  var irVersion = 0
  var producer = ""
  var producerVersion = ""
  var graph = ONNXGraph()
  /// The version of each operator set by its domain; the standard one's is "".
  var operatorSets: [String: Int] = [:]
  /// The functions that the model brings along, by `domain::name`.
  var functions: [String: ONNXFunction] = [:]
}

/// Nodes, the tensors they begin with and what goes in and out: `GraphProto`.
struct ONNXGraph: Sendable {
  var name = ""
  var nodes: [ONNXNode] = []
  var initializers: [ONNXTensor] = []
  var inputs: [ONNXValueInfo] = []
  var outputs: [ONNXValueInfo] = []
  /// What the file says about values in between.
  var values: [ONNXValueInfo] = []
}

/// One operation at its place: `NodeProto`.
struct ONNXNode: Sendable {
  var name = ""
  var operation = ""
  var domain = ""
  /// The version of the operator set that the node is of.
  var version = 0
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [String: ONNXAttribute] = [:]
}

/// A hyper-parameter: `AttributeProto`. Only one of the fields is set.
struct ONNXAttribute: Sendable {
  var float: Float?
  var integer: Int?
  var string: String?
  var tensor: ONNXTensor?
  var floats: [Float] = []
  var integers: [Int] = []
  /// What it holds that is not read: a graph, a sparse tensor, strings.
  var unread: String?
  /// In a function: the attribute of the calling node whose value it takes.
  var reference: String?
}

/// A name with its type and shape: `ValueInfoProto`.
struct ONNXValueInfo: Sendable {
  /// One extent: a number, a name for a number that is not known, or nothing.
  enum Extent: Hashable, Sendable {
    case fixed(Int)
    case open(String)
  }

  var name = ""
  var type: ONNXElementType?
  /// The extents; nil if not even their number is known.
  var extents: [Extent]?
  /// What it is if it is no tensor: `sequence`, `optional`, `map`, `sparse tensor`.
  var container: String?
}

/// An operation in terms of others: `FunctionProto`.
struct ONNXFunction: Sendable {
  var name = ""
  var domain = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var nodes: [ONNXNode] = []
  /// Attributes with values that hold where the caller gives none.
  var defaults: [String: ONNXAttribute] = [:]
  var operatorSets: [String: Int] = [:]
}
