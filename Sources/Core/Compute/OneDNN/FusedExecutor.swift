#if canImport(COneDNN)

/// The fast executor of a training loop: rectifiers are computed along with the layers they read, the first pooling with both,
/// and gradients at values share memory.
///
/// That saves a pass over memory for each of them and half of the memory, and leaves some values unwritten. Whoever asks
/// for one of these, for gradients at values, for gradients at inputs where the first layer has none, or for another rule than
/// the plain one is answered all the same: the forward pass is then done once more by an executor that keeps everything.
public final class FusedExecutor: TrainableExecutor {
  private let fast: OneDNNExecutor
  private var whole: OneDNNExecutor?
  /// True while `whole` has gone through the latest forward pass.
  private var isReplayed = false
  /// What the latest forward pass drew its masks from.
  private var drawnSeed = DropoutSeed(seed: 0, step: 0)
  /// Who did the latest backward pass.
  private var latest: OneDNNExecutor

  /// Compiles a network for a batch size and a mode.
  /// - Parameter other: an executor that is never at work at the same time; the two use one memory for what outlives no
  ///   pass.
  /// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
  public init(
    _ network: Network, batch: Int, mode: ExecutionMode, beside other: FusedExecutor? = nil
  ) throws(NetworkError) {
    fast = try OneDNNExecutor(
      network, batch: batch, mode: mode, rectifiers: Rectifier.along(with: network), sharesGradients: true,
      workspace: other?.fast.workspace ?? Workspace())
    latest = fast
  }

  /// The network whose nodes were compiled to primitives.
  public var network: Network { fast.network }
  /// Examples in a batch, for which the primitives chose their layouts.
  public var batch: Int { fast.batch }
  /// Training or inference: which primitives batch norm and dropout were compiled to.
  public var mode: ExecutionMode { fast.mode }

  /// Which masks dropout draws in the next forward pass; its backward passes use the masks that were drawn.
  public var dropoutSeed: DropoutSeed {
    get { fast.dropoutSeed }
    set { fast.dropoutSeed = newValue }
  }

  // MARK: Parameters

  /// Reorders parameters from PyTorch's order into the layouts that the primitives chose.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func load(_ parameters: Parameters) throws(NetworkError) { try fast.load(parameters) }

  /// Copies of the parameters in PyTorch's order, the running statistics as forward passes left them.
  public var parameters: Parameters { fast.parameters }

  /// Numbers in the memory of all trainable parameters, the zeros that fill blocks up included.
  public var trainableCount: Int { fast.trainableCount }

  /// The nodes that learn, in order, each with its stretch of that memory.
  public var trainableRanges: [(node: String, range: Range<Int>)] { fast.trainableRanges }

  /// Lends the trainable parameters and their gradients, in the primitives' order.
  public func withTrainable<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result { try fast.withTrainable(body) }

  /// Memory in the primitives' order as tensors in PyTorch's.
  public func tensors(in flat: UnsafeMutableBufferPointer<Float>) -> Parameters { fast.tensors(in: flat) }

