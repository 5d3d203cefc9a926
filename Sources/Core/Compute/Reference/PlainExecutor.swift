/// The reference executor with its memory open to a training loop: what trains where no faster executor is built.
///
/// Everything is row-major, the trainable parameters one after the other in the order of their nodes.
public final class PlainExecutor: TrainableExecutor {
  private typealias Memory = UnsafeMutableBufferPointer<Float>

  private let reference: ReferenceExecutor<Float>
  private let shapes: [String: Shape]
  private let places: [Place]
  private let values: Memory
  private let gradients: Memory
  /// The inputs of the next forward pass.
  private var inputs: [String: Memory] = [:]
  /// Gradients to start backward passes from.
  private var seeds: [String: Memory] = [:]
  /// True if somebody may have changed the parameters' memory since the reference executor read it.
  private var isLent = false

  /// Where a trainable parameter lies.
  private struct Place {
    let node: String
    let name: String
    let shape: Shape
    let range: Range<Int>
  }

  /// An executor for batches of a size.
  /// - Throws: `NetworkError` if the shapes do not fit or an operation has no kernel.
  public init(_ network: Network, batch: Int, mode: ExecutionMode) throws(NetworkError) {
    reference = try ReferenceExecutor(network, batch: batch, mode: mode)
    shapes = try network.shapes(batch: batch, mode: mode)
    var places: [Place] = []
    for node in network.nodes {
      for parameter in node.operation.parameters where parameter.isTrainable {
        let start = places.last?.range.upperBound ?? 0
        places.append(
          Place(
            node: node.name, name: node.name + "." + parameter.name, shape: parameter.shape,
            range: start..<start + parameter.shape.elementCount))
      }
    }
    self.places = places
    values = Self.memory(places.last?.range.upperBound ?? 0)
    gradients = Self.memory(values.count)
    for input in network.inputs { inputs[input.name] = Self.memory(shapes[input.name]!.elementCount) }
  }

  deinit {
    for memory in [values, gradients] + inputs.values + seeds.values { memory.deallocate() }
  }

  private static func memory(_ count: Int) -> Memory {
    let memory = Memory.allocate(capacity: count)
    memory.initialize(repeating: 0)
    return memory
  }

  /// The network, as the reference executor inside walks it.
  public var network: Network { reference.network }
  /// Examples in a batch, for inputs, values and seeds alike.
  public var batch: Int { reference.batch }
  /// Training or inference, as the reference executor inside was made for.
  public var mode: ExecutionMode { reference.mode }
  /// Which masks dropout draws in the next forward pass; passed on to the reference executor.
  public var dropoutSeed: DropoutSeed {
    get { reference.dropoutSeed }
    set { reference.dropoutSeed = newValue }
  }

  // MARK: Parameters

  /// Takes over parameters, and copies the trainable ones into the memory that `withTrainable` lends.
  /// - Throws: `NetworkError` if one is missing or of another shape.
  public func load(_ parameters: Parameters) throws(NetworkError) {
    try reference.load(parameters)
    try place(parameters, into: values)
    isLent = false
  }

  /// The parameters as they stand, with what was written through `withTrainable` since.
  public var parameters: Parameters {
    takeBack()
    return reference.parameters
  }

  /// Numbers of all trainable parameters together: nothing is padded.
  public var trainableCount: Int { values.count }

  /// The nodes that learn, in the network's order; their stretches follow each other without a gap.
  public var trainableRanges: [(node: String, range: Range<Int>)] {
    var ranges: [(node: String, range: Range<Int>)] = []
    for place in places {
      if ranges.last?.node == place.node {
        ranges[ranges.count - 1].range = ranges[ranges.count - 1].range.lowerBound..<place.range.upperBound
      } else {
        ranges.append((place.node, place.range))
      }
    }
    return ranges
  }

