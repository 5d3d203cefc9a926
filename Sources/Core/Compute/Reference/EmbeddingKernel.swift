extension Embedding: ReferenceKernel {
  /// The row that a number means; nil if there is none.
  private func row<Scalar: ReferenceScalar>(_ number: Scalar) -> Int? {
    // Also false for what is no number.
    guard number > -1, number < Scalar(count) else { return nil }
    return Int(number)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let (numbers, weight) = (pass.inputs[0].elements, pass.parameters[0].elements)
    var elements: [Scalar] = []
    elements.reserveCapacity(pass.outputShape.elementCount)
    for number in numbers {
      if let row = row(number) {
        elements += weight[row * dimensions..<(row + 1) * dimensions]
      } else {
        elements += repeatElement(.nan, count: dimensions)
      }
    }
    return Values(pass.outputShape, elements)
  }

  /// None: between two rows lies nothing.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [Values(pass.inputs[0].shape)] }

  /// Each row gets the sum of what arrives wherever it stands.
  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.parameters[0].shape)
    for (place, number) in pass.inputs[0].elements.enumerated() {
      guard let row = row(number) else { continue }
      for index in 0..<dimensions {
        result.elements[row * dimensions + index] += gradient.elements[place * dimensions + index]
      }
    }
    return [result]
  }
}
