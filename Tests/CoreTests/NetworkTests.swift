import Core
import TestSupport
import Testing

private func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "no error"
}

/// What shape inference says of one operation over inputs `x`, `y`, ….
private func shapeMessage(_ operation: any Operation, _ shapes: Shape...) -> String {
  message { _ = try networkOfOne(operation, shapes).shapes(batch: 2) }
}

@Suite struct NetworkTests {
  @Test func shapesFollowTheFormulas() throws {
    func shape(_ operation: any Operation, _ input: Shape) throws -> Shape {
      try #require(try networkOfOne(operation, [input]).shapes(batch: 2)["node"])
    }
    // ⌊(7 + 1 + 2 − 5) / 2⌋ + 1 = 3 and ⌊(8 + 0 + 1 − 3) / 1⌋ + 1 = 7.
    #expect(
      try shape(
        Conv2d(
          inputChannels: 3, outputChannels: 4, kernelSize: 3, stride: Extent(height: 2, width: 1),
          padding: Padding(top: 1, left: 0, bottom: 2, right: 1), dilation: Extent(height: 2, width: 1)),
        [3, 7, 8]) == [2, 4, 3, 7])
    // (7 − 1) · 2 − 1 − 2 + 5 + 1 = 15.
    #expect(
      try shape(
        ConvTranspose2d(
          inputChannels: 3, outputChannels: 4, kernelSize: 5, stride: 2,
          padding: Padding(top: 1, left: 1, bottom: 2, right: 2), outputPadding: 1), [3, 7, 7]) == [
          2, 4, 15, 15,
        ])
    #expect(try shape(MaxPool2d(kernelSize: 2), [3, 7, 8]) == [2, 3, 3, 4])
    #expect(try shape(MaxPool2d(kernelSize: 2, roundsUp: true), [3, 7, 8]) == [2, 3, 4, 4])
    // Rounded up there would be a third window, wholly in the padding: it does not count.
    #expect(
      try shape(MaxPool2d(kernelSize: 2, stride: 2, padding: 1, roundsUp: true), [1, 3, 3]) == [2, 1, 2, 2])
    #expect(try shape(GlobalAvgPool2d(), [3, 7, 8]) == [2, 3])
    #expect(try shape(Upsample(factor: Extent(height: 2, width: 3)), [3, 7, 8]) == [2, 3, 14, 24])
    #expect(try shape(Flatten(), [3, 7, 8]) == [2, 168])
    #expect(try shape(Reshape(shape: [8, 21]), [3, 7, 8]) == [2, 8, 21])
  }

  @Test func shapesThatDoNotFitAreNamedWithNodeAndBothShapes() {
    #expect(
      shapeMessage(Conv2d(inputChannels: 3, outputChannels: 8, kernelSize: 3), [1, 28, 28])
        == "node (Conv2d): expected 3 input channels, found 1 in [2, 1, 28, 28], given x [2, 1, 28, 28]")
    #expect(
      shapeMessage(Conv2d(inputChannels: 3, outputChannels: 8, kernelSize: 3), [784])
        == """
        node (Conv2d): expected images [count, channels, height, width], found [2, 784], given x [2, 784]
        """)
    #expect(
      shapeMessage(Conv2d(inputChannels: 1, outputChannels: 8, kernelSize: 5, padding: 1), [1, 2, 9])
        == """
        node (Conv2d): a window of 5 × 5 does not fit into 2 × 9 with padding 1 above, 1 below, 1 left, 1 right, \
        given x [2, 1, 2, 9]
        """)
    #expect(
      shapeMessage(
        ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 2, padding: 1), [1, 1, 1])
          == """
          node (ConvTranspose2d): padding cuts everything away: the output would be 0 × 0, given x [2, 1, 1, 1]
          """)
    #expect(
      shapeMessage(
        ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 2, stride: 2, outputPadding: 2),
        [1, 4, 4])
          == """
          node (ConvTranspose2d): output padding 2 × 2 is not smaller than stride 2 × 2, given x [2, 1, 4, 4]
          """)
    #expect(
      shapeMessage(Linear(inputFeatures: 10, outputFeatures: 2), [12])
        == "node (Linear): expected [count, 10], found [2, 12], given x [2, 12]")
    #expect(
      shapeMessage(BatchNorm1d(features: 3), [4])
        == "node (BatchNorm1d): expected [count, 3] or [count, 3, length], found [2, 4], given x [2, 4]")
    #expect(
      shapeMessage(Reshape(shape: [2, 3]), [5])
        == "node (Reshape): [5] holds 5 numbers, [2, 3] holds 6, given x [2, 5]")
    #expect(
      shapeMessage(Add(), [2, 3], [3, 2])
        == "node (Add): cannot spread [2, 3, 2] over [2, 2, 3], given x [2, 2, 3], y [2, 3, 2]")
    #expect(
      shapeMessage(Concatenate(), [2, 3, 3], [2, 3, 4])
        == """
        node (Concatenate): cannot put [2, 2, 3, 4] behind [2, 2, 3, 3], given x [2, 2, 3, 3], y [2, 2, 3, 4]
        """)
    #expect(
      shapeMessage(ReLU(), [1], [1]) == "node (ReLU): takes one input, 2 were given, given x [2, 1], y [2, 1]"
    )
  }

  @Test func namesMustBeKnownAndUnique() throws {
    let relu = ReLU()
    func network(_ nodes: [Network.Node], inputs: [Network.Input] = [.init("x", [1])], output: String? = nil)
      -> String
    {
      message { _ = try Network(name: "net", inputs: inputs, nodes: nodes, output: output) }
    }
    #expect(network([]) == "net: a network needs at least one input and one node")
    #expect(
      network([.init("a", relu, ["x"])], inputs: []) == "net: a network needs at least one input and one node"
    )
    #expect(
      network([.init("a", relu, ["x"])], inputs: [.init("x", [1]), .init("x", [2])])
        == "x: two inputs have this name")
    #expect(network([.init("a", relu, ["b"])]) == "a: reads 'b', which no earlier node makes")
    // An order that is not topological is the same mistake.
    #expect(
      network([.init("a", relu, ["b"]), .init("b", relu, ["x"])])
        == "a: reads 'b', which no earlier node makes")
    #expect(
      network([.init("a", relu, ["x"]), .init("a", relu, ["x"])])
        == "a: a node or an input before it has this name")
    #expect(network([.init("x", relu, ["x"])]) == "x: a node or an input before it has this name")
    #expect(
      network([.init("a", relu, ["x"]), .init("b", relu, ["a"])], output: "c")
        == "c: the output is not a node; there are a, b")
    #expect(network([.init("a", relu, ["x"])], output: "x") == "x: the output is not a node; there are a")
    let good = try Network(name: "net", inputs: [.init("x", [1])], nodes: [.init("a", relu, ["x"])])
    #expect(message { _ = try good.node(named: "z") } == "z: no such layer in 'net'; there are a")
    #expect(try good.node(named: "a").operation is ReLU)
    #expect(good.readers(of: "x").map(\.name) == ["a"])
  }

  @Test func sizesThatMakeNoSenseAreRefused() {
    func flaw(_ operation: any Operation) -> String {
      message { _ = try networkOfOne(operation, [[1, 8, 8]]) }
    }
    var convolution = Conv2d(inputChannels: 4, outputChannels: 4, kernelSize: 3)
    convolution.groups = 0
    #expect(flaw(convolution) == "node (Conv2d): 0 groups do not divide 4 and 4 channels")
    convolution.groups = 3
    #expect(flaw(convolution) == "node (Conv2d): 3 groups do not divide 4 and 4 channels")
    #expect(
      flaw(Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, stride: 0))
        == "node (Conv2d): a stride of 0 × 0, expected 1 to 4096")
    #expect(
      flaw(Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, padding: Padding(-1)))
        == """
        node (Conv2d): padding of -1 above, -1 below, -1 left, -1 right, expected 0 to 4096
        """)
    #expect(
      flaw(Linear(inputFeatures: 0, outputFeatures: 1))
        == "node (Linear): input features of 0, expected 1 to 268435456")
    #expect(
      flaw(Linear(inputFeatures: 1 << 28, outputFeatures: 1 << 28))
        == "node (Linear): weight of [268435456, 268435456], which no memory holds")
    #expect(
      flaw(MaxPool2d(kernelSize: 2, padding: 2))
        == """
        node (MaxPool2d): padding of 2 above, 2 below, 2 left, 2 right is not within a window of 2 × 2
        """)
    #expect(flaw(Dropout(rate: 1)) == "node (Dropout): a rate of 1.0, expected 0 to less than 1")
    #expect(flaw(Dropout(rate: .nan)) == "node (Dropout): a rate of nan, expected 0 to less than 1")
    #expect(flaw(LeakyReLU(slope: -1)) == "node (LeakyReLU): a slope of -1.0, expected 0 or more")
    #expect(
      flaw(BatchNorm2d(channels: 1, momentum: 2)) == "node (BatchNorm2d): a momentum of 2.0, expected 0 to 1")
    #expect(flaw(Upsample(factor: 0)) == "node (Upsample): a factor of 0 × 0, expected 1 to 4096")
    #expect(
      message { _ = try networkOfOne(ReLU(), [[1, 0, 3]]) } == "x: an input of shape [1, 0, 3] cannot be")
    #expect(
      message { _ = try networkOfOne(ReLU(), [[.max, .max]]) }
        == "x: an input of shape [\(Int.max), \(Int.max)] cannot be")
    // 8 · 4096 = 2¹⁵ along each side makes 2³⁰ numbers, which can be; once more cannot.
    let upsample = Upsample(factor: 4096)
    #expect(
      message {
        _ = try Network.sequential("big", input: .init("x", [1, 8, 8]), ["a": upsample, "b": upsample])
          .shapes()
      } == "b: a value of [1, 1, 134217728, 134217728] is larger than any memory")
  }
}
