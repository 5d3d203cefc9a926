extension Reduce: ReferenceKernel {
  /// The input's shape with extents of 1 along the axes: what a result is spread from.
  private func kept(_ input: Shape) -> Shape {
    // The same axes passed when the network was compiled.
    input.withOnes(at: try! input.resolved(axes))
  }

  /// Sums are taken in Double: a Float would lose digits over 100,000 terms.
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let kept = kept(input.shape)
    func sum(_ term: (Scalar) -> Double) -> [Double] {
      input.folded(to: kept, from: 0.0) { $0 + term($1) }
    }
    let elements: [Scalar] =
      switch kind {
      case .mean:
        sum { Double($0) }.map { Scalar($0 / Double(input.numbersEach(of: kept))) }
      case .sum: sum { Double($0) }.map { Scalar($0) }
      case .maximum: input.folded(to: kept, from: -Scalar.infinity) { Scalar.larger($0, $1) }
      case .minimum: input.folded(to: kept, from: Scalar.infinity) { Scalar.smaller($0, $1) }
      case .product: input.folded(to: kept, from: Scalar(1)) { $0 * $1 }
      case .l1: sum { Double(abs($0)) }.map { Scalar($0) }
      case .l2: sum { Double($0) * Double($0) }.map { Scalar($0.squareRoot()) }
      case .sumSquare: sum { Double($0) * Double($0) }.map { Scalar($0) }
      case .logSum: sum { Double($0) }.map { Scalar(Double.logarithm($0)) }
      case .logSumExp: logSumExp(input, kept)
      }
    return Values(pass.outputShape, elements)
  }

  /// The largest number taken off each and put back: the same result, and no exponential overflows.
  private func logSumExp<Scalar>(_ input: Values<Scalar>, _ kept: Shape) -> [Scalar] {
    let largest = Values(
      kept,
      input.folded(to: kept, from: -Scalar.infinity) { Scalar.larger($0, $1) }.map { $0.isFinite ? $0 : 0 })
    let shifted = input.zip(largest.spread(over: input.shape)) { $0 - $1 }
    let sums = shifted.folded(to: kept, from: 0.0) { $0 + Double(Scalar.exponential($1)) }
    return zip(sums, largest.elements).map { Scalar(Double.logarithm($0)) + $1 }
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let input = pass.inputs[0]
    let kept = kept(input.shape)
    let upstream = gradient.reshaped(kept).spread(over: input.shape)
    let value = pass.output!.reshaped(kept).spread(over: input.shape)
    switch kind {
    case .mean:
      let count = Scalar(input.numbersEach(of: kept))
      return [upstream.map { $0 / count }]
    case .sum: return [upstream]
    case .maximum, .minimum:
      let winners = input.zip(value) { $0 == $1 ? 1 : 0 }
      let counts = winners.summed(to: kept).spread(over: input.shape)
      return [upstream.zip(winners.zip(counts) { $0 == 0 ? 0 : $0 / $1 }) { $0 * $1 }]
    case .product: return [upstream.zip(productsOfOthers(input, kept)) { $0 * $1 }]
    case .l1: return [upstream.zip(input) { $1 > 0 ? $0 : $1 < 0 ? -$0 : 0 }]
    case .l2: return [upstream.zip(input.zip(value) { $1 == 0 ? 0 : $0 / $1 }) { $0 * $1 }]
    case .sumSquare: return [upstream.zip(input) { 2 * $0 * $1 }]
    case .logSum:
      return [upstream.zip(input.summed(to: kept).spread(over: input.shape)) { $0 / $1 }]
    case .logSumExp:
      return [upstream.zip(input.zip(value) { Scalar.exponential($0 - $1) }) { $0 * $1 }]
    }
  }

  /// For each number the product of the others along the axes: with a zero among them it is 0 for all but that one.
  private func productsOfOthers<Scalar>(_ input: Values<Scalar>, _ kept: Shape) -> Values<Scalar> {
    let zeros = Values<Scalar>(kept, input.folded(to: kept, from: Scalar(0)) { $1 == 0 ? $0 + 1 : $0 })
    let rest = Values<Scalar>(kept, input.folded(to: kept, from: Scalar(1)) { $1 == 0 ? $0 : $0 * $1 })
    let (zerosThere, restThere) = (zeros.spread(over: input.shape), rest.spread(over: input.shape))
    var result = restThere
    for (index, number) in input.elements.enumerated() {
      let otherZeros = zerosThere.elements[index] - (number == 0 ? 1 : 0)
      result.elements[index] =
        otherZeros > 0 ? 0 : number == 0 ? result.elements[index] : result.elements[index] / number
    }
    return result
  }
}
