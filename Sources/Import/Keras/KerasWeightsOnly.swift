internal import Core

/// A file that holds arrays and no architecture.
struct KerasWeightsOnly {
  let file: ForeignHDF5
  let path: String
  var format = "Keras weights, HDF5"

  /// What a file holds beside its layers' arrays.
  static let asides: Set = ["optimizer_weights", "optimizer", "metrics", "seed_generator"]

  func model(remarks: [String] = []) throws(ImportError) -> ForeignModel {
    let isListed = try file.texts("layer_names", at: "") != nil
    let isCounted = try file.whole("nb_layers", at: "") != nil
    let isNumbered = try isNumbered()
    guard isListed || isCounted || isNumbered else { throw try notAModel() }
    throw ImportError(.unsupported, path, "holds weights alone")
  }

  private func isNumbered() throws(ImportError) -> Bool {
    for name in KerasNumberedWeights.containers + ["vars"] where try file.contains(name) { return true }
    return false
  }

  private func notAModel() throws(ImportError) -> ImportError {
    let entries = try file.entries(of: "")
    let names = entries.prefix(12).map { $0.name + ($0.kind == .group ? "/" : "") }
    let list = entries.isEmpty ? "nothing" : names.listed + (entries.count > 12 ? ", …" : "")
    return ImportError(
      .notAModel, path,
      "HDF5, but no Keras model: it has neither model_config nor layer_names; it holds \(list)")
  }
}
