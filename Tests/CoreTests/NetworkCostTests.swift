import Core
import TestSupport
import Testing

// The networks of well-known papers and tutorials, whose sizes are published or follow from their layers.

private func conv(
  _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true
) -> Conv2d {
  Conv2d(
    inputChannels: inputs, outputChannels: outputs, kernelSize: Extent(kernel), stride: Extent(stride),
    padding: Padding(padding), hasBias: bias)
}

private func up(
  _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int, padding: Padding, output: Int = 0
) -> ConvTranspose2d {
  ConvTranspose2d(
    inputChannels: inputs, outputChannels: outputs, kernelSize: Extent(kernel), stride: Extent(stride),
    padding: padding, outputPadding: Extent(output), hasBias: false)
}

private func linear(_ inputs: Int, _ outputs: Int, bias: Bool = true) -> Linear {
  Linear(inputFeatures: inputs, outputFeatures: outputs, hasBias: bias)
}

private func chain(_ name: String, _ shape: Shape, _ operations: [any Operation]) -> Network {
  var nodes: [Network.Node] = []
  for (index, operation) in operations.enumerated() {
    nodes.append(.init("n\(index)", operation, [nodes.last?.name ?? "x"]))
  }
  return try! Network(name: name, inputs: [.init("x", shape)], nodes: nodes)
}

private let leNet = chain(
  "LeNet-5, modern", [1, 28, 28],
  [
    conv(1, 6, 5, padding: 2), ReLU(), MaxPool2d(kernelSize: 2), conv(6, 16, 5), ReLU(),
    MaxPool2d(kernelSize: 2),
    Flatten(), linear(400, 120), ReLU(), linear(120, 84), ReLU(), linear(84, 10),
  ])

private let kerasConvnet = chain(
  "Keras's mnist_convnet", [1, 28, 28],
  [
    conv(1, 32, 3), ReLU(), MaxPool2d(kernelSize: 2), conv(32, 64, 3), ReLU(), MaxPool2d(kernelSize: 2),
    Flatten(),
    Dropout(rate: 0.5), linear(1600, 10), Softmax(),
  ])

private let torchMNIST = chain(
  "PyTorch's mnist example", [1, 28, 28],
  [
    conv(1, 32, 3), ReLU(), conv(32, 64, 3), ReLU(), MaxPool2d(kernelSize: 2), Dropout(rate: 0.25), Flatten(),
    linear(9216, 128), ReLU(), Dropout(rate: 0.5), linear(128, 10),
  ])

private let beautifulMNIST = chain(
  "tinygrad's beautiful_mnist", [1, 28, 28],
  [
    conv(1, 32, 5), ReLU(), conv(32, 32, 5), ReLU(), BatchNorm2d(channels: 32), MaxPool2d(kernelSize: 2),
    conv(32, 64, 3), ReLU(), conv(64, 64, 3), ReLU(), BatchNorm2d(channels: 64), MaxPool2d(kernelSize: 2),
    Flatten(), linear(576, 10),
  ])

private let same = Padding(top: 1, left: 1, bottom: 2, right: 2)

private let tensorFlowGenerator = chain(
  "TensorFlow's DCGAN generator", [100],
  [
    linear(100, 12544, bias: false), BatchNorm1d(features: 12544), LeakyReLU(slope: 0.3),
    Reshape(shape: [256, 7, 7]), up(256, 128, 5, stride: 1, padding: 2), BatchNorm2d(channels: 128),
    LeakyReLU(slope: 0.3), up(128, 64, 5, stride: 2, padding: same), BatchNorm2d(channels: 64),
    LeakyReLU(slope: 0.3), up(64, 1, 5, stride: 2, padding: same), Tanh(),
  ])

private func tensorFlowConv(_ inputs: Int, _ outputs: Int) -> Conv2d {
  Conv2d(inputChannels: inputs, outputChannels: outputs, kernelSize: 5, stride: 2, padding: same)
}

