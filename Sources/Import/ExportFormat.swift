public import Core

/// The formats that a model is written in for other frameworks.
public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
  /// ONNX: the network and its weights.
  case onnx
  /// Keras 3's own format, a zip.
  case keras
  /// Keras' older format, HDF5.
  case h5
  /// The weights alone, by name.
  case safetensors

  /// The format that a path's extension asks for.
  /// - Throws: `ImportError` listing the formats there are.
  public init(path: String) throws(ImportError) {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let ending = parts.count > 1 ? parts.last!.lowercased() : ""
    guard let format = ExportFormat(rawValue: ending == "hdf5" ? "h5" : ending) else {
      throw ImportError(
        .cannotWrite, path,
        "a model is written as .onnx, .keras, .h5 or .safetensors: end the name in one of these")
    }
    self = format
  }

  /// Writes a model, whole or not at all.
  /// - Throws: `ImportError` naming the node that the format cannot say, or if the file cannot be written.
  public func write(_ model: Model, to path: String) throws(ImportError) {
    switch self {
    case .onnx: try ONNXFile.write(model, to: path)
    case .keras, .h5: try KerasFile.write(model, to: path)
    case .safetensors:
      try SafetensorsFile.write(model.parameters.names.map { ($0, model.parameters[$0]!) }, to: path)
    }
  }
}
