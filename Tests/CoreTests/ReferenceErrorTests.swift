import Core
import TestSupport
import Testing

/// An operation that no executor knows.
private struct Mystery: Operation {
  static let name = "Mystery"
  func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { inputs[0] }
}

private func tiny() throws -> Network {
  try .sequential(
    "tiny", input: .init("x", [2]), ["fc": Linear(inputFeatures: 2, outputFeatures: 1), "tanh": Tanh()])
}

private func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "no error"
}

@Suite struct ReferenceErrorTests {
  @Test(arguments: executorsUnderTest)
  func anOperationWithoutAKernelIsNamed(_ under: ExecutorUnderTest) throws {
    let network = try Network.sequential("odd", input: .init("x", [2]), ["what": Mystery()])
    #expect(
      throws: NetworkError(.unsupported, "what", "the operation Mystery has no kernel")
    ) { _ = try under.make(network, 1, .inference) }
  }

  @Test(arguments: executorsUnderTest)
  func trainingBatchNormOnOneNumberIsAnError(_ under: ExecutorUnderTest) throws {
    let network = try networkOfOne(BatchNorm2d(channels: 3), [[3, 1, 1]])
    #expect(
      message { _ = try under.make(network, 1, .training) }
        == """
        node (BatchNorm2d): training needs more than one number a channel to take a variance of, \
        found [1, 3, 1, 1]
        """)
    #expect(message { _ = try under.make(network, 1, .inference) } == "no error")
    #expect(message { _ = try under.make(network, 2, .training) } == "no error")
  }

  @Test(arguments: executorsUnderTest)
  func aBatchOfNothingIsAnError(_ under: ExecutorUnderTest) throws {
    let network = try tiny()
    #expect(
      message { _ = try under.make(network, 0, .inference) }
        == "tiny: a batch holds at least one example, 0 were asked for")
  }

  @Test(arguments: executorsUnderTest)
  func whatDoesNotFitIsNamedWithBothShapes(_ under: ExecutorUnderTest) throws {
    let executor = try under.make(try tiny(), 2, .inference)
    var parameters = Parameters()
    #expect(message { try executor.load(parameters) } == "fc.weight: missing; expected a tensor of [1, 2]")
    parameters["fc.weight"] = Tensor([2, 1])
    #expect(message { try executor.load(parameters) } == "fc.weight: expected [1, 2], found [2, 1]")
    parameters["fc.weight"] = Tensor([1, 2])
    parameters["fc.bias"] = Tensor([1])
    #expect(
      message { try executor.forward(Tensor([2, 2])) } == "fc: its parameters were not loaded")
    #expect(message { _ = try executor.value(of: "fc") } == "fc: has no value before a forward pass")
    try executor.load(parameters)
    #expect(
      message { try executor.forward(["y": Tensor([2, 2])]) }
        == "x: no value for this input of 'tiny'; given y")
    #expect(message { try executor.forward(Tensor([3, 2])) } == "x: expected [2, 2], found [3, 2]")
    try executor.forward(Tensor([2, 2]))
    #expect(
      message { _ = try executor.value(of: "conv") }
        == "conv: no such value in 'tiny'; there are x, fc, tanh")
    #expect(
      message { try executor.backward(from: "conv", gradient: Tensor([2, 1]), rule: .plain, into: .values) }
        == "conv: no such layer in 'tiny'; there are fc, tanh")
    #expect(
      message { try executor.backward(from: "fc", gradient: Tensor([2, 2]), rule: .plain, into: .values) }
        == "fc: expected a gradient of [2, 1], found [2, 2]")
  }
}
