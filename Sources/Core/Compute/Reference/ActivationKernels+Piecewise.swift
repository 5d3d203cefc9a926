extension Hardsigmoid: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    Scalar.clipped(Scalar(slope) * x + Scalar(offset), 0, 1)
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    y > 0 && y < 1 ? Scalar(slope) : 0
  }
}

extension Hardswish: NumberFunction {
  // x + 3 before the division: so the gate is exactly 0 and 1 from −3 and 3 on.
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    x * Scalar.clipped(x + 3, 0, 6) / 6
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    if x <= -3 { return 0 }
    return x >= 3 ? 1 : x / 3 + Scalar(0.5)
  }
}

extension Hardtanh: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    Scalar.clipped(x, minimum.map { Scalar($0) } ?? -.infinity, maximum.map { Scalar($0) } ?? .infinity)
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let isAbove = minimum.map { x > Scalar($0) } ?? true
    let isBelow = maximum.map { x < Scalar($0) } ?? true
    return isAbove && isBelow ? 1 : 0
  }
}

extension Threshold: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { x <= Scalar(threshold) ? 0 : x }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    x > Scalar(threshold) ? 1 : 0
  }
}

extension ClippedReLU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    if let maximum, x >= Scalar(maximum) { return Scalar(maximum) }
    return x < Scalar(threshold) ? Scalar(slope) * (x - Scalar(threshold)) : x
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    if let maximum, x >= Scalar(maximum) { return 0 }
    // At the threshold the slope of the lower side, as at a ReLU's 0.
    return x > Scalar(threshold) ? 1 : Scalar(slope)
  }
}

extension PReLU: ReferenceKernel {
  private func slopes<Scalar>(_ pass: NodePass<Scalar>) -> Values<Scalar> {
    pass.parameters[0].reshaped(slopeShape.batched(1)).spread(over: pass.inputs[0].shape)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    pass.inputs[0].zip(slopes(pass)) { $0 > 0 ? $0 : $1 * $0 }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let factors = pass.inputs[0].zip(slopes(pass)) { $0 > 0 ? 1 : $1 }
    return [gradient.zip(factors) { $0 * $1 }]
  }

  /// Each slope has a part in all the negative numbers that it was spread over.
  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let shares = gradient.zip(pass.inputs[0]) { $1 > 0 ? 0 : $0 * $1 }
    return [shares.summed(to: slopeShape.batched(1)).reshaped(slopeShape)]
  }
}
