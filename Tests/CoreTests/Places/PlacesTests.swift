import Core
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An operation on numbers from outside: an entry of `Fixtures/onnx_places.json`.
private struct OnnxCase: Decodable, Sendable, CustomTestStringConvertible {
  let title: String
  let network: Network
  let input: TorchCase.StoredTensor
  let output: TorchCase.StoredTensor
  var testDescription: String { title }
}

private let onnxCases: [OnnxCase] = {
  var folder = URL(filePath: #filePath)
  for _ in 0..<4 { folder.deleteLastPathComponent() }
  do {
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/onnx_places.json"))
    return try JSONDecoder().decode([OnnxCase].self, from: data)
  } catch {
    preconditionFailure("cannot read \(folder.path())Fixtures/onnx_places.json: \(error)")
  }
}()

@Suite struct PlacesTests {
  @Test(arguments: onnxCases)
  private func theReferenceComputesWhatONNXDefines(_ onnx: OnnxCase) throws {
    let executor = try ReferenceExecutor<Double>(
      onnx.network, batch: onnx.input.shape[0], mode: .inference)
    try executor.load(Parameters())
    try executor.forward(["x": onnx.input.values])
    expectClose(
      try executor.exactValue(of: "y"), onnx.output.values, ofScale: 2e-6, because: onnx.title)
  }

  @Test(arguments: executorsUnderTest)
  func whatIsNoRowOfATableGivesNoNumbers(_ under: ExecutorUnderTest) throws {
    let network = try networkOfOne(Embedding(count: 3, dimensions: 2), [[8]])
    let executor = try under.make(network, 1, .inference)
    var parameters = Parameters()
    parameters["node", "weight"] = Tensor([3, 2], [1, 2, 3, 4, 5, 6])
    try executor.load(parameters)
    let numbers: [Float] = [2, -0.5, -1, 3, .nan, .infinity, -.infinity, 1e30]
    try executor.forward(["x": Tensor([1, 8], numbers)])
    let rows = try executor.output()
    #expect(rows.elements.prefix(4) == [5, 6, 1, 2])
    #expect(rows.elements.map(\.isNaN) == (0..<16).map { $0 >= 4 })
    try executor.backward(
      from: "node", gradient: Tensor([1, 8, 2], repeating: 1), rule: .plain, into: [.values, .parameters])
    #expect(try executor.gradient(of: "x") == Tensor([1, 8]))
    #expect(try executor.parameterGradients()["node.weight"]?.elements == [1, 1, 0, 0, 1, 1])
  }

  /// A batch of 1, as what does not depend on any input has, goes with any.
  @Test func oneExampleIsJoinedToEach() throws {
    let shapes: [Shape] = [[1, 2, 1], [3, 2, 2]]
    #expect(try Concatenate(axis: 2).outputShape(of: shapes) == [3, 2, 3])
    #expect(try Concatenate(axis: 2).outputShape(of: shapes.reversed()) == [3, 2, 3])
    #expect(throws: ShapeMismatch.self) {
      try Concatenate(axis: 2).outputShape(of: [[2, 2, 1], [3, 2, 2]])
    }
    var pass = NodePass<Double>(
      inputs: [Values([1, 1], [7]), Values([3, 1], [1, 2, 3])], parameters: [], outputShape: [3, 2],
      mode: .inference, nodeIndex: 0)
    perform(.forward, of: Concatenate(), &pass)
    #expect(pass.output == Values([3, 2], [7, 1, 7, 2, 7, 3]))
    pass.gradient = Values([3, 2], [1, 10, 2, 20, 4, 40])
    perform(.inputGradients, of: Concatenate(), &pass)
    #expect(pass.inputGradients == [Values([1, 1], [7]), Values([3, 1], [10, 20, 40])])
  }

  @Test func aWindowOnPaddingAloneHasNoLargestAndAveragesToZero() throws {
    // Two taps three apart around a single pixel: the first window's lie at −2 and 1.
    let pool = MaxPool2d(
      kernelSize: Extent(height: 1, width: 2), stride: 1,
      padding: Padding(top: 0, left: 2, bottom: 0, right: 3),
      dilation: 3)
    let mean = AvgPool2d(
      kernelSize: pool.kernelSize, stride: 1, padding: pool.padding, countsPadding: false, dilation: 3)
    let cases: [(any Core.Operation, [Float])] = [
      (pool, [-Float.infinity, -Float.infinity, 5]), (mean, [0, 0, 5]),
    ]
    for (operation, expected) in cases {
      let executor = try ReferenceExecutor<Float>(
        networkOfOne(operation, [[1, 1, 1]]), batch: 1, mode: .inference)
      try executor.load(Parameters())
      try executor.forward(Tensor([1, 1, 1, 1], [5]))
      #expect(try executor.output() == Tensor([1, 1, 1, 3], expected))
      try executor.backward(
        from: "node", gradient: Values([1, 1, 1, 3], [1, 2, 4]), into: GradientTargets.values)
      #expect(try executor.exactGradient(of: "x").elements == [4])
    }
  }

  /// Nothing but a scale decides how far outside a place is looked for, and files name scales.
  @Test func aScaleFromAFileLooksNowhereBeyondMemory() throws {
    for coordinates in [Resize.Coordinates.alignCorners, .halfPixel, .halfPixelSymmetric, .asymmetric] {
      let resize = Resize(
        size: 2, scale: .init(height: 1.0000000000000002, width: 0.9999999999999999), mode: .cubic,
        coordinates: coordinates, excludesOutside: true)
      let executor = try ReferenceExecutor<Float>(
        networkOfOne(resize, [[1, 1, 1]]), batch: 1, mode: .inference)
      try executor.load(Parameters())
      try executor.forward(Tensor([1, 1, 1, 1], [5]))
      #expect(try executor.output() == Tensor([1, 1, 2, 2], repeating: 5))
    }
  }
}
