import Core
import TestSupport
import Testing

@Suite struct OperationTests {
  @Test(arguments: executorsUnderTest, handCases)
  func anOperationComputesWhatIsWorkedByHand(executor under: ExecutorUnderTest, _ hand: HandCase) throws {
    let network = try networkOfOne(hand.operation, hand.inputs.map(\.shape.perExample))
    let executor = try under.make(network, hand.inputs[0].shape[0], hand.mode)
    var parameters = Parameters()
    for (declaration, tensor) in zip(hand.operation.parameters, hand.parameters) {
      parameters["node", declaration.name] = tensor
    }
    try executor.load(parameters)
    let names = network.inputs.map(\.name)
    try executor.forward(Dictionary(uniqueKeysWithValues: zip(names, hand.inputs)))
    expectClose(try executor.output(), hand.output, absolute: 1e-6, relative: 1e-6, because: "value")

    try executor.backward(
      from: "node", gradient: Tensor(hand.output.shape, hand.gradient), rule: .plain,
      into: [.values, .parameters])
    for (name, (input, expected)) in zip(names, zip(hand.inputs, hand.inputGradients)) {
      expectClose(
        try executor.gradient(of: name), Tensor(input.shape, expected), absolute: 1e-6, relative: 1e-6,
        because: "gradient at \(name)")
    }
    let gradients = try executor.parameterGradients()
    let trainable = hand.operation.parameters.filter(\.isTrainable)
    #expect(gradients.names == trainable.map { "node." + $0.name })
    for (declaration, expected) in zip(trainable, hand.parameterGradients) {
      expectClose(
        try #require(gradients["node", declaration.name]), Tensor(declaration.shape, expected),
        absolute: 1e-6, relative: 1e-6, because: "gradient at \(declaration.name)")
    }
  }

  @Test func everyOperationOfTheCatalogueHasAHandCase() {
    // What is not supported computes nothing.
    let worked = Set(handCases.map(\.operation.name) + [Unsupported.name])
    #expect(OperationCatalogue.kindsByName.keys.filter { !worked.contains($0) } == [])
  }
}
