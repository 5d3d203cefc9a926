import Core
import Import
import TestSupport
import Testing

/// A network with random numbers, that is written for Keras.
struct WrittenNetwork: Sendable, CustomTestStringConvertible {
  let network: Network
  var testDescription: String { network.name }

  init(_ name: String, _ shape: Shape, _ chain: KeyValuePairs<String, any Operation>) throws {
    network = try Network.sequential(name, input: .init("x", shape), chain)
  }

  init(_ network: Network) { self.network = network }

  func model() throws -> Model {
    var random = RandomStream(seed: 5)
    return try Model(network, Parameters(randomFor: network, from: &random))
  }

  /// Numbers for every input; whole ones where an embedding reads.
  func inputs() -> [Tensor] {
    var random = RandomStream(seed: 6)
    return network.inputs.map { input in
      let isLabel = network.readers(of: input.name).contains { $0.operation is Embedding }
      let shape = input.shape.batched(2)
      return isLabel ? random.uniform(shape, in: 0...3.99).map { $0.rounded(.down) } : random.normal(shape)
    }
  }

  static let all: [WrittenNetwork] = {
    do { return try makeAll() } catch { preconditionFailure("\(error)") }
  }()

  private static func makeAll() throws -> [WrittenNetwork] {
    func residual() throws -> Network {
      let conv = Conv2d(inputChannels: 4, outputChannels: 4, kernelSize: 3, padding: 1)
      return try Network(
        name: "residual", inputs: [.init("x", [4, 6, 6]), .init("label", [])],
        nodes: [
          .init("table", Embedding(count: 4, dimensions: 36), ["label"]),
          .init("map", Reshape(shape: [1, 6, 6]), ["table"]),
          .init("a/conv", conv, ["x"]), .init("a bn", BatchNorm2d(channels: 4, epsilon: 1e-3), ["a/conv"]),
          .init("b", conv, ["x"]), .init("sum", Add(), ["b", "a bn"]), .init("relu", ReLU(), ["sum"]),
          .init("scaled", Multiply(), ["relu", "map"]), .init("both", Concatenate(), ["scaled", "x"]),
          .init("aside", Tanh(), ["both"]),
          .init("pool", GlobalAvgPool2d(), ["both"]),
          .init("fc", Linear(inputFeatures: 8, outputFeatures: 3), ["pool"]),
        ], output: "fc")
    }
    return [
      try WrittenNetwork(
        "cnn", [1, 12, 10],
        [
          "conv1": Conv2d(inputChannels: 1, outputChannels: 6, kernelSize: 3, padding: 1), "relu1": ReLU(),
          "pool1": MaxPool2d(kernelSize: 2),
          "conv2": Conv2d(inputChannels: 6, outputChannels: 8, kernelSize: 3, stride: 2, padding: 1),
          "relu2": ReLU(), "flatten": Flatten(), "bn": BatchNorm1d(features: 72),
          "fc1": Linear(inputFeatures: 72, outputFeatures: 16), "relu3": ReLU(), "drop": Dropout(rate: 0.25),
          "fc2": Linear(inputFeatures: 16, outputFeatures: 10), "softmax": Softmax(),
        ]),
      try WrittenNetwork(
        "generator", [20],
        [
          "fc": Linear(inputFeatures: 20, outputFeatures: 96, hasBias: false),
          "bn1": BatchNorm1d(features: 96, epsilon: 1e-3, momentum: 0.01), "lrelu": LeakyReLU(slope: 0.3),
          "reshape": Reshape(shape: [6, 4, 4]),
          "deconv1": ConvTranspose2d(
            inputChannels: 6, outputChannels: 5, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
          "bn2": BatchNorm2d(channels: 5), "relu": ReLU(),
          "deconv2": ConvTranspose2d(
            inputChannels: 5, outputChannels: 4, kernelSize: 5, stride: 2,
            padding: Padding(top: 1, left: 1, bottom: 2, right: 2)),
          "deconv3": ConvTranspose2d(
            inputChannels: 4, outputChannels: 3, kernelSize: 3, stride: 2, padding: 1),
          "deconv4": ConvTranspose2d(
            inputChannels: 3, outputChannels: 2, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1),
          "tanh": Tanh(),
        ]),
      try WrittenNetwork(
        "point generator", [10, 1, 1],
        [
          "deconv1": ConvTranspose2d(inputChannels: 10, outputChannels: 6, kernelSize: 4, hasBias: false),
          "up": Upsample(factor: Extent(height: 2, width: 1)), "selu": SELU(),
          "deconv2": ConvTranspose2d(
            inputChannels: 6, outputChannels: 2, kernelSize: 2, stride: 3, outputPadding: 2),
          "sigmoid": Sigmoid(),
        ]),
      try WrittenNetwork(
        "discriminator", [3, 16, 16],
        [
          "conv1": Conv2d(
            inputChannels: 3, outputChannels: 8, kernelSize: 5, stride: 2,
            padding: Padding(top: 1, left: 1, bottom: 2, right: 2)), "lrelu1": LeakyReLU(slope: 0.2),
          "conv2": Conv2d(
            inputChannels: 8, outputChannels: 8, kernelSize: 4, stride: 2, padding: 1, groups: 8),
          "conv3": Conv2d(inputChannels: 8, outputChannels: 6, kernelSize: 3, dilation: 1, groups: 2),
          "in": InstanceNorm2d(channels: 6), "prelu": PReLU(slopeShape: [6, 1, 1]), "flatten": Flatten(),
        ]),
      try WrittenNetwork(
        "medley", [4, 9, 9],
        [
          "avg": AvgPool2d(kernelSize: 3, stride: 2, padding: 1), "gn": GroupNorm(groups: 2, channels: 4),
          "hard": Hardsigmoid(slope: 0.2), "swish": Hardswish(),
          "clip": Hardtanh(minimum: -0.1, maximum: 0.3),
          "ln": LayerNorm(axes: [1], parameterShape: [4, 1, 1]), "elu": ELU(alpha: 0.7),
          "pad": Pad(before: [0, 1, -1], after: [0, 0, 2]), "gelu": GELU(), "silu": SiLU(),
          "max": MaxPool2d(kernelSize: 2, stride: 1),
          "relu6": ClippedReLU(maximum: 6, slope: 0.1, threshold: 0.05),
          "scale": Rescale(scale: [2], offset: [-0.5]), "softmax": Softmax(axis: 1),
          "reshape": Reshape(shape: [2, 10, 5]), "permute": Permute(axes: [3, 1, 2]),
          "vector": Reshape(shape: [100]), "fc": Linear(inputFeatures: 100, outputFeatures: 75),
          "softplus": Softplus(), "back": Reshape(shape: [3, 5, 5]), "exp": Pointwise(.exponential),
        ]),
      WrittenNetwork(try residual()),
    ]
  }
}

@Suite struct KerasWritingTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(arguments: WrittenNetwork.all, ["h5", "keras"])
  func whatIsWrittenForKerasOpensWithTheSameNumbers(_ written: WrittenNetwork, _ ending: String) throws {
    let model = try written.model()
    let inputs = written.inputs()
    let path = "\(folder.path)/model.\(ending)"
    try KerasFile.write(model, to: path)
    let executor = try makeExecutor(for: model.network, batch: 2, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(
      Dictionary(uniqueKeysWithValues: zip(model.network.inputs.map(\.name), inputs)))
    let expected = try executor.output()
    let foreign = try KerasFile.open(path)
    #expect(foreign.remarks.isEmpty)
    let given = zip(foreign.network.inputs, inputs).map { foreign.layout(of: $0.name).toFile($1) }
    let run = try ForeignRun(foreign, on: given)
    let images = expected.shape.rank == 4 ? expected.permuted([0, 2, 3, 1]) : expected
    expectClose(try run.output(), images, absolute: 1e-5, relative: 1e-5)
    if let keras = try KerasPython.predict(path, given, in: folder) {
      expectClose(keras, images, absolute: 1e-5, relative: 1e-5, because: "Keras itself")
    }
  }

  /// Files of public projects, written again for Keras.
  @Test(arguments: KerasRealTests.files)
  func openedFilesCanBeWrittenAgain(_ name: String) throws {
    guard let path = ForeignFiles.path(name), let expected = ForeignFiles.path("expected/\(name).npz") else {
      return
    }
    let foreign = try KerasFile.open(path)
    guard !foreign.network.nodes.contains(where: { $0.operation is Unsupported }) else { return }
    let arrays = try arrays(expected)
    for ending in ["h5", "keras"] {
      let copy = "\(folder.path)/copy.\(ending)"
      try KerasFile.write(Model(foreign.network, foreign.readParameters()), to: copy)
      let run = try ForeignRun(KerasFile.open(copy), on: inputs(arrays))
      expectClose(try run.output(), try #require(arrays["output0"]), absolute: 1e-4, relative: 1e-4)
    }
  }

  @Test func aLargeFileWithinAZipIsReadWhereItLies() throws {
    let network = try Network.sequential(
      "large", input: .init("x", [1500]), ["fc": Linear(inputFeatures: 1500, outputFeatures: 1500)])
    let written = WrittenNetwork(network)
    let path = "\(folder.path)/large.keras"
    try KerasFile.write(written.model(), to: path)
    let model = try KerasFile.open(path)
    #expect(try model.parameters["fc.weight"]?.tensor() == written.model().parameters["fc.weight"])
    // Cut where the arrays are: what was there when the file was opened is not there any more.
    let whole = try bytes(path)
    try folder.write(Array(whole.prefix(whole.count / 2)), "cut.keras")
    #expect(refusal { _ = try KerasFile.open("\(folder.path)/cut.keras") } != nil)
  }

  @Test func layersOfPresetsNeedNoLayersBesideThem() throws {
    // A convolution of stride 2 pads in front, and a result is given as it lies here.
    for (index, names) in [0: 13, 1: 13, 3: 10] {
      let path = "\(folder.path)/\(index).keras"
      try KerasFile.write(WrittenNetwork.all[index].model(), to: path)
      let nodes = try KerasFile.open(path).network.nodes.map(\.operation.name)
      #expect(nodes.count <= names, "\(nodes)")
    }
  }

  @Test func theSameModelMakesTheSameFile() throws {
    for ending in ["h5", "keras"] {
      let paths = ["a", "b"].map { "\(folder.path)/\($0).\(ending)" }
      for path in paths { try KerasFile.write(WrittenNetwork.all[0].model(), to: path) }
      #expect(try bytes(paths[0]) == bytes(paths[1]))
    }
  }

  @Test func aNormOverSeveralAxesIsForKeras3() throws {
    let norm = LayerNorm(axes: [1, 2, 3], parameterShape: [2, 3, 4])
    let written = try WrittenNetwork("norm", [2, 3, 4], ["ln": norm, "vector": Flatten()])
    try whatIsWrittenForKerasOpensWithTheSameNumbers(written, "keras")
    let path = "\(folder.path)/norm.h5"
    let reason = "Keras 3 loses several axes when it reads .h5; write .keras"
    #expect(
      throws: ImportError(
        .cannotWrite, path, "node 'ln' (LayerNorm) cannot be said in Keras's layers: \(reason)")
    ) { try KerasFile.write(written.model(), to: path) }
  }

  @Test func whatKerasHasNoLayersForIsNamed() throws {
    let network = try Network.sequential("odd", input: .init("x", [2, 4, 4]), ["erf": Pointwise(.erf)])
    let path = "\(folder.path)/odd.keras"
    #expect(
      throws: ImportError(
        .cannotWrite, path, "node 'erf' (Pointwise) cannot be said in Keras's layers: there is no such layer")
    ) { try KerasFile.write(Model(network, Parameters()), to: path) }
    #expect(throws: ImportError.self) { try KerasFile.open(path) }
  }
}
