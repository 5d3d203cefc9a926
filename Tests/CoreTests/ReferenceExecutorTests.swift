import Core
import TestSupport
import Testing

/// conv → relu → pool → flatten → fc, on 6 × 6.
private func classifier() throws -> Network {
  try .sequential(
    "classifier", input: .init("x", [1, 6, 6]),
    [
      "conv": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 3), "relu": ReLU(),
      "pool": MaxPool2d(kernelSize: 2), "flat": Flatten(), "fc": Linear(inputFeatures: 12, outputFeatures: 4),
    ])
}

private func loaded(
  _ under: ExecutorUnderTest, _ network: Network, batch: Int, mode: ExecutionMode = .inference
) throws -> any Executor {
  let executor = try under.make(network, batch, mode)
  var random = RandomStream(seed: 2)
  try executor.load(Parameters(randomFor: network, from: &random))
  return executor
}

private func numbers(_ shape: Shape, _ seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed)
  return random.normal(shape)
}

@Suite struct ReferenceExecutorTests {
  @Test(arguments: executorsUnderTest)
  func aBatchIsItsExamplesOneByOne(_ under: ExecutorUnderTest) throws {
    let network = try classifier()
    let images = numbers([3, 1, 6, 6])
    let whole = try loaded(under, network, batch: 3)
    try whole.forward(images)
    let single = try loaded(under, network, batch: 1)
    for index in 0..<3 {
      try single.forward(images[index..<index + 1])
      expectClose(try single.output(), try whole.output()[index..<index + 1], because: "example \(index)")
    }
  }

  @Test(arguments: executorsUnderTest)
  func gradientsOfParametersAccumulateOnlyWhenAsked(_ under: ExecutorUnderTest) throws {
    let executor = try loaded(under, try classifier(), batch: 2)
    func pass(_ seed: UInt64, _ targets: GradientTargets) throws -> Tensor {
      try executor.forward(numbers([2, 1, 6, 6], seed))
      try executor.backward(from: "fc", gradient: numbers([2, 4], seed), rule: .plain, into: targets)
      return try executor.parameterGradients()["conv.weight"]!
    }
    let first = try pass(1, .parameters)
    let second = try pass(2, .parameters)
    #expect(first != second)
    _ = try pass(1, .parameters)
    let both = try pass(2, .accumulatedParameters)
    let sum = Tensor(first.shape, zip(first.elements, second.elements).map { $0 + $1 })
    expectClose(both, sum, absolute: 1e-5, because: "sum of two passes")
    #expect(try pass(1, .parameters) == first)
  }

  @Test(arguments: executorsUnderTest)
  func whatAPassWasNotAskedForIsAnError(_ under: ExecutorUnderTest) throws {
    let executor = try loaded(under, try classifier(), batch: 1)
    try executor.forward(numbers([1, 1, 6, 6]))
    func code(_ body: () throws -> Void) -> NetworkError.Code? {
      do { try body() } catch { return (error as? NetworkError)?.code }
      return nil
    }
    #expect(code { _ = try executor.gradient(of: "x") } == .unsupported)
    #expect(code { _ = try executor.parameterGradients() } == .unsupported)
    try executor.backward(from: "fc", gradient: numbers([1, 4]), rule: .plain, into: .values)
    #expect(code { _ = try executor.gradient(of: "x") } == nil)
    #expect(code { _ = try executor.parameterGradients() } == .unsupported)
    try executor.backward(from: "fc", gradient: numbers([1, 4]), rule: .plain, into: .parameters)
    #expect(code { _ = try executor.gradient(of: "x") } == .unsupported)
    #expect(code { _ = try executor.parameterGradients() } == nil)
  }

  @Test(arguments: executorsUnderTest)
  func aPassFromTheMiddleLeavesLaterNodesAtZero(_ under: ExecutorUnderTest) throws {
    let executor = try loaded(under, try classifier(), batch: 1)
    try executor.forward(numbers([1, 1, 6, 6]))
    let gradient = numbers([1, 3, 4, 4], 3)
    try executor.backward(from: "relu", gradient: gradient, rule: .plain, into: [.values, .parameters])
    #expect(try executor.gradient(of: "relu") == gradient)
    #expect(try executor.gradient(of: "fc") == Tensor([1, 4]))
    #expect(try executor.gradient(of: "x").maximumMagnitude > 0)
    let gradients = try executor.parameterGradients()
    #expect(gradients.names == ["conv.weight", "conv.bias", "fc.weight", "fc.bias"])
    #expect(gradients["fc.weight"] == Tensor([4, 12]))
    #expect(gradients["conv.weight"]!.maximumMagnitude > 0)
  }

