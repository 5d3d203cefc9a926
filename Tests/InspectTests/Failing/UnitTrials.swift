import Core
import Foundation
import Inspect
import TestSupport

/// Small classifiers of known shape and random numbers, tried on random pictures.
enum UnitTrials {
  /// Pictures of noise with labels in turn.
  static func probe(_ count: Int, shape: Shape, classes: Int, seed: UInt64 = 1) -> Probe {
    var random = RandomStream(seed: seed, stream: 9)
    return Probe(
      pictures: (0..<count * shape.elementCount).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) },
      pictureShape: shape.batched(count), labels: (0..<count).map { $0 % classes })
  }

  /// A network with numbers drawn at random.
  static func model(_ network: Network, seed: UInt64 = 2) throws -> Model {
    var random = RandomStream(seed: seed, stream: 10)
    var parameters = Parameters()
    for node in network.nodes {
      for parameter in node.operation.parameters {
        parameters[node.name, parameter.name] = random.normal(parameter.shape, deviation: 0.4)
      }
    }
    return try Model(network, parameters)
  }

  /// Two convolutions, the second with a way around it, and a linear layer.
  static func residual() throws -> Specimen {
    let network = try Network(
      name: "residual", inputs: [.init("image", [1, 8, 8])],
      nodes: [
        .init("conv1", Conv2d(inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1), ["image"]),
        .init("relu1", ReLU(), ["conv1"]),
        .init("conv2", Conv2d(inputChannels: 4, outputChannels: 4, kernelSize: 3, padding: 1), ["relu1"]),
        .init("relu2", ReLU(), ["conv2"]),
        .init("sum", Add(), ["relu2", "relu1"]),
        .init("pool", MaxPool2d(kernelSize: 2), ["sum"]),
        .init("flatten", Flatten(), ["pool"]),
        .init("fc", Linear(inputFeatures: 64, outputFeatures: 3), ["flatten"]),
        .init("softmax", Softmax(), ["fc"]),
      ])
    return try Specimen(model(network)).tried(
      on: probe(130, shape: [1, 8, 8], classes: 3), named: "noise")
  }

  /// Linear layers with an activation between them, given numbers.
  static func dense(_ activation: some Core.Operation, weights: [Float], bias: [Float], inputs: Int) throws
    -> Specimen
  {
    let units = bias.count
    let network = try Network.sequential(
      "dense", input: .init("image", [1, 1, inputs]),
      [
        "flatten": Flatten(), "fc1": Linear(inputFeatures: inputs, outputFeatures: units),
        "act1": activation, "fc2": Linear(inputFeatures: units, outputFeatures: 2),
      ])
    var parameters = try model(network).parameters
    parameters["fc1.weight"] = Tensor([units, inputs], weights)
    parameters["fc1.bias"] = Tensor([units], bias)
    return try Specimen(Model(network, parameters)).tried(
      on: probe(40, shape: [1, 1, inputs], classes: 2), named: "noise")
  }

  /// A file of `Fixtures`, as its arrays by name.
  static func fixture(_ path: String) throws -> [String: Tensor] {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let arrays = try NumPyArchive.read(checkout.appending(path: "Fixtures/" + path).path)
    return Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.tensor) })
  }
}
