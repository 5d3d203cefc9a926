package import Core

/// A random small network with all it takes to run it forward and backward: the same seed, the same case.
package struct RandomCase: Sendable, CustomStringConvertible {
  package let seed: UInt64
  package let network: Network
  package let batch: Int
  package let mode: ExecutionMode
  package let rule: RectifierRule
  package let inputs: [String: Tensor]
  package let parameters: Parameters
  /// The gradient sent in at the output.
  package let gradient: Tensor
  package let dropoutSeed: DropoutSeed

  package var description: String {
    let layers = network.nodes.map { "\($0.name)=\($0.operation)(\($0.inputs.joined(separator: ", ")))" }
    return "random network \(seed), \(batch) examples, \(mode), \(rule): " + layers.joined(separator: "; ")
  }

  /// The random network of a seed.
  ///
  /// Networks are drawn anew until rounding has no chance to grow: no rectifier's input and no two rivals of a max
  /// pooling are so close to a kink that two executors could fall on different sides of it, no batch norm in training
  /// divides by a variance near zero, and no value that should be zero is rounding.
  package init(seed: UInt64) {
    var attempt: UInt64 = 0
    while true {
      var maker = NetworkMaker(random: RandomStream(seed: seed, stream: attempt))
      attempt += 1
      guard let found = maker.make(seed: seed) else { continue }
      self = found
      return
    }
  }

  fileprivate init(
    seed: UInt64, network: Network, batch: Int, mode: ExecutionMode, rule: RectifierRule,
    inputs: [String: Tensor], parameters: Parameters, gradient: Tensor
  ) {
    self.seed = seed
    self.network = network
    self.batch = batch
    self.mode = mode
    self.rule = rule
    self.inputs = inputs
    self.parameters = parameters
    self.gradient = gradient
    dropoutSeed = DropoutSeed(seed: seed, step: 4)
  }
}

/// Grows a network node by node.
struct NetworkMaker {
  var random: RandomStream
  var nodes: [Network.Node] = []
  /// What the next node may read, with the shape of one example.
  var made: [(name: String, shape: Shape)] = []

  init(random: RandomStream) { self.random = random }

