#if canImport(COneDNN)

/// The fast executor: oneDNN's primitives, every tensor in the layout they prefer from the first node to
/// the loss and back. Tensors are put in row-major order only where somebody looks at them.
public final class OneDNNExecutor: TrainableExecutor {
  /// The network whose nodes were compiled to primitives.
  public let network: Network
  /// Examples in a batch, for which the primitives chose their layouts.
  public let batch: Int
  /// Training or inference: which primitives batch norm and dropout were compiled to.
  public let mode: ExecutionMode
  /// Which masks dropout draws in the next forward pass; its backward passes use the masks that were drawn.
  public var dropoutSeed = DropoutSeed(seed: 0, step: 0)

  private let values: [String: Value]
  private let kernels: [any OneDNNKernel]
  /// The nodes with parameters to learn, by the value that is made with them.
  private let learning: [String: String]
  private let sharesGradients: Bool
  private let store: ParameterStore
  let workspace: Workspace
  private var passes: [PassKey: CompiledPass] = [:]
  private var latestTargets: GradientTargets = []
  private var isLoaded = false
  private(set) var hasRun = false
  private var gradientsArePlanned = false

  private struct PassKey: Hashable {
    let start: String
    let targets: GradientTargets
  }

  private struct CompiledPass {
    /// The kernels that take part, in the order in which they run backward, each with its stretch of the trainable memory.
    let kernels: [(kernel: any OneDNNKernel, learnt: Range<Int>?)]
    let wanted: Set<String>
    let reachesAllParameters: Bool
  }

  /// Compiles a network for a batch size and a mode.
  /// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
  public convenience init(_ network: Network, batch: Int, mode: ExecutionMode) throws(NetworkError) {
    try self.init(
      network, batch: batch, mode: mode, rectifiers: [:], sharesGradients: false, workspace: Workspace())
  }

  /// Compiles a network with some rectifiers computed along with the layers they read, by the layer's name: values of
  /// those layers are not to be had.
  /// - Parameter sharesGradients: whether gradients at values share memory: then those at the inputs alone can be read
  ///   after a pass.
  /// - Parameter workspace: memory for what outlives no pass.
  init(
    _ network: Network, batch: Int, mode: ExecutionMode, rectifiers: [String: Rectifier],
    sharesGradients: Bool, workspace: Workspace
  ) throws(NetworkError) {
    self.network = network
    self.batch = batch
    self.mode = mode
    let shapes = try network.shapes(batch: batch, mode: mode)
    self.workspace = workspace
    let store = ParameterStore()
    var values: [String: Value] = [:]
    for input in network.inputs {
      let shape = shapes[input.name]!
      values[input.name] = Value(
        name: input.name, shape: shape, data: BlockedTensor(.plain(shape.extents)),
        readerCount: network.readers(of: input.name).count)
    }
    var kernels: [any OneDNNKernel] = []
    let seed = SeedBox()
    var learning: [String: String] = [:]
    var isDoneAlong: Set<String> = []
    for (index, node) in network.nodes.enumerated() where !isDoneAlong.contains(node.name) {
      func site(_ rectifier: Rectifier?) -> KernelSite {
        KernelSite(
          name: node.name, nodeIndex: index, inputs: node.inputs.map { values[$0]! },
          shape: shapes[rectifier?.pooling ?? node.name]!, mode: mode,
          readers: network.readers(of: rectifier?.result ?? node.name),
          rectifier: rectifier, workspace: workspace, parameters: store)
      }
      let rectifier = rectifiers[node.name]
      // As much along with the node as there is a kernel for.
      let fused = rectifier.flatMap { rectifier -> (any OneDNNKernel)? in
        PooledConvolutionKernel(node.operation, at: site(rectifier))
          ?? primitive(for: node.operation, at: site(rectifier.withoutPooling), seed: seed)
      }
      let kernel = if let fused { fused } else { try compile(node.operation, at: site(nil), seed: seed) }
      values[kernel.output.name] = kernel.output
      if fused != nil, let rectifier { isDoneAlong.formUnion([rectifier.name, kernel.output.name]) }
      kernels.append(kernel)
      if node.operation.parameters.contains(where: \.isTrainable) { learning[kernel.output.name] = node.name }
    }
    store.allocate()
    self.values = values
    self.kernels = kernels
    self.learning = learning
    self.sharesGradients = sharesGradients
    self.store = store
    seed.owner = self
  }

