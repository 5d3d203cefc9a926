internal import Core

/// A model run on inputs, in inference, every value of it readable.
struct Observation {
  private let executor: any Executor

  /// Runs a model on a batch `[count, …]`.
  init(_ model: Model, on input: Tensor) throws(NetworkError) {
    executor = try makeExecutor(for: model.network, batch: input.shape[0], mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(input)
  }

  /// The value of a node or an input, `[count, …]`.
  func value(of name: String) throws(NetworkError) -> Tensor { try executor.value(of: name) }

  /// The network's answer.
  func output() throws(NetworkError) -> Tensor { try executor.output() }
}
