package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How sure a classifier is of some pictures. A good generator's pictures are named as surely as real ones, not more surely.
package struct Confidence: Hashable, Sendable {
  /// The class that is said of each picture.
  package let said: [Int]
  /// The probability of that class.
  package let values: [Double]
  /// The mean of these.
  package let mean: Double
  /// The share of pictures that are named with a probability of 0.9 or more.
  package let sureShare: Double
  /// The mean of `−Σ p ln p`, in nats.
  package let entropy: Double

  /// How sure logits `[pictures, classes]` are, of at least one picture.
  package init(logits: Tensor) {
    let (count, classes) = (logits.shape[0], logits.shape[1])
    var (said, values): ([Int], [Double]) = ([], [])
    var entropy = 0.0
    for picture in 0..<count {
      let row = LogProbabilities(logits.elements[picture * classes..<(picture + 1) * classes])
      said.append(row.said)
      values.append(exp(row.values[row.said]))
      for value in row.values where value > -700 { entropy -= exp(value) * value }
    }
    self.said = said
    self.values = values
    mean = values.reduce(0, +) / Double(count)
    sureShare = Double(values.count { $0 >= 0.9 }) / Double(count)
    self.entropy = entropy / Double(count)
  }
}
