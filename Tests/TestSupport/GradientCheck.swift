package import Core
package import Testing

/// A network on random numbers, whose gradients are compared with central differences in `Double`.
package struct GradientCase: Sendable, CustomStringConvertible {
  package let description: String
  package let network: Network
  package let batch: Int
  package let mode: ExecutionMode

  package init(
    _ description: String, _ network: Network, batch: Int = 2, mode: ExecutionMode = .inference
  ) {
    self.description = description
    self.network = network
    self.batch = batch
    self.mode = mode
  }
}

/// The least distance of any number in a network to a place where it has no derivative. Infinite if nothing has a kink.
/// - Parameter executor: one that has run forward.
package func distanceToKinks<Scalar>(_ executor: ReferenceExecutor<Scalar>) throws -> Scalar {
  try executor.network.nodes.map { node in
    distanceToKinks(
      of: node.operation, try node.inputs.map { try executor.exactValue(of: $0) },
      output: try executor.exactValue(of: node.name).shape)
  }.min() ?? .infinity
}

/// Compares the gradients of `Σ weightᵢ · outputᵢ` at every input and trainable parameter with central differences.
///
/// Numbers are drawn anew until none is within `margin` of a kink, so that the differences see a smooth function.
/// - Parameters:
///   - tolerance: the largest `|a − n| / max(|a| + |n|, scale / 100)`, the scale being the case's largest gradient.
///   - step: h in `(f(x + h) − f(x − h)) / 2h`.
package func expectGradientsMatchDifferences(
  _ check: GradientCase, tolerance: Double = 1e-6, step: Double = 1e-5, margin: Double = 1e-3,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let network = check.network
  let executor = try ReferenceExecutor<Double>(network, batch: check.batch, mode: check.mode)
  executor.dropoutSeed = DropoutSeed(seed: 7, step: 3)
  var inputs: [String: Values<Double>] = [:]
  var parameters: [String: Values<Double>] = [:]
  var weights = Values<Double>([0])
  var attempt: UInt64 = 0
  repeat {
    guard attempt < 2000 else {
      Issue.record("no numbers far enough from every kink were found", sourceLocation: sourceLocation)
      return
    }
    var random = RandomStream(seed: 11, stream: attempt)
    attempt += 1
    let drawn = Parameters(randomFor: network, from: &random)
    parameters = Dictionary(uniqueKeysWithValues: drawn.names.map { ($0, Values(drawn[$0]!)) })
    for input in network.inputs {
      inputs[input.name] = Values(random.normal(input.shape.batched(check.batch)))
    }
    try executor.load(parameters)
    try executor.forward(inputs)
    weights = Values(random.normal(try executor.exactValue(of: network.output).shape))
  } while try distanceToKinks(executor) < margin

  try executor.backward(from: network.output, gradient: weights, into: [.values, .parameters])
  var gradients = try executor.exactParameterGradients()
  for input in network.inputs {
    gradients[inputPrefix + input.name] = try executor.exactGradient(of: input.name)
  }
  let scale = gradients.values.flatMap(\.elements).reduce(0) { max($0, abs($1)) }
  #expect(scale > 0, "a gradient that is zero everywhere checks nothing", sourceLocation: sourceLocation)

  /// `Σ weightᵢ · outputᵢ` with one element of one tensor moved away from where it stands.
  func sum(moving name: String, _ index: Int, by distance: Double) throws -> Double {
    var (inputs, parameters) = (inputs, parameters)
    if name.hasPrefix(inputPrefix) {
      inputs[String(name.dropFirst(inputPrefix.count))]!.elements[index] += distance
    } else {
      parameters[name]!.elements[index] += distance
    }
    try executor.load(parameters)
    try executor.forward(inputs)
    let output = try executor.exactValue(of: network.output)
    return zip(output.elements, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }

  for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
    // Large tensors are sampled: about a hundred elements, evenly spread.
    let stride = max(1, gradient.elements.count / 100)
    for index in Swift.stride(from: 0, to: gradient.elements.count, by: stride) {
      let analytic = gradient.elements[index]
      let above = try sum(moving: name, index, by: step)
      let numeric = (above - (try sum(moving: name, index, by: -step))) / (2 * step)
      let error = abs(analytic - numeric) / max(abs(analytic) + abs(numeric), scale / 100)
      guard error <= tolerance else {
        Issue.record(
          "\(check): \(name)[\(index)] is \(analytic), differences give \(numeric): relative error \(error)",
          sourceLocation: sourceLocation)
        break
      }
    }
  }
}

private let inputPrefix = "input "
