/// Calls `body` with the indices of each set of numbers that belong together along an axis: an example's classes at one
/// place, say.
@inline(__always)
private func forEachDistribution(_ shape: Shape, _ axis: Int, _ body: (StrideTo<Int>) -> Void) {
  let layout = ChannelLayout(shape, axis: axis < 0 ? axis + shape.rank : axis)
  for outer in 0..<layout.count {
    for place in 0..<layout.places {
      let first = outer * layout.channels * layout.places + place
      body(stride(from: first, to: first + layout.channels * layout.places, by: layout.places))
    }
  }
}

extension Softmax: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var result = pass.inputs[0]
    forEachDistribution(result.shape, axis) { classes in
      // The largest score taken off each: the same quotient, and no exponential overflows.
      var largest = -Scalar.infinity
      for index in classes { largest = max(largest, result.elements[index]) }
      var sum: Scalar = 0
      for index in classes {
        result.elements[index] = Scalar.exponential(result.elements[index] - largest)
        sum += result.elements[index]
      }
      for index in classes { result.elements[index] /= sum }
    }
    return result
  }

  /// `pᵢ · (gᵢ − Σⱼ gⱼ pⱼ)`
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let probabilities = pass.output!.elements
    var result = gradient
    forEachDistribution(result.shape, axis) { classes in
      var mean: Scalar = 0
      for index in classes { mean += gradient.elements[index] * probabilities[index] }
      for index in classes {
        result.elements[index] = probabilities[index] * (gradient.elements[index] - mean)
      }
    }
    return [result]
  }
}

extension LogSoftmax: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var result = pass.inputs[0]
    forEachDistribution(result.shape, axis) { classes in
      var largest = -Scalar.infinity
      for index in classes { largest = max(largest, result.elements[index]) }
      var sum: Scalar = 0
      for index in classes { sum += Scalar.exponential(result.elements[index] - largest) }
      let logarithm = Scalar.logarithm(sum)
      for index in classes { result.elements[index] = result.elements[index] - largest - logarithm }
    }
    return result
  }

  /// `gᵢ − pᵢ · Σⱼ gⱼ`
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let logarithms = pass.output!.elements
    var result = gradient
    forEachDistribution(result.shape, axis) { classes in
      var sum: Scalar = 0
      for index in classes { sum += gradient.elements[index] }
      for index in classes { result.elements[index] -= Scalar.exponential(logarithms[index]) * sum }
    }
    return [result]
  }
}
