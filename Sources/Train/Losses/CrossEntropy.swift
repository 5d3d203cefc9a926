#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Cross-entropy of class scores, averaged over a batch: `−log softmax(logits)[label]`.
///
/// Computed from the logits with the largest taken out, so no score overflows. At chance, with ten classes, ln 10.
public enum CrossEntropy {
  /// What a batch scores.
  public struct Score: Hashable, Sendable {
    /// The mean loss.
    public var loss: Double
    /// Pictures whose largest score is that of their class.
    public var correct: Int
  }

  /// The loss of logits `[count, classes]`, and its gradient by them: `(softmax − onehot) / count`.
  ///
  /// - Parameters:
  ///   - count: how many rows count; rows behind them get no gradient.
  ///   - gradient: filled if given, as large as `logits`.
  public static func score(
    _ logits: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Int32>, classes: Int, count: Int,
    gradient: UnsafeMutableBufferPointer<Float>? = nil
  ) -> Score {
    var score = Score(loss: 0, correct: 0)
    gradient?.update(repeating: 0)
    for example in 0..<count {
      let row = UnsafeBufferPointer(rebasing: logits[example * classes..<(example + 1) * classes])
      let label = Int(labels[example])
      var best = 0
      for index in 1..<classes where row[index] > row[best] { best = index }
      // In Double from here on: the distance of two finite floats need not be a finite float.
      let highest = Double(row[best])
      var sum: Double = 0
      for value in row { sum += exp(Double(value) - highest) }
      score.loss += log(sum) - (Double(row[label]) - highest)
      score.correct += best == label ? 1 : 0
      guard let gradient else { continue }
      for index in 0..<classes {
        let probability = exp(Double(row[index]) - highest) / sum
        gradient[example * classes + index] = Float((probability - (index == label ? 1 : 0)) / Double(count))
      }
    }
    score.loss /= Double(max(count, 1))
    return score
  }
}
