internal import Core

/// What a judge says of a generator at the snapshots of its training, and of real pictures.
package struct JudgedHistory: Sendable {
  /// What the judge says at one snapshot.
  package struct Moment: Hashable, Sendable {
    /// The optimiser step.
    package let step: Int
    /// The classes of the pictures.
    package let histogram: ClassHistogram
    /// The mean top probability.
    package let confidence: Double
    /// The Fréchet distance to real test pictures; nil where it is not defined.
    package let frechet: Double?
    /// The error of a nearest-neighbour classifier that knows these pictures alone; nil where nobody asked, or nobody knows
    /// the real pictures' classes.
    package let lesson: Double?
  }

  /// The snapshots in order.
  package let moments: [Moment]
  /// The mean top probability of real test pictures.
  package let realConfidence: Double
  /// The Fréchet distance of as many real training pictures; nil where it is not defined.
  package let floor: Double?
  /// The error of a nearest-neighbour classifier that knows as many real training pictures; nil as for `Moment.lesson`.
  package let realLesson: Double?
  /// What the classes are called.
  package let classNames: [String]
  /// The share of real test pictures that the judge names rightly; nil where nobody knows.
  package let accuracy: Double?
  /// Real test pictures.
  package let testCount: Int
  /// What was read: the generator at all these snapshots, the judge, the real pictures.
  let provenance: Provenance
  /// The generator's name.
  let generator: String
  /// SHA-256 of the judge's parameters.
  let checksum: String

  /// The places where a class was lost that had been there a snapshot before.
  package var drops: [Int] { Self.drops(moments.map(\.histogram.covered)) }

  /// The places at which a number is lower than one before.
  package static func drops(_ covered: [Int]) -> [Int] {
    covered.indices.dropFirst().filter { covered[$0] < covered[$0 - 1] }
  }

  /// Judges a generator of a run at some steps, with the same latents at each.
  /// - Parameter teaches: whether the pictures are tried as a lesson, which takes longest.
  init(
    _ run: RunArchive, network: String, steps: [Int], by classifier: Specimen, real: RealPictures, count: Int,
    seed: UInt64, teaches: Bool, progress: (Double) -> Void
  ) throws {
    let first = try Sampling(Specimen(run, network: network, at: .step(steps[0])))
    let judge = try Judge(classifier, reading: first.pictureShape)
    guard real.test.pictureShape.perExample == first.pictureShape, real.test.count > 1, real.train.count > 1
    else {
      throw InspectError(
        .input, real.name,
        "has pictures of \(real.test.pictureShape), '\(network)' makes \(first.pictureShape)")
    }
    let tested = SeededChoice.drawn(10_000, of: real.test.count, seed: seed)
    let trained = SeededChoice.drawn(count, of: real.train.count, seed: seed, stream: 1)
    let test = try JudgedPictures(real.test, tested, by: judge, of: real.name) { progress(0.15 * $0) }
    let train = try JudgedPictures(real.train, trained, by: judge, of: real.name)
    let d = test.features.shape[1]
    let isDecomposed = d <= FrechetDistance.mostDimensions && min(count, train.count, test.count) > d
    let reference = isDecomposed ? FrechetDistance(to: FeatureStatistics(of: test.features)) : nil
    let sure = Confidence(logits: test.logits)
    let classes = judge.classNames.count
    let shares = real.classShares(classes) ?? ClassHistogram.shares(of: sure.said, classes: classes)
    let lesson = teaches ? Lesson(real, tested: tested, classes: classes) : nil
    var moments: [Moment] = []
    var provenance: Provenance?
    for (index, step) in steps.enumerated() {
      let specimen = try Specimen(run, network: network, at: .step(step))
      provenance = provenance?.adding(specimen.provenance.dataHash) ?? specimen.provenance
      let made = try GeneratedPictures(specimen, count: count, seed: seed)
      let judged = try JudgedPictures(count, by: judge, of: "\(network) at step \(step)") {
        progress(0.2 + 0.8 * (Double(index) + $0) / Double(steps.count))
      } pictures: {
        try made.brightness($0)
      }
      let confidence = Confidence(logits: judged.logits)
      let taught = try lesson?.error(
        knowing: PointRows(made.brightness(0..<count)), as: confidence.said)
      moments.append(
        Moment(
          step: step, histogram: ClassHistogram(confidence.said, dataShares: shares),
          confidence: confidence.mean,
          frechet: reference?.distance(from: FeatureStatistics(of: judged.features)), lesson: taught))
    }
    self.moments = moments
    realConfidence = sure.mean
    floor = reference?.distance(from: FeatureStatistics(of: train.features))
    realLesson = try lesson?.error(
      knowing: PointRows(real.train).chosen(trained), as: trained.map { real.train.labels[$0] })
    classNames = judge.classNames
    let labels = real.test.labels
    accuracy =
      labels.count == real.test.count ? judge.accuracy(sure.said, of: tested.map { labels[$0] }) : nil
    testCount = tested.count
    provenance?.step = nil
    self.provenance = provenance!.judged(by: classifier).adding(real.sha256)
    generator = network
    checksum = judge.checksum
  }
}

/// What pictures are worth as a lesson: how often a nearest-neighbour classifier that knows nothing else is wrong about real
/// ones.
private struct Lesson {
  private let tried: PointRows
  private let truth: [Int]

  /// Nil where somebody's class is not known.
  init?(_ real: RealPictures, tested: [Int], classes: Int) {
    let labels = real.test.labels
    guard labels.count == real.test.count, real.train.labels.count == real.train.count,
      (labels + real.train.labels).allSatisfy({ $0 >= 0 && $0 < classes })
    else { return nil }
    tried = PointRows(real.test).chosen(tested)
    truth = tested.map { labels[$0] }
  }

  func error(knowing pictures: PointRows, as labels: [Int]) throws -> Double {
    try NearestNeighbourTrial(known: pictures, labels: labels, tried: tried, truth: truth).error
  }
}
