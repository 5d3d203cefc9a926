internal import Core

/// Models in the files of Keras: HDF5 of any version (`.h5`, `.hdf5`), `.keras`, and files of weights alone.
public enum KerasFile {
  /// Opens a file of Keras 1, 2 or 3, by what is in it and not by its name.
  ///
  /// Nodes are called as the file's layers: a node holds its layer's final value. A layer with an activation in it is two
  /// nodes, `conv2d.linear` with the kernel and `conv2d`; further nodes that a layer needs are called `<layer>.<what>`. The
  /// layers of a model within the model are nodes of their own, called `outer/inner` where `inner` alone is not unique, and a
  /// node of the inner model's name holds its result; a layer's later calls are called `<layer>.call2` and so on.
  /// - Throws: `ImportError` if it is no file of Keras, is damaged, or describes what cannot be.
  public static func open(_ path: String) throws(ImportError) -> ForeignModel {
    if try isZip(path) { return try KerasArchive(path).model() }
    return try model(in: ForeignHDF5(path), path: path)
  }

  private static func isZip(_ path: String) throws(ImportError) -> Bool {
    do throws(ArchiveError) {
      return try SystemFile.bytes(path, count: 4).starts(with: [0x50, 0x4B, 3, 4])
    } catch {
      throw ImportError(error)
    }
  }

  /// The model in an HDF5 file of any generation.
  private static func model(in file: ForeignHDF5, path: String) throws(ImportError) -> ForeignModel {
    if let text = try file.text("model_config") { return try legacyModel(text, in: file, path: path) }
    return try KerasWeightsOnly(file: file, path: path).model()
  }

  private static func legacyModel(
    _ text: String, in file: ForeignHDF5, path: String
  ) throws(ImportError) -> ForeignModel {
    let group = try file.contains("model_weights") ? "model_weights" : ""
    // Keras 1 noted its version at the root alone.
    let (versions, backends) = (
      [try file.text("keras_version", at: group), try file.text("keras_version")],
      [try file.text("backend", at: group), try file.text("backend")]
    )
    let version = KerasVersion(
      text: versions.compactMap(\.self).first, backend: backends.compactMap(\.self).first)
    let description = try JSON(parsing: Array(text.utf8), named: path + ":model_config")
    let stored = try KerasLegacyWeights(file, at: group)
    let architecture = KerasArchitecture(path: path, version: version)
    guard let model = try architecture.model(description) else {
      return try KerasWeightsOnly(file: file, path: path).model()
    }
    let names = stored.layers.flatMap(\.weights).compactMap(\.name.last)
    var builder = KerasBuilder(path: path, format: version.name + ", HDF5", version: version, model: model)
    builder.turnsKernels =
      version.backend == "theano"
      || version.backend == nil && !names.isEmpty && !names.contains { $0.hasSuffix(":0") }
    builder.tensors = stored.layers.flatMap { $0.weights.map(\.tensor) }
    return try builder.model(try stored.weights(of: model))
  }
}

extension KerasFile {
  /// True for a file that HDF5's library would open: its signature stands at the beginning, or behind another program's head.
  static func recognises(_ path: String) throws(ImportError) -> Bool {
    do throws(ArchiveError) { return try HDF5File.isHDF5(path) } catch { throw ImportError(error) }
  }
}
