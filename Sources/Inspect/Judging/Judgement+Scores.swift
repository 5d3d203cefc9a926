internal import Render

extension Judgement {
  /// One number of a judgement.
  public struct Score: Hashable, Sendable {
    /// What it is called in JSON: `frechet`.
    public let key: String
    /// What it is called in tables.
    public let name: String
    /// Of generated pictures; nil where it is not defined.
    public let generated: Double?
    /// Of real pictures in their place; nil where it is not defined.
    public let real: Double?
    /// Both in words.
    let texts: (generated: String, real: String)
    /// What a perfect generator has, in words.
    public let ideal: String

    /// True if both are of one name and have the same numbers.
    public static func == (one: Score, other: Score) -> Bool {
      one.key == other.key && one.generated == other.generated && one.real == other.real
    }
    /// Hashes the name and the numbers.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(key)
      hasher.combine(generated)
      hasher.combine(real)
    }
  }

  /// A group of scores under a heading.
  public struct Group: Hashable, Sendable {
    /// What the scores are about.
    public let title: String
    /// The scores.
    public let scores: [Score]
  }

  /// All scores in order.
  public var groups: [Group] {
    [
      Group(title: "What the judge names them", scores: classScores),
      Group(title: "How surely", scores: confidenceScores),
      Group(title: "How near they are to real ones in \(features) features", scores: likenessScores),
    ]
      + (lesson.map {
        [Group(title: "What they teach a nearest-neighbour classifier", scores: lessonScores($0))]
      } ?? [])
      + [Group(title: "Whether they are copies", scores: copyScores)]
  }

  private func score(
    _ key: String, _ name: String, _ generated: Double?, _ real: Double?, ideal: String,
    _ words: (Double) -> String
  ) -> Score {
    func text(_ value: Double?) -> String { value.map { $0.isFinite ? words($0) : "–" } ?? "–" }
    return Score(
      key: key, name: name, generated: generated, real: real, texts: (text(generated), text(real)),
      ideal: ideal)
  }

  private func percent(_ share: Double) -> String { Numbers.percent(share) }
  private func small(_ value: Double) -> String { Numbers.significant(value, digits: 3) }

  private var classScores: [Score] {
    let classes = classNames.count
    let (own, real) = (histogram, realHistogram)
    return [
      score(
        "coverage",
        "classes with at least \(Numbers.percent(own.leastShare, decimals: classes == 10 ? 0 : 1))",
        Double(own.covered), Double(real.covered), ideal: "\(classes)"
      ) { "\(Int($0)) of \(classes)" },
      score(
        "rarest_share", "share of the rarest class", own.shares.min(), real.shares.min(), ideal: "as real",
        percent),
      score("class_kl", "KL to the data’s shares, nats", own.divergence, real.divergence, ideal: "0", small),
      score(
        "class_tv", "share that would have to be another class", own.totalVariation, real.totalVariation,
        ideal: "0", percent),
      score("class_chi_square_p", "chance of such shares, χ²", own.chance, real.chance, ideal: "above 0.05") {
        $0 < 0.0001 ? "under 0.0001" : Numbers.fixed($0, decimals: 3)
      },
    ]
  }

  private var confidenceScores: [Score] {
    let (own, real) = (confidence, realConfidence)
    let spreads = (scores.inceptionDeviation, realScores.inceptionDeviation)
    let inception = score(
      "inception", dataName.contains("mnist") ? "MNIST score" : "inception score", scores.inception,
      realScores.inception, ideal: "as real, \(classNames.count) at most"
    ) { value in
      let spread = value == scores.inception ? spreads.0 : spreads.1
      return Numbers.fixed(value, decimals: 2) + (spread.map { " ± " + Numbers.fixed($0, decimals: 2) } ?? "")
    }
    return [
      score("confidence", "mean top probability", own.mean, real.mean, ideal: "as real") {
        Numbers.fixed($0, decimals: 3)
      },
      score("sure_share", "named with 0.9 or more", own.sureShare, real.sureShare, ideal: "as real", percent),
      score("entropy", "entropy of an answer, nats", own.entropy, real.entropy, ideal: "as real") {
        Numbers.fixed($0, decimals: 3)
      },
      inception,
      score("mode", "MODE score", scores.mode, realScores.mode, ideal: "as real") {
        Numbers.fixed($0, decimals: 2)
      },
    ]
  }

  private var likenessScores: [Score] {
    let (own, real) = (likeness, realLikeness)
    func three(_ value: Double) -> String { Numbers.fixed(value, decimals: 3) }
    let distances = [
      score("frechet", "Fréchet distance", own.frechet, real.frechet, ideal: "as real", small),
      score(
        "frechet_ratio", "Fréchet distance ÷ its floor", frechetRatio, frechetRatio.map { _ in 1 }, ideal: "1"
      ) {
        Numbers.significant($0, digits: 3) + " ×"
      },
      score("kid", "kernel distance (KID)", own.kernel.mean, real.kernel.mean, ideal: "0") { value in
        let spread = value == own.kernel.mean ? own.kernel : real.kernel
        return small(value)
          + (spread.subsets > 1 ? " ± " + Numbers.significant(spread.deviation, digits: 2) : "")
      },
    ]
    let manifold = [
      score(
        "precision", "precision: fakes among real ones", own.manifold.precision, real.manifold.precision,
        ideal: "as real", three),
      score(
        "recall", "recall: real ones among fakes", own.manifold.recall, real.manifold.recall,
        ideal: "as real", three),
      score("density", "density", own.manifold.density, real.manifold.density, ideal: "as real", three),
      score(
        "coverage_k", "coverage: real ones with a fake near", own.manifold.coverage, real.manifold.coverage,
        ideal: "as real", three),
    ]
    let tests = [
      score(
        "two_sample", "told from real by the nearest other", own.twoSample.accuracy, real.twoSample.accuracy,
        ideal: "\(Numbers.percent(0.5, decimals: 0))", percent),
      score(
        "two_sample_real", "… of the real ones", own.twoSample.realAccuracy, real.twoSample.realAccuracy,
        ideal: Numbers.percent(0.5, decimals: 0), percent),
      score(
        "two_sample_fake", "… of the fakes", own.twoSample.fakeAccuracy, real.twoSample.fakeAccuracy,
        ideal: Numbers.percent(0.5, decimals: 0), percent),
    ]
    return distances + manifold + tests
  }

  private func lessonScores(_ lesson: Lesson) -> [Score] {
    [
      score(
        "lesson_error", "error on real test pictures after \(Numbers.grouped(lesson.generated.known))",
        lesson.generated.error, lesson.real.error, ideal: "as real", percent)
    ]
  }

  private var copyScores: [Score] {
    [("pixels", "pixels", copies.pixels), ("features", "features", copies.features)].flatMap {
      key, name, check in
      [
        score(
          "nearest_\(key)", "median distance to the nearest training picture, \(name)",
          check.fakeDistances.median,
          check.testDistances.median, ideal: "as real", small),
        score(
          "copy_ratio_\(key)", "… ÷ that of unseen real ones", check.ratio, check.ratio.map { _ in 1 },
          ideal: "above \(Numbers.significant(CopyCheck.threshold))"
        ) { Numbers.fixed($0, decimals: 2) + (check.copies && $0 != 1 ? ", copies!" : "") },
      ]
    }
  }
}
