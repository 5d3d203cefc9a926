internal import Core

/// The arrays of an HDF5 file as Keras 3 writes them: in groups that are named by class and counted, numbered within.
struct KerasNumberedWeights {
  let file: ForeignHDF5

  /// Where a model's layers are; Keras 2.12 and 2.13 met them first under another name.
  static let containers = ["layers", "_layer_checkpoint_dependencies"]

  /// The arrays of every layer of a model, by its path.
  func weights(of model: KerasModel, at root: String = "") throws(ImportError) -> [String: [KerasWeight]] {
    guard let container = try container(at: root) else { return [:] }
    let groups = try file.entries(of: container).filter { $0.kind == .group }.map(\.name)
    let names = try groupsByLayer(container, groups)
    var found: [String: [KerasWeight]] = [:]
    for (layer, counted) in zip(model.layers, counted(model, groups)) {
      guard let group = names?[layer.name] ?? counted else { continue }
      let path = container + "/" + group
      if let inner = layer.model {
        found.merge(try weights(of: inner, at: path)) { first, _ in first }
      } else {
        found[layer.path] = try variables(at: path)
      }
    }
    return found
  }

  private func container(at root: String) throws(ImportError) -> String? {
    for name in KerasNumberedWeights.containers {
      let path = root.isEmpty ? name : root + "/" + name
      if try file.contains(path) { return path }
    }
    return nil
  }

  /// The groups by the names of layers that later versions note beside the arrays; nil unless all have one of their own.
  private func groupsByLayer(_ container: String, _ groups: [String]) throws(ImportError) -> [String: String]?
  {
    var result: [String: String] = [:]
    for group in groups {
      let variables = container + "/" + group + "/vars"
      guard try file.contains(variables), let name = try file.text("name", at: variables),
        result.updateValue(group, forKey: name) == nil
      else { return nil }
    }
    return result.isEmpty ? nil : result
  }

  /// The group of each layer by the class and its counter.
  ///
  /// Where there are as many groups of a class as layers, they are the layers' in their order: the counter of Keras 2.12
  /// and 2.13 goes in steps of two where there are arrays.
  private func counted(_ model: KerasModel, _ groups: [String]) -> [String?] {
    var counters: [String: Int] = [:]
    var byClass: [String: [String]] = [:]
    for group in groups {
      let parts = group.split(separator: "_")
      let stem = parts.last.flatMap { Int($0) } == nil ? group : parts.dropLast().joined(separator: "_")
      byClass[stem, default: []].append(group)
    }
    func number(_ group: String) -> Int { group.split(separator: "_").last.flatMap { Int($0) } ?? 0 }
    for stem in byClass.keys { byClass[stem]!.sort { number($0) < number($1) } }
    let layers = model.layers.filter { !$0.isOperation }
    let totals = Dictionary(grouping: layers) { KerasNumberedWeights.snakeCase($0.className) }.mapValues(
      \.count)
    return model.layers.map { layer in
      guard !layer.isOperation else { return nil }
      let stem = KerasNumberedWeights.snakeCase(layer.className)
      let counter = counters[stem, default: 0]
      counters[stem] = counter + 1
      if let candidates = byClass[stem], candidates.count == totals[stem] { return candidates[counter] }
      let name = counter == 0 ? stem : "\(stem)_\(counter)"
      return groups.contains(name) ? name : nil
    }
  }

  /// The arrays of one layer, in their order.
  func variables(at path: String) throws(ImportError) -> [KerasWeight] {
    guard try file.contains(path + "/vars") else { return [] }
    var weights: [KerasWeight] = []
    for entry in try file.entries(of: path + "/vars") where entry.kind == .dataset {
      if let tensor = try file.tensor(path + "/vars/" + entry.name) {
        weights.append(KerasWeight(name: [], tensor: tensor))
      }
    }
    return weights
  }

  /// `Conv2DTranspose` as `conv2d_transpose`, by Keras's own rule: a word begins at a capital that small letters follow,
  /// and at a capital behind a small letter.
  static func snakeCase(_ name: String) -> String {
    let letters = Array(name.filter { $0.isLetter || $0.isNumber || $0 == "_" })
    var result = ""
    for (index, letter) in letters.enumerated() {
      if index > 0, letter.isUppercase {
        let startsWord = index + 1 < letters.count && letters[index + 1].isLowercase
        if startsWord || letters[index - 1].isLowercase { result.append("_") }
      }
      result += letter.lowercased()
    }
    return result
  }
}
