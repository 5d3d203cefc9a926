import Core
import TestSupport
import Testing

@Suite struct ReferenceAgreementTests {
  /// Values, statistics and gradients at every node of 120 random networks.
  @Test(arguments: executorsUnderTest, 0..<160)
  func everyExecutorAgreesWithTheReference(_ under: ExecutorUnderTest, seed: Int) throws {
    let random = RandomCase(seed: UInt64(seed))
    let names = random.network.inputs.map(\.name) + random.network.nodes.map(\.name)
    func run(_ executor: any Executor) throws -> Outcome {
      executor.dropoutSeed = random.dropoutSeed
      try executor.load(random.parameters)
      try executor.forward(random.inputs)
      try executor.backward(
        from: random.network.output, gradient: random.gradient, rule: random.rule,
        into: [.values, .parameters])
      return Outcome(
        values: try names.map { ($0, try executor.value(of: $0)) },
        gradients: try names.map { ($0, try executor.gradient(of: $0)) },
        parameters: executor.parameters, parameterGradients: try executor.parameterGradients())
    }
    let expected = try run(
      ReferenceExecutor<Double>(random.network, batch: random.batch, mode: random.mode))
    let actual = try run(under.make(random.network, random.batch, random.mode))

    for ((name, value), (_, truth)) in zip(actual.values, expected.values) {
      expectClose(Values<Float>(value), Values(truth), ofScale: 1e-5, because: "value of \(name), \(random)")
    }
    let scale = expected.gradients.map(\.1.maximumMagnitude).max()!
    for ((name, gradient), (_, truth)) in zip(actual.gradients, expected.gradients) {
      expectClose(
        Values<Float>(gradient), Values(truth), ofScale: 1e-4, floor: scale / 100,
        because: "gradient at \(name), \(random)")
    }
    #expect(actual.parameters.names == expected.parameters.names)
    for name in expected.parameters.names {
      expectClose(
        Values<Float>(actual.parameters[name]!), Values(expected.parameters[name]!), ofScale: 1e-5,
        because: "\(name), \(random)")
    }
    #expect(actual.parameterGradients.names == expected.parameterGradients.names)
    let largest =
      expected.parameterGradients.names.map { expected.parameterGradients[$0]!.maximumMagnitude }.max() ?? 0
    for name in expected.parameterGradients.names {
      expectClose(
        Values<Float>(actual.parameterGradients[name]!), Values(expected.parameterGradients[name]!),
        ofScale: 1e-4, floor: largest / 100, because: "gradient at \(name), \(random)")
    }
  }

  @Test func theRandomNetworksHoldEveryOperation() {
    // What is not supported computes nothing.
    let used = Set(
      (0..<160).flatMap { RandomCase(seed: $0).network.nodes.map(\.operation.name) } + [Unsupported.name])
    #expect(OperationCatalogue.kindsByName.keys.filter { !used.contains($0) } == [])
  }
}

private struct Outcome {
  let values: [(String, Tensor)]
  let gradients: [(String, Tensor)]
  let parameters: Parameters
  let parameterGradients: Parameters
}
