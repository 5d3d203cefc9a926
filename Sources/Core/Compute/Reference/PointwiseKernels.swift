extension Pointwise: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    switch function {
    case .absolute: abs(x)
    case .ceiling: x.rounded(.up)
    case .cosine: Scalar.cosine(x)
    case .erf: Scalar.errorFunction(x)
    case .exponential: Scalar.exponential(x)
    case .floor: x.rounded(.down)
    case .logarithm: Scalar.logarithm(x)
    case .negative: -x
    case .reciprocal: 1 / x
    case .round: x.rounded(.toNearestOrEven)
    case .sign: sign(x)
    case .sine: Scalar.sine(x)
    case .squareRoot: x.squareRoot()
    case .square: x * x
    }
  }

  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    switch function {
    case .absolute: sign(x)
    case .ceiling, .floor, .round, .sign: 0
    case .cosine: -Scalar.sine(x)
    case .erf: 2 / Scalar.pi.squareRoot() * Scalar.exponential(-x * x)
    case .exponential: y
    case .logarithm: 1 / x
    case .negative: -1
    case .reciprocal: -y * y
    case .sine: Scalar.cosine(x)
    case .squareRoot: 1 / (2 * y)
    case .square: 2 * x
    }
  }

  /// −1, 0 or 1; NaN of NaN.
  private func sign<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    if x > 0 { return 1 }
    return x < 0 ? -1 : x
  }
}

extension Rescale: ReferenceKernel {
  private func spread<Scalar>(_ numbers: [Float], over shape: Shape) -> Values<Scalar> {
    let extents = shape.extents.indices.map { $0 == 1 ? numbers.count : 1 }
    return Values(Shape(extents), numbers.map { Scalar($0) }).spread(over: shape)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    return input.zip(spread(scale, over: input.shape)) { $0 * $1 }.zip(spread(offset, over: input.shape)) {
      $0 + $1
    }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [gradient.zip(spread(scale, over: gradient.shape)) { $0 * $1 }] }
}
