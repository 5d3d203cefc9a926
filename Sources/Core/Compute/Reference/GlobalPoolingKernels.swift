extension GlobalAvgPool2d: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let places = input.shape[2] * input.shape[3]
    var result = Values<Scalar>(pass.outputShape)
    for plane in result.elements.indices {
      // In Double: over some thousand places a Float loses the digits in which two pictures differ a little.
      var sum = 0.0
      for index in plane * places..<(plane + 1) * places { sum += Double(input.elements[index]) }
      result.elements[plane] = Scalar(sum / Double(places))
    }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let places = result.shape[2] * result.shape[3]
    for plane in gradient.elements.indices {
      let part = gradient.elements[plane] / Scalar(places)
      for index in plane * places..<(plane + 1) * places { result.elements[index] = part }
    }
    return [result]
  }
}

extension GlobalMaxPool2d: ReferenceKernel {
  /// For every channel the index of its largest number: the first of equals; a NaN beats any number.
  private func winners<Scalar>(_ input: Values<Scalar>) -> [Int] {
    let places = input.shape[2] * input.shape[3]
    return (0..<input.shape[0] * input.shape[1]).map { plane in
      var winner = plane * places
      for index in winner + 1..<winner + places {
        let value = input.elements[index]
        if value > input.elements[winner] || (value.isNaN && !input.elements[winner].isNaN) { winner = index }
      }
      return winner
    }
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    return Values(pass.outputShape, winners(input).map { input.elements[$0] })
  }

  /// The winners get all of the gradient.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    for (winner, part) in zip(winners(pass.inputs[0]), gradient.elements) { result.elements[winner] = part }
    return [result]
  }
}