private let tensorFlowDiscriminator = chain(
  "TensorFlow's DCGAN discriminator", [1, 28, 28],
  [
    tensorFlowConv(1, 64), LeakyReLU(slope: 0.3), Dropout(rate: 0.3), tensorFlowConv(64, 128),
    LeakyReLU(slope: 0.3),
    Dropout(rate: 0.3), Flatten(), linear(6272, 1),
  ])

private func torchGenerator(channels: Int) -> Network {
  chain(
    "PyTorch's DCGAN generator, \(channels) channels", [100, 1, 1],
    [
      up(100, 512, 4, stride: 1, padding: 0), BatchNorm2d(channels: 512), ReLU(),
      up(512, 256, 4, stride: 2, padding: 1), BatchNorm2d(channels: 256), ReLU(),
      up(256, 128, 4, stride: 2, padding: 1), BatchNorm2d(channels: 128), ReLU(),
      up(128, 64, 4, stride: 2, padding: 1), BatchNorm2d(channels: 64), ReLU(),
      up(64, channels, 4, stride: 2, padding: 1), Tanh(),
    ])
}

private func torchDiscriminator(channels: Int) -> Network {
  func down(_ inputs: Int, _ outputs: Int) -> Conv2d {
    conv(inputs, outputs, 4, stride: 2, padding: 1, bias: false)
  }
  return chain(
    "PyTorch's DCGAN discriminator, \(channels) channels", [channels, 64, 64],
    [
      down(channels, 64), LeakyReLU(slope: 0.2), down(64, 128), BatchNorm2d(channels: 128),
      LeakyReLU(slope: 0.2),
      down(128, 256), BatchNorm2d(channels: 256), LeakyReLU(slope: 0.2), down(256, 512),
      BatchNorm2d(channels: 512),
      LeakyReLU(slope: 0.2), conv(512, 1, 4, bias: false), Sigmoid(),
    ])
}

private func srcnn(middle: Int) -> Network {
  chain(
    "SRCNN 9-\(middle)-5", [1, 33, 33],
    [conv(1, 64, 9), ReLU(), conv(64, 32, middle), ReLU(), conv(32, 1, 5)])
}

/// Without the final rearrangement of channels to pixels, which has no parameters.
private func espcn(factor: Int) -> Network {
  chain(
    "ESPCN ×\(factor)", [1, 14, 14],
    [
      conv(1, 64, 5, padding: 2), Tanh(), conv(64, 32, 3, padding: 1), Tanh(),
      conv(32, factor * factor, 3, padding: 1),
    ])
}

private let m3: Network = {
  var operations: [any Operation] = []
  var channels = 1
  for outputs in stride(from: 32, through: 176, by: 16) {
    operations += [conv(channels, outputs, 3, bias: false), BatchNorm2d(channels: outputs), ReLU()]
    channels = outputs
  }
  operations += [Flatten(), linear(11264, 10, bias: false), BatchNorm1d(features: 10)]
  return chain("M3", [1, 28, 28], operations)
}()

/// A patch discriminator of 4 × 4 convolutions; the strides decide how much one output sees.
private func patchGAN(_ channels: [Int], strides: [Int]) -> Network {
  var operations: [any Operation] = []
  for (index, stride) in strides.enumerated() {
    operations.append(conv(channels[index], channels[index + 1], 4, stride: stride, padding: 1))
    guard index + 1 < strides.count else { break }
    if index > 0 { operations.append(BatchNorm2d(channels: channels[index + 1])) }
    operations.append(LeakyReLU(slope: 0.2))
  }
  return chain("PatchGAN", [channels[0], 256, 256], operations)
}

