internal import Core
internal import Foundation
import Import
import Testing

/// A model run on inputs as its framework lays them out.
struct ForeignRun {
  let model: ForeignModel
  let network: Network
  private let executor: any Executor

  /// - Parameters:
  ///   - inputs: one for each input, in the network's order, in the file's layout.
  ///   - cut: a node that stands in for the input: what lies before it is left out.
  init(_ model: ForeignModel, on inputs: [Tensor], behind cut: String? = nil) throws {
    self.model = model
    network = try cut.map { try model.network.behind($0) } ?? model.network
    try #require(inputs.count == network.inputs.count, "inputs are \(network.inputs.map(\.name))")
    executor = try makeExecutor(for: network, batch: inputs[0].shape[0], mode: .inference)
    try executor.load(model.readParameters(of: Set(network.nodes.map(\.name))))
    var given: [String: Tensor] = [:]
    for (input, tensor) in zip(network.inputs, inputs) {
      given[input.name] = model.layout(of: input.name).fromFile(tensor)
    }
    try executor.forward(given)
  }

  /// A node's value as the file's framework has it.
  func value(_ name: String) throws -> Tensor { model.layout(of: name).toFile(try executor.value(of: name)) }
  func output() throws -> Tensor { try value(network.output) }
}

extension Network {
  /// The network from one node on, whose value becomes the input.
  func behind(_ name: String) throws -> Network {
    var kept: Set<String> = [name]
    let shape = try shapes()[name]!.perExample
    let rest = nodes.filter { node in
      node.inputs.contains(where: kept.contains) && kept.insert(node.name).inserted
    }
    return try Network(name: self.name, inputs: [Input(name, shape)], nodes: rest, output: output)
  }
}

/// What `expected/<file>.json` says of a layer's value.
struct LayerSummary {
  let layer: String
  let shape: [Int]
  let mean, deviation, minimum, maximum: Float
  let first: [Float]

  static func read(_ path: String) throws -> [LayerSummary] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try ((object["layers"] as? [[String: Any]]) ?? []).map { layer in
      func number(_ key: String) throws -> Float { try #require(layer[key] as? NSNumber).floatValue }
      return LayerSummary(
        layer: try #require(layer["layer"] as? String), shape: try #require(layer["shape"] as? [Int]),
        mean: try number("mean"), deviation: try number("std"), minimum: try number("min"),
        maximum: try number("max"), first: try #require(layer["first"] as? [NSNumber]).map(\.floatValue))
    }
  }

  init(
    layer: String, shape: [Int], mean: Float, deviation: Float, minimum: Float, maximum: Float, first: [Float]
  ) {
    self.layer = layer
    self.shape = shape
    self.mean = mean
    self.deviation = deviation
    self.minimum = minimum
    self.maximum = maximum
    self.first = first
  }

  init(of tensor: Tensor, named layer: String) {
    let numbers = tensor.elements.map(Double.init)
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    self.init(
      layer: layer, shape: tensor.shape.extents, mean: Float(mean), deviation: Float(variance.squareRoot()),
      minimum: tensor.elements.min()!, maximum: tensor.elements.max()!,
      first: Array(tensor.elements.prefix(4)))
  }

  /// What differs beyond 1e-4 of the scale of the value; nil if nothing does.
  func difference(from other: LayerSummary) -> String? {
    guard shape == other.shape else { return "\(layer): shape \(other.shape), expected \(shape)" }
    let scale = max(abs(minimum), abs(maximum), 1)
    let pairs =
      [
        ("mean", mean, other.mean), ("deviation", deviation, other.deviation),
        ("minimum", minimum, other.minimum), ("maximum", maximum, other.maximum),
      ] + zip(first, other.first).enumerated().map { ("element \($0)", $1.0, $1.1) }
    for (what, expected, found) in pairs where !(abs(expected - found) <= 1e-4 * scale) {
      return "\(layer): \(what) is \(found), expected \(expected)"
    }
    return nil
  }
}

/// The arrays of an `.npz` file.
func arrays(_ path: String) throws -> [String: Tensor] {
  let file = try NumPyTensors.open(path)
  return Dictionary(uniqueKeysWithValues: try file.tensors.map { ($0.name, try $0.tensor()) })
}

/// `input0`, `input1`, … of an `.npz` file.
func inputs(_ arrays: [String: Tensor]) -> [Tensor] {
  (0...).lazy.map { arrays["input\($0)"] }.prefix { $0 != nil }.map { $0! }
}

func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func removeFile(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