  /// A whole case, or nil if it is not well conditioned.
  mutating func make(seed: UInt64) -> RandomCase? {
    let batch = Int.random(in: 1...5, using: &random)
    let mode: ExecutionMode = Bool.random(using: &random) ? .training : .inference
    let input = Network.Input(
      "x", [channelCount(), Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random)])
    made = [(input.name, input.shape)]
    beginWithFunction(seed: seed)
    for _ in 0..<Int.random(in: 2...6, using: &random) { grow(batch: batch, mode: mode) }
    if Bool.random(using: &random) { addHead(batch: batch, mode: mode) }
    guard let network = try? Network(name: "random \(seed)", inputs: [input], nodes: nodes),
      let shape = try? network.shapes(batch: batch, mode: mode)[network.output]
    else { return nil }
    let parameters = Parameters(randomFor: network, from: &random)
    let inputs = [input.name: random.normal(input.shape.batched(batch))]
    let rules: [RectifierRule] = [.plain, .plain, .guided, .deconvnet]
    let result = RandomCase(
      seed: seed, network: network, batch: batch, mode: mode, rule: rules.randomElement(using: &random)!,
      inputs: inputs, parameters: parameters, gradient: random.normal(shape))
    return result.isWellConditioned ? result : nil
  }

  mutating func number(_ choices: [Int]) -> Int { choices.randomElement(using: &random)! }
  /// Counts that fit the blocks of 8 and 16 which fast kernels use, and counts that do not.
  private mutating func channelCount() -> Int { number([1, 1, 2, 3, 4, 8, 16, 17]) }
  mutating func extent(_ range: ClosedRange<Int>) -> Extent {
    // Square more often than not.
    let height = Int.random(in: range, using: &random)
    return Extent(height: height, width: number([height, height, Int.random(in: range, using: &random)]))
  }
  mutating func padding(below limit: Extent) -> Padding {
    let (height, width) = (min(limit.height, 3) - 1, min(limit.width, 3) - 1)
    let side = Int.random(in: 0...min(height, width), using: &random)
    if Bool.random(using: &random) { return Padding(side) }
    return Padding(
      top: Int.random(in: 0...height, using: &random), left: Int.random(in: 0...width, using: &random),
      bottom: Int.random(in: 0...height, using: &random), right: Int.random(in: 0...width, using: &random))
  }

  mutating func append(_ operation: any Operation, reading inputs: [(name: String, shape: Shape)]) {
    let name = "n\(nodes.count)"
    guard let shape = try? operation.outputShape(of: inputs.map { $0.shape.batched(1) }).perExample,
      shape.elementCount > 0, shape.elementCount <= 1200
    else { return }
    nodes.append(.init(name, operation, inputs.map(\.name)))
    made.append((name, shape))
  }

  /// Puts one random operation behind the last node, or now and then behind an earlier one.
  private mutating func grow(batch: Int, mode: ExecutionMode) {
    let source = number([0, 0, 0, 1]) == 0 ? made.last! : made.randomElement(using: &random)!
    let channels = source.shape[0]
    let places = source.shape.extents.dropFirst().reduce(1, *)
    switch Int.random(in: 0..<30, using: &random) {
    case 22...: growNumbers(source, batch: batch, mode: mode)
    case 0, 1: append(convolution(channels), reading: [source])
    case 2, 3: append(transposedConvolution(channels), reading: [source])
    case 4:
      // With few numbers a channel the variance may be tiny, which blows rounding up without meaning.
      guard mode == .inference || batch * places >= 8 else { return }
      append(BatchNorm2d(channels: channels), reading: [source])
    case 5: append(ReLU(), reading: [source])
    case 6: append(LeakyReLU(slope: 0.2), reading: [source])
    case 7: append(Bool.random(using: &random) ? Tanh() as any Operation : Sigmoid(), reading: [source])
    case 8:
      let kernel = extent(1...3)
      append(
        MaxPool2d(
          kernelSize: kernel, stride: extent(1...3), padding: padding(below: kernel),
          roundsUp: Bool.random(using: &random), dilation: extent(1...number([1, 1, 2]))),
        reading: [source])
    case 9:
      let kernel = extent(1...3)
      append(
        AvgPool2d(
          kernelSize: kernel, stride: extent(1...3), padding: padding(below: kernel),
          countsPadding: Bool.random(using: &random), roundsUp: Bool.random(using: &random),
          dilation: extent(1...number([1, 1, 2]))), reading: [source])
    case 10: append(Upsample(factor: extent(1...3)), reading: [source])
    case 11: append(Dropout(rate: 0.3), reading: [source])
    case 12:
      let partners = made.filter { $0.shape == source.shape }
      append(Add(), reading: [source, partners.randomElement(using: &random)!])
    case 14...: moveNumbers(of: source)
    default:
      let partners = made.filter { $0.shape.extents.dropFirst() == source.shape.extents.dropFirst() }
      append(Concatenate(), reading: [source, partners.randomElement(using: &random)!, source])
    }
  }

  private mutating func groups(_ channels: Int) -> Int {
    number([1, 1, 1, channels, channels % 2 == 0 ? 2 : 1])
  }

  private mutating func convolution(_ channels: Int) -> Conv2d {
    let groups = groups(channels)
    let kernel = extent(1...4)
    return Conv2d(
      inputChannels: channels, outputChannels: groups == 1 ? channelCount() : groups * number([1, 2, 3]),
      kernelSize: kernel, stride: extent(1...3), padding: padding(below: kernel),
      dilation: extent(1...2), groups: groups, hasBias: Bool.random(using: &random))
  }

  private mutating func transposedConvolution(_ channels: Int) -> ConvTranspose2d {
    let groups = groups(channels)
    let kernel = extent(1...4)
    let stride = extent(1...3)
    return ConvTranspose2d(
      inputChannels: channels, outputChannels: groups == 1 ? channelCount() : groups * number([1, 2]),
      kernelSize: kernel, stride: stride, padding: padding(below: kernel),
      outputPadding: Extent(
        height: Int.random(in: 0..<stride.height, using: &random),
        width: Int.random(in: 0..<stride.width, using: &random)),
      dilation: extent(1...2), groups: groups, hasBias: Bool.random(using: &random))
  }

  /// Vectors, a linear layer, perhaps probabilities.
  private mutating func addHead(batch: Int, mode: ExecutionMode) {
    append(
      [Flatten() as any Operation, GlobalAvgPool2d(), GlobalMaxPool2d()].randomElement(using: &random)!,
      reading: [made.last!])
    guard made.last!.shape.rank == 1 else { return }
    append(
      Linear(
        inputFeatures: made.last!.shape[0], outputFeatures: number([1, 5, 16, 18]),
        hasBias: Bool.random(using: &random)), reading: [made.last!])
    if mode == .inference || batch >= 4, Bool.random(using: &random) {
      append(BatchNorm1d(features: made.last!.shape[0]), reading: [made.last!])
    }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: append(Softmax(), reading: [made.last!])
    case 1:
      append(Sigmoid(), reading: [made.last!])
      if Bool.random(using: &random) {
        append(Embedding(count: 2, dimensions: number([1, 3])), reading: [made.last!])
      }
    case 2: append(Reshape(shape: [made.last!.shape[0], 1, 1]), reading: [made.last!])
    default: break
    }
  }
}

extension RandomCase {
  fileprivate var isWellConditioned: Bool {
    guard let executor = try? ReferenceExecutor<Double>(network, batch: batch, mode: mode) else {
      return false
    }
    executor.dropoutSeed = dropoutSeed
    do {
      try executor.load(parameters)
      try executor.forward(inputs)
      return try distanceToKinks(executor) > 1e-4 && smallestVariance(executor) > 0.05
        && !holdsRounding(executor)
    } catch {
      return false
    }
  }

  /// True if all of some value is tiny, as the mean of what was brought to mean 0: in another precision it is another.
  private func holdsRounding(_ executor: ReferenceExecutor<Double>) throws -> Bool {
    try network.nodes.contains { node in
      let largest = try executor.exactValue(of: node.name).elements.reduce(0) { max($0, abs($1)) }
      return largest > 0 && largest < 1e-4
    }
  }

  /// The least variance of a channel that a batch norm in training divides by; infinite if there is none.
  private func smallestVariance(_ executor: ReferenceExecutor<Double>) throws -> Double {
    guard mode == .training else { return .infinity }
    var least = Double.infinity
    for node in network.nodes where node.operation is BatchNorm2d || node.operation is BatchNorm1d {
      let input = try executor.exactValue(of: node.inputs[0])
      let (channels, places) = (input.shape[1], input.shape.extents.dropFirst(2).reduce(1, *))
      for channel in 0..<channels {
        let numbers = input.elements.indices.filter { $0 / places % channels == channel }.map {
          input.elements[$0]
        }
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        least = min(least, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
      }
    }
    return least
  }
}
