import Core

private let functions: [any Operation] = [
  ELU(alpha: 0.8), SELU(), CELU(alpha: 0.8), GELU(), GELU(isApproximate: true), Softplus(), Softsign(),
  SiLU(),
  SiLU(beta: 1.5), Mish(), Pointwise(.erf), Pointwise(.sine), Pointwise(.cosine), Pointwise(.negative),
  Pointwise(.square), Hardsigmoid(), Hardsigmoid(slope: 0.2), Hardswish(),
  Hardtanh(minimum: -1, maximum: 0.5),
  Hardtanh(minimum: 0.1, maximum: nil), Threshold(threshold: 0.3), ClippedReLU(maximum: 1),
  ClippedReLU(maximum: 1, slope: 0.2, threshold: -0.2), Pointwise(.absolute), Pointwise(.round),
]

extension NetworkMaker {
  typealias Source = (name: String, shape: Shape)

  /// Puts a random operation on numbers behind a node. Epsilons are large and what is divided by, or taken a logarithm of,
  /// lies between 0 and 1: so that rounding does not grow.
  mutating func growNumbers(_ source: Source, batch: Int, mode: ExecutionMode) {
    let channels = source.shape[0]
    let places = source.shape.extents.dropFirst().reduce(1, *)
    switch number(Array(0...8)) {
    case 0, 1: append(functions.randomElement(using: &random)!, reading: [source])
    case 2:
      let kinds: [any Operation] = [
        Softmax(axis: number([1, 2, 3])), LogSoftmax(axis: number([1, 2, 3])),
        PReLU(slopeShape: Bool.random(using: &random) ? [channels, 1, 1] : [1]),
        Rescale(scale: (0..<channels).map { 0.5 + Float($0) / 16 }, offset: [0.25]),
        LocalResponseNorm(size: number([1, 3, 4]), alpha: 0.5, beta: 0.75, k: 1),
      ]
      append(kinds.randomElement(using: &random)!, reading: [source])
    case 3, 7: combine(source)
    case 4: pair(source)
    case 5: norm(source, channels, places)
    case 6: reduce(source)
    default:
      guard mode == .inference || batch * places >= 8 else { return }
      append(Reshape(shape: [channels, places]), reading: [source])
      append(BatchNorm1d(features: channels), reading: [made.last!])
      append(Reshape(shape: source.shape), reading: [made.last!])
    }
  }

  /// One of the functions of single numbers; as many networks as there are functions begin with each of them in turn.
  mutating func beginWithFunction(seed: UInt64) {
    guard seed % 3 == 0 else { return }
    append(functions[Int(seed / 3) % functions.count], reading: [made[0]])
  }

  /// Several values of shapes that can be spread over each other; now and then a constant is among them.
  private mutating func combine(_ source: Source) {
    let channels = source.shape[0]
    let fitting = made.filter {
      (try? Add().outputShape(of: [source.shape.batched(1), $0.shape.batched(1)])) != nil
    }
    var partners = [source, fitting.randomElement(using: &random)!]
    if Bool.random(using: &random) {
      partners.append(constant([[channels, 1, 1], [1], source.shape].randomElement(using: &random)!))
    }
    let kinds: [any Operation] = [Add(), Multiply(), Maximum(), Minimum(), Average()]
    partners.shuffle(using: &random)
    append(kinds.randomElement(using: &random)!, reading: partners)
  }

  private mutating func pair(_ source: Source) {
    switch number([0, 1, 2, 3]) {
    case 0: append(Subtract(), reading: [source, constant([source.shape[0], 1, 1])])
    case 1:
      let columns = number([1, 3, 8])
      append(MatMul(), reading: [source, constant([source.shape[2], columns])])
    case 2:
      guard let gate = gate(source) else { return }
      append(Divide(), reading: [source, gate])
    default:
      guard let gate = gate(source) else { return }
      append(Tanh(), reading: [source])
      append(Power(), reading: [gate, made.last!])
    }
  }

  /// Numbers between 0.3 and 0.8.
  private mutating func gate(_ source: Source) -> Source? {
    let before = made.count
    append(Sigmoid(), reading: [source])
    guard made.count > before else { return nil }
    append(Rescale(scale: [0.5], offset: [0.3]), reading: [made.last!])
    return made.last
  }

  private mutating func norm(_ source: Source, _ channels: Int, _ places: Int) {
    let groups = channels % 2 == 0 ? 2 : 1
    let kinds: [any Operation] = [
      LayerNorm(axes: [1], parameterShape: [channels, 1, 1], epsilon: 0.1),
      LayerNorm(axes: [2, 3], parameterShape: [1], epsilon: 0.1, hasOffset: false),
      LayerNorm(axes: [-1], parameterShape: [], epsilon: 0.1, hasScale: false, hasOffset: false),
      InstanceNorm2d(channels: channels, epsilon: 0.1),
      GroupNorm(groups: groups, channels: channels, epsilon: 0.1),
      GroupNorm(groups: groups, channels: channels, epsilon: 0.1, isAffine: false),
    ]
    append(kinds.randomElement(using: &random)!, reading: [source])
  }

  private mutating func reduce(_ source: Source) {
    let axes = [[1], [2, 3], [-1], [2]].randomElement(using: &random)!
    let kinds: [Reduce.Kind] = [.mean, .sum, .maximum, .minimum, .l1, .sumSquare, .logSumExp]
    append(Reduce(kinds.randomElement(using: &random)!, axes: axes, keepsAxes: true), reading: [source])
  }

  /// A constant: not among what later nodes may read by themselves, which have the whole batch.
  private mutating func constant(_ shape: Shape) -> Source {
    let name = "n\(nodes.count)"
    nodes.append(.init(name, Constant(shape: shape), []))
    return (name, shape)
  }
}
