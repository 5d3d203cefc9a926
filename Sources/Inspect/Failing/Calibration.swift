package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Whether a classifier that says “90 %” is right nine times of ten.
///
/// Confidence is the probability of the class that was said. All sums are in double precision, from logits and never from
/// rounded probabilities, so that a loss of 200 is one and not infinite.
/// - Source: Guo, Pleiss, Sun and Weinberger 2017, On calibration of modern neural networks, arXiv:1706.04599.
package struct Calibration: Hashable, Sendable {
  /// Pictures whose confidence lies in one stretch.
  package struct Bin: Hashable, Sendable {
    /// The stretch `lower < confidence ≤ upper`.
    package let lower: Double
    /// The upper end.
    package let upper: Double
    /// Pictures in it.
    package var count = 0
    /// Pictures of them that were named rightly.
    package var right = 0
    /// The sum of their confidences.
    package var confidenceSum = 0.0
    /// The share named rightly; NaN of none.
    package var accuracy: Double { count > 0 ? Double(right) / Double(count) : .nan }
    /// The mean confidence; NaN of none.
    package var confidence: Double { count > 0 ? confidenceSum / Double(count) : .nan }
  }

  /// Pictures.
  package let count: Int
  /// The stretches of equal width from 0 to 1.
  package let bins: [Bin]
  /// The share named rightly.
  package let accuracy: Double
  /// The mean probability of what was said.
  package let confidence: Double
  /// `Σ (bin's pictures / pictures) · |bin's accuracy − bin's mean confidence|`: the expected calibration error.
  package let expectedError: Double
  /// The largest distance of accuracy and mean confidence in a bin that has pictures.
  package let largestError: Double
  /// The mean of `Σ over classes (p − 1 if it is the true one, else p)²`: 0 is perfect, 2 the worst (Brier 1950).
  package let brier: Double
  /// The mean of −ln p(true).
  package let logLoss: Double

  /// Compares what a network said with the truth.
  /// - Parameters:
  ///   - logits: `[count, classes]`, at least two classes.
  ///   - labels: the true class of each picture.
  ///   - temperature: what logits are divided by first.
  /// Traps if there are no pictures, not as many labels, or labels that are no classes.
  package init(logits: Tensor, labels: [Int], bins binCount: Int = 15, temperature: Double = 1) {
    precondition(
      logits.shape.rank == 2 && logits.shape[1] >= 2 && logits.shape[0] == labels.count && !labels.isEmpty,
      "\(labels.count) labels for logits \(logits.shape)")
    let classes = logits.shape[1]
    var bins = (0..<binCount).map {
      Bin(lower: Double($0) / Double(binCount), upper: Double($0 + 1) / Double(binCount))
    }
    var (right, confidence, brier, loss) = (0, 0.0, 0.0, 0.0)
    for (index, label) in labels.enumerated() {
      let row = LogProbabilities(logits.elements[index * classes..<(index + 1) * classes], temperature)
      let sure = exp(row.values[row.said])
      // (lower, upper]: a confidence on an edge belongs to the bin beneath it.
      let place = min(max(Int((sure * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
      bins[place].count += 1
      bins[place].confidenceSum += sure
      if row.said == label {
        bins[place].right += 1
        right += 1
      }
      confidence += sure
      loss -= row.values[label]
      for (each, value) in row.values.enumerated() {
        let difference = exp(value) - (each == label ? 1 : 0)
        brier += difference * difference
      }
    }
    let total = Double(labels.count)
    count = labels.count
    self.bins = bins
    accuracy = Double(right) / total
    self.confidence = confidence / total
    self.brier = brier / total
    logLoss = loss / total
    let gaps = bins.filter { $0.count > 0 }.map {
      (share: Double($0.count) / total, gap: abs($0.accuracy - $0.confidence))
    }
    expectedError = gaps.reduce(0) { $0 + $1.share * $1.gap }
    largestError = gaps.map(\.gap).max() ?? 0
  }

  /// The temperature by which all logits would have to be divided so that −ln p(true) is least, within 0.05 … 20.
  ///
  /// Dividing changes no answer, only how sure it is. The loss is convex in 1 / T, whose derivative is halved away to 1e-9.
  package static func bestTemperature(logits: Tensor, labels: [Int]) -> Double {
    let classes = logits.shape[1]
    /// d loss / d(1/T) = Σ (Σ p z − z[true]).
    func slope(_ inverse: Double) -> Double {
      var sum = 0.0
      for (index, label) in labels.enumerated() {
        let row = logits.elements[index * classes..<(index + 1) * classes]
        let said = LogProbabilities(row, 1 / inverse)
        for (value, logarithm) in zip(row, said.values) { sum += exp(logarithm) * Double(value) }
        sum -= Double(row[row.startIndex + label])
      }
      return sum
    }
    var (low, high) = (1 / 20.0, 1 / 0.05)
    if slope(low) >= 0 { return 1 / low }
    if slope(high) <= 0 { return 1 / high }
    while high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return 2 / (low + high)
  }
}

/// The logarithms of what a row of logits says.
package struct LogProbabilities {
  /// ln p of every class.
  package let values: [Double]
  /// The most probable class; the first of equals.
  package let said: Int

  /// `z / T − ln Σ exp(z / T)`, less the largest first, so that nothing overflows.
  package init(_ logits: ArraySlice<Float>, _ temperature: Double = 1) {
    let scaled = logits.map { Double($0) / temperature }
    var largest = 0
    for index in scaled.indices where scaled[index] > scaled[largest] { largest = index }
    let top = scaled[largest]
    let total = log(scaled.reduce(0) { $0 + exp($1 - top) })
    values = scaled.map { $0 - top - total }
    said = largest
  }
}
