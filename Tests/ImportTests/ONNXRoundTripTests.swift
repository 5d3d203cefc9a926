import Core
import Import
import TestSupport
import Testing
import Train

/// What is written as ONNX and opened again gives the same numbers.
struct ONNXRoundTripTests {
  /// A network with random parameters, held against itself after the journey.
  private func expectSurvival(_ network: Network, operations: [String]? = nil) throws {
    var random = RandomStream(seed: 5)
    var parameters = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        parameters[node.name, declaration.name] =
          declaration.role == .runningVariance
          ? random.uniform(declaration.shape, in: 0.5...2) : random.normal(declaration.shape, deviation: 0.3)
      }
    }
    let folder = try ScratchFolder()
    let path = folder.path + "/m.onnx"
    try ONNXFile.write(Model(network, parameters), to: path)
    let model = try ONNXFile.open(path)
    #expect(model.network.inputs == network.inputs, "\(network.name)")
    #expect(model.network.output == network.output, "\(network.name)")
    var inputs: [String: Tensor] = [:]
    for input in network.inputs {
      let numbers = random.uniform(input.shape.batched(3), in: -2...2)
      let isLabel = network.readers(of: input.name).contains { $0.operation is Embedding }
      inputs[input.name] = isLabel ? numbers.map { abs($0 * 2).rounded(.down) } : numbers
    }
    var answers: [Tensor] = []
    for (network, parameters) in [(network, parameters), (model.network, try model.readParameters())] {
      let executor = try makeExecutor(for: network, batch: 3, mode: .inference)
      try executor.load(parameters)
      try executor.forward(inputs)
      answers.append(try executor.output())
    }
    expectClose(answers[1], answers[0], absolute: 1e-5, relative: 1e-5, because: "of \(network.name)")
    if let operations { #expect(model.network.nodes.map(\.operation.name) == operations, "\(network.name)") }
  }

  private func expectSurvival(_ operation: any Core.Operation, _ shapes: [Shape]) throws {
    let inputs = shapes.enumerated().map { Network.Input("in\($0.offset)", $0.element) }
    try expectSurvival(
      Network(name: "\(operation)", inputs: inputs, nodes: [.init("it", operation, inputs.map(\.name))]))
  }

  @Test func everyPresetSurvivesNodeByNode() throws {
    for preset in Preset.allCases {
      switch preset.task {
      case .classify:
        let network = try preset.classifier(picture: [1, 28, 28], classes: 10)
        try expectSurvival(network)
      case .generate:
        let side = preset == .dcgan64 ? 64 : 28
        let pair = try preset.adversaries(picture: [1, side, side])
        for network in [pair.generator, pair.discriminator] {
          try expectSurvival(network, operations: network.nodes.map(\.operation.name))
        }
      }
    }
  }

  @Test func layersSurvive() throws {
    let image: Shape = [4, 6, 7]
    for operation in [
      Conv2d(
        inputChannels: 4, outputChannels: 6, kernelSize: 3, stride: 2,
        padding: Padding(top: 1, left: 0, bottom: 2, right: 1), groups: 2),
      Conv2d(inputChannels: 4, outputChannels: 6, kernelSize: 2, dilation: 2, hasBias: false),
      ConvTranspose2d(
        inputChannels: 4, outputChannels: 6, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2
      ),
      BatchNorm2d(channels: 4, epsilon: 1e-3), InstanceNorm2d(channels: 4),
      InstanceNorm2d(channels: 4, isAffine: false),
      GroupNorm(groups: 2, channels: 4), GroupNorm(groups: 2, channels: 4, isAffine: false),
      LayerNorm(axes: [2, 3], parameterShape: [6, 7]), LayerNorm(axes: [1], parameterShape: [4, 1, 1]),
      LayerNorm(axes: [-1], parameterShape: [], hasScale: false, hasOffset: false),
      LocalResponseNorm(size: 3, alpha: 0.5, beta: 0.6, k: 2), PReLU(slopeShape: [4, 1, 1]),
      MaxPool2d(kernelSize: 3, stride: 2, padding: 1, roundsUp: true),
      MaxPool2d(kernelSize: 2, stride: 1, dilation: 2),
      AvgPool2d(kernelSize: 3, stride: 2, padding: 1, countsPadding: false, roundsUp: true),
      AvgPool2d(kernelSize: 3, stride: 2, padding: 1), GlobalAvgPool2d(), GlobalAvgPool2d(keepsPlaces: true),
      GlobalMaxPool2d(), Upsample(factor: Extent(height: 2, width: 3)), PixelShuffle(factor: 2),
      PixelShuffle(factor: 2, order: .blockFirst),
      Resize(size: Extent(height: 9, width: 4), coordinates: .asymmetric, rounding: .floor),
      Resize(size: Extent(height: 9, width: 4), mode: .linear),
      Resize(size: Extent(height: 13, width: 14), mode: .cubic, coordinates: .alignCorners),
      Resize(
        size: Extent(height: 9, width: 10), scale: .init(height: 1.5, width: 1.5), mode: .linear,
        coordinates: .pytorchHalfPixel),
    ] as [any Core.Operation] { try expectSurvival(operation, [image]) }
    try expectSurvival(PixelUnshuffle(factor: 2), [[3, 4, 6]])
    try expectSurvival(PixelUnshuffle(factor: 2, order: .blockFirst), [[3, 4, 6]])
    try expectSurvival(BatchNorm1d(features: 5), [[5]])
    try expectSurvival(BatchNorm1d(features: 5), [[5, 7]])
    try expectSurvival(Linear(inputFeatures: 5, outputFeatures: 3), [[5]])
    try expectSurvival(Linear(inputFeatures: 5, outputFeatures: 3, hasBias: false), [[5]])
    try expectSurvival(Embedding(count: 6, dimensions: 4), [[3]])
  }

  @Test func functionsOfNumbersSurvive() throws {
    let functions: [any Core.Operation] =
      [
        ReLU(), LeakyReLU(slope: 0.2), Tanh(), Sigmoid(), ELU(alpha: 0.7), SELU(), CELU(alpha: 2), GELU(),
        GELU(isApproximate: true), Softplus(), Softsign(), SiLU(), SiLU(beta: 1.5), Mish(), Hardsigmoid(),
        Hardswish(), Hardtanh(), Hardtanh(minimum: nil, maximum: 0.5), Hardtanh(minimum: 0.1, maximum: nil),
        Threshold(threshold: 0.3), ClippedReLU(maximum: 0.6),
        ClippedReLU(maximum: 0.8, slope: 0.1, threshold: 0),
        Rescale(scale: [0.5], offset: [1]), Rescale(scale: [0.5, 1, 2, 3], offset: [1, 2, 3, 4]),
        Softmax(axis: 2),
        LogSoftmax(), Dropout(rate: 0.3), Identity(),
      ] + Pointwise.Function.allCases.filter { $0 != .logarithm && $0 != .squareRoot }.map { Pointwise($0) }
      + Reduce.Kind.allCases.filter { $0 != .logSum }.flatMap {
        [Reduce($0, axes: [1, -1], keepsAxes: true), Reduce($0, axes: [2], keepsAxes: false)]
      }
    for function in functions { try expectSurvival(function, [[4, 3, 5]]) }
  }

  @Test func whatMovesNumbersSurvives() throws {
    let image: Shape = [4, 6, 7]
    for operation in [
      Flatten(), Reshape(shape: [8, 21]), Permute(axes: [2, 3, 1]),
      Slice(starts: [3, 1, 6], counts: [4, 2, 3], steps: [-1, 3, -2]),
      Gather(axis: 2, indices: [5, 0, 0], indexShape: [3]), Gather(axis: 1, indices: [2], indexShape: []),
      Gather(axis: 2, indices: [2, 1, 0, 0], indexShape: [2, 2]),
      Pad(before: [0, 1, 2], after: [1, 0, 1], value: 2),
      Pad(before: [0, 1, 2], after: [0, 2, 1], mode: .reflect),
      Pad(before: [0, 1, 2], after: [0, 2, 1], mode: .replicate),
      Pad(before: [-1, 0, -2], after: [0, -2, -1]), Tile(repeats: [2, 1, 3]),
    ] as [any Core.Operation] { try expectSurvival(operation, [image]) }
    try expectSurvival(Expand(shape: [4, 6, 7]), [[4, 1, 7]])
    try expectSurvival(Expand(shape: [4, 6, 7]), [[6, 1]])
  }

  @Test func whatJoinsValuesSurvives() throws {
    let image: Shape = [4, 6, 7]
    try expectSurvival(Concatenate(axis: 3), [image, image])
    try expectSurvival(Add(), [image, [6, 7]])
    try expectSurvival(Add(), [image, image, [7]])
    try expectSurvival(Multiply(), [image, image, [4, 1, 1]])
    try expectSurvival(Subtract(), [image, [1, 7]])
    try expectSurvival(Maximum(), [image, [7]])
    try expectSurvival(Minimum(), [image, image, image])
    try expectSurvival(Average(), [image, image, [7]])
    for (left, right) in [
      ([3, 4], [4, 5]), ([3, 4], [4]), ([4], [2, 4, 5]), ([4], [4]), ([3, 4], [2, 4, 5]),
    ] as [(Shape, Shape)] {
      try expectSurvival(MatMul(), [left, right])
    }
    try expectSurvival(
      Network(
        name: "constants", inputs: [.init("x", image)],
        nodes: [
          .init("c", Constant(shape: [2, 6, 7]), []), .init("cat", Concatenate(), ["x", "c"]),
          .init("d", Constant(shape: [7]), []), .init("sum", Add(), ["cat", "d"]),
          .init("neg", Pointwise(.negative), ["d"]), .init("out", Multiply(), ["neg", "sum"]),
        ]))
    try expectSurvival(
      Network(
        name: "conditional", inputs: [.init("z", [8]), .init("label", [1])],
        nodes: [
          .init("embed", Embedding(count: 10, dimensions: 5), ["label"]), .init("flat", Flatten(), ["embed"]),
          .init("joint", Concatenate(), ["z", "flat"]),
          .init("fc", Linear(inputFeatures: 13, outputFeatures: 36), ["joint"]),
          .init("picture", Reshape(shape: [4, 3, 3]), ["fc"]),
        ]),
      operations: ["Embedding", "Flatten", "Concatenate", "Linear", "Reshape"])
  }

  @Test func whatONNXHasNoWordsForIsNamedAndNothingIsLeftBehind() throws {
    let folder = try ScratchFolder()
    let network = try Network.sequential(
      "n", input: .init("x", [2, 4, 4]),
      ["round": Pad(before: [0, 1, 1], after: [0, 1, 1], mode: .circular)])
    let path = folder.path + "/m.onnx"
    do {
      try ONNXFile.write(Model(network, Parameters()), to: path)
      Issue.record("it was written")
    } catch let error as ImportError {
      #expect(error.code == .unsupported)
      #expect(error.subject.hasSuffix(":round"))
    }
    #expect(throws: ImportError.self) { try ONNXFile.open(path) }
  }
}
