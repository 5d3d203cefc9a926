import Core
import Inspect
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The generator of `Fixtures/Latent`, and what PyTorch, NumPy and scikit-learn make of it.
struct LatentFixture {
  private let arrays: [String: Tensor]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Fixtures/Latent/latent.npz")
    arrays = Dictionary(
      uniqueKeysWithValues: try NumPyArchive.read(file.path(percentEncoded: false)).map {
        ($0.name, $0.tensor)
      })
  }

  subscript(name: String) -> Tensor { arrays[name]! }

  func specimen() throws -> Specimen {
    let network = try Network.sequential(
      "generator", input: .init("latent", [6, 1, 1]),
      [
        "flat": Flatten(), "linear": Linear(inputFeatures: 6, outputFeatures: 72), "tanh": Tanh(),
        "shape": Reshape(shape: [8, 3, 3]),
        "spread": ConvTranspose2d(inputChannels: 8, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
        "end": Tanh(),
      ])
    var parameters = Parameters()
    for node in network.nodes {
      for parameter in node.operation.parameters {
        parameters[node.name, parameter.name] = self[node.name + "." + parameter.name]
      }
    }
    return Specimen(try Model(network, parameters))
  }
}

/// Small networks about pictures of 2 × 2 whose numbers can be told beforehand.
enum HandLatent {
  /// `0.5 + 0.05 · W z` with the rows of W (1, 0), (0, 1), (1, 1), (0, 0): brightness, far from black and white.
  static func straightGenerator() throws -> Specimen {
    let network = try Network.sequential(
      "generator", input: .init("latent", [2]),
      ["fc": Linear(inputFeatures: 2, outputFeatures: 4), "shape": Reshape(shape: [1, 2, 2])])
    var parameters = Parameters()
    parameters["fc", "weight"] = Tensor([4, 2], [0.05, 0, 0, 0.05, 0.05, 0.05, 0, 0])
    parameters["fc", "bias"] = Tensor([4], repeating: 0.5)
    return Specimen(try Model(network, parameters))
  }

  /// Says "b" where the second pixel is brighter than the first, else "a"; its features are the pixels.
  static func judge() throws -> Specimen {
    let network = try Network.sequential(
      "judge", input: .init("image", [1, 2, 2]),
      [
        "flatten": Flatten(), "pixels": Linear(inputFeatures: 4, outputFeatures: 4, hasBias: false),
        "relu": ReLU(),
        "scores": Linear(inputFeatures: 4, outputFeatures: 2, hasBias: false),
      ])
    var parameters = Parameters()
    parameters["pixels", "weight"] = Tensor([4, 4], (0..<16).map { $0 % 5 == 0 ? 1 : 0 })
    parameters["scores", "weight"] = Tensor([2, 4], [4, 0, 0, 0, 0, 4, 0, 0])
    return Specimen(try Model(network, parameters))
  }
}
