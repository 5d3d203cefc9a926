internal import CVector
internal import Core

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension Optimiser {
  /// `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, `w ← w − rate · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)`,
  /// `v̂ = v / (1 − β₂ᵗ)`.
  func adam(_ stretch: Range<Int>, _ pass: Pass, _ beta1: Float, _ beta2: Float, _ epsilon: Float) {
    let stepSize = Float(Double(pass.rate) / (1 - pow(Double(beta1), Double(pass.step))))
    let correction = Float(1 / (1 - pow(Double(beta2), Double(pass.step))).squareRoot())
    let first = state[0].values.baseAddress!
    let second = state[1].values.baseAddress!
    // In four lanes by hand: the compiler left to itself does one number at a time, which takes several times as long.
    var index = stretch.lowerBound
    while index + 4 <= stretch.upperBound {
      let slope = SIMD4(at: pass.gradients + index)
      let mean = beta1 * SIMD4(at: first + index) + (1 - beta1) * slope
      let square = beta2 * SIMD4(at: second + index) + (1 - beta2) * slope * slope
      let move = stepSize * mean / (vector_square_roots(square) * correction + epsilon)
      mean.store(at: first + index)
      square.store(at: second + index)
      (SIMD4(at: pass.values + index) - move).store(at: pass.values + index)
      index += 4
    }
    for index in index..<stretch.upperBound {
      let slope = pass.gradients[index]
      let mean = beta1 * first[index] + (1 - beta1) * slope
      let square = beta2 * second[index] + (1 - beta2) * slope * slope
      first[index] = mean
      second[index] = square
      pass.values[index] -= stepSize * mean / (square.squareRoot() * correction + epsilon)
    }
  }

  /// `v ← µ·v + g`, `w ← w − rate · v`.
  func sgd(_ stretch: Range<Int>, _ pass: Pass, _ momentum: Float) {
    let (weights, slopes, rate) = (pass.values, pass.gradients, pass.rate)
    guard momentum != 0 else {
      for index in stretch { weights[index] -= rate * slopes[index] }
      return
    }
    let velocity = state[0].values.baseAddress!
    for index in stretch {
      velocity[index] = momentum * velocity[index] + slopes[index]
      weights[index] -= rate * velocity[index]
    }
  }
}

extension SIMD4<Float> {
  /// Four numbers side by side in memory, at any address.
  fileprivate init(at start: UnsafePointer<Float>) {
    self = UnsafeRawPointer(start).loadUnaligned(as: Self.self)
  }

  fileprivate func store(at start: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(start).storeBytes(of: self, as: Self.self)
  }
}
