extension ELU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    x > 0 ? x : Scalar(alpha) * Scalar.exponentialMinusOne(x)
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    x > 0 ? 1 : y + Scalar(alpha)
  }
}

extension SELU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    Scalar(scale) * (x > 0 ? x : Scalar(alpha) * Scalar.exponentialMinusOne(x))
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    x > 0 ? Scalar(scale) : y + Scalar(scale) * Scalar(alpha)
  }
}

extension CELU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    x > 0 ? x : Scalar(alpha) * Scalar.exponentialMinusOne(x / Scalar(alpha))
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    x > 0 ? 1 : y / Scalar(alpha) + 1
  }
}

extension GELU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    isApproximate
      ? x / 2 * (1 + Scalar.hyperbolicTangent(inner(x)))
      : x / 2 * (1 + Scalar.errorFunction(x * Scalar(0.5).squareRoot()))
  }

  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    if isApproximate {
      let tangent = Scalar.hyperbolicTangent(inner(x))
      let innerSlope = (2 / Scalar.pi).squareRoot() * (1 + 3 * Scalar(0.044715) * x * x)
      return (1 + tangent) / 2 + x / 2 * (1 - tangent * tangent) * innerSlope
    }
    // Φ(x) + x · φ(x)
    let density = Scalar.exponential(-x * x / 2) / (2 * Scalar.pi).squareRoot()
    return (1 + Scalar.errorFunction(x * Scalar(0.5).squareRoot())) / 2 + x * density
  }

  private func inner<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    (2 / Scalar.pi).squareRoot() * (x + Scalar(0.044715) * x * x * x)
  }
}

extension Softplus: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { Scalar.softplus(x) }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar { Scalar.sigmoid(x) }
}

extension Softsign: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { x / (1 + abs(x)) }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    1 / ((1 + abs(x)) * (1 + abs(x)))
  }
}

extension SiLU: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { x * Scalar.sigmoid(Scalar(beta) * x) }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let gate = Scalar.sigmoid(Scalar(beta) * x)
    return gate + Scalar(beta) * y * (1 - gate)
  }
}

extension Mish: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar {
    x * Scalar.hyperbolicTangent(Scalar.softplus(x))
  }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let gate = Scalar.hyperbolicTangent(Scalar.softplus(x))
    return gate + x * (1 - gate * gate) * Scalar.sigmoid(x)
  }
}