  // MARK: Parameters

  /// Reorders parameters from PyTorch's order into the layouts that the primitives chose.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func load(_ parameters: Parameters) throws(NetworkError) {
    try parameters.check(against: network)
    store.load(parameters)
    isLoaded = true
  }

  /// Copies of all parameters in PyTorch's order, running statistics included; zeros before the first `load`.
  public var parameters: Parameters { store.parameters }

  /// Numbers in the memory of the trainable parameters, with the padding of blocks and up to 64-byte
  /// boundaries.
  public var trainableCount: Int { store.trainableCount }

  /// The nodes that learn, in order; between their stretches may lie padding up to a 64-byte boundary.
  public var trainableRanges: [(node: String, range: Range<Int>)] { store.trainableRanges }

  /// Lends the trainable parameters and their gradients in the layouts that the primitives chose; makes the
  /// memory for gradients if no pass has yet.
  public func withTrainable<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(store.lendTrainableValues(), store.trainableGradients)
  }

  /// Reorders memory laid out as the trainable parameters are into tensors in PyTorch's order.
  public func tensors(in flat: UnsafeMutableBufferPointer<Float>) -> Parameters { store.tensors(in: flat) }

  /// Reorders tensors in PyTorch's order into memory laid out as the trainable parameters are.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func place(
    _ tensors: Parameters, into flat: UnsafeMutableBufferPointer<Float>
  ) throws(NetworkError) {
    try store.place(tensors, into: flat)
  }

  // MARK: Forward

  /// Lends an input's own memory, which is row-major; primitives that want another layout reorder it in
  /// `run`.
  ///
  /// Traps if the name is unknown.
  public func withInput<Result>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(known(name).data.floats)
  }

  /// Runs every node's kernel on what lies in the inputs, in the network's order; that parameters were loaded
  /// is not checked.
  public func run() {
    for kernel in kernels { kernel.forward() }
    hasRun = true
  }

  /// Copies the inputs in and computes every node's value.
  /// - Throws: `NetworkError` if an input is missing or of another shape, or no parameters were loaded.
  public func forward(_ inputs: [String: Tensor]) throws(NetworkError) {
    try network.check(inputs: inputs.mapValues(\.shape), batch: batch)
    guard isLoaded || store.slots.isEmpty else { throw .notLoaded(store.slots[0].node) }
    for input in network.inputs {
      _ = values[input.name]!.data.floats.update(fromContentsOf: inputs[input.name]!.elements)
    }
    run()
  }

  /// A row-major copy of a node's or input's value in the latest forward pass.
  /// - Throws: `NetworkError` if the name is unknown or no forward pass came before.
  public func value(of name: String) throws(NetworkError) -> Tensor {
    let value = try find(name)
    guard hasRun else { throw .notYetRun(name) }
    return withPlain(value.data) { Tensor(value.shape, Array($0)) }
  }

  /// Lends a value in place where it lies row-major, otherwise a row-major copy. Traps if the name is
  /// unknown.
  public func withValue<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withPlain(known(name).data, body)
  }

  // MARK: Backward

  /// Lends row-major memory for the gradient at a node, and reorders it into the node's layout after `body`;
  /// all of it is to be written.
  ///
  /// Traps if the name is unknown.
  public func withSeed<Result>(
    at name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    planGradients()
    let gradient = known(name).gradient
    if gradient.layout.isPlain { return try body(gradient.floats) }
    let staging = staging(for: gradient)
    let result = try body(staging.plain.floats)
    staging.toBlocked.run()
    return result
  }

  /// Lends the seed at a node, row-major, as it was written.
  func withSeedAsWritten(at name: String, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    withPlain(known(name).gradient, body)
  }

  /// Runs the kernels from a node back to the inputs, as far as the targets ask for it; gradients of
  /// parameters land in the memory that `withTrainable` lends.
  ///
  /// Which kernels take part is found out once for each node and targets. Traps if the name is unknown.
  public func runBackward(from name: String, rule: RectifierRule, into targets: GradientTargets) {
    planGradients()
    let key = PassKey(start: name, targets: targets)
    let pass = passes[key] ?? compilePass(key)
    passes[key] = pass
    let accumulates = targets.contains(.accumulatedParameters)
    let wantsParameters = targets.wantsParameters
    if wantsParameters { store.allocateGradients() }
    if wantsParameters, !accumulates, !pass.reachesAllParameters {
      store.trainableGradients.update(repeating: 0)
    }
    for value in values.values { value.hasGradient = false }
    known(name).hasGradient = true
    let wishes = BackwardPass(rule: rule, wantsParameters: wantsParameters, wanted: pass.wanted)
    for (kernel, learnt) in pass.kernels where kernel.output.hasGradient {
      if accumulates, let learnt {
        store.adding(to: learnt) { kernel.backward(wishes) }
      } else {
        kernel.backward(wishes)
      }
    }
    latestTargets = targets
  }

  /// Reorders a gradient into the node's layout and carries it backward.
  /// - Throws: `NetworkError` if the node is unknown, the gradient has another shape or no forward pass came
  ///   before.
  public func backward(
    from node: String, gradient: Tensor, rule: RectifierRule, into targets: GradientTargets
  ) throws(NetworkError) {
    try network.check(gradient: gradient.shape, at: node, shapes: values.mapValues(\.shape))
    guard hasRun else { throw .notYetRun(node) }
    withSeed(at: node) { _ = $0.update(fromContentsOf: gradient.elements) }
    runBackward(from: node, rule: rule, into: targets)
  }

  /// A row-major copy of the gradient at a node's or input's value; zero where none arrived.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for `.values`.
  public func gradient(of name: String) throws(NetworkError) -> Tensor {
    let value = try find(name)
    guard latestTargets.wantsGradient(at: name, of: network) else { throw .valueGradientsNotAskedFor(name) }
    guard value.hasGradient else { return Tensor(value.shape) }
    return withPlain(value.gradient) { Tensor(value.shape, Array($0)) }
  }

  /// Lends the memory of the gradient at a node or input, or a row-major copy; where the pass brought none,
  /// it holds what was there before. Traps if the name is unknown.
  public func withGradient<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let value = known(name)
    if !value.hasGradient { value.gradient.floats.update(repeating: 0) }
    return try withPlain(value.gradient, body)
  }

  /// Copies of the gradients of all trainable parameters, in PyTorch's order.
  /// - Throws: `NetworkError` if the pass did not ask for the gradients of parameters.
  public func parameterGradients() throws(NetworkError) -> Parameters {
    guard latestTargets.wantsParameters else { throw .parameterGradientsNotAskedFor(network) }
    return store.tensors(in: store.trainableGradients)
  }

  /// Lets gradients share memory, before the first of them is written.
  private func planGradients() {
    guard sharesGradients, !gradientsArePlanned else { return }
    GradientPlan(Array(values.values), inputs: network.inputs.map { values[$0.name]! }, kernels)
      .apply(in: workspace)
    gradientsArePlanned = true
  }

  /// Finds which kernels take part in a pass, and which gradients somebody needs.
  private func compilePass(_ key: PassKey) -> CompiledPass {
    var upstream: Set<String> = [key.start]
    var participants: [any OneDNNKernel] = []
    for kernel in kernels.reversed() where upstream.contains(kernel.output.name) {
      participants.append(kernel)
      for input in kernel.inputs { upstream.insert(input.name) }
    }
    // Forward again: a gradient is needed where it is asked for, or where something upstream needs it.
    var wanted: Set<String> = []
    if key.targets.contains(.values) { wanted = upstream }
    if key.targets.contains(.inputs) { wanted.formUnion(network.inputs.map(\.name)) }
    for kernel in participants.reversed() {
      let name = kernel.output.name
      let learns = key.targets.wantsParameters && learning[name] != nil
      if learns || kernel.inputs.contains(where: { wanted.contains($0.name) }) { wanted.insert(name) }
    }
    let learnt = Dictionary(uniqueKeysWithValues: store.trainableRanges.map { ($0.node, $0.range) })
    return CompiledPass(
      kernels: participants.map { ($0, learning[$0.output.name].flatMap { learnt[$0] }) }, wanted: wanted,
      reachesAllParameters: upstream.isSuperset(of: learning.keys))
  }

  // MARK: Plain copies, where somebody looks

  private struct Staging {
    let plain: BlockedTensor
    let toPlain: Reorder
    let toBlocked: Reorder

    init(for tensor: BlockedTensor, scratch: Scratch) {
      plain = BlockedTensor(.plain(tensor.layout.extents))
      toPlain = Reorder(from: tensor, to: plain, scratch: scratch)
      toBlocked = Reorder(from: plain, to: tensor, scratch: scratch)
    }
  }

  private var stagings: [ObjectIdentifier: Staging] = [:]

  private func staging(for tensor: BlockedTensor) -> Staging {
    let key = ObjectIdentifier(tensor)
    if let staging = stagings[key] { return staging }
    let staging = Staging(for: tensor, scratch: workspace.scratch)
    stagings[key] = staging
    return staging
  }

  private func withPlain<Result>(
    _ tensor: BlockedTensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if tensor.layout.isPlain { return try body(UnsafeBufferPointer(tensor.floats)) }
    let staging = staging(for: tensor)
    staging.toPlain.run()
    return try body(UnsafeBufferPointer(staging.plain.floats))
  }

  /// Whether a value of that name is kept: not that of a layer computed along with its rectifier.
  func keeps(_ name: String) -> Bool { values[name] != nil }

  /// Whether a backward pass reaches the network's inputs.
  var givesInputGradients: Bool { kernels.allSatisfy(\.givesInputGradient) }

  /// Whether a backward pass can start at a value of that name: all that belongs to it is then done upstream of it.
  func starts(at name: String) -> Bool { values[name].map { !$0.hasHandedOverRectifier } ?? false }

  /// Takes gradients of parameters that were computed elsewhere for this executor's latest pass.
  func take(_ gradients: Parameters, adding: Bool) throws(NetworkError) {
    store.allocateGradients()
    let before = adding ? Array(store.trainableGradients) : []
    try store.place(gradients, into: store.trainableGradients)
    for (index, gradient) in before.enumerated() { store.trainableGradients[index] += gradient }
  }

  private func find(_ name: String) throws(NetworkError) -> Value {
    guard let value = values[name] else { throw .unknownValue(name, in: network) }
    return value
  }

  /// For the training loop, which names what it compiled itself.
  private func known(_ name: String) -> Value {
    guard let value = values[name] else { preconditionFailure("'\(name)' is not in '\(network.name)'") }
    return value
  }
}

