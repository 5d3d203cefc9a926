import Core
import TestSupport
import Testing

/// PyTorch's numbers; see `Fixtures/README.md`.
private let torch =
  torchCases("torch_operations.json") + torchCases("torch_networks.json") + torchCases("torch_numbers.json")

@Suite struct ReferenceFixtureTests {
  @Test(arguments: torch)
  func theReferenceInDoubleComputesWhatTorchComputes(_ torch: TorchCase) throws {
    let executor = try ReferenceExecutor<Double>(torch.network, batch: torch.batch, mode: torch.mode)
    try executor.load(torch.parameters.mapValues(\.values))
    for inputs in torch.earlierInputs + [torch.inputs] { try executor.forward(inputs.mapValues(\.values)) }
    let output = torch.network.output
    expectClose(try executor.exactValue(of: output), torch.output.values, ofScale: 1e-9, because: "value")
    for (name, expected) in torch.statistics {
      // Parameters are read as tensors, so this one comparison ends at their precision.
      expectClose(
        try #require(executor.parameters[name]), expected.tensor, absolute: 1e-6, relative: 1e-6,
        because: name)
    }

    try executor.backward(
      from: output, gradient: torch.outputGradient.values, rule: torch.rule, into: [.values, .parameters])
    for (name, expected) in torch.inputGradients {
      expectClose(
        try executor.exactGradient(of: name), expected.values, ofScale: 1e-9, because: "gradient at \(name)")
    }
    let gradients = try executor.exactParameterGradients()
    #expect(Set(gradients.keys) == Set(torch.parameterGradients.keys))
    let scale = torch.parameterGradients.values.flatMap(\.elements).map(abs).max() ?? 0
    for (name, expected) in torch.parameterGradients {
      expectClose(
        try #require(gradients[name]), expected.values, ofScale: 1e-9, floor: scale / 100,
        because: "gradient at \(name)")
    }
  }

  @Test(arguments: executorsUnderTest, torch)
  func anExecutorComputesWhatTorchComputes(_ under: ExecutorUnderTest, _ torch: TorchCase) throws {
    let executor = try under.make(torch.network, torch.batch, torch.mode)
    var parameters = Parameters()
    for (name, stored) in torch.parameters { parameters[name] = stored.tensor }
    try executor.load(parameters)
    for inputs in torch.earlierInputs + [torch.inputs] { try executor.forward(inputs.mapValues(\.tensor)) }
    expectClose(
      Values<Float>(try executor.output()), Values(torch.output.tensor), ofScale: 1e-5, because: "value")
    for (name, expected) in torch.statistics {
      expectClose(
        Values<Float>(try #require(executor.parameters[name])), Values(expected.tensor), ofScale: 1e-5,
        because: name)
    }

    try executor.backward(
      from: torch.network.output, gradient: torch.outputGradient.tensor, rule: torch.rule,
      into: [.values, .parameters])
    for (name, expected) in torch.inputGradients {
      expectClose(
        Values<Float>(try executor.gradient(of: name)), Values(expected.tensor), ofScale: 1e-5,
        because: "gradient at \(name)")
    }
    let gradients = try executor.parameterGradients()
    let scale = torch.parameterGradients.values.flatMap(\.elements).map { abs(Float($0)) }.max() ?? 0
    for (name, expected) in torch.parameterGradients {
      expectClose(
        Values<Float>(try #require(gradients[name])), Values(expected.tensor), ofScale: 1e-5,
        floor: scale / 100, because: "gradient at \(name)")
    }
  }
}
