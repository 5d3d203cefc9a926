package import Core

/// The kernel distance (KID): how far two sets of features are apart by the cubic kernel `(a·b / d + 1)³`, without
/// the bias that the Fréchet distance has for few pictures (Bińkowski et al. 2018).
///
/// The mean over subsets of the squared maximum mean discrepancy, estimated without bias: it is zero on average for two samples
/// of one distribution, and may be a little below.
package struct KernelDistance: Hashable, Sendable {
  /// The mean over the subsets.
  package let mean: Double
  /// The standard deviation over the subsets, with n as divisor; 0 for one subset.
  package let deviation: Double
  /// Subsets that were drawn.
  package let subsets: Int
  /// Points of a subset.
  package let size: Int

  /// Compares two sets of features `[points, numbers]` by subsets that a seed draws.
  /// - Parameter size: points of a subset, at most; fewer where a set has fewer. Two or more are needed.
  package init(
    real: Tensor, fake: Tensor, subsets: Int = 50, size: Int = 1000, seed: UInt64 = 0,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let size = min(size, real.shape[0], fake.shape[0])
    // A set that is used whole gives the same number every time.
    let count = size == real.shape[0] && size == fake.shape[0] ? 1 : subsets
    var values: [Double] = []
    for subset in 0..<count {
      let own = SeededChoice.drawn(size, of: real.shape[0], seed: seed, stream: UInt64(2 * subset))
      let others = SeededChoice.drawn(size, of: fake.shape[0], seed: seed, stream: UInt64(2 * subset + 1))
      values.append(try Self.discrepancy(real.rows(own), fake.rows(others)))
      progress(Double(subset + 1) / Double(count))
    }
    mean = values.reduce(0, +) / Double(count)
    let mean = mean
    deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    self.subsets = count
    self.size = size
  }

  /// The squared maximum mean discrepancy of two sets, at least two points each:
  /// `1/(m(m−1)) Σ_{i≠j} k(x_i, x_j) + 1/(n(n−1)) Σ_{i≠j} k(y_i, y_j) − 2/(mn) Σ k(x_i, y_j)`.
  package static func discrepancy(_ x: Tensor, _ y: Tensor) throws -> Double {
    let (m, n) = (Double(x.shape[0]), Double(y.shape[0]))
    let (products, others) = (try RowProducts(with: x), try RowProducts(with: y))
    let d = Double(x.shape[1])
    return try sum(products, x, d, withoutOwn: true) / (m * (m - 1))
      + sum(others, y, d, withoutOwn: true) / (n * (n - 1)) - 2 * sum(products, y, d, withoutOwn: false)
      / (m * n)
  }

  /// Σ k over all pairs, without those of a point and itself if these are the same points.
  private static func sum(_ products: RowProducts, _ others: Tensor, _ d: Double, withoutOwn: Bool) throws
    -> Double
  {
    var total = 0.0
    try products.products(of: others) { range, values in
      values.elements.withUnsafeBufferPointer { values in
        for point in range {
          let row = values.baseAddress! + (point - range.lowerBound) * products.count
          var lanes = SIMD4<Double>.zero
          var place = 0
          while place + 4 <= products.count {
            let product = SIMD4(
              Double(row[place]), Double(row[place + 1]), Double(row[place + 2]), Double(row[place + 3]))
            let base = product / d + 1
            lanes += base * base * base
            place += 4
          }
          total += lanes.sum()
          for other in place..<products.count { total += kernel(Double(row[other]), d) }
          if withoutOwn { total -= kernel(Double(row[point]), d) }
        }
      }
    }
    return total
  }

  private static func kernel(_ product: Double, _ d: Double) -> Double {
    let base = product / d + 1
    return base * base * base
  }
}
