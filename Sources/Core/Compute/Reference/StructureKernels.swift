extension Dropout: ReferenceKernel {
  /// The input times the mask; the gradient passes the same way.
  private func masked<Scalar>(_ values: Values<Scalar>, _ pass: NodePass<Scalar>) -> Values<Scalar> {
    guard pass.mode == .training else { return values }
    let mask = DropoutMask(rate: rate, seed: pass.dropout, node: pass.nodeIndex)
    let factors = [Float](unsafeUninitializedCapacity: values.elements.count) { buffer, count in
      mask.fill(UnsafeMutableBufferPointer(rebasing: buffer[..<values.elements.count]), from: 0)
      count = values.elements.count
    }
    var result = values
    for index in factors.indices { result.elements[index] *= Scalar(factors[index]) }
    return result
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    masked(pass.inputs[0], pass)
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [masked(gradient, pass)] }
}

extension Flatten: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    pass.inputs[0].reshaped(pass.outputShape)
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [gradient.reshaped(pass.inputs[0].shape)] }
}

extension Reshape: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    pass.inputs[0].reshaped(pass.outputShape)
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [gradient.reshaped(pass.inputs[0].shape)] }
}

extension Concatenate: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(pass.outputShape.elementCount)
    for example in 0..<pass.outputShape[0] {
      for input in pass.inputs {
        let size = input.shape.perExample.elementCount
        elements += input.elements[example * size..<(example + 1) * size]
      }
    }
    return Values(pass.outputShape, elements)
  }

  /// Each input gets the part of the gradient that stands where its channels went.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let whole = gradient.shape.perExample.elementCount
    var offset = 0
    return pass.inputs.map { input in
      let size = input.shape.perExample.elementCount
      defer { offset += size }
      let parts = (0..<gradient.shape[0]).flatMap { example in
        gradient.elements[example * whole + offset..<example * whole + offset + size]
      }
      return Values(input.shape, parts)
    }
  }
}
