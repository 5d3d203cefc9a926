package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How sure a classifier is of each picture and how evenly it names them all, in one number: the inception score with a classifier
/// of one's own, which for MNIST people call MNIST score, and the MODE score.
package struct ClassScores: Hashable, Sendable {
  /// `exp(E KL(p(y|x) ‖ p(y)))`: 1 if all pictures are named alike, the number of classes at best.
  package let inception: Double
  /// The standard deviation of the inception scores of ten parts, with n as divisor; nil for fewer than 1,000 pictures.
  package let inceptionDeviation: Double?
  /// `exp(E KL(p(y|x) ‖ p*(y)) − KL(p(y) ‖ p*(y)))`, p* being the data's shares; nil where a class has none of it.
  ///
  /// Written out, p* drops from the difference, so that it equals the inception score wherever it is defined: what is printed
  /// is computed the way it was published (Che et al. 2016).
  package let mode: Double?

  /// Scores of what a classifier says.
  /// - Parameters:
  ///   - logits: `[pictures, classes]`, at least one picture.
  ///   - dataShares: the share of each class in the data.
  package init(logits: Tensor, dataShares: [Double]) {
    let (count, classes) = (logits.shape[0], logits.shape[1])
    let rows = (0..<count).map { LogProbabilities(logits.elements[$0 * classes..<($0 + 1) * classes]).values }
    inception = Self.inception(rows[...])
    if count >= 1000 {
      let parts = (0..<10).map { Self.inception(rows[count * $0 / 10..<count * ($0 + 1) / 10]) }
      let mean = parts.reduce(0, +) / 10
      inceptionDeviation = (parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10).squareRoot()
    } else {
      inceptionDeviation = nil
    }
    let marginal = Self.marginal(rows[...])
    let isDefined = dataShares.count == classes && zip(marginal, dataShares).allSatisfy { $0 == 0 || $1 > 0 }
    mode =
      isDefined
      ? exp(
        Self.divergence(rows[...], from: dataShares.map(log))
          - Divergence.kullbackLeibler(marginal, dataShares)) : nil
  }

  private static func inception(_ rows: ArraySlice<[Double]>) -> Double {
    exp(divergence(rows, from: marginal(rows).map(log)))
  }

  /// The mean over pictures of Σ p (ln p − ln q).
  private static func divergence(_ rows: ArraySlice<[Double]>, from logarithms: [Double]) -> Double {
    var sum = 0.0
    for row in rows {
      for (value, other) in zip(row, logarithms) {
        let probability = exp(value)
        if probability > 0 { sum += probability * (value - other) }
      }
    }
    return sum / Double(rows.count)
  }

  private static func marginal(_ rows: ArraySlice<[Double]>) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows { for (index, value) in row.enumerated() { sums[index] += exp(value) } }
    return sums.map { $0 / Double(rows.count) }
  }
}

/// How far shares are from other shares.
package enum Divergence {
  /// `Σ p ln (p / q)`, in nats; infinite where q has nothing of what p has.
  package static func kullbackLeibler(_ p: [Double], _ q: [Double]) -> Double {
    zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
  }

  /// `½ Σ |p − q|`: the share that would have to be named otherwise.
  package static func totalVariation(_ p: [Double], _ q: [Double]) -> Double {
    zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }
}
