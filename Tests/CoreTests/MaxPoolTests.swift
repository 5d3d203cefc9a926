import Core
import TestSupport
import Testing

/// Max pooling of channels in blocks, behind a convolution that makes them.
@Suite struct MaxPoolTests {
  /// Side by side, cut at the end, overlapping, in padding of all sides and of some.
  static let pools: [MaxPool2d] = [
    MaxPool2d(kernelSize: 2), MaxPool2d(kernelSize: 3), MaxPool2d(kernelSize: 3, stride: 2),
    MaxPool2d(kernelSize: 3, stride: 1, padding: 1),
    MaxPool2d(kernelSize: 3, stride: 2, padding: Padding(top: 1, left: 0, bottom: 1, right: 1)),
  ]

  @Test(arguments: pools.indices) func everyWindowIsTheReferences(_ index: Int) throws {
    let network = try Network.sequential(
      "pooled", input: .init("x", [3, 7, 8]),
      [
        "conv": Conv2d(inputChannels: 3, outputChannels: 16, kernelSize: 1), "relu": ReLU(),
        "pool": Self.pools[index],
      ])
    var random = RandomStream(seed: 4, stream: 1)
    let parameters = Parameters(randomFor: network, from: &random)
    let input = random.normal([2, 3, 7, 8])
    let truth = try ReferenceExecutor<Double>(network, batch: 2, mode: .training)
    let fast = try makeTrainableExecutor(for: network, batch: 2, mode: .training)
    let gradient = random.normal(try network.shapes(batch: 2, mode: .training)["pool"]!)
    for executor in [truth, fast] as [any Executor] {
      try executor.load(parameters)
      try executor.forward(input)
      try executor.backward(from: "pool", gradient: gradient, rule: .plain, into: [.inputs])
    }
    let (found, expected) = (try fast.value(of: "pool").elements, try truth.value(of: "pool").elements)
    for (one, other) in zip(found, expected) {
      #expect(one == other || abs(one - other) < 1e-5, "\(one) is not \(other)")
    }
    expectClose(
      Values<Float>(try fast.gradient(of: "x")), Values(try truth.gradient(of: "x")), ofScale: 1e-4,
      because: "gradient of \(Self.pools[index])")
  }
}
