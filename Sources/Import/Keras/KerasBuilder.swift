internal import Core

/// Makes a model of an architecture and its arrays.
struct KerasBuilder {
  let path: String
  let format: String
  let version: KerasVersion
  let model: KerasModel
  /// True if the kernels are those of true convolutions.
  var turnsKernels = false
  /// Every array in the file.
  var tensors: [StoredTensor] = []
  var remarks: [String] = []

  init(path: String, format: String, version: KerasVersion, model: KerasModel) {
    self.path = path
    self.format = format
    self.version = version
    self.model = model
  }

  /// Sides of images that are tried where the file states none: what follows a flattening fits only one.
  private static let assumedExtents = [64, 28, 32, 48, 96, 128, 160, 224, 256, 299, 512]

  func model(_ weights: [String: [KerasWeight]]) throws(ImportError) -> ForeignModel {
    var failure: ImportError?
    for extent in KerasBuilder.assumedExtents {
      do throws(ImportError) { return try model(weights, assuming: extent) } catch {
        if failure == nil { failure = error }
        guard isOpen else { throw error }
      }
    }
    throw failure!
  }

  /// True if some input's size is not stated.
  private var isOpen: Bool {
    model.inputs.contains { input in
      let config = model.layers[input.layer].config
      let stated = ["batch_shape", "batch_input_shape", "build_input_shape"].lazy.compactMap { config[$0] }
        .first
      return KerasConfig.shape(stated)?.dropFirst().contains(nil) ?? true
    }
  }

  private func model(
    _ weights: [String: [KerasWeight]], assuming extent: Int
  ) throws(ImportError) -> ForeignModel {
    var graph = KerasGraph(
      path: path, version: version, turnsKernels: turnsKernels, hasChannelsFirst: model.hasChannelsFirst,
      assumedExtent: extent)
    var outputs = try graph.add(model, on: nil, weights: weights, names: KerasNames(model))
    if graph.nodes.isEmpty || !graph.nodes.contains(where: { $0.name == outputs[0].name }) {
      outputs[0] = try graph.add(Identity(), outputs[0].name + ".output", [outputs[0]])
    }
    graph.orderDenseLayers()
    if turnsKernels, model.leaves.contains(where: { $0.className.contains("Conv") }) {
      graph.remark("the kernels are Theano's, of true convolutions: they are turned by half a turn")
    }
    if outputs.count > 1 {
      let others = outputs.dropFirst().map(\.name)
      graph.remark(
        "the model has \(outputs.count) outputs; the network's is the first, \(outputs[0].name); the others are nodes: "
          + others.prefix(8).listed + (others.count > 8 ? ", …" : ""))
    }
    let network: Network
    do throws(NetworkError) {
      network = try Network(
        name: model.name, inputs: graph.inputs, nodes: graph.nodes, output: outputs[0].name)
    } catch { throw ImportError(.malformed, "\(path):\(error.subject)", error.reason) }
    return try ForeignModel(
      path: path, format: format, network: network, parameters: graph.parameters, layouts: graph.layouts,
      tensors: tensors, remarks: remarks + graph.remarks)
  }
}
