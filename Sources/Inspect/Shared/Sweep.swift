internal import Core

/// A model run over many inputs, batch by batch, in inference.
struct Sweep {
  private let executor: any Executor
  private let count: Int

  /// Prepares a model for a number of inputs, at least one.
  init(_ model: Model, count: Int, batch: Int = 100) throws(NetworkError) {
    precondition(count > 0, "nothing to run")
    self.count = count
    executor = try makeExecutor(for: model.network, batch: min(batch, count), mode: .inference)
    try executor.load(model.parameters)
  }

  /// Runs all inputs in order.
  /// - Parameters:
  ///   - input: the inputs of a range, `[count, …]`.
  ///   - visit: is told which range was run; the executor's values have the range's inputs in front.
  func run(_ input: (Range<Int>) -> Tensor, visit: (Range<Int>, any Executor) throws -> Void) throws {
    let batch = executor.batch
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(start + batch, count)
      var tensor = input(range)
      if range.count < batch {
        // A batch that is not full is filled up; nobody looks at what comes of the zeros.
        let missing = (batch - range.count) * tensor.shape.perExample.elementCount
        tensor = Tensor(
          tensor.shape.perExample.batched(batch), tensor.elements + [Float](repeating: 0, count: missing))
      }
      try executor.forward(tensor)
      try visit(range, executor)
    }
  }
}