/// Lets kernels read their executor's dropout seed without keeping the executor alive.
final class SeedBox {
  weak var owner: OneDNNExecutor?
  var seed: DropoutSeed { owner!.dropoutSeed }
}

/// The kernel for an operation: a primitive where oneDNN has one, else the plain executor's.
private func compile(
  _ operation: any Operation, at site: KernelSite, seed: SeedBox
) throws(NetworkError) -> any OneDNNKernel {
  if let primitive = primitive(for: operation, at: site, seed: seed) { return primitive }
  guard let plain = operation as? any ReferenceKernel else {
    throw .noKernel(Network.Node(site.name, operation, []))
  }
  return PlainKernel(plain, at: site, seed: { seed.seed })
}

private func primitive(
  for operation: any Operation, at site: KernelSite, seed: SeedBox
) -> (any OneDNNKernel)? {
  switch operation {
  case let operation as Conv2d:
    ThinOutputKernel(operation, at: site) ?? WinogradKernel(operation, at: site)
      ?? ConvolutionKernel(operation, at: site)
  case let operation as ConvTranspose2d:
    ThinOutputKernel(operation, at: site) ?? PointSourceKernel(operation, at: site)
      ?? WinogradKernel(operation, at: site) ?? ConvolutionKernel(operation, at: site)
  case let operation as Linear: LinearKernel(operation, at: site)
  case let operation as BatchNorm2d: BatchNormKernel(operation, at: site)
  case let operation as BatchNorm1d: BatchNormKernel(operation, at: site)
  case let operation as any Elementwise: ActivationKernel(operation, at: site)
  case let operation as MaxPool2d: MaxPoolKernel(operation, at: site) ?? PoolingKernel(operation, at: site)
  case let operation as AvgPool2d: PoolingKernel(operation, at: site)
  case let operation as Dropout where site.mode == .training:
    DropoutKernel(operation, at: site, seed: { seed.seed })
  case is Dropout, is Identity: PassThroughKernel(at: site)
  case is Flatten, is Reshape: ViewKernel(at: site)
  default: nil
  }
}
#endif
