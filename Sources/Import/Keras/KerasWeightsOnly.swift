internal import Core

/// A file that holds arrays and no architecture.
struct KerasWeightsOnly {
  let file: ForeignHDF5
  let path: String
  var remarks: [String] = []

  func model() throws(ImportError) -> ForeignModel {
    let isListed = try file.texts("layer_names", at: "") != nil
    let isCounted = try file.whole("nb_layers", at: "") != nil
    var isNumbered = try file.contains("vars")
    for name in KerasNumberedWeights.containers where try file.contains(name) { isNumbered = true }
    guard isListed || isCounted || isNumbered else { throw try notAModel() }
    throw ImportError(.unsupported, path, "holds weights alone")
  }

  private func notAModel() throws(ImportError) -> ImportError {
    let entries = try file.entries(of: "")
    let names = entries.prefix(12).map { $0.name + ($0.kind == .group ? "/" : "") }
    let list = entries.isEmpty ? "nothing" : names.listed + (entries.count > 12 ? ", …" : "")
    return ImportError(.notAModel, path, "HDF5, but no Keras model: it has neither model_config nor layer_names; it holds \(list)")
  }
}
