#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Binary cross-entropy of logits against one target for all, averaged over a batch:
/// `max(l, 0) − l·target + log(1 + e^{−|l|})`.
///
/// With the logits of a discriminator: target 1 says "real", 0 "fake"; the generator's non-saturating loss is that of
/// its fakes against 1 (Goodfellow et al. 2014). At chance ln 2.
public enum BinaryCrossEntropy {
  /// What a batch scores.
  public struct Score: Hashable, Sendable {
    /// The mean loss.
    public var loss: Double
    /// The mean of `sigmoid(logit)`: D(x) or D(G(z)).
    public var meanProbability: Double
    /// The share of logits above 0, which say "real".
    public var positiveShare: Double
  }

  /// The loss of logits, and its gradient by them: `(sigmoid(l) − target) / count`, if memory is given for it.
  public static func score(
    _ logits: UnsafeBufferPointer<Float>, target: Float, gradient: UnsafeMutableBufferPointer<Float>? = nil
  ) -> Score {
    var score = Score(loss: 0, meanProbability: 0, positiveShare: 0)
    for index in logits.indices {
      let logit = Double(logits[index])
      let probability = 1 / (1 + exp(-logit))
      score.loss += max(logit, 0) - logit * Double(target) + log1p(exp(-abs(logit)))
      score.meanProbability += probability
      score.positiveShare += logit > 0 ? 1 : 0
      gradient?[index] = Float((probability - Double(target)) / Double(logits.count))
    }
    let count = Double(max(logits.count, 1))
    score.loss /= count
    score.meanProbability /= count
    score.positiveShare /= count
    return score
  }
}
