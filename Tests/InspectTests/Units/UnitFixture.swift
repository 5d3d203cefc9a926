import Core
import Inspect
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The network of `Fixtures/Deconvnet`, what it is shown, and what PyTorch, Captum, NumPy and SciPy make of it.
struct UnitFixture {
  private let arrays: [String: Tensor]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Fixtures/Deconvnet/deconvnet.npz")
    arrays = Dictionary(
      uniqueKeysWithValues: try NumPyArchive.read(file.path(percentEncoded: false)).map {
        ($0.name, $0.tensor)
      })
  }

  subscript(name: String) -> Tensor { arrays[name]! }

  func model() throws -> Model {
    let network = try Network.sequential(
      "classifier", input: .init("image", [1, 20, 20]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 6, kernelSize: 3, padding: 1), "relu1": ReLU(),
        "pool1": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(inputChannels: 6, outputChannels: 8, kernelSize: 3, padding: 1),
        "bn2": BatchNorm2d(channels: 8), "relu2": ReLU(), "pool2": MaxPool2d(kernelSize: 2),
        "flatten": Flatten(), "fc": Linear(inputFeatures: 200, outputFeatures: 4),
      ])
    var parameters = Parameters()
    for node in network.nodes {
      for parameter in node.operation.parameters {
        parameters[node.name, parameter.name] = self[node.name + "." + parameter.name]
      }
    }
    return try Model(network, parameters)
  }

  /// The model with its fourteen pictures, all said to be of class 2.
  func specimen() throws -> Specimen {
    let pictures = self["pictures"]
    return try Specimen(model()).tried(
      on: Probe(
        pictures: pictures.elements.map { UInt8($0) }, pictureShape: pictures.shape,
        labels: [Int](repeating: 2, count: 14), classNames: ["a", "b", "c", "d"]), named: "strokes")
  }
}

/// Checks numbers within a share of the largest that is expected.
func expectClose(
  _ actual: [Float], _ expected: [Float], ofScale share: Float, because reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    Values([actual.count], actual), Values([expected.count], expected), ofScale: share, because: reason,
    sourceLocation: sourceLocation)
}
