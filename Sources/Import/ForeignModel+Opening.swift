internal import Core

extension ForeignModel {
  /// Opens a model file: what it is, its first bytes say, not its name.
  ///
  /// Keras (HDF5, `.keras`), ONNX, safetensors, NumPy, PyTorch. Only names and shapes are read.
  /// - Throws: `ImportError` saying what the file is instead, or why it cannot be read.
  public init(opening path: String) throws(ImportError) {
    let head = try ForeignHead.read(path)
    if ZipFile.recognises(head) {
      self = try ForeignModel(zip: path)
    } else if SafetensorsFile.recognises(head) {
      self = try ForeignModel(try SafetensorsFile.open(path))
    } else if NumPyTensors.recognises(head) {
      self = try ForeignModel(try NumPyTensors.open(path))
    } else if TorchFile.recognises(head) {
      self = try ForeignModel(try TorchFile.open(path))
    } else {
      self = try ONNXFile.open(path)
    }
  }

  /// A zip's entries say whose it is.
  private init(zip path: String) throws(ImportError) {
    let zip = try ZipFile.forImport(path)
    self = try ForeignModel(try TorchFile.open(zip))
  }

  init(_ file: TensorFile) throws(ImportError) { throw ImportError(.unsupported, file.path, "no network") }
}
