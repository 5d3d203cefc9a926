public import Core

/// How far two models are apart on the same inputs, node by node where both have a node of a name.
///
/// All values are compared as they lie here, so that models from frameworks with different layouts can be compared.
public struct Parity: Sendable {
  /// One node of both models.
  public struct Row: Hashable, Sendable {
    /// The name; of the output in both models, where it differs, `a → b`.
    public let name: String
    /// The value's shape in each.
    public let shapes: [Shape]
    /// The largest absolute difference; nil if the shapes differ.
    public let difference: Float?
    /// The largest absolute value in either.
    public let magnitude: Float
  }

  /// The nodes that both have, in the first model's order; the output last.
  public let rows: [Row]
  /// Nodes that only one of them has.
  public let unmatched: [[String]]

  /// The largest difference of all: infinite where shapes differ or one has a NaN where the other has none.
  public var largestDifference: Float {
    rows.reduce(0) { max($0, $1.difference ?? .infinity) }
  }

  /// True if no value differs by more than a tolerance times one and the value's own magnitude.
  public func holds(within tolerance: Float) -> Bool {
    rows.allSatisfy { row in row.difference.map { $0 <= tolerance * (1 + row.magnitude) } ?? false }
  }

  /// Runs two models on the same inputs.
  /// - Parameter inputs: by the first model's names, as they lie here: `[count, …]`.
  /// - Throws: `ImportError` if the inputs of the two cannot be matched, `NetworkError` if one cannot be run.
  public init(_ first: Model, _ second: Model, on inputs: [String: Tensor]) throws {
    let renamed = try Self.partners(of: first.network, in: second.network)
    let left = try Inference(first).values(for: inputs)
    let right = try Inference(second).values(
      for: Dictionary(uniqueKeysWithValues: inputs.map { (renamed[$0.key] ?? $0.key, $0.value) }))
    let values = Dictionary(uniqueKeysWithValues: right.map { ($0.name, $0.tensor) })
    var rows: [Row] = []
    for (name, tensor) in left where name != first.network.output && inputs[name] == nil {
      guard name != second.network.output, let other = values[name] else { continue }
      rows.append(Row(name, tensor, other))
    }
    let ends = (first.network.output, second.network.output)
    rows.append(
      Row(
        ends.0 == ends.1 ? ends.0 : "\(ends.0) → \(ends.1)", left.first { $0.name == ends.0 }!.tensor,
        values[ends.1]!))
    self.rows = rows
    let names = [first, second].map { $0.network.nodes.map(\.name).filter { $0 != ends.0 && $0 != ends.1 } }
    unmatched = [
      names[0].filter { !names[1].contains($0) }, names[1].filter { !names[0].contains($0) },
    ]
  }

  /// The second network's input for each of the first's: of the same name, or at the same place.
  private static func partners(
    of first: Network, in second: Network
  ) throws(ImportError) -> [String: String] {
    guard first.inputs.count == second.inputs.count else {
      throw ImportError(
        .unsupported, second.name,
        "takes \(second.inputs.count) inputs, '\(first.name)' \(first.inputs.count); they cannot be compared")
    }
    let names = Set(second.inputs.map(\.name))
    let matchesByName = first.inputs.allSatisfy { names.contains($0.name) }
    var partners: [String: String] = [:]
    for (place, input) in first.inputs.enumerated() {
      let other = matchesByName ? second.inputs.first { $0.name == input.name }! : second.inputs[place]
      guard other.shape == input.shape else {
        throw ImportError(
          .unsupported, other.name,
          "takes \(other.shape), \(input.name) of '\(first.name)' \(input.shape); they cannot be compared")
      }
      partners[input.name] = other.name
    }
    return partners
  }

  /// Numbers to compare on where none are given: from N(0, 1), whole numbers where an embedding looks them up.
  /// - Returns: by the network's inputs, `[count, …]`.
  public static func inputs(for network: Network, count: Int, seed: UInt64) -> [String: Tensor] {
    var inputs: [String: Tensor] = [:]
    for (place, input) in network.inputs.enumerated() {
      var random = RandomStream(seed: seed, stream: UInt64(place))
      let tensor = random.normal(input.shape.batched(count))
      let tables = network.readers(of: input.name).compactMap { ($0.operation as? Embedding)?.count }
      if let rows = tables.min() {
        // The sign and size of a normal number, folded into the rows there are.
        inputs[input.name] = tensor.map {
          (abs($0) * 1000).rounded(.down).truncatingRemainder(dividingBy: Float(rows))
        }
      } else {
        inputs[input.name] = tensor
      }
    }
    return inputs
  }
}

extension Parity.Row {
  fileprivate init(_ name: String, _ first: Tensor, _ second: Tensor) {
    self.name = name
    shapes = [first.shape, second.shape]
    magnitude = max(first.maximumMagnitude, second.maximumMagnitude)
    guard first.shape == second.shape else {
      difference = nil
      return
    }
    var largest: Float = 0
    for (left, right) in zip(first.elements, second.elements) where left != right {
      if left.isNaN && right.isNaN { continue }
      let distance = abs(left - right)
      largest = distance.isNaN ? .infinity : max(largest, distance)
    }
    difference = largest
  }
}
