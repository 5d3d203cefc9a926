internal import Core

/// A file that holds arrays and no architecture: a network is put together from their names and shapes.
struct KerasWeightsOnly {
  let file: ForeignHDF5
  let path: String
  var format: String?

  /// What a file holds beside its layers' arrays.
  static let asides: Set = ["optimizer_weights", "optimizer", "metrics", "seed_generator"]

  func model(remarks: [String] = []) throws(ImportError) -> ForeignModel {
    let isListed = try file.texts("layer_names", at: "") != nil
    let isCounted = try file.whole("nb_layers", at: "") != nil
    let root = try file.contains("model_weights") ? "model_weights" : ""
    var groups: KerasWeightGroups
    if isListed || isCounted || !root.isEmpty {
      groups = try KerasWeightGroups(KerasLegacyWeights(file, at: root), version: version(at: root))
    } else {
      groups = try KerasWeightGroups(file)
      let isEmptyModel = try file.contains("vars")
      guard !groups.groups.isEmpty || isEmptyModel else { throw try notAModel() }
    }
    var tensors: [StoredTensor] = []
    for name in try file.datasetPaths(leavingOut: KerasWeightsOnly.asides) {
      if let tensor = try file.tensor(name) { tensors.append(tensor) }
    }
    let name = String(path.split(separator: "/").last ?? "network")
    let rebuilt: RebuiltNetwork
    do throws(ImportError) {
      rebuilt = try RebuiltNetwork.rebuild(
        groups.groups, flattensChannelsLast: !groups.hasChannelsFirst, name: name)
    } catch {
      return try emptyModel(
        name, format ?? groups.version + " weights, HDF5", tensors, remarks + [error.reason])
    }
    let notes = remarks + ["the file has no architecture; the network is put together from names and shapes:"]
    return try ForeignModel(
      path: path, format: format ?? groups.version + " weights, HDF5", network: rebuilt.network,
      parameters: rebuilt.parameters,
      layouts: groups.hasChannelsFirst ? [:] : KerasWeightsOnly.layouts(of: rebuilt.network),
      tensors: tensors,
      remarks: notes + rebuilt.links.map(\.description) + rebuilt.remarks + groups.remarks)
  }

  /// A file of arrays that are no layer's: there is nothing to run, its arrays can be looked at.
  private func emptyModel(
    _ name: String, _ format: String, _ tensors: [StoredTensor], _ remarks: [String]
  ) throws(ImportError) -> ForeignModel {
    let network: Network
    do throws(NetworkError) {
      let node = Unsupported(
        operation: "network", reason: "the file has no architecture, and no array that is a layer's weight",
        outputShape: [1])
      network = try Network(
        name: name, inputs: [.init("input", [1])], nodes: [.init("unknown", node, ["input"])])
    } catch { throw ImportError(.malformed, path, error.reason) }
    return try ForeignModel(
      path: path, format: format, network: network, parameters: [:], tensors: tensors, remarks: remarks)
  }

  private func version(at root: String) throws(ImportError) -> KerasVersion {
    KerasVersion(text: try file.text("keras_version", at: root), backend: try file.text("backend", at: root))
  }

  /// Images have their channels last in the file.
  private static func layouts(of network: Network) -> [String: ValueLayout] {
    let shapes = (try? network.shapes()) ?? [:]
    return shapes.compactMapValues { $0.rank == 4 ? .channelsLast : nil }
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
