public import Core

/// A model run on numbers as the framework it comes from lays them out.
public struct Inference: Sendable {
  /// The network and its numbers.
  public let model: Model
  /// How numbers that come in and go out lie, by the name of an input or node; those that are missing lie as here.
  public var layouts: [String: ValueLayout]

  /// The most examples that are run at once.
  private static let batch = 64

  /// A model with the layouts of its values.
  public init(_ model: Model, layouts: [String: ValueLayout] = [:]) {
    self.model = model
    self.layouts = layouts
  }

  private func layout(_ name: String) -> ValueLayout { layouts[name] ?? .same }

  /// A value from here as the file's framework lays it out.
  public func toFile(_ tensor: Tensor, of name: String) -> Tensor { layout(name).toFile(tensor) }

  /// The shape in which an input is to be given, for a count of examples.
  public func shape(of input: Network.Input, count: Int) -> Shape {
    layout(input.name).inFile(input.shape.batched(count))
  }

  /// The network's answer.
  /// - Parameter given: a tensor for every input, with any number of examples, or one without the axis that counts them.
  /// - Throws: `NetworkError` saying what an input should be, or if the network cannot be run.
  public func answer(to given: [String: Tensor]) throws(NetworkError) -> Tensor {
    try values(of: [model.network.output], for: given)[0].tensor
  }

  /// The values of inputs and nodes, in the order that is asked for; of all in the network's order if none are named.
  /// - Throws: `NetworkError` as `answer(to:)` does, or for a name that is not in the network.
  public func values(
    of names: [String]? = nil, for given: [String: Tensor]
  ) throws(NetworkError) -> [(name: String, tensor: Tensor)] {
    let inputs = try accepted(given)
    let names = names ?? model.network.inputs.map(\.name) + model.network.nodes.map(\.name)
    let count = inputs.count
    let batch = min(count, Self.batch)
    let executor = try makeExecutor(for: model.network, batch: batch, mode: .inference)
    try executor.load(model.parameters)
    var parts = names.map { _ in [Tensor]() }
    for start in stride(from: 0, to: count, by: batch) {
      let kept = min(batch, count - start)
      // The last batch is filled up with copies of its first example, which are thrown away.
      try executor.forward(inputs.tensors.mapValues { $0.padded(from: start, kept, to: batch) })
      for (index, name) in names.enumerated() {
        let value = try executor.value(of: name)
        parts[index].append(kept < batch && value.shape[0] == batch ? value[0..<kept] : value)
      }
    }
    return zip(names, parts).map { ($0, layout($0).toFile(Tensor(joining: $1))) }
  }

  /// The inputs as the network takes them, all with as many examples.
  private func accepted(
    _ given: [String: Tensor]
  ) throws(NetworkError) -> (tensors: [String: Tensor], count: Int) {
    let network = model.network
    for name in given.keys.sorted() where !network.inputs.contains(where: { $0.name == name }) {
      throw NetworkError(
        .name, name, "is no input of '\(network.name)'; there are \(network.inputs.map(\.name).listed)")
    }
    var tensors: [String: Tensor] = [:]
    var count: Int?
    for input in network.inputs {
      guard let tensor = given[input.name] else {
        throw NetworkError(
          .name, input.name,
          "nothing was given for this input; '\(network.name)' takes "
            + network.inputs.map { "\($0.name) \(shape(of: $0, count: 1))" }.listed)
      }
      let accepted = try accept(tensor, for: input)
      if let count, accepted.shape[0] != count {
        throw NetworkError(
          .shape, input.name, "holds \(accepted.shape[0]) examples, another input \(count)")
      }
      count = accepted.shape[0]
      tensors[input.name] = accepted
    }
    return (tensors, count ?? 1)
  }

  private func accept(_ tensor: Tensor, for input: Network.Input) throws(NetworkError) -> Tensor {
    let layout = layout(input.name)
    let one = shape(of: input, count: 1)
    if layout == .withoutBatch, tensor.shape == one { return layout.fromFile(tensor) }
    if layout != .withoutBatch {
      let example = one.perExample
      if tensor.shape.rank == one.rank, tensor.shape.perExample == example, tensor.shape[0] > 0 {
        return layout.fromFile(tensor)
      }
      if tensor.shape == example { return layout.fromFile(tensor.reshaped(one)) }
      // One number an example may be given with or without an axis of its own.
      let count = tensor.shape.elementCount
      if input.shape.elementCount == 1, count > 0, tensor.shape.rank <= 2,
        tensor.shape.extents.contains(count)
      {
        return tensor.reshaped(input.shape.batched(count))
      }
    }
    let more = layout == .withoutBatch ? "" : ", or more at once"
    throw NetworkError(
      .shape, input.name, "holds \(tensor.shape); '\(model.network.name)' takes \(one)\(more)")
  }
}

extension Tensor {
  /// Some examples, with copies of the first of them behind, up to a count.
  fileprivate func padded(from start: Int, _ kept: Int, to count: Int) -> Tensor {
    if kept == shape[0], kept == count { return self }
    let part = self[start..<start + kept]
    guard kept < count else { return part }
    let first = part[0].elements
    return Tensor(
      shape.perExample.batched(count), part.elements + (kept..<count).flatMap { _ in first })
  }

  /// Batches of one shape, one behind the other; a single one as it is.
  fileprivate init(joining batches: [Tensor]) {
    guard batches.count > 1 else {
      self = batches[0]
      return
    }
    let count = batches.reduce(0) { $0 + $1.shape[0] }
    self.init(batches[0].shape.perExample.batched(count), batches.flatMap(\.elements))
  }
}
