import Core
import Foundation
import Inspect
import TestSupport
import Testing

/// A file of the folder `Fixtures/Attributions`.
func attributionFixture(_ name: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/Attributions/\(name)")
}

/// One of the small networks of `Fixtures/Attributions/make_attributions.py`, with Captum's maps of its pictures.
struct AttributionFixture: Sendable, CustomStringConvertible {
  let description: String
  let arrays: [String: Tensor]

  init(_ name: String) throws {
    description = name
    let path = attributionFixture("\(name).npz").path
    arrays = Dictionary(uniqueKeysWithValues: try NumPyArchive.read(path).map { ($0.name, $0.tensor) })
  }

  subscript(name: String) -> Tensor { arrays[name]! }
  var inputs: Tensor { self["inputs"] }
  var targets: [Int] { self["targets"].elements.map { Int($0) } }

  /// Every picture with its class.
  var questions: [Attributor.Question] {
    targets.enumerated().map { .init(inputs[$0..<$0 + 1], targets: [$1]) }
  }

  /// The network as it is, or ending in a softmax.
  func model(_ ending: (any Core.Operation)? = nil) throws -> Model {
    let chain: [(String, any Core.Operation)]
    switch description {
    case "plain":
      chain = [
        ("conv1", Conv2d(inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1)), ("relu1", ReLU()),
        ("pool1", MaxPool2d(kernelSize: 2)),
        ("conv2", Conv2d(inputChannels: 4, outputChannels: 6, kernelSize: 3, padding: 1)), ("relu2", ReLU()),
        ("flatten", Flatten()), ("fc", Linear(inputFeatures: 384, outputFeatures: 5)),
      ]
    case "normed":
      chain = [
        ("conv1", Conv2d(inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1)),
        ("bn1", BatchNorm2d(channels: 4)), ("relu1", ReLU()),
        ("conv2", Conv2d(inputChannels: 4, outputChannels: 6, kernelSize: 3, stride: 2, padding: 1)),
        ("bn2", BatchNorm2d(channels: 6)), ("relu2", ReLU()), ("pool2", AvgPool2d(kernelSize: 2)),
        ("flatten", Flatten()), ("fc", Linear(inputFeatures: 96, outputFeatures: 5)),
      ]
    default:
      chain = [
        ("conv1", Conv2d(inputChannels: 3, outputChannels: 4, kernelSize: 3, padding: 1)), ("relu1", ReLU()),
        ("conv2", Conv2d(inputChannels: 4, outputChannels: 6, kernelSize: 3, padding: 1)), ("relu2", ReLU()),
        ("gap", GlobalAvgPool2d()), ("flatten", Flatten()),
        ("fc", Linear(inputFeatures: 6, outputFeatures: 5)),
      ]
    }
    return try model(chain + (ending.map { [("ending", $0)] } ?? []), inputShape: inputs.shape.perExample)
  }

  /// A chain of operations with the fixture's parameters.
  func model(_ chain: [(String, any Core.Operation)], inputShape: Shape) throws -> Model {
    var previous = "image"
    var nodes: [Network.Node] = []
    for (name, operation) in chain {
      nodes.append(.init(name, operation, [previous]))
      previous = name
    }
    let network = try Network(name: description, inputs: [.init("image", inputShape)], nodes: nodes)
    return try Model(network, parameters(of: network))
  }

  func parameters(of network: Network) throws -> Parameters {
    var parameters = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters {
        let name = "parameters/\(node.name).\(declaration.name)"
        let tensor: Tensor = try #require(arrays[name], "\(name)")
        parameters[node.name, declaration.name] = tensor
      }
    }
    return parameters
  }

  /// The model on its own pictures, whose mean occlusion covers with.
  func specimen(_ ending: (any Core.Operation)? = nil) throws -> Specimen {
    try Specimen(model(ending)).tried(
      on: Probe(
        pictures: Normalisation.unit.samples(of: inputs), pictureShape: inputs.shape, labels: targets),
      named: "fixture")
  }

  func maps(_ methods: [AttributionMethod], _ settings: AttributionSettings = .init()) throws
    -> [[Attribution]]
  {
    let attributor = try Attributor(of: specimen(), settings: settings)
    let all = try attributor.attributions(methods, of: questions)
    return methods.indices.map { method in all.map { $0[0][method] } }
  }
}

/// Checks that maps agree with Captum's within a ten-thousandth of each picture's largest number.
func expectMaps(
  _ maps: [Attribution], _ expected: Tensor, _ reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(maps.count == expected.shape[0], sourceLocation: sourceLocation)
  for (index, map) in maps.enumerated() {
    expectClose(
      Values<Float>(map.values), Values<Float>(expected[index]), ofScale: 1e-4,
      because: "\(reason), picture \(index)", sourceLocation: sourceLocation)
  }
}
