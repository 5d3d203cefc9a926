import Core
import TestSupport
import Testing
import Train

/// Whole presets, as they are trained, by every fast executor and by the plain formulas in double precision.
@Suite struct PresetAgreementTests {
  struct Case: Sendable, CustomStringConvertible {
    let preset: Preset
    let network: Network
    let batch: Int
    var description: String { "\(preset.rawValue), \(network.name)" }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for preset in Preset.allCases {
      let picture: Shape = preset == .dcgan64 ? [3, 64, 64] : [1, 28, 28]
      switch preset.task {
      case .classify:
        cases.append(
          Case(preset: preset, network: try! preset.classifier(picture: picture, classes: 10), batch: 3))
      case .generate:
        let pair = try! preset.adversaries(picture: picture)
        for network in [pair.generator, pair.discriminator] {
          cases.append(Case(preset: preset, network: network, batch: preset == .dcgan64 ? 2 : 3))
        }
      }
    }
    return cases
  }()

  @Test(arguments: executorsUnderTest.filter { $0.name.hasPrefix("oneDNN") }, cases)
  func aWholePresetAgreesWithTheFormulas(_ under: ExecutorUnderTest, _ one: Case) throws {
    var random = RandomStream(seed: 5, stream: 1)
    let network = one.network
    let parameters = Parameters(randomFor: network, from: &random)
    let input = random.normal(network.inputs[0].shape.batched(one.batch))
    let gradient = random.normal(
      try network.shapes(batch: one.batch, mode: .training)[network.output]!)
    func run(_ executor: any Executor) throws -> (output: Tensor, input: Tensor, parameters: Parameters) {
      executor.dropoutSeed = DropoutSeed(seed: 3, step: 2)
      try executor.load(parameters)
      try executor.forward(input)
      try executor.backward(
        from: network.output, gradient: gradient, rule: .plain, into: [.parameters, .inputs])
      return (
        try executor.output(), try executor.gradient(of: network.inputs[0].name),
        try executor.parameterGradients()
      )
    }
    let expected = try run(ReferenceExecutor<Double>(network, batch: one.batch, mode: .training))
    let actual = try run(under.make(network, one.batch, .training))
    expectAlike(actual.output, expected.output, "output of \(one)")
    expectAlike(actual.input, expected.input, "gradient at the input of \(one)")
    for name in expected.parameters.names {
      expectAlike(actual.parameters[name]!, expected.parameters[name]!, "gradient of \(name), \(one)")
    }
  }

  /// Alike as vectors: a rectifier's input within rounding of zero may fall on either side and move single numbers.
  private func expectAlike(_ actual: Tensor, _ expected: Tensor, _ what: String) {
    var (difference, length) = (0.0, 0.0)
    for (left, right) in zip(actual.elements, expected.elements) {
      difference += Double(left - right) * Double(left - right)
      length += Double(right) * Double(right)
    }
    #expect(actual.shape == expected.shape)
    #expect(difference.squareRoot() <= 2e-5 * length.squareRoot(), "\(what)")
  }
}
