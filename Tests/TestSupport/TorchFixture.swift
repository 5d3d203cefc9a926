package import Core

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A network, what it is given and what PyTorch makes of it: one entry of a `Fixtures/torch_*.json`.
package struct TorchCase: Decodable, Sendable, CustomStringConvertible {
  /// A tensor as the fixtures store it.
  package struct StoredTensor: Decodable, Sendable {
    package let shape: Shape
    package let elements: [Double]
    /// The numbers, rounded to a tensor's precision.
    package var tensor: Tensor { Tensor(shape, elements.map { Float($0) }) }
    /// The numbers as they are.
    package var values: Values<Double> { Values(shape, elements) }
  }

  package let title: String
  package let network: Network
  package let batch: Int
  package let mode: ExecutionMode
  package let rule: RectifierRule
  /// Batches that ran forward before, to move running statistics.
  package let earlierInputs: [[String: StoredTensor]]
  package let inputs: [String: StoredTensor]
  package let parameters: [String: StoredTensor]
  package let output: StoredTensor
  /// The gradient sent in at the output.
  package let outputGradient: StoredTensor
  package let inputGradients: [String: StoredTensor]
  package let parameterGradients: [String: StoredTensor]
  /// Running statistics after all forward passes.
  package let statistics: [String: StoredTensor]

  package var description: String { title }

  private enum CodingKeys: CodingKey {
    case title, network, batch, mode, rule, earlierInputs, inputs, parameters, output, outputGradient
    case inputGradients, parameterGradients, statistics
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func tensors(_ key: CodingKeys) throws -> [String: StoredTensor] {
      try container.decode([String: StoredTensor].self, forKey: key)
    }
    title = try container.decode(String.self, forKey: .title)
    network = try container.decode(Network.self, forKey: .network)
    batch = try container.decode(Int.self, forKey: .batch)
    mode = try container.decode(String.self, forKey: .mode) == "training" ? .training : .inference
    rule =
      switch try container.decode(String.self, forKey: .rule) {
      case "guided": .guided
      case "deconvnet": .deconvnet
      default: .plain
      }
    earlierInputs = try container.decode([[String: StoredTensor]].self, forKey: .earlierInputs)
    inputs = try tensors(.inputs)
    parameters = try tensors(.parameters)
    output = try container.decode(StoredTensor.self, forKey: .output)
    outputGradient = try container.decode(StoredTensor.self, forKey: .outputGradient)
    inputGradients = try tensors(.inputGradients)
    parameterGradients = try tensors(.parameterGradients)
    statistics = try tensors(.statistics)
  }
}

/// The cases of a file in `Fixtures/`. Traps with the reason if it cannot be read: it is part of the checkout.
package func torchCases(_ name: String) -> [TorchCase] {
  let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let file = checkout.appending(path: "Fixtures/\(name)")
  do {
    return try JSONDecoder().decode([TorchCase].self, from: Data(contentsOf: file))
  } catch {
    preconditionFailure("cannot read \(file.path()): \(error)")
  }
}