  /// Lends the trainable parameters and their gradients; what is written becomes the parameters of the next
  /// pass.
  public func withTrainable<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    isLent = true
    return try body(values, gradients)
  }

  /// Cuts memory in the order of the trainable parameters into tensors.
  public func tensors(in flat: UnsafeMutableBufferPointer<Float>) -> Parameters {
    var parameters = Parameters()
    for place in places { parameters[place.name] = Tensor(place.shape, Array(flat[place.range])) }
    return parameters
  }

  /// Copies the trainable parameters among the tensors into memory in their order.
  /// - Throws: `NetworkError` if one is missing or of another shape, with both shapes.
  public func place(
    _ tensors: Parameters, into flat: UnsafeMutableBufferPointer<Float>
  ) throws(NetworkError) {
    for place in places {
      guard let tensor = tensors[place.name], tensor.shape == place.shape else {
        let found = tensors[place.name].map { "found \($0.shape)" } ?? "there is none"
        throw NetworkError(.shape, place.name, "expected \(place.shape), \(found)")
      }
      _ = Memory(rebasing: flat[place.range]).update(fromContentsOf: tensor.elements)
    }
  }

  /// Gives the reference executor what an optimiser has made of the parameters; statistics stay its own.
  private func takeBack() {
    guard isLent else { return }
    var parameters = reference.parameters
    for place in places { parameters[place.name] = Tensor(place.shape, Array(values[place.range])) }
    expect { () throws(NetworkError) in try reference.load(parameters) }
    isLent = false
  }

  // MARK: Forward

  /// Lends the memory that `run` will take the input from. Traps if the name is no input.
  public func withInput<Result>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    guard let memory = inputs[name] else { preconditionFailure("'\(name)' is no input of '\(network.name)'") }
    return try body(memory)
  }

  /// Computes every node's value by the reference executor from what was written through `withInput`.
  ///
  /// Traps if no parameters were loaded.
  public func run() {
    let given = inputs.reduce(into: [:]) { $0[$1.key] = Values(shapes[$1.key]!, Array($1.value)) }
    expect { () throws(NetworkError) in try forward(given) }
  }

  /// Computes every node's value from tensors; what lies in the memory of `withInput` plays no part.
  /// - Throws: `NetworkError` if an input is missing or of another shape, or no parameters were loaded.
  public func forward(_ inputs: [String: Tensor]) throws(NetworkError) {
    try forward(inputs.mapValues { Values($0) })
  }

  private func forward(_ inputs: [String: Values<Float>]) throws(NetworkError) {
    takeBack()
    try reference.forward(inputs)
  }

  /// The value of a node or an input in the latest forward pass.
  /// - Throws: `NetworkError` if the name is unknown or no forward pass came before.
  public func value(of name: String) throws(NetworkError) -> Tensor { try reference.value(of: name) }

  /// Lends a node's or input's value in the latest forward pass. Traps if there is none.
  public func withValue<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let value = expect { () throws(NetworkError) in try reference.exactValue(of: name) }
    return try value.elements.withUnsafeBufferPointer(body)
  }

  // MARK: Backward

  /// Lends the memory that `runBackward` will take the gradient at a node from. Traps if the name is unknown.
  ///
  /// It keeps what was written for an earlier pass.
  public func withSeed<Result>(
    at name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    guard let shape = shapes[name] else { preconditionFailure("'\(name)' is not in '\(network.name)'") }
    let memory = seeds[name] ?? Self.memory(shape.elementCount)
    seeds[name] = memory
    return try body(memory)
  }

  /// Carries what was written through `withSeed` backward; gradients of parameters land in the memory that
  /// `withTrainable` lends.
  ///
  /// Traps if the name is not a node's or no forward pass came before.
  public func runBackward(from name: String, rule: RectifierRule, into targets: GradientTargets) {
    let seed = withSeed(at: name) { Values(shapes[name]!, Array($0)) }
    expect { () throws(NetworkError) in try backward(from: name, seed, rule, targets) }
  }

  /// Carries a tensor's gradient backward from a node; what lies in the memory of `withSeed` plays no part.
  /// - Throws: `NetworkError` if the node is unknown, the gradient has another shape or no forward pass came
  ///   before.
  public func backward(
    from node: String, gradient: Tensor, rule: RectifierRule, into targets: GradientTargets
  ) throws(NetworkError) {
    try backward(from: node, Values(gradient), rule, targets)
  }

  private func backward(
    from node: String, _ seed: Values<Float>, _ rule: RectifierRule, _ targets: GradientTargets
  ) throws(NetworkError) {
    try reference.backward(from: node, gradient: seed, rule: rule, into: targets)
    if targets.wantsParameters { try place(reference.parameterGradients(), into: gradients) }
  }

  /// The gradient at a node's or input's value; zero where none arrived.
  /// - Throws: `NetworkError` if the name is unknown or the pass did not ask for `.values`.
  public func gradient(of name: String) throws(NetworkError) -> Tensor { try reference.gradient(of: name) }

  /// Lends the gradient at a node or input; zeros where none arrived. Traps if the pass did not ask for
  /// `.values`.
  public func withGradient<Result>(
    of name: String, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let gradient = expect { () throws(NetworkError) in try reference.exactGradient(of: name) }
    return try gradient.elements.withUnsafeBufferPointer(body)
  }

  /// The gradients of all trainable parameters, as the reference executor made them: what was written into
  /// the memory of `withTrainable` since does not show.
  /// - Throws: `NetworkError` if the pass did not ask for the gradients of parameters.
  public func parameterGradients() throws(NetworkError) -> Parameters { try reference.parameterGradients() }

  /// What cannot fail for a training loop that names what it compiled itself.
  @discardableResult
  private func expect<Result>(_ body: () throws(NetworkError) -> Result) -> Result {
    do { return try body() } catch { preconditionFailure(error.description) }
  }
}
