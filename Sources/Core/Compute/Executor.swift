/// Runs one network, compiled for one batch size and one mode.
///
/// Any node's value can be read after `forward`; any node can be the start of a `backward` pass, and the
/// gradient at any node can be read after it. An executor is used by one thread at a time.
public protocol Executor: AnyObject {
  /// The network that was compiled.
  var network: Network { get }
  /// Examples in a batch.
  var batch: Int { get }
  /// Training or inference.
  var mode: ExecutionMode { get }

  /// Takes over parameters. Statistics that forward passes keep start from the given ones.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  func load(_ parameters: Parameters) throws(NetworkError)

  /// The parameters as they stand, running statistics included.
  var parameters: Parameters { get }

  /// Computes every node's value.
  /// - Parameter inputs: one tensor for each network input, `[batch, …]`.
  /// - Throws: `NetworkError` if an input is missing or of another shape.
  func forward(_ inputs: [String: Tensor]) throws(NetworkError)

  /// The value of a node or an input in the latest forward pass.
  /// - Throws: `NetworkError` listing what there is, if there is none of that name.
  func value(of name: String) throws(NetworkError) -> Tensor

  /// Carries a gradient backward from a node, after a forward pass.
  /// - Parameters:
  ///   - node: where to start; nodes behind it take no part.
  ///   - gradient: the derivative of some scalar by the node's value, in the value's shape.
  ///   - rule: what happens at a ReLU or LeakyReLU.
  ///   - targets: what the pass is for; what is not asked for is not computed.
  func backward(
    from node: String, gradient: Tensor, rule: RectifierRule, into targets: GradientTargets
  ) throws(NetworkError)

  /// The gradient at a node's or input's value in the latest backward pass; zero where none arrived.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for `.values`, or for `.inputs` at an input.
  func gradient(of name: String) throws(NetworkError) -> Tensor

  /// The gradients of all trainable parameters in the latest backward pass.
  /// - Throws: `NetworkError` if the pass did not ask for `.parameters`.
  func parameterGradients() throws(NetworkError) -> Parameters

  /// Which step's random numbers dropout draws; the same step and seed give the same mask.
  var dropoutSeed: DropoutSeed { get set }
}

/// What an executor is compiled for.
public enum ExecutionMode: Hashable, Sendable {
  /// Batch norm uses its running statistics, dropout does nothing.
  case inference
  /// Batch norm uses the batch's statistics and updates the running ones, dropout drops.
  case training
}

/// How a gradient passes a ReLU or LeakyReLU.
///
/// `guided` and `deconvnet` treat a LeakyReLU as the ReLU that they were written for: its slope plays no part, and
/// guided passes nothing where the input was not positive. Backward passes through batch norm in inference
/// take its statistics as constants.
public enum RectifierRule: Hashable, Sendable {
  /// The derivative: passes where the input was positive (times the slope elsewhere).
  case plain
  /// Passes where the input *and* the gradient are positive (Springenberg et al. 2014).
  case guided
  /// Passes where the gradient is positive, whatever the input was (Zeiler & Fergus 2013).
  case deconvnet
}

/// Where dropout's random numbers come from.
public struct DropoutSeed: Hashable, Sendable {
  /// The run's seed.
  public var seed: UInt64
  /// The optimiser step.
  public var step: Int
  /// A source for one step of a run.
  public init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }
}

extension Executor {
  /// Computes every node's value for a network with one input.
  public func forward(_ input: Tensor) throws(NetworkError) {
    guard network.inputs.count == 1 else {
      throw NetworkError(
        .name, network.name, "takes \(network.inputs.count) inputs: \(network.inputs.map(\.name).listed)")
    }
    try forward([network.inputs[0].name: input])
  }

  /// The network's answer in the latest forward pass.
  public func output() throws(NetworkError) -> Tensor { try value(of: network.output) }
}
