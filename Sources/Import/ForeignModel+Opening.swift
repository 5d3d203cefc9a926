internal import Core

extension ForeignModel {
  /// Opens a model file: what it is, its first bytes say, not its name.
  ///
  /// Keras (HDF5, `.keras`), ONNX, safetensors, NumPy, PyTorch. Only names and shapes are read.
  /// - Throws: `ImportError` saying what the file is instead, or why it cannot be read.
  public init(opening path: String) throws(ImportError) {
    let head = try ForeignHead.read(path, 8)
    switch head {
    case _ where ZipFile.recognises(head): self = try ForeignModel(openingZip: path)
    case _ where SafetensorsFile.recognises(try ForeignHead.read(path)):
      try self.init(tensorFile: SafetensorsFile.open(path))
    case _ where NumPyTensors.recognises(head): try self.init(tensorFile: NumPyTensors.open(path))
    case _ where TorchFile.recognises(try ForeignHead.read(path)):
      try self.init(tensorFile: TorchFile.open(path))
    case _ where try KerasFile.recognises(path): self = try KerasFile.open(path)
    default: self = try ForeignModel(openingONNX: path, head: try ForeignHead.read(path, 96))
    }
  }

  /// ONNX has no signature: what is nothing else is tried as that.
  private init(openingONNX path: String, head: [UInt8]) throws(ImportError) {
    do throws(ImportError) { self = try ONNXFile.open(path) } catch {
      guard error.code == .notAModel, head.first != 8 else { throw error }
      throw ImportError(
        .notAModel, path,
        "neither a run nor a model: this looks like \(FileResemblance(head)); give a run, or a file of Keras, ONNX, "
          + "safetensors, NumPy or PyTorch")
    }
  }

  /// What is in a zip says whose it is.
  private init(openingZip path: String) throws(ImportError) {
    let zip = try ZipFile.forImport(path)
    let names = zip.entries.map(\.name)
    if names.contains(where: { $0.hasSuffix(".npy") }) {
      try self.init(tensorFile: NumPyTensors.open(zip))
    } else if names.contains(where: { $0.hasSuffix("data.pkl") || $0.hasSuffix("constants.pkl") }) {
      try self.init(tensorFile: TorchFile.open(zip))
    } else {
      self = try KerasFile.open(path)
    }
  }
}
