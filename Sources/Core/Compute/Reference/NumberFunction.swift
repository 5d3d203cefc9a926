/// A function of one number with its derivative: all there is to an elementwise operation.
package protocol NumberFunction: ReferenceKernel, Elementwise {
  /// The function's value.
  func value<Scalar: ReferenceScalar>(_ x: Scalar) -> Scalar
  /// The derivative at x, where the value is y; at a kink that of one of its sides.
  func slope<Scalar: ReferenceScalar>(_ x: Scalar, _ y: Scalar) -> Scalar
}

extension NumberFunction {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    pass.inputs[0].map { value($0) }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = gradient
    let (input, output) = (pass.inputs[0].elements, pass.output!.elements)
    for index in input.indices { result.elements[index] *= slope(input[index], output[index]) }
    return [result]
  }
}

extension ReferenceScalar {
  /// `1 / (1 + e⁻ˣ)`.
  static func sigmoid(_ x: Self) -> Self { 1 / (1 + exponential(-x)) }

  /// `ln(1 + eˣ)`, written so that no exponential overflows.
  static func softplus(_ x: Self) -> Self { max(x, 0) + logarithmOfOnePlus(exponential(-abs(x))) }

  /// `min(maximum, max(minimum, x))`, but NaN stays NaN.
  static func clipped(_ x: Self, _ minimum: Self, _ maximum: Self) -> Self {
    let raised = x < minimum ? minimum : x
    return raised > maximum ? maximum : raised
  }
}
