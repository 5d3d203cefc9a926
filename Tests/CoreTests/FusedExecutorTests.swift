#if canImport(COneDNN)
import Core
import TestSupport
import Testing

/// What the executor of training leaves out is there all the same for whoever asks.
@Suite struct FusedExecutorTests {
  /// Every way in which a rectifier is computed along, and one that stands alone.
  static let network = try! Network.sequential(
    "fused", input: .init("x", [3, 12, 12]),
    [
      "conv1": Conv2d(inputChannels: 3, outputChannels: 16, kernelSize: 3, padding: 1),
      "relu1": ReLU(),
      "pool": MaxPool2d(kernelSize: 2),
      "conv2": Conv2d(inputChannels: 16, outputChannels: 16, kernelSize: 3, hasBias: false),
      "bn2": BatchNorm2d(channels: 16),
      "relu2": ReLU(),
      "up": ConvTranspose2d(
        inputChannels: 16, outputChannels: 32, kernelSize: 2, stride: 2, hasBias: false),
      "bn3": BatchNorm2d(channels: 32),
      "leaky3": LeakyReLU(slope: 0.2),
      "pool3": MaxPool2d(kernelSize: 3, stride: 1),
      "conv4": Conv2d(inputChannels: 32, outputChannels: 16, kernelSize: 3),
      "leaky4": LeakyReLU(slope: 0.1),
      "flatten": Flatten(),
      "fc": Linear(inputFeatures: 256, outputFeatures: 20),
      "relu5": ReLU(),
      "tanh": Tanh(),
      "relu6": ReLU(),
    ])

  private func prepared(_ executor: any Executor) throws -> any Executor {
    var random = RandomStream(seed: 8, stream: 2)
    try executor.load(Parameters(randomFor: Self.network, from: &random))
    try executor.forward(random.normal([4, 3, 12, 12]))
    return executor
  }

  private func pair(_ mode: ExecutionMode) throws -> (fused: any Executor, plain: any Executor) {
    (
      try prepared(FusedExecutor(Self.network, batch: 4, mode: mode)),
      try prepared(ReferenceExecutor<Double>(Self.network, batch: 4, mode: mode))
    )
  }

  @Test(arguments: [ExecutionMode.training, .inference])
  func everyValueCanBeRead(_ mode: ExecutionMode) throws {
    let (fused, plain) = try pair(mode)
    for node in Self.network.nodes {
      expectClose(
        Values<Float>(try fused.value(of: node.name)), Values(try plain.value(of: node.name)), ofScale: 1e-5,
        because: node.name)
    }
  }

  /// From every node, by every rule, for every target; passes of different kinds one after the other.
  @Test(arguments: [ExecutionMode.training, .inference], [RectifierRule.plain, .guided, .deconvnet])
  func aPassMayStartAnywhere(_ mode: ExecutionMode, _ rule: RectifierRule) throws {
    let (fused, plain) = try pair(mode)
    let shapes = try Self.network.shapes(batch: 4, mode: mode)
    var random = RandomStream(seed: 9, stream: 3)
    let targets: [GradientTargets] = [
      .parameters, [.parameters, .inputs], [.accumulatedParameters, .values], .accumulatedParameters, .inputs,
    ]
    for node in Self.network.nodes {
      let gradient = random.normal(shapes[node.name]!)
      for target in targets {
        for executor in [fused, plain] {
          try executor.backward(from: node.name, gradient: gradient, rule: rule, into: target)
        }
        let what = "from \(node.name) into \(target.rawValue)"
        if target.contains(.inputs) || target.contains(.values) {
          expectClose(
            Values<Float>(try fused.gradient(of: "x")), Values(try plain.gradient(of: "x")), ofScale: 1e-4,
            floor: 1e-6, because: what)
        }
        if target.contains(.values) {
          let (left, right) = (try fused.gradient(of: "conv1"), try plain.gradient(of: "conv1"))
          expectClose(Values<Float>(left), Values(right), ofScale: 1e-4, floor: 1e-6, because: what)
        }
        guard target.wantsParameters else { continue }
        let (left, right) = (try fused.parameterGradients(), try plain.parameterGradients())
        let largest = right.names.map { right[$0]!.maximumMagnitude }.max()!
        expectClose(left, right, ofScale: 1e-4, floor: max(largest / 100, 1e-6), because: what)
      }
    }
  }