  /// Inputs −1, 0, 2, 3 and gradients 5, 6, 7, −8: guided asks both to be positive, deconvnet only the gradient; a
  /// LeakyReLU is treated as a ReLU by both.
  @Test(arguments: executorsUnderTest, [ReLU() as any Operation, LeakyReLU(slope: 0.5)])
  func rectifierRulesCutWhatTheyName(_ under: ExecutorUnderTest, _ rectifier: any Operation) throws {
    let executor = try loaded(under, try networkOfOne(rectifier, [[4]]), batch: 1)
    try executor.forward(Tensor([1, 4], [-1, 0, 2, 3]))
    func gradient(_ rule: RectifierRule) throws -> [Float] {
      try executor.backward(
        from: "node", gradient: Tensor([1, 4], [5, 6, 7, -8]), rule: rule, into: .values)
      return try executor.gradient(of: "x").elements
    }
    let slope: Float = rectifier is LeakyReLU ? 0.5 : 0
    #expect(try gradient(.plain) == [5 * slope, 6 * slope, 7, -8])
    #expect(try gradient(.guided) == [0, 0, 7, 0])
    #expect(try gradient(.deconvnet) == [5, 6, 7, 0])
  }

  @Test(arguments: executorsUnderTest)
  func runningStatisticsMoveInTrainingAndRestartWithALoad(_ under: ExecutorUnderTest) throws {
    let network = try networkOfOne(BatchNorm1d(features: 1, momentum: 0.5), [[1]])
    var start = Parameters()
    start["node.weight"] = Tensor([1], [1])
    start["node.bias"] = Tensor([1], [0])
    start["node.running_mean"] = Tensor([1], [0])
    start["node.running_var"] = Tensor([1], [1])
    let executor = try under.make(network, 2, .training)
    try executor.load(start)
    // Mean 2, unbiased variance 2: halfway from 0 to 2 is 1, from 1 to 2 is 1.5; then 1.5 and 1.75.
    try executor.forward(Tensor([2, 1], [1, 3]))
    #expect(executor.parameters["node.running_mean"]!.elements == [1])
    #expect(executor.parameters["node.running_var"]!.elements == [1.5])
    try executor.forward(Tensor([2, 1], [1, 3]))
    #expect(executor.parameters["node.running_mean"]!.elements == [1.5])
    #expect(executor.parameters["node.running_var"]!.elements == [1.75])
    try executor.load(start)
    #expect(executor.parameters == start)

    let inference = try under.make(network, 2, .inference)
    try inference.load(start)
    try inference.forward(Tensor([2, 1], [1, 3]))
    #expect(inference.parameters == start)
  }

  @Test(arguments: executorsUnderTest)
  func theSameStepGivesTheSameBits(_ under: ExecutorUnderTest) throws {
    let random = RandomCase(seed: 3)
    func run() throws -> [Tensor] {
      let executor = try under.make(random.network, random.batch, random.mode)
      executor.dropoutSeed = random.dropoutSeed
      try executor.load(random.parameters)
      try executor.forward(random.inputs)
      try executor.backward(
        from: random.network.output, gradient: random.gradient, rule: .plain, into: [.values, .parameters])
      let gradients = try executor.parameterGradients()
      return [try executor.output(), try executor.gradient(of: "x")] + gradients.names.map { gradients[$0]! }
    }
    #expect(try run() == run())
  }

  @Test func theFactoryMakesAnExecutorThatRuns() throws {
    let network = try classifier()
    let executor = try makeExecutor(for: network, batch: 2, mode: .inference)
    #expect(executor.network == network && executor.batch == 2 && executor.mode == .inference)
    let reference = try ReferenceExecutor<Float>(network, batch: 2, mode: .inference)
    var random = RandomStream(seed: 2)
    let parameters = Parameters(randomFor: network, from: &random)
    for each in [executor, reference] {
      try each.load(parameters)
      try each.forward(numbers([2, 1, 6, 6]))
    }
    expectClose(try executor.output(), try reference.output(), because: "output")
  }

  @Test func notANumberPassesThroughRectifiersAndPools() throws {
    for operation in [ReLU(), LeakyReLU(), MaxPool2d(kernelSize: 2)] as [any Operation] {
      let executor = try ReferenceExecutor<Float>(
        try networkOfOne(operation, [[1, 2, 2]]), batch: 1, mode: .inference)
      try executor.forward(Tensor([1, 1, 2, 2], [1, .nan, 2, 0]))
      #expect(try executor.output().elements.contains(where: \.isNaN), "\(operation)")
    }
  }
}
