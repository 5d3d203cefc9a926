internal import Core

/// The arrays of an HDF5 file as Keras wrote them until 3: a group for each layer of the model, under its name.
struct KerasLegacyWeights {
  /// Layers in their order, with their arrays in theirs.
  let layers: [(name: String, weights: [KerasWeight])]

  /// Reads the lists of names at a group and the shapes of what they name.
  init(_ file: ForeignHDF5, at root: String) throws(ImportError) {
    var layers: [(name: String, weights: [KerasWeight])] = []
    for name in try KerasLegacyWeights.layerNames(file, root) {
      let group = root.isEmpty ? name : root + "/" + name
      guard try file.contains(group) else {
        throw ImportError(.malformed, "\(file.name):\(group)", "the layer is listed, its group is not there")
      }
      var weights: [KerasWeight] = []
      for weight in try KerasLegacyWeights.weightNames(file, group) {
        if let tensor = try file.tensor(group + "/" + weight) {
          weights.append(KerasWeight(name: weight.split(separator: "/").map(String.init), tensor: tensor))
        }
      }
      layers.append((name, weights))
    }
    self.layers = layers
  }

  private static func layerNames(_ file: ForeignHDF5, _ root: String) throws(ImportError) -> [String] {
    if let names = try file.texts("layer_names", at: root) { return names }
    guard let count = try file.whole("nb_layers", at: root), (0...100_000).contains(count) else {
      throw ImportError(.malformed, "\(file.name):/\(root)", "there is no list of layers (layer_names)")
    }
    return (0..<count).map { "layer_\($0)" }
  }

  private static func weightNames(_ file: ForeignHDF5, _ group: String) throws(ImportError) -> [String] {
    if let names = try file.texts("weight_names", at: group) { return names }
    guard let count = try file.whole("nb_params", at: group), (0...1000).contains(count) else { return [] }
    return (0..<count).map { "param_\($0)" }
  }

  /// The arrays of every layer of a model, by its path.
  func weights(of model: KerasModel) throws(ImportError) -> [String: [KerasWeight]] {
    let groups = Dictionary(layers.map { ($0.name, $0.weights) }, uniquingKeysWith: { first, _ in first })
    var found: [String: [KerasWeight]] = [:]
    for layer in model.layers {
      guard let weights = groups[layer.name] else { continue }
      if let inner = layer.model {
        found.merge(KerasLegacyWeights.dealt(weights, to: inner.leaves)) { first, _ in first }
      } else {
        found[layer.path] = weights
      }
    }
    return found
  }

  /// A nested model's arrays are in one list: in an order that depends on what was frozen, so they are dealt by name.
  private static func dealt(_ weights: [KerasWeight], to leaves: [KerasLayer]) -> [String: [KerasWeight]] {
    var prefixes: [[String]] = []
    var members: [[String]: [KerasWeight]] = [:]
    for weight in weights {
      let prefix = Array(weight.name.dropLast())
      if members[prefix] == nil { prefixes.append(prefix) }
      members[prefix, default: []].append(weight)
    }
    var dealt: [String: [KerasWeight]] = [:]
    var left = leaves.filter { $0.weightNames != [] }
    // The prefix that agrees with a layer's path over the most parts from the end on is the layer's.
    for leaf in left {
      let path = leaf.path.split(separator: "/").map(String.init)
      let scores = prefixes.map { prefix in zip(prefix.reversed(), path.reversed()).prefix { $0 == $1 }.count
      }
      guard let best = scores.max(), best > 0, scores.count(where: { $0 == best }) == 1 else { continue }
      let prefix = prefixes.remove(at: scores.firstIndex(of: best)!)
      dealt[leaf.path] = members[prefix]
    }
    // The others by their order: the first of as many arrays.
    left.removeAll { dealt[$0.path] != nil }
    for leaf in left {
      guard let index = prefixes.firstIndex(where: { members[$0]!.count == leaf.weightNames?.count }) else {
        continue
      }
      dealt[leaf.path] = members[prefixes.remove(at: index)]
    }
    return dealt
  }
}