@Suite struct NetworkCostTests {
  @Test(
    arguments: [
      (leNet, 61_706), (kerasConvnet, 34_826), (torchMNIST, 1_199_882), (beautifulMNIST, 87_850),
      (tensorFlowGenerator, 2_305_472), (tensorFlowDiscriminator, 212_865),
      (torchGenerator(channels: 3), 3_576_704), (torchDiscriminator(channels: 3), 2_765_568),
      (torchGenerator(channels: 1), 3_574_656), (torchDiscriminator(channels: 1), 2_763_520),
      (srcnn(middle: 1), 8_129), (srcnn(middle: 5), 57_281),
      (espcn(factor: 2), 21_284), (espcn(factor: 3), 22_729), (espcn(factor: 4), 24_752),
      (m3, 1_124_180), (patchGAN([6, 64, 128, 256, 512, 1], strides: [2, 2, 2, 1, 1]), 2_769_601),
    ] as [(Network, Int)])
  func aKnownNetworkHasItsPublishedSize(_ network: Network, _ count: Int) throws {
    #expect(network.trainableParameterCount == count, "\(network.name)")
    // The layers also fit each other, and each gives account of its part.
    let summary = try network.summary()
    #expect(summary.reduce(0) { $0 + $1.trainableParameters } == count, "\(network.name)")
  }

  @Test func storedStatisticsAreCountedApart() throws {
    // TensorFlow's generator keeps 2 · (12,544 + 128 + 64) moving statistics: 2,330,944 numbers in all.
    let stored = try tensorFlowGenerator.summary().reduce(0) { $0 + $1.storedParameters }
    #expect(2_305_472 + stored == 2_330_944)
  }

  /// Multiply–adds of the convolutions and linear layers, one example, forward.
  @Test(
    arguments: [
      // 1,254,400 + 7·7·256·128·25 + 7·7·128·64·25 + 14·14·64·25
      (tensorFlowGenerator, 51_744_000),
      // 14·14·64·25 + 7·7·64·128·25 + 6272
      (tensorFlowDiscriminator, 10_355_072),
      // 100·512·16 + 4²·512·256·16 + 8²·256·128·16 + 16²·128·64·16 + 32²·64·3·16
      (torchGenerator(channels: 3), 104_628_224),
      // 32²·3·64·16 + 16²·64·128·16 + 8²·128·256·16 + 4²·256·512·16 + 512·16
      (torchDiscriminator(channels: 3), 103_817_216),
      // 14·14·(25·64 + 9·64·32 + 9·32·4)
      (espcn(factor: 2), 4_152_064),
      // 28²·25·6 + 10²·150·16 + 400·120 + 120·84 + 84·10
      (leNet, 416_520),
    ] as [(Network, Int)])
  func aKnownNetworkHasItsMultiplyAdds(_ network: Network, _ count: Int) throws {
    let heavy = zip(network.nodes, try network.summary()).filter {
      !($0.0.operation is BatchNorm1d) && !($0.0.operation is BatchNorm2d)
    }
    #expect(heavy.reduce(0) { $0 + $1.1.multiplyAdds } == count, "\(network.name)")
  }

  @Test func aBatchNormCostsOneMultiplyAddANumber() throws {
    let network = try networkOfOne(BatchNorm2d(channels: 3), [[3, 4, 5]])
    #expect(try network.multiplyAdds() == 60)
  }

  @Test(
    arguments: [
      (patchGAN([6, 64, 128, 256, 512, 1], strides: [2, 2, 2, 1, 1]), 70),
      (patchGAN([6, 64, 128, 256, 1], strides: [2, 2, 1, 1]), 34),
      (patchGAN([6, 64, 128, 1], strides: [2, 1, 1]), 16),
    ] as [(Network, Int)])
  func aPatchDiscriminatorSeesItsPatch(_ network: Network, _ side: Int) throws {
    #expect(try network.summary().last?.receptiveField == Extent(side))
  }

  @Test func receptiveFieldsGrowLayerByLayerAndEndAtTheImage() throws {
    // 5; 5 + 1 = 6 at jump 2; 6 + 4·2 = 14; 14 + 2 = 16 at jump 4; then the whole image.
    let fields = try leNet.summary().map { $0.receptiveField?.height }
    #expect(fields == [5, 5, 6, 14, 14, 16, 16, 28, 28, 28, 28, 28])
  }
}
