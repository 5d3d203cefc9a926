/// What inputs become once all have one shape, and which share of a gradient goes to each.
package protocol CombiningKernel: ReferenceKernel, Combining {
  /// The result, of values of one shape.
  func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar>
  /// The gradient at each input, from the gradient at the result.
  func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>]
}

extension CombiningKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let shape = pass.outputShape
    return combine(pass.inputs.map { $0.spread(over: shape) })
  }

  /// A number that was spread gets the sum of what arrives wherever it went.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let spread = pass.inputs.map { $0.spread(over: gradient.shape) }
    return zip(pass.inputs, shares(gradient, spread, pass.output!)).map { $1.summed(to: $0.shape) }
  }
}

extension Add: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    var result = inputs[0]
    for input in inputs.dropFirst() { result.add(input) }
    return result
  }

  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] { inputs.map { _ in gradient } }
}

extension Average: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    Add().combine(inputs).map { $0 / Scalar(inputs.count) }
  }

  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] {
    let share = gradient.map { $0 / Scalar(inputs.count) }
    return inputs.map { _ in share }
  }
}

extension Multiply: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs.dropFirst().reduce(inputs[0]) { $0.zip($1) { $0 * $1 } }
  }

  /// The product of the others. Not the product of all divided by one: that may be 0.
  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] {
    inputs.indices.map { own in
      inputs.indices.filter { $0 != own }.reduce(gradient) { $0.zip(inputs[$1]) { $0 * $1 } }
    }
  }
}

extension Subtract: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs[0].zip(inputs[1]) { $0 - $1 }
  }

  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] { [gradient, gradient.map { -$0 }] }
}

extension Divide: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs[0].zip(inputs[1]) { $0 / $1 }
  }

  /// `1 / b` and `−a / b² = −y / b`.
  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] {
    let share = gradient.zip(inputs[1]) { $0 / $1 }
    return [share, share.zip(output) { -$0 * $1 }]
  }
}

extension Power: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs[0].zip(inputs[1]) { Scalar.power($0, $1) }
  }

  /// `b · a^{b − 1}` and `y · ln a`; 0 where the power does not depend on a or, at a = 0, on b.
  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] {
    let bases = inputs[0].zip(inputs[1]) { $1 == 0 ? 0 : $1 * Scalar.power($0, $1 - 1) }
    let exponents = inputs[0].zip(inputs[1]) {
      $0 == 0 && $1 >= 0 ? 0 : Scalar.power($0, $1) * Scalar.logarithm($0)
    }
    return [gradient.zip(bases) { $0 * $1 }, gradient.zip(exponents) { $0 * $1 }]
  }
}

extension Maximum: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs.dropFirst().reduce(inputs[0]) { $0.zip($1) { Scalar.larger($0, $1) } }
  }

  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] { sharesOfEquals(gradient, inputs, output) }
}

extension Minimum: CombiningKernel {
  package func combine<Scalar>(_ inputs: [Values<Scalar>]) -> Values<Scalar> {
    inputs.dropFirst().reduce(inputs[0]) { $0.zip($1) { Scalar.smaller($0, $1) } }
  }

  package func shares<Scalar>(
    _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
  ) -> [Values<Scalar>] { sharesOfEquals(gradient, inputs, output) }
}

/// The gradient, shared by the inputs whose number is the result.
private func sharesOfEquals<Scalar>(
  _ gradient: Values<Scalar>, _ inputs: [Values<Scalar>], _ output: Values<Scalar>
) -> [Values<Scalar>] {
  var share = Values<Scalar>(output.shape)
  for input in inputs {
    for index in share.elements.indices where input.elements[index] == output.elements[index] {
      share.elements[index] += 1
    }
  }
  share = gradient.zip(share) { $0 / $1 }
  return inputs.map { input in
    var result = share
    for index in result.elements.indices where input.elements[index] != output.elements[index] {
      result.elements[index] = 0
    }
    return result
  }
}

extension ReferenceScalar {
  /// The larger of two numbers; NaN if one is.
  static func larger(_ x: Self, _ y: Self) -> Self { x >= y || x.isNaN ? x : y }
  /// The smaller of two numbers; NaN if one is.
  static func smaller(_ x: Self, _ y: Self) -> Self { x <= y || x.isNaN ? x : y }
}

extension Constant: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let value = pass.parameters[0].elements
    return Values(pass.outputShape, (0..<pass.outputShape[0]).flatMap { _ in value })
  }

  /// Zero: it is not made of what it reads.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { pass.inputs.map { Values($0.shape) } }
}
