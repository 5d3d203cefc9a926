public import Core

/// ONNX models: what PyTorch, Keras (by tf2onnx) and most others export to.
///
/// Opset 1 to the current one. A node that is not supported becomes an `Unsupported` and the rest of the graph stays; weights
/// are read when they are asked for.
public enum ONNXFile {
  /// Opens a model.
  ///
  /// Where a file leaves the size of pictures open one is assumed, and the remarks say so.
  /// - Parameter constants: inputs that are fixed once and for all, by name. Some graphs take the sizes that they compute
  ///   with, or their weights, as inputs; with these known they can be run.
  /// - Parameter shapes: what will be put in, by name: one batch in the file's own layout. Extents that the file leaves open are
  ///   taken from there.
  /// - Throws: `ImportError` if the file is missing, no ONNX model, damaged, contradicts itself or has no inputs.
  public static func open(
    _ path: String, constants: [String: Tensor] = [:], shapes: [String: Shape] = [:]
  ) throws(ImportError) -> ForeignModel {
    var model = try ONNXImporter(path, constants: constants, shapes: shapes).translated().model
    model.fitting = { (inputs) throws(ImportError) in try open(path, for: inputs) }
    return model
  }

  /// Opens a model to run it on these inputs: extents that the file leaves open are theirs, and where the graph must know some
  /// of them beforehand (the sizes that it computes with, weights that come in from outside) they become part of it.
  /// - Parameter inputs: tensors by the names of inputs, as the file lays them out. Those that the network then still has as
  ///   inputs are to be given to it.
  /// - Throws: `ImportError` as the other `open` does.
  public static func open(_ path: String, for inputs: [String: Tensor]) throws(ImportError) -> ForeignModel {
    let shapes = inputs.mapValues(\.shape)
    let model = try open(path, shapes: shapes)
    let names = model.network.inputs.map(\.name)
    guard names.count > 1, model.network.nodes.contains(where: { $0.operation is Unsupported }) else {
      return model
    }
    // What comes first is what a network is about; by convention the rest follows it.
    let others = Set(names.dropFirst())
    let fixed = try open(path, constants: inputs.filter { others.contains($0.key) }, shapes: shapes)
    return fixed.network.nodes.contains { $0.operation is Unsupported } ? model : fixed
  }

  /// Opens a model, and tells which node of ours makes each output of the graph.
  package static func openWithOutputs(
    _ path: String, constants: [String: Tensor] = [:], shapes: [String: Shape] = [:]
  ) throws(ImportError) -> (model: ForeignModel, outputs: [(name: String, node: String)]) {
    try ONNXImporter(path, constants: constants, shapes: shapes).translated()
  }

  /// Reads a single tensor that is a file of its own (`.pb`), as conformance suites keep inputs and outputs.
  package static func tensor(_ path: String) throws(ImportError) -> (name: String, tensor: Tensor) {
    let file: OpenFile
    do { file = try OpenFile(path) } catch { throw ImportError(error) }
    var decoder = ONNXDecoder(path)
    let stored = try decoder.tensor(WireReader(file))
    return (stored.name, try stored.tensor(in: path))
  }

  /// The operations of a file's graph, in its order, without `Constant`.
  package static func operations(in path: String) throws(ImportError) -> [String] {
    let file: OpenFile
    do { file = try OpenFile(path) } catch { throw ImportError(error) }
    var decoder = ONNXDecoder(path)
    return try decoder.model(file).graph.nodes.map(\.shownOperation).filter { $0 != "Constant" }
  }
}
