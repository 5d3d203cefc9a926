internal import Core

/// A network run over many inputs, batch by batch, in inference.
struct Sweep {
  private let executor: any Executor
  private let count: Int

  /// Prepares a model for a number of inputs, at least one.
  init(_ model: Model, count: Int, batch: Int = 100) throws(NetworkError) {
    try self.init(model.network, count: count, batch: batch)
    try load(model.parameters)
  }

  /// Prepares a network for a number of inputs, at least one; it is given parameters before it runs.
  init(_ network: Network, count: Int, batch: Int) throws(NetworkError) {
    precondition(count > 0, "nothing to run")
    self.count = count
    executor = try makeExecutor(for: network, batch: min(batch, count), mode: .inference)
  }

  /// Other parameters from now on.
  func load(_ parameters: Parameters) throws(NetworkError) { try executor.load(parameters) }

  /// Runs all inputs in order.
  /// - Parameters:
  ///   - input: the inputs of a range, `[count, …]`.
  ///   - visit: is told which range was run; the executor's values have the range's inputs in front.
  func run(_ input: (Range<Int>) -> Tensor, visit: (Range<Int>, any Executor) throws -> Void) throws {
    let batch = executor.batch
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      try executor.forward(input(range).filled(to: batch))
      try visit(range, executor)
    }
  }
}

extension Tensor {
  /// The batch filled up with zeros, of which nobody looks at what comes.
  func filled(to batch: Int) -> Tensor {
    guard shape[0] < batch else { return self }
    let missing = (batch - shape[0]) * shape.perExample.elementCount
    return Tensor(shape.perExample.batched(batch), elements + [Float](repeating: 0, count: missing))
  }
}
