#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How many pictures a classifier gives to each class, beside how many the data have.
package struct ClassHistogram: Hashable, Sendable {
  /// Pictures of each class.
  package let counts: [Int]
  /// The share of each class in the data.
  package let dataShares: [Double]
  /// `Σ p ln (p / q)` of the pictures' shares p and the data's q, in nats; nil where the data have nothing of a class that is there.
  package let divergence: Double?
  /// The share of pictures that would have to be of another class.
  package let totalVariation: Double
  /// Pearson's χ² of the counts against the data's shares; nil where the data have nothing of a class that is there.
  package let chiSquare: Double?
  /// How probably as many pictures of the data would be as unevenly spread, or more; nil as χ² is.
  package let chance: Double?

  /// Pictures in all.
  package var total: Int { counts.reduce(0, +) }
  /// The share of each class.
  package var shares: [Double] { counts.map { Double($0) / Double(max(total, 1)) } }
  /// The least share that counts as being there: a tenth of an even share, 1 % of ten classes.
  package var leastShare: Double { 0.1 / Double(max(counts.count, 1)) }
  /// Classes that are there.
  package var covered: Int { shares.count { $0 >= leastShare } }
  /// Classes that are as good as missing.
  package var missing: [Int] { shares.indices.filter { shares[$0] < leastShare } }

  /// The histogram of classes that were said.
  /// - Parameters:
  ///   - said: the class of each picture, from 0.
  ///   - dataShares: the share of each class in the data; they sum to 1.
  package init(_ said: [Int], dataShares: [Double]) {
    var counts = [Int](repeating: 0, count: dataShares.count)
    for label in said { counts[label] += 1 }
    self.counts = counts
    self.dataShares = dataShares
    let total = Double(max(said.count, 1))
    let shares = counts.map { Double($0) / total }
    totalVariation = Divergence.totalVariation(shares, dataShares)
    guard zip(counts, dataShares).allSatisfy({ $0 == 0 || $1 > 0 }) else {
      (divergence, chiSquare, chance) = (nil, nil, nil)
      return
    }
    divergence = Divergence.kullbackLeibler(shares, dataShares)
    var sum = 0.0
    for (count, share) in zip(counts, dataShares) where share > 0 {
      let expected = total * share
      sum += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    chiSquare = sum
    chance = ChiSquare.upperTail(sum, degrees: dataShares.count { $0 > 0 } - 1)
  }

  /// The shares of labels.
  package static func shares(of labels: [Int], classes: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return counts.map { $0 / Double(max(labels.count, 1)) }
  }
}

/// The distribution of χ².
package enum ChiSquare {
  /// The probability of this value or more: `Q(k/2, x/2)`, by `Q(a + 1, y) = Q(a, y) + yᵃ e⁻ʸ / Γ(a + 1)` up from one half or one,
  /// in which no term is negative.
  /// - Parameter degrees: degrees of freedom; none give 1.
  package static func upperTail(_ value: Double, degrees: Int) -> Double {
    guard degrees > 0 else { return 1 }
    let y = max(value, 0) / 2
    let isOdd = degrees % 2 == 1
    var a = isOdd ? 0.5 : 1
    var tail = isOdd ? erfc(y.squareRoot()) : exp(-y)
    /// ln Γ(a + 1), from Γ(3/2) = ½ √π or Γ(2) = 1.
    var logGamma = isOdd ? log(0.5) + 0.5 * log(Double.pi) : 0
    while a < Double(degrees) / 2 - 0.25 {
      if y > 0 { tail += exp(a * log(y) - y - logGamma) }
      a += 1
      logGamma += log(a)
    }
    return min(tail, 1)
  }
}
