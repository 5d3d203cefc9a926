#if canImport(COneDNN)
import Core
import TestSupport
import Testing

/// Convolutions that are large enough to go by Winograd's points, against the formula in double precision.
@Suite struct WinogradTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let isTransposed: Bool
    let kernel: Int
    let padding: Int
    let input: [Int]
    let outputs: Int
    var batch = 12
    var hasBias = true
    var outputPadding = 0
    var testDescription: String {
      "\(isTransposed ? "transposed " : "")\(kernel) × \(kernel), padding \(padding), \(batch) × \(input) to \(outputs)\(hasBias ? "" : " without bias")"
    }

    var stride: Int { kernel == 4 ? 2 : 1 }

    var operation: any Operation {
      if isTransposed {
        ConvTranspose2d(
          inputChannels: input[0], outputChannels: outputs, kernelSize: Extent(kernel),
          stride: Extent(stride),
          padding: Padding(padding), outputPadding: Extent(outputPadding), hasBias: hasBias)
      } else {
        Conv2d(
          inputChannels: input[0], outputChannels: outputs, kernelSize: Extent(kernel),
          stride: Extent(stride),
          padding: Padding(padding), hasBias: hasBias)
      }
    }

    /// Between two others, so that layouts meet and the gradient at the input is wanted.
    func network() throws -> Network {
      try .sequential(
        "case", input: .init("x", Shape(input)),
        ["before": Identity(), "layer": operation, "leaky": LeakyReLU(slope: 0.2), "after": Flatten()])
    }
  }

  /// Whole tiles and cut ones, odd sizes, every phase of padding, several portions of tiles and channels.
  static let cases: [Case] = [
    Case(isTransposed: false, kernel: 3, padding: 1, input: [32, 14, 14], outputs: 64),
    Case(isTransposed: false, kernel: 3, padding: 0, input: [16, 9, 11], outputs: 48),
    Case(isTransposed: false, kernel: 3, padding: 2, input: [48, 7, 7], outputs: 16, hasBias: false),
    Case(isTransposed: true, kernel: 3, padding: 1, input: [32, 12, 9], outputs: 16),
    Case(isTransposed: true, kernel: 3, padding: 0, input: [16, 7, 10], outputs: 16),
    Case(isTransposed: false, kernel: 4, padding: 1, input: [64, 14, 14], outputs: 128),
    Case(isTransposed: false, kernel: 4, padding: 0, input: [16, 18, 17], outputs: 32, hasBias: false),
    Case(isTransposed: false, kernel: 4, padding: 2, input: [32, 15, 16], outputs: 16),
    Case(isTransposed: false, kernel: 4, padding: 3, input: [16, 11, 13], outputs: 16, batch: 24),
    Case(isTransposed: true, kernel: 4, padding: 1, input: [64, 7, 7], outputs: 32),
    Case(isTransposed: true, kernel: 4, padding: 0, input: [32, 8, 7], outputs: 16),
    Case(
      isTransposed: true, kernel: 4, padding: 2, input: [16, 8, 8], outputs: 48, hasBias: false,
      outputPadding: 1),
    Case(isTransposed: true, kernel: 4, padding: 1, input: [256, 4, 4], outputs: 128, batch: 30),
    Case(isTransposed: false, kernel: 4, padding: 1, input: [128, 8, 8], outputs: 256, batch: 30),
    Case(isTransposed: false, kernel: 3, padding: 1, input: [64, 30, 30], outputs: 64, batch: 9),
    Case(isTransposed: true, kernel: 4, padding: 1, input: [64, 15, 15], outputs: 32, batch: 1),
    Case(isTransposed: false, kernel: 3, padding: 1, input: [32, 12, 12], outputs: 32, batch: 1),
  ]

  @Test(arguments: cases, [false, true])
  func resultsAndGradientsAreThoseOfTheFormula(_ test: Case, isFused: Bool) throws {
    let network = try test.network()
    var random = RandomStream(seed: 5, stream: 1)
    let parameters = Parameters(randomFor: network, from: &random)
    let input = random.normal(Shape([test.batch] + test.input))
    let executors: [any Executor] = [
      try ReferenceExecutor<Double>(network, batch: test.batch, mode: .training),
      isFused
        ? try FusedExecutor(network, batch: test.batch, mode: .training)
        : try OneDNNExecutor(network, batch: test.batch, mode: .training),
    ]
    for executor in executors {
      try executor.load(parameters)
      try executor.forward(input)
    }
    let (truth, fast) = (executors[0], executors[1])
    let gradient = random.normal(try truth.value(of: network.output).shape)
    for executor in executors {
      try executor.backward(
        from: network.output, gradient: gradient, rule: .plain, into: [.inputs, .parameters])
    }
    expectClose(
      Values<Float>(try fast.value(of: "leaky")), Values(try truth.value(of: "leaky")), ofScale: 1e-5,
      because: "result of \(test)")
    expectClose(
      Values<Float>(try fast.gradient(of: "x")), Values(try truth.gradient(of: "x")), ofScale: 1e-5,
      because: "gradient at the input of \(test)")
    expectClose(
      try fast.parameterGradients(), try truth.parameterGradients(), ofScale: 1e-5,
      because: "gradient of \(test)")
  }

  /// The first layer of a generator, which is a matrix product.
  @Test(arguments: [1, 5])
  func aPictureOutOfOnePixelIsTheFormulas(_ batch: Int) throws {
    let network = try Network.sequential(
      "source", input: .init("x", [20, 1, 1]),
      [
        "up": ConvTranspose2d(
          inputChannels: 20, outputChannels: 32, kernelSize: Extent(height: 3, width: 4), hasBias: false),
        "leaky": LeakyReLU(slope: 0.2), "flatten": Flatten(),
      ])
    var random = RandomStream(seed: 6, stream: 1)
    let parameters = Parameters(randomFor: network, from: &random)
    let input = random.normal([batch, 20, 1, 1])
    let gradient = random.normal([batch, 32 * 12])
    let truth = try ReferenceExecutor<Double>(network, batch: batch, mode: .training)
    for fast in [
      try OneDNNExecutor(network, batch: batch, mode: .training) as any Executor,
      try FusedExecutor(network, batch: batch, mode: .training),
    ] {
      for executor in [truth, fast] as [any Executor] {
        try executor.load(parameters)
        try executor.forward(input)
        try executor.backward(
          from: "flatten", gradient: gradient, rule: .plain, into: [.inputs, .parameters])
      }
      #expect(fast.parameters == parameters)
      for name in ["up", "leaky"] {
        expectClose(
          Values<Float>(try fast.value(of: name)), Values(try truth.value(of: name)), ofScale: 1e-5,
          because: name)
      }
      expectClose(
        Values<Float>(try fast.gradient(of: "x")), Values(try truth.gradient(of: "x")), ofScale: 1e-5,
        because: "x")
      expectClose(
        Values<Float>(try fast.parameterGradients()["up.weight"]!),
        Values(try truth.parameterGradients()["up.weight"]!), ofScale: 1e-5, because: "weight")
    }
  }

  /// The weights' points are kept between passes: they have to follow the weights.
  @Test func inferenceFollowsTheWeights() throws {
    let test = Self.cases[0]
    let network = try test.network()
    let executor = try OneDNNExecutor(network, batch: test.batch, mode: .inference)
    var random = RandomStream(seed: 3, stream: 1)
    let input = random.normal(Shape([test.batch] + test.input))
    for turn in 0..<3 {
      var parameters = Parameters(randomFor: network, from: &random)
      try executor.load(parameters)
      try executor.forward(input)
      if turn == 2 {
        executor.withTrainable { values, _ in for index in values.indices { values[index] *= 2 } }
        parameters = executor.parameters
        try executor.forward(input)
      }
      let truth = try ReferenceExecutor<Double>(network, batch: test.batch, mode: .inference)
      try truth.load(parameters)
      try truth.forward(input)
      expectClose(
        Values<Float>(try executor.value(of: "layer")), Values(try truth.value(of: "layer")), ofScale: 1e-5,
        because: "turn \(turn)")
    }
  }

  @Test func theSamePassGivesTheSameBits() throws {
    let test = Self.cases[5]
    let network = try test.network()
    func run() throws -> (Tensor, Parameters) {
      let executor = try FusedExecutor(network, batch: test.batch, mode: .training)
      var random = RandomStream(seed: 3, stream: 1)
      try executor.load(Parameters(randomFor: network, from: &random))
      try executor.forward(random.normal(Shape([test.batch] + test.input)))
      let value = try executor.value(of: network.output)
      try executor.backward(from: network.output, gradient: value, rule: .plain, into: [.parameters])
      return (value, try executor.parameterGradients())
    }
    let (first, second) = (try run(), try run())
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
  }
}
#endif
