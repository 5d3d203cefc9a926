/// The plain executor: walks the graph and calls each operation's `ReferenceKernel`.
///
/// It is what faster executors and the gradient checks are held against, and what runs where no faster
/// one is built. In `Double` its gradients can be compared with finite differences; the functions that
/// take and return `Values` keep that precision, those of `Executor` round to a tensor's.
public final class ReferenceExecutor<Scalar: ReferenceScalar>: Executor {
  /// The network that is walked, node by node.
  public let network: Network
  /// Examples in a batch: the first extent of every input and value.
  public let batch: Int
  /// Whether batch norm and dropout behave as in training.
  public let mode: ExecutionMode
  /// Which masks the next forward pass draws; its backward passes meet the same, whatever is set since.
  public var dropoutSeed = DropoutSeed(seed: 0, step: 0)

  private let shapes: [String: Shape]
  private let kernels: [any ReferenceKernel]
  /// For each node its parameters in the order of declaration; empty before anything is loaded.
  private var parametersOfNodes: [[Values<Scalar>]]
  private var values: [String: Values<Scalar>] = [:]
  /// The seed of the latest forward pass: its backward passes meet the same masks, whatever is set since.
  private var usedDropoutSeed = DropoutSeed(seed: 0, step: 0)
  /// What the latest backward pass was for; nil before it.
  private var targets: GradientTargets?
  private var gradients: [String: Values<Scalar>] = [:]
  /// The gradients of trainable parameters that have arrived, by `<node>.<parameter>`.
  private var parameterGradientsByName: [String: Values<Scalar>] = [:]

  /// An executor for batches of a size.
  /// - Throws: `NetworkError` if the shapes do not fit or an operation has no kernel.
  public init(_ network: Network, batch: Int, mode: ExecutionMode) throws(NetworkError) {
    self.network = network
    self.batch = batch
    self.mode = mode
    shapes = try network.shapes(batch: batch, mode: mode)
    var kernels: [any ReferenceKernel] = []
    for node in network.nodes {
      guard let kernel = node.operation as? any ReferenceKernel else { throw .noKernel(node) }
      kernels.append(kernel)
    }
    self.kernels = kernels
    parametersOfNodes = network.nodes.map { _ in [] }
  }

  // MARK: Parameters

