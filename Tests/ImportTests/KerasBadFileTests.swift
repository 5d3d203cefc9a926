import Core
import Import
import TestSupport
import Testing

/// Damaged files, and files that are no models: one line each.
@Suite struct KerasBadFileTests {
  @Test(arguments: [
    ("keras_bad_json.keras", "is no JSON of this format: at byte "),
    ("keras_huge_filters.keras", "conv2d: filters is 1099511627776, expected a whole number from 1 on"),
    ("keras_negative_filters.keras", "conv2d: filters is -32, expected a whole number from 1 on"),
    ("keras_missing_inbound.keras", "conv2d: reads 'nope', and there is no such layer"),
    ("keras_truncated.keras", "the zip has no directory: it was cut off, fetch it again"),
    ("keras_zip_slip.keras", "an entry of the zip has a name that leads outside it"),
    ("keras_cycle.keras", "the graph has a cycle"), ("keras_no_config.keras", "it has no config.json"),
    ("keras_no_weights.keras", "there is no model.weights.h5 in it"),
    ("h5_bad_superblock_version.h5", "superblock"), ("h5_truncated_020.h5", "the file is cut short"),
    ("h5_truncated_999.h5", "the file is cut short"), ("h5_zero_length.h5", "the file is empty"),
  ])
  func badFilesAreRefusedInOneLine(_ name: String, _ reason: String) throws {
    guard let path = ForeignFiles.path("bad/" + name) else { return }
    let line = try #require(refusal { _ = try KerasFile.open(path) })
    #expect(line.hasPrefix(path) && line.contains(reason))
  }

  @Test(arguments: ["keras_deflated_ok.keras", "h5_userblock512.h5"])
  func unusualFilesOpen(_ name: String) throws {
    guard let path = ForeignFiles.path("bad/" + name) else { return }
    let model = try KerasFile.open(path)
    #expect(model.remarks.isEmpty)
    #expect(try !model.readParameters().isEmpty)
  }

  @Test func aLayerOfUnknownClassLeavesTheOthersToLookAt() throws {
    guard let path = ForeignFiles.path("bad/keras_unknown_layer.keras") else { return }
    let model = try KerasFile.open(path)
    #expect(model.obstacles == ["conv2d: 'MyCustomConv' is not supported: there is no such layer here"])
    #expect(try model.network.shapes()["conv2d_2"] == [1, 1, 16, 16])
    #expect(model.parameters["conv2d_1.linear.weight"]?.shape == [8, 8, 3, 3])
    #expect(model.tensors.count == 6)
  }

  @Test func otherHDF5FilesAreNoModelsAndSayWhatTheyHold() throws {
    let paths = ForeignFiles.paths(in: "hdf5-conformance-jhdf")
    for path in paths {
      let line = refusal { _ = try KerasFile.open(path) }
      #expect(
        line?.contains("no Keras model: it has neither model_config nor layer_names; it holds") == true,
        "\(path)")
    }
    #expect(paths.isEmpty || paths.count > 20)
  }

  @Test func weightsWithoutAnArchitectureOpen() throws {
    let names = [
      "AI-MED-AGH__handwritten-digits-recognizer__model.weights.h5",
      "ncondo__CarND-Behavioral-Cloning__best_model.h5",
      "jan-fab__VAE_GAN__vae_model.keras", "synthetic/chunked_layer_names.weights.h5",
      "titu1994__Image-Super-Resolution__NonLocalResNetSR_2X.h5",
      "titu1994__Image-Super-Resolution__Denoising_AutoEncoder_2X.h5",
    ]
    for name in names {
      guard let path = ForeignFiles.path(name) else { return }
      let model = try KerasFile.open(path)
      #expect(!model.tensors.isEmpty && !model.remarks.isEmpty, "\(name)")
      _ = try model.readParameters()
    }
  }

  /// Three branches averaged, of Theano's kernels: put together here as the project that trained it has it.
  @Test func theanosWeightsGiveWhatWasComputedOfThem() throws {
    let name = "titu1994__Image-Super-Resolution__Expantion_SR_Weights_2X.h5"
    guard let path = ForeignFiles.path(name), let expected = ForeignFiles.path("expected/\(name).npz") else {
      return
    }
    let weights = try KerasFile.open(path)
    func conv(_ inputs: Int, _ outputs: Int, _ size: Int) -> Conv2d {
      Conv2d(
        inputChannels: inputs, outputChannels: outputs, kernelSize: Extent(size), padding: Padding(size / 2))
    }
    var nodes: [Network.Node] = [.init("level1", conv(3, 64, 9), ["x"]), .init("relu1", ReLU(), ["level1"])]
    for (index, size) in [1, 3, 5].enumerated() {
      nodes.append(.init("lavel1_\(index + 1)", conv(64, 32, size), ["relu1"]))
      nodes.append(.init("branch\(index + 1)", ReLU(), ["lavel1_\(index + 1)"]))
    }
    nodes += [
      .init("average", Average(), ["branch1", "branch2", "branch3"]),
      .init("output", conv(32, 3, 5), ["average"]),
      .init("relu", ReLU(), ["output"]),
    ]
    let network = try Network(name: "expanded", inputs: [.init("x", [3, 64, 64])], nodes: nodes)
    let model = try ForeignModel(
      path: path, format: "", network: network, parameters: weights.parameters,
      layouts: ["x": .channelsLast, "relu": .channelsLast], tensors: [])
    let arrays = try arrays(expected)
    expectClose(
      try ForeignRun(model, on: inputs(arrays)).output(), try #require(arrays["output0"]), absolute: 1e-4,
      relative: 1e-4)
  }
}
