public import Core

extension KerasFile {
  /// Writes a model for Keras: `.keras` (a zip, for Keras 3) or `.h5` (HDF5, for Keras 2 and 3), by the path's ending.
  ///
  /// The model takes and gives images with their channels last, as Keras does on every machine, and vectors as they are
  /// here. Nodes that its result does not depend on are left out.
  /// - Throws: `ImportError` (`.cannotWrite`) naming a node that Keras has no layers for, or if the file cannot be written.
  public static func write(_ model: Model, to path: String) throws(ImportError) {
    do throws(FileError) { try ByteWriter.check(path) } catch { throw ImportError(error) }
    let folder = try PrivateFolder()
    if path.lowercased().hasSuffix(".keras") {
      let export = try KerasExport(model, dialect: .archive, path: path)
      try export.writeNumberedArrays(to: folder.file, named: path)
      let metadata: JSON = [
        "keras_version": .string(KerasExport.archiveVersion), "date_saved": "1980-01-01@00:00:00",
      ]
      do {
        try ZipWriter.write(
          [
            ("metadata.json", .bytes(Array(metadata.written.utf8))),
            ("config.json", .bytes(Array(export.description.written.utf8))),
            ("model.weights.h5", .file(folder.file)),
          ], to: path)
      } catch { throw ImportError(error) }
    } else {
      let export = try KerasExport(model, dialect: .legacy, path: path)
      try export.writeLegacy(to: folder.file, named: path)
      do throws(FileError) {
        let part = try OpenFile(folder.file).whole
        try ByteWriter.write(to: path) { (put) throws(FileError) in
          let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
          defer { block.deallocate() }
          for offset in stride(from: 0, to: part.count, by: block.count) {
            let piece = UnsafeMutableRawBufferPointer(
              rebasing: block[..<min(block.count, part.count - offset)])
            try part.read(from: offset, into: piece)
            try put(UnsafeRawBufferPointer(piece))
          }
        }
      } catch { throw ImportError(error) }
    }
  }
}

extension KerasExport {
  /// The versions whose files these are like.
  static let legacyVersion = "2.15.0"
  static let archiveVersion = "3.8.0"

  // MARK: Architecture

  /// The architecture as Keras describes it.
  var description: JSON {
    var config: [String: JSON] = [
      "name": .string(KerasExport.modelName(model.network.name)), "trainable": true,
      "layers": .array(layers.map(described)),
      "input_layers": .array(inputs.map { [.string($0), 0, 0] }), "output_layers": [[.string(output), 0, 0]],
    ]
    guard dialect == .archive else { return ["class_name": "Functional", "config": .object(config)] }
    config["dtype"] = nil
    return [
      "module": "keras.src.models.functional", "class_name": "Functional", "config": .object(config),
      "registered_name": "Functional",
    ]
  }

  private static func modelName(_ name: String) -> String {
    let allowed = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" }
    return allowed.first?.isLetter == true ? String(allowed) : "model_" + String(allowed)
  }

  private func described(_ layer: KerasOutLayer) -> JSON {
    var members: [String: JSON] = [
      "class_name": .string(layer.className), "config": .object(layer.config), "name": .string(layer.name),
    ]
    guard dialect == .archive else {
      members["inbound_nodes"] =
        layer.inputs.isEmpty ? [] : [.array(layer.inputs.map { [.string($0), 0, 0, .object([:])] })]
      return .object(members)
    }
    members["module"] = "keras.layers"
    members["registered_name"] = .null
    let tensors = layer.inputs.map(tensor)
    if tensors.isEmpty {
      members["inbound_nodes"] = []
    } else {
      // What merges takes one list, others one value.
      let isMerge = KerasExport.merging.contains(layer.className)
      members["inbound_nodes"] = [
        ["args": isMerge ? [.array(tensors)] : .array(tensors), "kwargs": .object([:])]
      ]
    }
    return .object(members)
  }

  private static let merging: Set = [
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
  ]

  private func tensor(_ name: String) -> JSON {
    let shape = layers.first { $0.name == name }!.shape
    let extents: [JSON] = shape.extents.map { .number(Double($0)) }
    return [
      "class_name": "__keras_tensor__",
      "config": [
        "shape": .array([.null] + extents), "dtype": "float32", "keras_history": [.string(name), 0, 0],
      ],
    ]
  }

  // MARK: Arrays

  /// The longest list of names that HDF5 lets stand in an object's head, as Keras has it.
  private static let longestList = 64_512

  private func set(_ attribute: String, _ names: [String], at object: any HDF5Object) throws(ArchiveError) {
    guard !names.isEmpty else {
      try object.set(attribute: attribute, numbers: [Double]())
      return
    }
    let width = names.map(\.utf8.count).max()!
    let perPart = max(KerasExport.longestList / max(width, 1), 1)
    guard names.count > perPart else {
      try object.set(attribute: attribute, names)
      return
    }
    for (part, start) in stride(from: 0, to: names.count, by: perPart).enumerated() {
      try object.set(
        attribute: attribute + String(part), Array(names[start..<min(start + perPart, names.count)]))
    }
  }

  /// Writes a whole model in HDF5, architecture and arrays under the layers' names.
  func writeLegacy(to file: String, named name: String) throws(ImportError) {
    do throws(ArchiveError) {
      let file = try HDF5File(creating: file, named: name, isOld: true)
      try fillLegacy(file)
      try file.close()
    } catch { throw ImportError(error) }
  }

  private func fillLegacy(_ file: HDF5File) throws(ArchiveError) {
    for (attribute, text) in [
      ("model_config", description.written), ("keras_version", KerasExport.legacyVersion),
      ("backend", "tensorflow"),
    ] { try file.set(attribute: attribute, longText: text) }
    let group = try file.makeGroup("model_weights")
    try group.set(attribute: "keras_version", longText: KerasExport.legacyVersion)
    try group.set(attribute: "backend", longText: "tensorflow")
    try set("layer_names", layers.map(\.name), at: group)
    for layer in layers {
      let place = try group.makeGroup(layer.name)
      let names = layer.weights.map { layer.name + "/" + $0.name + ":0" }
      try set("weight_names", names, at: place)
      for (name, weight) in zip(names, layer.weights) {
        try place.makeDataset(name, of: Float.self, weight.tensor.shape.extents).write(weight.tensor.elements)
      }
    }
  }

  /// Writes the arrays in HDF5 under the counted names of the layers' classes.
  func writeNumberedArrays(to file: String, named name: String) throws(ImportError) {
    do throws(ArchiveError) {
      let file = try HDF5File(creating: file, named: name, isOld: true)
      try fillNumbered(file)
      try file.close()
    } catch { throw ImportError(error) }
  }

  private func fillNumbered(_ file: HDF5File) throws(ArchiveError) {
    try file.makeGroup("vars").set(attribute: "name", KerasExport.modelName(model.network.name))
    var counters: [String: Int] = [:]
    for layer in layers {
      let stem = KerasNumberedWeights.snakeCase(layer.className)
      let count = counters[stem, default: 0]
      counters[stem] = count + 1
      let variables = try file.makeGroup("layers/\(count == 0 ? stem : "\(stem)_\(count)")/vars")
      try variables.set(attribute: "name", layer.name)
      for (index, weight) in layer.weights.enumerated() {
        try variables.makeDataset(String(index), of: Float.self, weight.tensor.shape.extents)
          .write(weight.tensor.elements)
      }
    }
  }
}
