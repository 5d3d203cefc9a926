#if canImport(COneDNN)
import Core
import TestSupport
import Testing

/// A network's first convolution with its rectifier and max pooling in one go, against the reference.
@Suite struct PooledConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var channels = 1
    var kernel = 3
    var padding = Padding(1)
    var hasBias = true
    /// Nil for ReLU.
    var slope: Float?
    /// Odd sides leave a row and a column that no window covers.
    var size = [8, 10]

    var testDescription: String {
      "\(channels) channels, kernel \(kernel), padding \(padding), slope \(slope ?? 0), \(size)"
    }

    var network: Network {
      get throws {
        try Network.sequential(
          "pooled", input: .init("x", Shape([channels] + size)),
          [
            "conv": Conv2d(
              inputChannels: channels, outputChannels: 32, kernelSize: Extent(kernel), padding: padding,
              hasBias: hasBias),
            "rectifier": slope.map { LeakyReLU(slope: $0) as any Operation } ?? ReLU(),
            "pool": MaxPool2d(kernelSize: 2),
          ])
      }
    }
  }

  static let cases = [
    Case(), Case(channels: 3), Case(channels: 4, kernel: 5, padding: Padding(2)),
    Case(kernel: 5, padding: Padding(0)),
    Case(channels: 2, padding: Padding(0), hasBias: false), Case(slope: 0.2),
    Case(channels: 3, size: [9, 7]),
    Case(padding: Padding(top: 0, left: 1, bottom: 2, right: 0), size: [7, 9]),
    Case(channels: 3, kernel: 5, padding: Padding(1), hasBias: false, slope: 0.01, size: [11, 12]),
  ]

  @Test(arguments: cases) func everyNumberIsTheReferences(_ example: Case) throws {
    let network = try example.network
    var random = RandomStream(seed: 4, stream: 1)
    let parameters = Parameters(randomFor: network, from: &random)
    let input = random.normal(Shape([5, example.channels] + example.size))
    let truth = try ReferenceExecutor<Double>(network, batch: 5, mode: .training)
    let fast = try FusedExecutor(network, batch: 5, mode: .training)
    for executor in [truth, fast] as [any Executor] {
      try executor.load(parameters)
      try executor.forward(input)
    }
    expectClose(
      Values<Float>(try fast.value(of: "pool")), Values(try truth.value(of: "pool")), ofScale: 1e-5,
      because: "pool")
    let gradient = random.normal(try network.shapes(batch: 5, mode: .training)["pool"]!)
    // First what a training loop asks for, then the same on top of it, then what only the executor that keeps everything has.
    for targets in [GradientTargets.parameters, .accumulatedParameters, [.parameters, .inputs]] {
      for executor in [truth, fast] as [any Executor] {
        try executor.backward(from: "pool", gradient: gradient, rule: .plain, into: targets)
      }
      expectClose(
        try fast.parameterGradients(), try truth.parameterGradients(), ofScale: 1e-5,
        because: "targets \(targets.rawValue)")
    }
    expectClose(
      Values<Float>(try fast.gradient(of: "x")), Values(try truth.gradient(of: "x")), ofScale: 1e-5,
      because: "x")
    expectClose(
      Values<Float>(try fast.value(of: "conv")), Values(try truth.value(of: "conv")), ofScale: 1e-5,
      because: "conv")
  }

  /// A number that is none is seen in what is pooled, wherever in its window it stands: these corners reach one result of four.
  @Test(arguments: [0, 3, 24, 27]) func noNumberIsPassedOver(_ place: Int) throws {
    let network = try Network.sequential(
      "pooled", input: .init("x", [1, 8, 8]),
      [
        "conv": Conv2d(inputChannels: 1, outputChannels: 16, kernelSize: 3), "rectifier": ReLU(),
        "pool": MaxPool2d(kernelSize: 2),
      ])
    var random = RandomStream(seed: 5, stream: 1)
    let fast = try FusedExecutor(network, batch: 1, mode: .training)
    try fast.load(Parameters(randomFor: network, from: &random))
    var input = random.normal([1, 1, 8, 8])
    input.elements[place] = .nan
    try fast.forward(input)
    #expect(try fast.value(of: "pool").elements[0].isNaN)
  }
}
#endif
