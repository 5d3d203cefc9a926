import Core
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Every operation, with every hyper-parameter away from its default.
private let oddOperations: [any Core.Operation] = [
  Conv2d(
    inputChannels: 4, outputChannels: 6, kernelSize: Extent(height: 3, width: 2),
    stride: Extent(height: 1, width: 2), padding: Padding(top: 1, left: 2, bottom: 3, right: 4),
    dilation: Extent(height: 2, width: 1), groups: 2, hasBias: false),
  ConvTranspose2d(
    inputChannels: 4, outputChannels: 6, kernelSize: Extent(height: 3, width: 2),
    stride: Extent(height: 3, width: 2), padding: Padding(top: 1, left: 0, bottom: 0, right: 1),
    outputPadding: Extent(height: 2, width: 1), dilation: Extent(height: 2, width: 1), groups: 2,
    hasBias: false),
  Linear(inputFeatures: 3, outputFeatures: 2, hasBias: false),
  BatchNorm2d(channels: 3, epsilon: 1e-3, momentum: 0.25),
  BatchNorm1d(features: 3, epsilon: 1e-3, momentum: 0.25),
  ReLU(), LeakyReLU(slope: 0.2), Tanh(), Sigmoid(), Softmax(),
  MaxPool2d(kernelSize: 3, stride: Extent(height: 1, width: 2), padding: Padding(1), roundsUp: true),
  AvgPool2d(kernelSize: 3, stride: Extent(height: 1, width: 2), padding: Padding(1), countsPadding: false),
  GlobalAvgPool2d(), Upsample(factor: Extent(height: 2, width: 3)), Dropout(rate: 0.3), Flatten(),
  Reshape(shape: [2, 3]), Add(), Concatenate(),
]

private let oddNumberOperations: [any Core.Operation] =
  [
    PReLU(slopeShape: [3, 1, 1]), ELU(alpha: 0.5), SELU(alpha: 1.5, scale: 1.25), CELU(alpha: 0.5),
    GELU(isApproximate: true), Softplus(), Softsign(), SiLU(beta: 1.5), Mish(),
    Hardsigmoid(slope: 0.2, offset: 0.25),
    Hardswish(), Hardtanh(minimum: 0, maximum: 6), Hardtanh(minimum: nil, maximum: 6),
    Hardtanh(minimum: 0, maximum: nil),
    Threshold(threshold: 0.5), ClippedReLU(maximum: 6, slope: 0.1, threshold: 0.2),
    ClippedReLU(maximum: nil, slope: 0.1, threshold: 0.2), Softmax(axis: -1), LogSoftmax(axis: 2),
    Rescale(scale: [0.5, 1], offset: [0, 2]), Multiply(), Subtract(), Divide(), Power(), Maximum(), Minimum(),
    Average(), MatMul(), Constant(shape: [2, 3]),
    LayerNorm(axes: [1, -1], parameterShape: [3, 1], epsilon: 1e-3, hasScale: false, hasOffset: false),
    InstanceNorm2d(channels: 3, epsilon: 1e-3, isAffine: false),
    GroupNorm(groups: 2, channels: 4, epsilon: 1e-3, isAffine: false),
    LocalResponseNorm(size: 3, alpha: 0.5, beta: 0.25, k: 2),
  ] + Pointwise.Function.allCases.map { Pointwise($0) }
  + Reduce.Kind.allCases.map { Reduce($0, axes: [2, -1], keepsAxes: $0 == .mean) }

func decode(_ json: String) throws -> Network {
  try JSONDecoder().decode(Network.self, from: Data(json.utf8))
}

func json(operation: String, options: String) -> String {
  """
  {"name": "net", "inputs": [{"name": "x", "shape": [4, 8, 8]}], "output": "a",
   "nodes": [{"name": "a", "operation": "\(operation)", "options": \(options), "inputs": ["x"]}]}
  """
}

@Suite struct NetworkCodableTests {
  @Test(arguments: oddOperations + oddPlacesOperations + oddNumberOperations)
  func anOperationSurvivesJSON(_ operation: any Core.Operation) throws {
    let network = try networkOfOne(operation, [[4, 8, 8]])
    let data = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(Network.self, from: data) == network)
  }

  @Test func everyOperationOfTheCatalogueIsTried() {
    let tried = Set((oddOperations + oddPlacesOperations + oddNumberOperations).map { type(of: $0).name })
    #expect(OperationCatalogue.kindsByName.keys.filter { !tried.contains($0) } == [])
  }

  @Test func aGraphSurvivesJSONWithItsOutput() throws {
    let network = try Network(
      name: "graph", inputs: [.init("x", [2, 4, 4]), .init("y", [2, 4, 4])],
      nodes: [
        .init("sum", Add(), ["x", "y"]), .init("both", Concatenate(), ["sum", "x"]),
        .init("end", ReLU(), ["both"]),
      ], output: "both")
    let data = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(Network.self, from: data) == network)
    #expect(network != (try Network(name: "graph", inputs: network.inputs, nodes: network.nodes)))
  }

  @Test func theFormatIsWhatFilesAlreadyHold() throws {
    let options = """
      {"inputChannels": 4, "outputChannels": 6, "kernelSize": [3, 2], "stride": [1, 2], "padding": [1, 2, 3, 4], \
      "dilation": [2, 1], "groups": 2, "hasBias": false}
      """
    #expect(
      try decode(json(operation: "Conv2d", options: options))
        == Network(
          name: "net", inputs: [.init("x", [4, 8, 8])], nodes: [.init("a", oddOperations[0], ["x"])]))
  }

  @Test func aSoftmaxWithoutAnAxisIsAlongAxis1() throws {
    let network = try decode(json(operation: "Softmax", options: "{}"))
    #expect(network.nodes[0] == .init("a", Softmax(axis: 1), ["x"]))
  }

  @Test func anUnknownOperationIsNamed() {
    #expect(throws: NetworkError(.unsupported, "a", "unknown operation 'Quux'")) {
      try decode(json(operation: "Quux", options: "{}"))
    }
  }

  @Test func aFileWithSenselessSizesIsRefused() {
    #expect(throws: NetworkError(.malformed, "a (Dropout)", "a rate of 2.0, expected 0 to less than 1")) {
      try decode(json(operation: "Dropout", options: #"{"rate": 2}"#))
    }
    #expect(throws: NetworkError(.malformed, "a (Conv2d)", "0 groups do not divide 4 and 6 channels")) {
      try decode(
        json(
          operation: "Conv2d",
          options: """
            {"inputChannels": 4, "outputChannels": 6, "kernelSize": [3, 2], "stride": [1, 2], \
            "padding": [0, 0, 0, 0], "dilation": [2, 1], "groups": 0, "hasBias": false}
            """))
    }
    #expect(throws: NetworkError(.name, "a", "reads 'y', which no earlier node makes")) {
      try decode(
        json(operation: "ReLU", options: "{}").replacing(#"["x"]"#, with: #"["y"]"#))
    }
    #expect(throws: DecodingError.self) { try decode(json(operation: "Dropout", options: "{}")) }
    #expect(throws: DecodingError.self) {
      try decode(
        json(operation: "ReLU", options: "{}").replacing("[4, 8, 8]", with: "[4, -8, 8]"))
    }
  }
}