  @Test func anUnknownNameIsRefused() throws {
    let (fused, plain) = try pair(.training)
    let message = #expect(throws: NetworkError.self) { try fused.value(of: "relu9") }?.description
    let expected = #expect(throws: NetworkError.self) { try plain.value(of: "relu9") }?.description
    #expect(message == expected && message != nil)
  }

  /// The two executors of a GAN, each in memory of its own or both in one: the same bits. What D needs is as large as what G does.
  @Test func executorsBesideEachOtherGiveWhatTheyGiveAlone() throws {
    let generator = try Network.sequential(
      "generator", input: .init("z", [16]),
      [
        "fc": Linear(inputFeatures: 16, outputFeatures: 32 * 7 * 7), "reshape": Reshape(shape: [32, 7, 7]),
        "bn": BatchNorm2d(channels: 32), "relu": ReLU(),
        "up": ConvTranspose2d(inputChannels: 32, outputChannels: 16, kernelSize: 4, stride: 2, padding: 1),
        "relu2": ReLU(), "pool": MaxPool2d(kernelSize: 3, stride: 1, padding: 1),
        "out": Conv2d(inputChannels: 16, outputChannels: 1, kernelSize: 3, padding: 1),
        "tanh": Tanh(),
      ])
    let discriminator = try Network.sequential(
      "discriminator", input: .init("x", [1, 14, 14]),
      [
        "conv": Conv2d(inputChannels: 1, outputChannels: 64, kernelSize: 4, stride: 2, padding: 1),
        "leaky": LeakyReLU(slope: 0.2),
        "conv2": Conv2d(inputChannels: 64, outputChannels: 64, kernelSize: 3, padding: 1),
        "bn": BatchNorm2d(channels: 64), "leaky2": LeakyReLU(slope: 0.2), "flatten": Flatten(),
        "fc": Linear(inputFeatures: 64 * 7 * 7, outputFeatures: 1),
      ])

    func game(sharing: Bool) throws -> [Parameters] {
      var random = RandomStream(seed: 11, stream: 0)
      let g = try FusedExecutor(generator, batch: 12, mode: .training)
      let d = try FusedExecutor(discriminator, batch: 12, mode: .training, beside: sharing ? g : nil)
      try g.load(Parameters(randomFor: generator, from: &random))
      try d.load(Parameters(randomFor: discriminator, from: &random))
      let (seed, real) = (random.normal([12, 1]), random.normal([12, 1, 14, 14]))
      var found: [Parameters] = []
      for _ in 0..<2 {
        try g.forward(random.normal([12, 16]))
        let fakes = try g.value(of: "tanh")
        try d.forward(real)
        try d.backward(from: "fc", gradient: seed, rule: .plain, into: .parameters)
        try d.forward(fakes)
        try d.backward(from: "fc", gradient: seed, rule: .plain, into: [.accumulatedParameters, .inputs])
        let push = try d.gradient(of: "x")
        try g.backward(from: "tanh", gradient: push, rule: .plain, into: .parameters)
        #expect(try d.gradient(of: "x") == push, "what is read after a pass is in nobody else's way")
        found += [try d.parameterGradients(), try g.parameterGradients()]
      }
      return found
    }
    let alone = try game(sharing: false)
    #expect(alone[1]["fc.weight"]!.elements.contains { $0 != 0 })
    #expect(try game(sharing: true) == alone)
  }
}
#endif
