package import Core

/// Centred kernel alignment of two sets of features of the same pictures: how alike the pictures' relations are, whatever the
/// features are called or turned (Kornblith et al. 2019).
///
/// With centred columns it is `‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖)` (Frobenius norms): 1 for features that are the other's, turned or scaled.
/// It is computed from the pictures' scalar products `K = X Xᵀ`, since `‖XᵀY‖² = Σ K ∘ L`.
package struct CKA {
  /// Scalar products of centred features, `[pictures, pictures]` row by row.
  private let products: [Float]
  private let diagonal: [Double]
  package let count: Int

  /// Prepares features `[pictures, numbers]` for comparison.
  package init(of features: Tensor) throws {
    let (n, d) = (features.shape[0], features.shape[1])
    count = n
    var means = [Double](repeating: 0, count: d)
    for row in 0..<n { for column in 0..<d { means[column] += Double(features.elements[row * d + column]) } }
    for column in 0..<d { means[column] /= Double(n) }
    // To a size of about one, so that squares of squares stay in a Float's range: alignment does not depend on it.
    var largest = 0.0
    for row in 0..<n {
      for column in 0..<d {
        largest = max(largest, abs(Double(features.elements[row * d + column]) - means[column]))
      }
    }
    let factor = largest > 0 ? 1 / largest : 1
    let centred = Tensor(features.shape) { result in
      for row in 0..<n {
        for column in 0..<d {
          result[row * d + column] = Float(
            (Double(features.elements[row * d + column]) - means[column]) * factor)
        }
      }
    }
    var products: [Float] = []
    products.reserveCapacity(n * n)
    try RowProducts(with: centred).products(of: centred) { range, values in
      products += values.elements.prefix(range.count * n)
    }
    diagonal = (0..<n).map { Double(products[$0 * n + $0]) }
    self.products = products
  }

  /// The alignment with other features of the same pictures, 0 … 1; nil where one of them is the same for all pictures.
  package func alignment(with other: CKA) -> Double? {
    ratio(product(other), product(self), other.product(other))
  }

  /// The alignment without what few pictures of many features add to it; may be below zero. Nil for fewer than four pictures,
  /// or where one set of features is the same for all.
  ///
  /// Each squared norm q is replaced by `q − n / (n − 2) ⟨r_x, r_y⟩ + s_x s_y / ((n − 1)(n − 2))`, r being the rows' squared norms
  /// and s their sum.
  package func debiasedAlignment(with other: CKA) -> Double? {
    guard count > 3 else { return nil }
    return ratio(debiased(other), debiased(self), other.debiased(other))
  }

  private func ratio(_ both: Double, _ own: Double, _ others: Double) -> Double? {
    guard own > 0, others > 0 else { return nil }
    return both / (own.squareRoot() * others.squareRoot())
  }

  /// Σ K ∘ L.
  private func product(_ other: CKA) -> Double {
    precondition(count == other.count, "features of \(count) and of \(other.count) pictures")
    var sum = 0.0
    products.withUnsafeBufferPointer { own in
      other.products.withUnsafeBufferPointer { others in
        for row in 0..<count {
          var line = 0.0
          for place in row * count..<(row + 1) * count { line += Double(own[place]) * Double(others[place]) }
          sum += line
        }
      }
    }
    return sum
  }

  private func debiased(_ other: CKA) -> Double {
    let n = Double(count)
    let rows = zip(diagonal, other.diagonal).reduce(0) { $0 + $1.0 * $1.1 }
    let (own, others) = (diagonal.reduce(0, +), other.diagonal.reduce(0, +))
    return product(other) - n / (n - 2) * rows + own * others / ((n - 1) * (n - 2))
  }
}
