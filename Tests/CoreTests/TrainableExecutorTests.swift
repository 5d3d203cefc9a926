import Core
import TestSupport
import Testing

/// Executors whose memory a training loop writes, held against the same passes through tensors.
struct TrainableExecutorTests {
  struct Maker: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (Network, Int) throws -> any TrainableExecutor
  }

  static let makers =
    [Maker(testDescription: "plain") { try PlainExecutor($0, batch: $1, mode: .training) }] + fast

  #if canImport(COneDNN)
  private static let fast = [
    Maker(testDescription: "oneDNN") { try OneDNNExecutor($0, batch: $1, mode: .training) }
  ]
  #else
  private static let fast: [Maker] = []
  #endif

  private let network = try! Network.sequential(
    "small", input: Network.Input("image", [2, 6, 6]),
    [
      "conv": Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 3),
      "bn": BatchNorm2d(channels: 3),
      "relu": ReLU(),
      "flatten": Flatten(),
      "fc": Linear(inputFeatures: 48, outputFeatures: 4),
    ])

  @Test(arguments: makers)
  func aStepThroughMemoryIsTheStepThroughTensors(_ maker: Maker) throws {
    var random = RandomStream(seed: 3, stream: 0)
    let start = Parameters(randomFor: network, from: &random)
    let image = random.normal([5, 2, 6, 6], deviation: 1)
    let push = random.normal([5, 4], deviation: 1)
    let rate: Float = 0.25

    let expected = try ReferenceExecutor<Double>(network, batch: 5, mode: .training)
    try expected.load(start)
    try expected.forward(image)
    try expected.backward(from: "fc", gradient: push, rule: .plain, into: [.parameters, .values])
    let gradients = try expected.parameterGradients()

    let executor = try maker.make(network, 5)
    try executor.load(start)
    executor.withInput("image") { _ = $0.update(fromContentsOf: image.elements) }
    executor.run()
    executor.withSeed(at: "fc") { _ = $0.update(fromContentsOf: push.elements) }
    executor.runBackward(from: "fc", rule: .plain, into: [.parameters, .values])
    func expect(_ found: [Float], _ exact: Tensor, _ tolerance: Float, _ reason: String) {
      expectClose(
        Values<Float>(exact.shape, found), Values(exact), ofScale: tolerance, because: reason)
    }
    expect(executor.withValue(of: "fc") { Array($0) }, try expected.value(of: "fc"), 1e-5, "answer")
    expect(
      executor.withGradient(of: "image") { Array($0) }, try expected.gradient(of: "image"), 1e-4, "image")
    executor.withTrainable { values, gradients in
      for index in values.indices { values[index] -= rate * gradients[index] }
    }

    let after = executor.parameters
    for name in gradients.names {
      let (from, gradient) = (start[name]!, gradients[name]!)
      let moved = zip(from.elements, gradient.elements).map { $0 - rate * $1 }
      expect(after[name]!.elements, Tensor(from.shape, moved), 1e-4, name)
    }
    // Statistics that the forward pass keeps are not the optimiser's, and survive its step.
    let mean = expected.parameters["bn.running_mean"]!
    #expect(mean != start["bn.running_mean"])
    expect(after["bn.running_mean"]!.elements, mean, 1e-5, "running mean")
  }

  @Test(arguments: makers)
  func theNextPassSeesWhatTheOptimiserWrote(_ maker: Maker) throws {
    var random = RandomStream(seed: 4, stream: 0)
    let executor = try maker.make(network, 5)
    try executor.load(Parameters(randomFor: network, from: &random))
    executor.run()
    executor.withTrainable { values, _ in values.update(repeating: 0) }
    executor.run()
    #expect(executor.withValue(of: "fc") { $0.allSatisfy { $0 == 0 } })
  }

  @Test(arguments: makers)
  func everyTrainableParameterHasAPlaceOfItsOwn(_ maker: Maker) throws {
    var random = RandomStream(seed: 5, stream: 0)
    let executor = try maker.make(network, 2)
    let parameters = Parameters(randomFor: network, from: &random)
    try executor.load(parameters)
    #expect(executor.trainableRanges.map(\.node) == ["conv", "bn", "fc"])
    #expect(executor.trainableRanges.last?.range.upperBound ?? 0 <= executor.trainableCount)
    let read = executor.withTrainable { values, _ in executor.tensors(in: values) }
    for name in ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "fc.weight", "fc.bias"] {
      #expect(read[name] == parameters[name])
    }
    #expect(read["bn.running_mean"] == nil)
  }
}
