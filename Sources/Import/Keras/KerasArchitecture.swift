internal import Core

/// Reads the JSON in which Keras describes a model, of any generation.
struct KerasArchitecture {
  /// The file, for errors.
  let path: String
  let version: KerasVersion

  /// The model that a description is of; nil if it lists no layers, as a class of somebody's own does not.
  /// - Throws: `ImportError` if it contradicts itself.
  func model(_ description: JSON, within outer: String = "") throws(ImportError) -> KerasModel? {
    let className = description["class_name"]?.text ?? ""
    let config = description["config"]
    let name = config?["name"]?.text ?? description["name"]?.text ?? className.lowercased()
    let list = config?.array ?? config?["layers"]?.array
    guard let list else { return nil }
    if className == "Sequential" || config?.array != nil {
      return try sequential(name, list, description, within: outer)
    }
    guard config?["input_layers"] != nil else { return nil }
    return try functional(name, className, list, config!, within: outer)
  }

  private func subject(_ layer: String) -> String { path + ":" + layer }

  // MARK: Layers

  private func layer(_ entry: JSON, at index: Int, within outer: String) throws(ImportError) -> KerasLayer {
    // Before 1.0 a list of layers had the class as the name.
    let className = entry["class_name"]?.text ?? entry["config"]?["class_name"]?.text ?? entry["name"]?.text
    guard let className, let config = entry["config"] ?? entry.object.map({ JSON.object($0) }) else {
      throw ImportError(.malformed, path, "layer \(index + 1) of '\(outer)' has no class")
    }
    let outerName = entry["class_name"] == nil ? nil : entry["name"]?.text
    let name =
      outerName ?? config["name"]?.text ?? entry["custom_name"]?.text
      ?? "\(className.lowercased())_\(index + 1)"
    let layerPath = outer.isEmpty ? name : outer + "/" + name
    var options = config.object ?? [:]
    if let shape = entry["build_config"]?["input_shape"] { options["build_input_shape"] = shape }
    var kind = className
    if version.major == 1 { (kind, options) = Keras1.translated(className, options) }
    var inner: KerasModel?
    if ["Sequential", "Model", "Functional"].contains(className) || config["input_layers"] != nil {
      inner = try model(entry, within: layerPath)
    }
    return KerasLayer(
      name: name, path: layerPath, className: kind,
      config: KerasConfig(subject: subject(layerPath), options: options),
      isOperation: entry["module"]?.text?.contains(".ops.") ?? false, model: inner, calls: [])
  }

  // MARK: Chains

  private func sequential(
    _ name: String, _ list: [JSON], _ description: JSON, within outer: String
  ) throws(ImportError) -> KerasModel {
    var layers: [KerasLayer] = []
    for (index, entry) in list.enumerated() {
      let layer = try layer(entry, at: index, within: outer)
      if layer.className == "InputLayer" && !layers.isEmpty { continue }
      layers.append(layer)
    }
    guard let first = layers.first else {
      throw ImportError(.malformed, path, "the model '\(name)' has no layers")
    }
    if first.className != "InputLayer" {
      layers.insert(input(before: first, description), at: 0)
    }
    for index in layers.indices {
      let previous = KerasReference(layer: index - 1, call: 0, tensor: 0)
      layers[index].calls = [KerasCall(arguments: index == 0 ? [] : [.value(previous)])]
    }
    return try KerasModel(
      name: name, className: "Sequential", layers: layers,
      inputs: [KerasReference(layer: 0, call: 0, tensor: 0)],
      outputs: [KerasReference(layer: layers.count - 1, call: 0, tensor: 0)], subject: path)
  }

  /// The input that a chain without one begins with, of the first shape that is stated anywhere.
  private func input(before first: KerasLayer, _ description: JSON) -> KerasLayer {
    var options: [String: JSON] = [:]
    let stated = [description["config"]?["build_input_shape"], description["build_config"]?["input_shape"]]
    options["batch_shape"] =
      inputShape(of: first) ?? stated.compactMap(\.self).first { KerasConfig.shape($0) != nil }
    let name = first.name + "_input"
    let outer = first.path.dropLast(first.name.count)
    return KerasLayer(
      name: name, path: outer + name, className: "InputLayer",
      config: KerasConfig(subject: first.config.subject, options: options), isOperation: false, model: nil,
      calls: [])
  }

  private func inputShape(of layer: KerasLayer) -> JSON? {
    if let inner = layer.model {
      return inner.layers.first { $0.className == "InputLayer" }.flatMap { inputShape(of: $0) }
    }
    let config = layer.config
    // What an embedding states is of no length.
    for key in ["batch_shape", "batch_input_shape"] where config[key] != nil && layer.className != "Embedding"
    {
      return config[key]
    }
    switch layer.className {
    case "Embedding":
      if let length = config["input_length"] { return .array([.null, length.array?.first ?? length]) }
    case "Dense":
      if let count = config["input_dim"] { return .array([.null, count]) }
    default: break
    }
    return config["build_input_shape"] ?? config["batch_input_shape"]
  }

  // MARK: Graphs

  private func functional(
    _ name: String, _ className: String, _ list: [JSON], _ config: JSON, within outer: String
  ) throws(ImportError) -> KerasModel {
    var layers: [KerasLayer] = []
    var indices: [String: Int] = [:]
    for (index, entry) in list.enumerated() {
      let layer = try layer(entry, at: index, within: outer)
      guard indices.updateValue(index, forKey: layer.name) == nil else {
        throw ImportError(.malformed, subject(layer.path), "two layers have this name")
      }
      layers.append(layer)
    }
    for (index, entry) in list.enumerated() {
      let inbound = KerasInbound(path: subject(layers[index].path), indices: indices)
      layers[index].calls = try inbound.calls(entry["inbound_nodes"])
      if layers[index].className == "InputLayer" { layers[index].calls = [KerasCall()] }
    }
    let inbound = KerasInbound(path: subject(name), indices: indices)
    let inputs = try inbound.references(config["input_layers"])
    var outputs = try inbound.references(config["output_layers"])
    let isOfKeras3 = list.contains { $0["inbound_nodes"]?[0]?["args"] != nil }
    KerasInbound.countFromZero(&layers, &outputs, isOfKeras3: isOfKeras3)
    for reference in inputs where layers[reference.layer].className != "InputLayer" {
      throw ImportError(.malformed, subject(layers[reference.layer].path), "is named as an input and is none")
    }
    return try KerasModel(
      name: name, className: className, layers: layers, inputs: inputs, outputs: outputs, subject: path)
  }
}
