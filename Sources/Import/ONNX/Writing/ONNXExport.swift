internal import Core

/// Writes a network of ours as an ONNX graph.
struct ONNXExport {
  /// The operator set that is written: old enough for every runtime that is about, new enough for layer normalization.
  static let version = 17

  let network: Network
  let parameters: Parameters
  var writer: ONNXGraphWriter
  private let shapes: [String: Shape]
  /// The node that is being written.
  private(set) var node: Network.Node

  init(_ path: String, _ model: Model) throws(ImportError) {
    network = model.network
    parameters = model.parameters
    node = model.network.nodes[0]
    do { shapes = try model.network.shapes(batch: 1) } catch {
      throw ImportError(.unsupported, "\(path):\(error.subject)", error.reason)
    }
    writer = ONNXGraphWriter(path, network: model.network, shapes: shapes)
  }

  consuming func graph() throws(ImportError) -> WireWriter {
    for node in network.nodes {
      self.node = node
      if node.inputs.allSatisfy(writer.fixed.contains) { writer.fixed.insert(node.name) }
      do throws(ONNXRefusal) { try write(node.operation) } catch {
        throw ImportError(
          .unsupported, "\(writer.path):\(node.name)",
          "\(node.operation.name) cannot be written as ONNX: \(error.reason)")
      }
    }
    let inputs = network.inputs.map { input in
      ONNXGraphWriter.valueInfo(
        input.name, takesIndices(input.name) ? .int64 : .float, input.shape.batched(1), isBatched: true)
    }
    let output = ONNXGraphWriter.valueInfo(
      network.output, .float, shapes[network.output]!, isBatched: !writer.fixed.contains(network.output))
    return writer.graph(network.name.isEmpty ? "network" : network.name, inputs: inputs, output: output)
  }

  // MARK: what the operations' writers need

  /// The node's own name, which is that of its value.
  var name: String { node.name }
  /// The name of an input's value.
  func input(_ index: Int = 0) -> String { node.inputs[index] }
  /// The shape of an input for a batch of 1.
  func inputShape(_ index: Int = 0) -> Shape { shapes[node.inputs[index]]! }
  /// The shape of the value for a batch of 1.
  var outputShape: Shape { shapes[name]! }
  /// The name for something beside the node.
  func beside(_ what: String) -> String { "\(name).\(what)" }

  /// Adds one of the node's parameters as it is, or in another shape.
  mutating func parameter(_ what: String, shape: Shape? = nil) -> String {
    let tensor = parameters[name, what]!
    return writer.floats(shape.map(tensor.reshaped) ?? tensor, beside(what))
  }

  /// Adds a node that reshapes every example of a value.
  mutating func reshaped(_ value: String, _ example: [Int], as what: String) -> String {
    let target = writer.integers([0] + example, beside(what + ".shape"))
    return writer.auxiliary("Reshape", [value, target], beside(what))
  }

  /// The value as another one of ours, whose last step reshapes every example.
  mutating func reshape(_ value: String, to example: [Int]) {
    let target = writer.integers([0] + example, beside("shape"))
    writer.node("Reshape", [value, target], name)
  }

  /// True for an input that holds nothing but row numbers of tables.
  func takesIndices(_ input: String) -> Bool {
    let readers = network.readers(of: input)
    return !readers.isEmpty && readers.allSatisfy { $0.operation is Embedding }
  }

  /// The inputs' values with as many axes as the longest: ONNX lays values on each other from the last axis on, the batch
  /// axis included, where ours lays examples on each other.
  mutating func aligned() -> [String] {
    let rank = node.inputs.indices.map { inputShape($0).rank }.max() ?? 0
    var names: [String] = []
    for index in node.inputs.indices {
      let shape = inputShape(index)
      names.append(
        shape.rank == rank
          ? input(index)
          : reshaped(
            input(index),
            [Int](repeating: 1, count: rank - shape.rank) + Array(shape.extents.dropFirst()),
            as: "aligned\(index)"))
    }
    return names
  }

  /// Adds a node for each step that joins another value to those before; the last has the node's name.
  mutating func chain(_ operation: String, _ values: [String]) {
    guard values.count > 1 else { return writer.node("Identity", values, name) }
    var left = values[0]
    for (index, right) in values.enumerated().dropFirst() {
      if index == values.count - 1 {
        writer.node(operation, [left, right], name)
      } else {
        left = writer.auxiliary(operation, [left, right], beside("part\(index)"))
      }
    }
  }
}
