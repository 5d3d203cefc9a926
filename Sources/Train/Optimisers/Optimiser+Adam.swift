#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension Optimiser {
  /// `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, `w ← w − rate · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)`,
  /// `v̂ = v / (1 − β₂ᵗ)`.
  func adam(
    _ values: UnsafeMutableBufferPointer<Float>, _ gradients: UnsafeMutableBufferPointer<Float>,
    _ rate: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float, _ step: Int
  ) {
    let stepSize = Float(Double(rate) / (1 - pow(Double(beta1), Double(step))))
    let correction = Float(1 / (1 - pow(Double(beta2), Double(step))).squareRoot())
    // Raw pointers to four stretches that never overlap: the loop becomes vector instructions.
    let first = state[0].values.baseAddress!
    let second = state[1].values.baseAddress!
    let weights = values.baseAddress!
    let slopes = gradients.baseAddress!
    for index in 0..<values.count {
      let slope = slopes[index]
      let mean = beta1 * first[index] + (1 - beta1) * slope
      let square = beta2 * second[index] + (1 - beta2) * slope * slope
      first[index] = mean
      second[index] = square
      weights[index] -= stepSize * mean / (square.squareRoot() * correction + epsilon)
    }
  }

  /// `v ← µ·v + g`, `w ← w − rate · v`.
  func sgd(
    _ values: UnsafeMutableBufferPointer<Float>, _ gradients: UnsafeMutableBufferPointer<Float>,
    _ rate: Float, _ momentum: Float
  ) {
    let weights = values.baseAddress!
    let slopes = gradients.baseAddress!
    guard momentum != 0 else {
      for index in 0..<values.count { weights[index] -= rate * slopes[index] }
      return
    }
    let velocity = state[0].values.baseAddress!
    for index in 0..<values.count {
      velocity[index] = momentum * velocity[index] + slopes[index]
      weights[index] -= rate * velocity[index]
    }
  }
}
