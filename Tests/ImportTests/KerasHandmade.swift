import Core
import Import
import TestSupport

/// A file as Keras wrote it, made by hand.
struct HandmadeKeras {
  let folder: ScratchFolder

  /// HDF5 under the names of layers; `parts` cuts the list of layers into numbered attributes.
  func legacy(
    _ name: String, config: String?, version: String? = "2.3.0",
    _ layers: [(name: String, weights: [(name: String, tensor: Tensor)])], parts: Int? = nil
  ) throws -> String {
    let path = folder.path + "/" + name
    let file = try HDF5File(creating: path, isOld: true)
    try fill(file, config, version, layers, parts)
    try file.close()
    return path
  }

  private func fill(
    _ file: HDF5File, _ config: String?, _ version: String?,
    _ layers: [(name: String, weights: [(name: String, tensor: Tensor)])], _ parts: Int?
  ) throws {
    if let config { try file.set(attribute: "model_config", longText: config) }
    let group: any HDF5Location = config == nil ? file : try file.makeGroup("model_weights")
    if let version { try group.set(attribute: "keras_version", version) }
    let names = layers.map(\.name)
    if let parts {
      for part in 0..<parts {
        let share = names.indices.filter { $0 * parts / names.count == part }.map { names[$0] }
        try group.set(attribute: "layer_names\(part)", share)
      }
    } else {
      try group.set(attribute: "layer_names", names)
    }
    for layer in layers {
      let place = try group.makeGroup(layer.name)
      if layer.weights.isEmpty {
        try place.set(attribute: "weight_names", numbers: [Double]())
      } else {
        try place.set(attribute: "weight_names", layer.weights.map(\.name))
      }
      for weight in layer.weights {
        try place.makeDataset(weight.name, of: Float.self, weight.tensor.shape.extents)
          .write(weight.tensor.elements)
      }
    }
  }

  /// A `.keras` file with arrays under some paths.
  func archive(
    _ name: String, config: String, version: String, _ arrays: [(path: String, tensor: Tensor)]
  ) throws -> String {
    let inner = folder.path + "/" + name + ".h5"
    let file = try HDF5File(creating: inner, isOld: true)
    for array in arrays {
      try file.makeDataset(array.path, of: Float.self, array.tensor.shape.extents).write(
        array.tensor.elements)
    }
    try file.close()
    let path = folder.path + "/" + name
    try ZipWriter.write(
      [
        ("metadata.json", .bytes(Array("{\"keras_version\": \"\(version)\"}".utf8))),
        ("config.json", .bytes(Array(config.utf8))), ("model.weights.h5", .file(inner)),
      ], to: path)
    return path
  }
}

/// 1, 2, 3, … in a shape.
func counting(_ shape: Shape) -> Tensor { Tensor(shape, (1...shape.elementCount).map(Float.init)) }
