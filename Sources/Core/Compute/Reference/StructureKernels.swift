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

extension Identity: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> { pass.inputs[0] }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] { [gradient] }
}

extension Concatenate: ReferenceKernel {
  /// The numbers that stand together: of a shape, those of one place on all axes before the one that is joined.
  private func part(_ shape: Shape) -> Int { shape.extents[axis...].reduce(1, *) }

  /// The places on all axes before the one that is joined, without the batch.
  private func places(_ shape: Shape) -> Int { shape.extents[1..<axis].reduce(1, *) }

  /// Where the part of an input begins for a place of the value; an input that is one example goes to all.
  private func start(_ shape: Shape, _ example: Int, _ place: Int) -> Int {
    ((shape[0] == 1 ? 0 : example) * places(shape) + place) * part(shape)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(pass.outputShape.elementCount)
    for example in 0..<pass.outputShape[0] {
      for place in 0..<places(pass.outputShape) {
        for input in pass.inputs {
          let start = start(input.shape, example, place)
          elements += input.elements[start..<start + part(input.shape)]
        }
      }
    }
    return Values(pass.outputShape, elements)
  }

  /// Each input gets the part of the gradient that stands where its numbers went.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let whole = part(gradient.shape)
    let places = places(gradient.shape)
    var offset = 0
    return pass.inputs.map { input in
      let size = part(input.shape)
      defer { offset += size }
      var result = Values<Scalar>(input.shape)
      for example in 0..<gradient.shape[0] {
        for place in 0..<places {
          let from = (example * places + place) * whole + offset
          let to = start(input.shape, example, place)
          for index in 0..<size { result.elements[to + index] += gradient.elements[from + index] }
        }
      }
      return result
    }
  }
}