  /// Puts tensors in PyTorch's order into memory in the primitives'.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func place(
    _ tensors: Parameters, into flat: UnsafeMutableBufferPointer<Float>
  ) throws(NetworkError) { try fast.place(tensors, into: flat) }

  // MARK: Forward

  /// Lends an input's memory, row-major.
  public func withInput<Result>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result { try fast.withInput(name, body) }

  /// Runs every kernel from what is in the inputs.
  public func run() {
    (isReplayed, drawnSeed) = (false, dropoutSeed)
    fast.run()
  }

  /// Copies inputs and runs every kernel.
  /// - Throws: `NetworkError` if an input is missing or of another shape.
  public func forward(_ inputs: [String: Tensor]) throws(NetworkError) {
    (isReplayed, drawnSeed) = (false, dropoutSeed)
    try fast.forward(inputs)
  }

  /// A copy of a value in row-major order.
  /// - Throws: `NetworkError` listing what there is, if there is none of that name.
  public func value(of name: String) throws(NetworkError) -> Tensor {
    // An unknown name is for it to complain of as well.
    guard !fast.keeps(name), network.nodes.contains(where: { $0.name == name }) else {
      return try fast.value(of: name)
    }
    guard fast.hasRun else { throw .notYetRun(name) }
    return try replay().value(of: name)
  }

  /// Lends a value in row-major order.
  public func withValue<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result { try (fast.keeps(name) ? fast : replay()).withValue(of: name, body) }

  /// Does the latest forward pass once more, keeping every value.
  private func replay() -> OneDNNExecutor {
    do {
      if whole == nil { whole = try OneDNNExecutor(network, batch: batch, mode: mode) }
      let whole = whole!
      guard !isReplayed else { return whole }
      try whole.load(fast.parameters)
      whole.dropoutSeed = drawnSeed
      for input in network.inputs {
        fast.withInput(input.name) { given in
          whole.withInput(input.name) { _ = $0.update(fromContentsOf: given) }
        }
      }
      whole.run()
      isReplayed = true
      return whole
    } catch {
      preconditionFailure("what was compiled once no longer compiles: \(error)")
    }
  }

  // MARK: Backward

  /// Lends the memory for the gradient at a node, row-major.
  public func withSeed<Result>(
    at name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result { try (fast.keeps(name) ? fast : replay()).withSeed(at: name, body) }

  private func isFast(_ name: String, _ rule: RectifierRule, _ targets: GradientTargets) -> Bool {
    fast.starts(at: name) && rule == .plain && !targets.contains(.values)
      && (!targets.contains(.inputs) || fast.givesInputGradients)
  }

  /// Carries the seed at a node backward.
  public func runBackward(from name: String, rule: RectifierRule, into targets: GradientTargets) {
    if isFast(name, rule, targets) {
      latest = fast
      return fast.runBackward(from: name, rule: rule, into: targets)
    }
    let whole = replay()
    if fast.keeps(name) {
      fast.withSeedAsWritten(at: name) { seed in
        whole.withSeed(at: name) { _ = $0.update(fromContentsOf: seed) }
      }
    }
    whole.runBackward(from: name, rule: rule, into: targets.withoutAccumulation)
    takeGradients(of: whole, targets)
  }

  /// Carries a gradient backward from a node, after a forward pass.
  /// - Throws: `NetworkError` if the node is unknown, the gradient has another shape or no forward pass came before.
  public func backward(
    from node: String, gradient: Tensor, rule: RectifierRule, into targets: GradientTargets
  ) throws(NetworkError) {
    if isFast(node, rule, targets) {
      latest = fast
      return try fast.backward(from: node, gradient: gradient, rule: rule, into: targets)
    }
    _ = try network.node(named: node)
    guard fast.hasRun else { throw .notYetRun(node) }
    let whole = replay()
    try whole.backward(
      from: node, gradient: gradient, rule: rule,
      into: targets.withoutAccumulation)
    takeGradients(of: whole, targets)
  }

  /// Has the parameters' gradients of a pass that was done elsewhere where an optimiser looks for them.
  private func takeGradients(of whole: OneDNNExecutor, _ targets: GradientTargets) {
    latest = whole
    guard targets.wantsParameters else { return }
    do {
      try fast.take(whole.parameterGradients(), adding: targets.contains(.accumulatedParameters))
    } catch {
      preconditionFailure("gradients of the same network do not fit: \(error)")
    }
  }

  /// A copy of the gradient at a value, row-major; zero where none arrived.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for it.
  public func gradient(of name: String) throws(NetworkError) -> Tensor { try latest.gradient(of: name) }

  /// Lends the gradient at a value, row-major; zeros where none arrived.
  public func withGradient<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result { try latest.withGradient(of: name, body) }

  /// The gradients of all trainable parameters in PyTorch's order; zero for those the pass did not reach.
  /// - Throws: `NetworkError` if the pass did not ask for the gradients of parameters.
  public func parameterGradients() throws(NetworkError) -> Parameters {
    // Asks, so that it throws where there are none.
    if latest !== fast { _ = try latest.parameterGradients() } else { return try fast.parameterGradients() }
    return fast.withTrainable { _, gradients in fast.tensors(in: gradients) }
  }
}
#endif
