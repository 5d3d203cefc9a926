/// The gradient at an input of a ReLU (slope 0) or LeakyReLU, from the one at its value.
///
/// `plain` is the derivative, which at exactly 0 takes the slope of the negative side, as PyTorch does. `guided` and
/// `deconvnet` treat a LeakyReLU as the ReLU that they were written for: guided passes `max(g, 0)` where the
/// input was positive and nothing elsewhere (Springenberg et al. 2014), deconvnet passes `max(g, 0)` everywhere
/// (Zeiler & Fergus 2013); the slope plays no part in either.
private func rectifierGradient<Scalar>(
  _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>, slope: Scalar
) -> Values<Scalar> {
  let input = pass.inputs[0].elements
  var result = gradient
  switch pass.rule {
  case .plain:
    for index in input.indices where !(input[index] > 0) { result.elements[index] *= slope }
  case .guided:
    for index in input.indices where !(input[index] > 0 && gradient.elements[index] > 0) {
      result.elements[index] = 0
    }
  case .deconvnet:
    for index in input.indices where !(gradient.elements[index] > 0) { result.elements[index] = 0 }
  }
  return result
}

extension Values {
  /// Every element replaced by `transform` of it.
  @inline(__always)
  func map(_ transform: (Scalar) -> Scalar) -> Values { Values(shape, elements.map(transform)) }

  /// Every element replaced by `combine` of it and its partner.
  @inline(__always)
  func zip(_ other: Values, _ combine: (Scalar, Scalar) -> Scalar) -> Values {
    var result = self
    for index in elements.indices { result.elements[index] = combine(elements[index], other.elements[index]) }
    return result
  }
}

extension ReLU: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    // Written so that NaN stays NaN: it must not be mistaken for a dead unit.
    pass.inputs[0].map { $0 <= 0 ? 0 : $0 }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [rectifierGradient(gradient, pass, slope: 0)] }
}

extension LeakyReLU: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let slope = Scalar(slope)
    return pass.inputs[0].map { $0 > 0 ? $0 : slope * $0 }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [rectifierGradient(gradient, pass, slope: Scalar(slope))] }
}

extension Tanh: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { Scalar.hyperbolicTangent(x) }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar { 1 - y * y }
}

extension Sigmoid: NumberFunction {
  package func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar { Scalar.sigmoid(x) }
  package func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar { y * (1 - y) }
}
