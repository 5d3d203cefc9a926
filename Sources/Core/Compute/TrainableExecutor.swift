/// An executor whose inputs, seeds and parameters can be written in place: what a training loop uses, so that a
/// step allocates nothing.
///
/// The pointers lent to closures are valid only inside them. Memory of parameters is in the executor's own
/// order, the same for values, gradients and whatever an optimiser keeps beside them.
public protocol TrainableExecutor: Executor {
  /// Lends an input's memory, row-major `[batch, …]`, to be filled before `run`.
  func withInput<Result>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result

  /// Computes every node's value from what is in the inputs.
  func run()

  /// Lends a node's value, row-major, after `run`.
  func withValue<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result

  /// Lends the memory for the gradient at a node, row-major, to be filled before `runBackward` from it.
  func withSeed<Result>(
    at name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result

  /// Carries the seed at a node backward.
  func runBackward(from name: String, rule: RectifierRule, into targets: GradientTargets)

  /// Lends the gradient at a node or input, row-major, after `runBackward` into `.values`.
  func withGradient<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result

  /// Numbers in the memory of all trainable parameters; blocks may be padded with zeros.
  var trainableCount: Int { get }

  /// The nodes that learn, in order, each with its stretch of that memory.
  var trainableRanges: [(node: String, range: Range<Int>)] { get }

  /// Lends the trainable parameters and their gradients.
  func withTrainable<Result>(
    _ body: (_ values: UnsafeMutableBufferPointer<Float>, _ gradients: UnsafeMutableBufferPointer<Float>)
      throws
      -> Result
  ) rethrows -> Result

  /// Memory in the order of the trainable parameters as tensors in PyTorch's order.
  func tensors(in flat: UnsafeMutableBufferPointer<Float>) -> Parameters

  /// Puts tensors in PyTorch's order into memory in the order of the trainable parameters.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  func place(_ tensors: Parameters, into flat: UnsafeMutableBufferPointer<Float>) throws(NetworkError)
}
