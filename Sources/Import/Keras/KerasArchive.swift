internal import Core

/// A `.keras` file: a zip of the architecture and an HDF5 file of arrays.
struct KerasArchive {
  let path: String
  private let zip: ZipFile

  init(_ path: String) throws(ImportError) {
    self.path = path
    zip = try ZipFile.forImport(path)
  }

  private static let longestText = 1 << 28
  /// Packed to less than a twentieth, a larger file of arrays than this is not believed.
  private static let harmlessSize = 1 << 27
  /// Smaller ones are copied, which takes a few milliseconds, and their checksum is looked at.
  private static let largeSize = 1 << 23

  func model() throws(ImportError) -> ForeignModel {
    guard let config = zip["config.json"] else {
      let names = zip.entries.prefix(12).map(\.name)
      throw ImportError(
        .notAModel, path,
        "a zip, but no Keras model: it has no config.json; it holds "
          + (names.isEmpty ? "nothing" : names.listed + (zip.entries.count > 12 ? ", …" : "")))
    }
    let description = try json(config)
    let metadata = try zip["metadata.json"].map { entry throws(ImportError) in try json(entry) }
    let version = KerasVersion(text: metadata?["keras_version"]?.text ?? "3", backend: nil)
    let format = version.name + ", .keras"
    let weights = KerasNumberedWeights(file: try arrays())
    var tensors: [StoredTensor] = []
    for name in try weights.file.datasetPaths(leavingOut: KerasWeightsOnly.asides) {
      if let tensor = try weights.file.tensor(name) { tensors.append(tensor) }
    }
    guard let model = try KerasArchitecture(path: path, version: version).model(description) else {
      let name = description["class_name"]?.text ?? "somebody's own class"
      return try KerasWeightsOnly(file: weights.file, path: path, format: format).model(
        remarks: [
          "the model is of the class '\(name)', whose layers the file does not list: only its arrays are known"
        ])
    }
    var builder = KerasBuilder(path: path, format: format, version: version, model: model)
    builder.tensors = tensors
    return try builder.model(try weights.weights(of: model))
  }

  private func json(_ entry: ZipFile.Entry) throws(ImportError) -> JSON {
    let bytes: [UInt8]
    do { bytes = try zip.contents(of: entry, limit: KerasArchive.longestText) } catch {
      throw ImportError(error)
    }
    return try JSON(parsing: bytes, named: "\(path):\(entry.name)")
  }

  /// The HDF5 file within: where it lies, or unpacked to a temporary file that has no name any more once it is open.
  private func arrays() throws(ImportError) -> ForeignHDF5 {
    guard let entry = zip["model.weights.h5"] else {
      let other = zip.entries.first { $0.name.hasPrefix("model.weights.") }
      throw ImportError(
        other == nil ? .malformed : .unsupported, path,
        "there is no model.weights.h5 in it" + (other.map { ", but '\($0.name)', which is not read" } ?? ""))
    }
    guard entry.size <= KerasArchive.harmlessSize || entry.size / 20 <= entry.packedSize else {
      throw ImportError(
        .unsafe, "\(path):\(entry.name)",
        "\(entry.packedSize) bytes claim to unfold to \(entry.size); that is not believed")
    }
    let name = "\(path):\(entry.name)"
    // A large one is read where it lies; whoever wants a few arrays of it should not wait for a copy of all.
    if entry.size >= KerasArchive.largeSize, let part = zip.part(of: entry) {
      return try ForeignHDF5(path, named: name, part: part.offset..<part.offset + part.count)
    }
    let folder = try PrivateFolder()
    do throws(FileError) { try zip.extract(entry, to: folder.file) } catch { throw ImportError(error) }
    return try ForeignHDF5(folder.file, named: name)
  }
}