  /// Takes over parameters in this executor's precision, by `<node>.<parameter>`.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func load(_ parameters: [String: Values<Scalar>]) throws(NetworkError) {
    var loaded: [[Values<Scalar>]] = []
    for node in network.nodes {
      var ofNode: [Values<Scalar>] = []
      for declaration in node.operation.parameters {
        let name = node.name + "." + declaration.name
        guard let values = parameters[name] else {
          throw NetworkError(.name, name, "missing; expected a tensor of \(declaration.shape)")
        }
        guard values.shape == declaration.shape else {
          throw NetworkError(.shape, name, "expected \(declaration.shape), found \(values.shape)")
        }
        ofNode.append(values)
      }
      loaded.append(ofNode)
    }
    parametersOfNodes = loaded
  }

  /// Takes over parameters, brought to this executor's precision.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func load(_ parameters: Parameters) throws(NetworkError) {
    try parameters.check(against: network)
    try load(
      Dictionary(uniqueKeysWithValues: parameters.names.map { ($0, Values(parameters[$0]!)) }))
  }

  /// The parameters as they stand, rounded to `Float`, running statistics included; none before the first
  /// `load`.
  public var parameters: Parameters {
    var result = Parameters()
    for (node, values) in zip(network.nodes, parametersOfNodes) {
      for (declaration, value) in zip(node.operation.parameters, values) {
        result[node.name, declaration.name] = value.tensor
      }
    }
    return result
  }

  // MARK: Forward

  /// Computes every node's value from inputs in this executor's precision.
  /// - Throws: `NetworkError` if an input is missing or of another shape, or no parameters were loaded.
  public func forward(_ inputs: [String: Values<Scalar>]) throws(NetworkError) {
    try network.check(inputs: inputs.mapValues(\.shape), batch: batch)
    for (node, loaded) in zip(network.nodes, parametersOfNodes) {
      guard loaded.count == node.operation.parameters.count else { throw .notLoaded(node.name) }
    }
    usedDropoutSeed = dropoutSeed
    values = inputs.filter { input in network.inputs.contains { $0.name == input.key } }
    for index in network.nodes.indices {
      var pass = pass(index)
      perform(.forward, of: kernels[index], &pass)
      values[network.nodes[index].name] = pass.output
      parametersOfNodes[index] = pass.parameters
    }
  }

  /// Computes every node's value from inputs brought to this executor's precision.
  /// - Throws: `NetworkError` if an input is missing or of another shape, or no parameters were loaded.
  public func forward(_ inputs: [String: Tensor]) throws(NetworkError) {
    try forward(inputs.mapValues { Values($0) })
  }

  private func pass(_ index: Int) -> NodePass<Scalar> {
    let node = network.nodes[index]
    var pass = NodePass(
      inputs: node.inputs.map { values[$0]! }, parameters: parametersOfNodes[index],
      outputShape: shapes[node.name]!, mode: mode, nodeIndex: index)
    pass.dropout = usedDropoutSeed
    return pass
  }

  /// The value of a node or an input in the latest forward pass, in this executor's precision.
  /// - Throws: `NetworkError` listing what there is, if there is none of that name.
  public func exactValue(of name: String) throws(NetworkError) -> Values<Scalar> {
    guard shapes[name] != nil else { throw .unknownValue(name, in: network) }
    guard let value = values[name] else { throw .notYetRun(name) }
    return value
  }

  /// The value of a node or an input in the latest forward pass, rounded to `Float`.
  /// - Throws: `NetworkError` if the name is unknown or no forward pass came before.
  public func value(of name: String) throws(NetworkError) -> Tensor { try exactValue(of: name).tensor }

  // MARK: Backward

  /// Carries a gradient in this executor's precision backward from a node, after a forward pass.
  /// - Parameters:
  ///   - start: where to start; nodes behind it take no part.
  ///   - gradient: the derivative of some scalar by the node's value, in the value's shape.
  ///   - rule: what happens at a ReLU or LeakyReLU.
  ///   - targets: what the pass is for.
  /// - Throws: `NetworkError` if the node is unknown, the gradient has another shape or no forward pass came before.
  public func backward(
    from start: String, gradient: Values<Scalar>, rule: RectifierRule = .plain, into targets: GradientTargets
  ) throws(NetworkError) {
    try network.check(gradient: gradient.shape, at: start, shapes: shapes)
    guard values[start] != nil else { throw .notYetRun(start) }
    self.targets = targets
    if !targets.contains(.accumulatedParameters) { parameterGradientsByName = [:] }
    gradients = [start: gradient]
    let wanted = wantedGradients(targets)
    for index in network.nodes.indices.reversed() {
      let node = network.nodes[index]
      guard let arrived = gradients[node.name] else { continue }
      var pass = pass(index)
      pass.output = values[node.name]
      pass.rule = rule
      pass.gradient = arrived
      if targets.wantsParameters, !node.operation.parameters.isEmpty {
        perform(.parameterGradients, of: kernels[index], &pass)
        let trainable = node.operation.parameters.filter(\.isTrainable)
        for (declaration, gradient) in zip(trainable, pass.parameterGradients) {
          Self.add(gradient, to: node.name + "." + declaration.name, in: &parameterGradientsByName)
        }
      }
      guard node.inputs.contains(where: wanted.contains) else { continue }
      perform(.inputGradients, of: kernels[index], &pass)
      // A value that several nodes read gets the sum of what they send back.
      for (input, gradient) in zip(node.inputs, pass.inputGradients) {
        Self.add(gradient, to: input, in: &gradients)
      }
    }
  }

  private static func add(
    _ gradient: Values<Scalar>, to name: String, in sums: inout [String: Values<Scalar>]
  ) {
    if sums[name] == nil { sums[name] = gradient } else { sums[name]!.add(gradient) }
  }

  /// Carries a gradient, brought to this executor's precision, backward from a node.
  /// - Throws: `NetworkError` if the node is unknown, the gradient has another shape or no forward pass came
  ///   before.
  public func backward(
    from node: String, gradient: Tensor, rule: RectifierRule, into targets: GradientTargets
  ) throws(NetworkError) {
    try backward(from: node, gradient: Values(gradient), rule: rule, into: targets)
  }

  /// The values whose gradients a pass needs: all of them, or only those that depend on a trainable parameter.
  private func wantedGradients(_ targets: GradientTargets) -> Set<String> {
    if targets.contains(.values) || targets.contains(.inputs) { return Set(shapes.keys) }
    var wanted: Set<String> = []
    for node in network.nodes
    where node.operation.parameters.contains(where: \.isTrainable)
      || node.inputs.contains(where: wanted.contains)
    {
      wanted.insert(node.name)
    }
    return wanted
  }

  /// The gradient at a node's or input's value in the latest backward pass, in this executor's precision.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for `.values`.
  public func exactGradient(of name: String) throws(NetworkError) -> Values<Scalar> {
    guard shapes[name] != nil else { throw .unknownValue(name, in: network) }
    guard let targets, targets.wantsGradient(at: name, of: network) else {
      throw .valueGradientsNotAskedFor(name)
    }
    return gradients[name] ?? Values(shapes[name]!)
  }

  /// The gradient at a node's or input's value, rounded to `Float`; zero where none arrived.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for `.values`.
  public func gradient(of name: String) throws(NetworkError) -> Tensor { try exactGradient(of: name).tensor }

  /// The gradients of all trainable parameters in the latest backward pass, in this executor's precision.
  /// - Throws: `NetworkError` if the pass did not ask for `.parameters`.
  public func exactParameterGradients() throws(NetworkError) -> [String: Values<Scalar>] {
    guard let targets, targets.wantsParameters else { throw .parameterGradientsNotAskedFor(network) }
    var result: [String: Values<Scalar>] = [:]
    for node in network.nodes {
      for declaration in node.operation.parameters where declaration.isTrainable {
        let name = node.name + "." + declaration.name
        result[name] = parameterGradientsByName[name] ?? Values(declaration.shape)
      }
    }
    return result
  }

  /// The gradients of all trainable parameters, rounded to `Float`; zero for those the pass did not reach.
  /// - Throws: `NetworkError` if the pass did not ask for the gradients of parameters.
  public func parameterGradients() throws(NetworkError) -> Parameters {
    let gradients = try exactParameterGradients()
    var result = Parameters()
    for node in network.nodes {
      for declaration in node.operation.parameters where declaration.isTrainable {
        result[node.name, declaration.name] = gradients[node.name + "." + declaration.name]!.tensor
      }
    }
    return result
  }
}
