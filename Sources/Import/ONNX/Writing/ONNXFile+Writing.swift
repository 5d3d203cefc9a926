public import Core

extension ONNXFile {
  /// Writes a model as ONNX, opset 17: nodes keep their names, the batch is open, weights are 32-bit floats.
  /// - Throws: `ImportError` naming the node if ONNX has no words for an operation, or if the file cannot be written; then
  ///   nothing is left behind.
  public static func write(_ model: Model, to path: String) throws(ImportError) {
    let graph = try ONNXExport(path, model).graph()
    var message = WireWriter()
    message.integer(1, 8)
    message.text(2, "Vitrine")
    message.message(7, graph)
    var operatorSet = WireWriter()
    operatorSet.text(1, "")
    operatorSet.integer(2, ONNXExport.version)
    message.message(8, operatorSet)
    guard message.count < 1 << 31 else {
      throw ImportError(
        .cannotWrite, path, "\(message.count) bytes, more than the 2 GB that one ONNX file may have")
    }
    do { try message.write(to: path) } catch { throw ImportError(error) }
  }
}
