import Core
import TestSupport
import Testing

func one(
  _ description: String, _ operation: any Operation, _ shapes: Shape..., batch: Int = 2,
  mode: ExecutionMode = .inference
) -> GradientCase {
  GradientCase(description, try! networkOfOne(operation, shapes), batch: batch, mode: mode)
}

private let operationCases: [GradientCase] = [
  one("convolution", Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 3), [2, 5, 4]),
  one(
    "convolution, stride, asymmetric padding, dilation, groups",
    Conv2d(
      inputChannels: 4, outputChannels: 6, kernelSize: Extent(height: 2, width: 3),
      stride: Extent(height: 2, width: 1), padding: Padding(top: 2, left: 0, bottom: 1, right: 3),
      dilation: Extent(height: 1, width: 2), groups: 2), [4, 5, 6]),
  one(
    "convolution, no bias, stride 3",
    Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 2, stride: 3, hasBias: false), [1, 7, 8]),
  one(
    "transposed convolution", ConvTranspose2d(inputChannels: 2, outputChannels: 3, kernelSize: 3), [2, 3, 4]),
  one(
    "transposed convolution, everything odd",
    ConvTranspose2d(
      inputChannels: 4, outputChannels: 2, kernelSize: Extent(height: 3, width: 2),
      stride: Extent(height: 2, width: 3), padding: Padding(top: 0, left: 1, bottom: 2, right: 0),
      outputPadding: Extent(height: 1, width: 2), dilation: Extent(height: 2, width: 1), groups: 2),
    [4, 3, 2]),
  one(
    "transposed convolution, no bias",
    ConvTranspose2d(
      inputChannels: 2, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
    [2, 3, 3]),
  one("linear", Linear(inputFeatures: 5, outputFeatures: 3), [5]),
  one("linear, no bias", Linear(inputFeatures: 3, outputFeatures: 4, hasBias: false), [3], batch: 3),
  one("batch norm, training", BatchNorm2d(channels: 3), [3, 2, 3], batch: 3, mode: .training),
  one("batch norm, inference", BatchNorm2d(channels: 3), [3, 2, 3]),
  one("batch norm over vectors, training", BatchNorm1d(features: 4), [4], batch: 5, mode: .training),
  one("batch norm over vectors, inference", BatchNorm1d(features: 4), [4]),
  one("ReLU", ReLU(), [3, 3, 3]),
  one("LeakyReLU", LeakyReLU(slope: 0.2), [3, 3, 3]),
  one("tanh", Tanh(), [7]),
  one("sigmoid", Sigmoid(), [7]),
  one("softmax", Softmax(), [5]),
  one("softmax over channels", Softmax(), [3, 2, 2]),
  one("max pooling", MaxPool2d(kernelSize: 2), [2, 4, 5]),
  one(
    "max pooling, overlapping, padded, rounded up",
    MaxPool2d(kernelSize: 3, stride: 2, padding: 1, roundsUp: true), [2, 5, 6]),
  one("average pooling", AvgPool2d(kernelSize: 2), [2, 4, 5]),
  one(
    "average pooling, overlapping, asymmetric padding",
    AvgPool2d(kernelSize: 3, stride: 2, padding: Padding(top: 1, left: 0, bottom: 0, right: 2)), [2, 6, 5]),
  one(
    "average pooling of pixels only",
    AvgPool2d(
      kernelSize: 3, stride: 2, padding: Padding(top: 1, left: 0, bottom: 0, right: 2), countsPadding: false),
    [2, 6, 5]),
  one("global average pooling", GlobalAvgPool2d(), [3, 2, 4]),
  one("nearest-neighbour enlargement", Upsample(factor: Extent(height: 3, width: 2)), [2, 2, 3]),
  one("dropout, training", Dropout(rate: 0.4), [30], mode: .training),
  one("dropout, inference", Dropout(rate: 0.4), [5]),
  one("flattening", Flatten(), [2, 2, 2]),
  one("reshaping", Reshape(shape: [2, 3, 1]), [6]),
  one("adding", Add(), [2, 2], [2, 2], [2, 2]),
  one("concatenating", Concatenate(), [1, 2, 2], [3, 2, 2], [2, 2, 2]),
]

private func network(
  _ name: String, _ input: Shape, _ nodes: [Network.Node]
) -> Network { try! Network(name: name, inputs: [.init("x", input)], nodes: nodes) }

