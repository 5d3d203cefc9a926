/// Percentiles of the magnitudes of more numbers than one wants to keep: a histogram over the leading bits.
///
/// A percentile is one of the values, and at most 2⁻¹¹ of itself above the exact one.
package struct PercentileTally {
  // The leading 19 bits of a magnitude: 8 of exponent, 11 of mantissa.
  private static let shift: UInt32 = 12
  private var counts = [UInt32](repeating: 0, count: 1 << 19)
  private var largest = [Float](repeating: 0, count: 1 << 19)
  private var zeros = 0
  /// Finite numbers other than zero so far.
  private var total = 0
  /// True if a number was below zero.
  package private(set) var hasNegative = false

  /// No numbers yet.
  package init() {}

  /// Counts numbers; those that are not finite are passed over.
  package mutating func add(_ values: some Sequence<Float>) {
    for value in values {
      if value == 0 {
        zeros += 1
        continue
      }
      guard value.isFinite else { continue }
      if value < 0 { hasNegative = true }
      let magnitude = abs(value)
      let bin = Int(magnitude.bitPattern >> Self.shift)
      counts[bin] += 1
      total += 1
      if magnitude > largest[bin] { largest[bin] = magnitude }
    }
  }

  /// The value at a percentile (nearest rank) and the share of all numbers beyond it; where nearly all are zero, the largest.
  package func limit(percentile: Double) -> (limit: Double, clippedShare: Double) {
    let all = total + zeros
    guard total > 0 else { return (0, 0) }
    let rank = max(1, Int((percentile / 100 * Double(all)).rounded(.up)))
    var seen = zeros
    if seen >= rank { return (Double(largest.last { $0 > 0 } ?? 0), 0) }
    for bin in counts.indices where counts[bin] > 0 {
      seen += Int(counts[bin])
      if seen >= rank { return (Double(largest[bin]), Double(all - seen) / Double(all)) }
    }
    return (0, 0)
  }
}
