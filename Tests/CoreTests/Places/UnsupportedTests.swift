import Core
import TestSupport
import Testing

private let lambda = Unsupported(operation: "Lambda", reason: "its code is Python's")

/// `x → a → odd → end`, `x → b`, `y → c`.
private func network(output: String, odd: any Operation = lambda) throws -> Network {
  try Network(
    name: "net", inputs: [.init("x", [2]), .init("y", [3])],
    nodes: [
      .init("a", ReLU(), ["x"]), .init("odd", odd, ["a"]), .init("b", Tanh(), ["x"]),
      .init("end", ReLU(), ["odd"]), .init("c", Sigmoid(), ["y"]),
    ], output: output)
}

@Suite struct UnsupportedTests {
  @Test func itIsCalledByItsOwnName() throws {
    #expect(lambda.name == "Lambda (not supported)")
    let declared = Unsupported(operation: "Lambda", reason: "", outputShape: [5])
    let summary = try network(output: "end", odd: declared).summary()
    #expect(summary.map(\.operation) == ["ReLU", "Lambda (not supported)", "Tanh", "ReLU", "Sigmoid"])
    #expect(summary.map(\.outputShape) == [[2], [5], [2], [5], [3]])
  }

  @Test func withoutADeclaredShapeTheReasonIsSaid() throws {
    #expect(
      throws: NetworkError(
        .shape, "odd (Lambda (not supported))",
        "'Lambda' is not supported: its code is Python's, given a [1, 2]")
    ) { try network(output: "end").shapes() }
  }

  @Test(arguments: executorsUnderTest, [Shape?.none, [2]])
  func noExecutorTakesIt(_ under: ExecutorUnderTest, _ shape: Shape?) throws {
    var odd = lambda
    odd.outputShape = shape
    let network = try network(output: "end", odd: odd)
    #expect(
      throws: NetworkError(.unsupported, "odd", "'Lambda' is not supported: its code is Python's")
    ) { _ = try under.make(network, 2, .inference) }
  }

  @Test func whatDoesNotDependOnItRuns() throws {
    let sound = try network(output: "end", odd: ReLU())
    #expect(sound.runnable == sound)
    let part = try #require(try network(output: "end").runnable)
    #expect(part.nodes.map(\.name) == ["a", "b", "c"])
    #expect(part.output == "c")
    #expect(part.inputs.map(\.name) == ["x", "y"])
    #expect(try network(output: "b").runnable?.output == "b")
    let executor = try makeExecutor(for: part, batch: 1, mode: .inference)
    try executor.forward(["x": Tensor([1, 2], [-1, 1]), "y": Tensor([1, 3])])
    #expect(try executor.value(of: "a") == Tensor([1, 2], [0, 1]))
  }

  @Test func inputsThatNothingReadsAreLeftOut() throws {
    let half = try Network(
      name: "half", inputs: [.init("x", [2]), .init("y", [3])],
      nodes: [.init("odd", lambda, ["x"]), .init("a", ReLU(), ["y"])])
    #expect(half.runnable?.inputs.map(\.name) == ["y"])
    let nothing = try Network(
      name: "nothing", inputs: [.init("x", [2])],
      nodes: [.init("odd", lambda, ["x"]), .init("a", ReLU(), ["odd"])])
    #expect(nothing.runnable == nil)
  }
}