private let networkCases: [GradientCase] = [
  GradientCase(
    "a small classifier in training",
    try! .sequential(
      "classifier", input: .init("x", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 3, padding: 1), "relu1": ReLU(),
        "pool": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(inputChannels: 3, outputChannels: 4, kernelSize: 3, stride: 2, padding: 1),
        "bn": BatchNorm2d(channels: 4), "leaky": LeakyReLU(slope: 0.1), "drop": Dropout(rate: 0.25),
        "flat": Flatten(), "fc": Linear(inputFeatures: 16, outputFeatures: 5), "softmax": Softmax(),
      ]), batch: 3, mode: .training),
  GradientCase(
    "a small generator in training",
    try! .sequential(
      "generator", input: .init("z", [5]),
      [
        "fc": Linear(inputFeatures: 5, outputFeatures: 16, hasBias: false),
        "shape": Reshape(shape: [4, 2, 2]),
        "bn1": BatchNorm2d(channels: 4), "relu1": ReLU(),
        "up1": ConvTranspose2d(
          inputChannels: 4, outputChannels: 3, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
        "bn2": BatchNorm2d(channels: 3), "relu2": ReLU(),
        "up2": ConvTranspose2d(inputChannels: 3, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
        "tanh": Tanh(),
      ]), batch: 3, mode: .training),
  GradientCase(
    "a small discriminator in training",
    try! .sequential(
      "discriminator", input: .init("x", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 4, stride: 2, padding: 1),
        "leaky1": LeakyReLU(slope: 0.2),
        "conv2": Conv2d(
          inputChannels: 3, outputChannels: 4, kernelSize: 4, stride: 2, padding: 1, hasBias: false),
        "bn2": BatchNorm2d(channels: 4), "leaky2": LeakyReLU(slope: 0.2), "flat": Flatten(),
        "fc": Linear(inputFeatures: 16, outputFeatures: 1), "probability": Sigmoid(),
      ]), batch: 3, mode: .training),
  GradientCase(
    "a residual, a concatenation, a value read four times",
    network(
      "branches", [2, 4, 4],
      [
        .init("conv1", Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 3, padding: 1), ["x"]),
        .init("tanh", Tanh(), ["conv1"]),
        .init("conv2", Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 3, padding: 1), ["tanh"]),
        .init("sum", Add(), ["conv2", "conv1", "x", "conv1"]),
        .init("down", AvgPool2d(kernelSize: 2), ["sum"]),
        .init("up", Upsample(factor: 2), ["down"]),
        .init("both", Concatenate(), ["up", "conv1", "tanh"]),
        .init("mean", GlobalAvgPool2d(), ["both"]),
        .init("fc", Linear(inputFeatures: 6, outputFeatures: 2), ["mean"]),
      ])),
]

@Suite struct GradientTests {
  @Test(arguments: operationCases + placesGradientCases + numberGradientCases)
  func anOperationsGradientsAreItsSlopes(_ check: GradientCase) throws {
    try expectGradientsMatchDifferences(check)
  }

  @Test(arguments: networkCases)
  func aNetworksGradientsAreItsSlopes(_ check: GradientCase) throws {
    try expectGradientsMatchDifferences(check)
  }

  @Test func everyOperationOfTheCatalogueIsChecked() {
    let cases = operationCases + placesGradientCases + numberGradientCases
    // What is not supported computes nothing.
    let checked = Set(cases.flatMap { $0.network.nodes.map(\.operation.name) } + [Unsupported.name])
    #expect(OperationCatalogue.kindsByName.keys.filter { !checked.contains($0) } == [])
  }

  /// `nudged = hidden + nudge`: the gradient at the input `nudge` is checked against differences above, so the one at
  /// the node, which must equal it, is too.
  @Test func theGradientAtAHiddenNodeIsTheSlopeOfNudgingIt() throws {
    let network = try Network(
      name: "nudged", inputs: [.init("x", [3]), .init("nudge", [4])],
      nodes: [
        .init("hidden", Linear(inputFeatures: 3, outputFeatures: 4), ["x"]),
        .init("nudged", Add(), ["hidden", "nudge"]),
        .init("tanh", Tanh(), ["nudged"]),
        .init("sum", Add(), ["tanh", "nudged"]),
      ])
    try expectGradientsMatchDifferences(GradientCase("nudged", network))

    let executor = try ReferenceExecutor<Double>(network, batch: 2, mode: .inference)
    var random = RandomStream(seed: 5)
    try executor.load(Parameters(randomFor: network, from: &random))
    try executor.forward([
      "x": Values(random.normal([2, 3])), "nudge": Values(random.normal([2, 4])),
    ])
    try executor.backward(from: "sum", gradient: Values(random.normal([2, 4])), into: .values)
    let slope = try executor.exactGradient(of: "nudge")
    #expect(slope.elements.allSatisfy { $0 != 0 })
    #expect(try executor.exactGradient(of: "hidden") == slope)
    #expect(try executor.exactGradient(of: "nudged") == slope)
  }
}
