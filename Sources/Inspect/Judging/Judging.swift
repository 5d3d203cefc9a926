internal import Core
public import Render

/// A classifier judges a generator: how its pictures are named, how surely, how near they are to real ones, whether they are copies.
///
/// ```swift
/// let judging = Judging(count: 500)
/// let judgement = try judging.judgement(on: generator, by: classifier, real: pictures)
/// print(judgement.text)
/// let figure = judging.figure(of: judgement)
/// ```
/// Every number stands beside the same number for as many real pictures: scores of a classifier mean nothing alone.
public struct Judging: Hashable, Sendable {
  /// Pictures that are generated; as many real ones are held against them, where there are as many.
  public var count: Int
  /// Where latents and choices come from.
  public var seed: UInt64
  /// Pictures whose nearest training picture is looked for, at most.
  public var copies: Int
  /// The figure's colours.
  public var theme: Theme

  /// A judging.
  public init(count: Int = 10_000, seed: UInt64 = 0, copies: Int = 1000, theme: Theme = .light) {
    (self.count, self.seed, self.copies, self.theme) = (count, seed, copies, theme)
  }

  /// The fewest pictures that say something.
  public static let fewest = 100
  /// The most pictures that are judged.
  public static let most = 100_000

  /// Judges a generator.
  /// - Parameters:
  ///   - generator: of pictures, one latent to a picture.
  ///   - judge: a classifier of such pictures.
  ///   - real: what the generator is to imitate.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if there are too few pictures, or generator, classifier and pictures are not of one size.
  public func judgement(
    on generator: Specimen, by judge: Specimen, real: RealPictures, progress: (Double) -> Void = { _ in }
  ) throws -> Judgement {
    guard (Self.fewest...Self.most).contains(count) else {
      throw InspectError(
        .input, generator.name,
        "\(count) pictures cannot be judged; ask for \(Self.fewest) to \(Numbers.grouped(Self.most))")
    }
    let made = try GeneratedPictures(generator, count: count, seed: seed)
    let shape = made.sampling.pictureShape
    let reader = try Judge(judge, reading: shape)
    guard real.train.pictureShape.perExample == shape else {
      throw InspectError(
        .input, real.name,
        "has pictures of \(real.train.pictureShape.perExample), '\(generator.name)' makes \(shape)")
    }
    guard min(real.train.count, real.test.count) >= Self.fewest else {
      throw InspectError(
        .input, real.name,
        "has \(real.train.count) training and \(real.test.count) test pictures; a judgement needs \(Self.fewest) of each"
      )
    }
    return try Trial(
      options: self, generator: generator, judge: reader, made: made, real: real
    ).judgement(progress: progress)
  }
}

/// The work of one judging, in its order.
private struct Trial {
  let options: Judging
  let generator: Specimen
  let judge: Judge
  let made: GeneratedPictures
  let real: RealPictures

  func judgement(progress: (Double) -> Void) throws -> Judgement {
    /// Notes the share that is done of a part of the work, which begins and ends at shares of the whole.
    func note(_ start: Double, _ end: Double, _ share: Double) { progress(start + (end - start) * share) }
    let (count, classes) = (options.count, judge.classNames.count)
    let size = made.sampling.pictureShape.elementCount
    // Pixels are kept of as many pictures as fit into some hundred megabytes: all, unless they are large.
    let kept = min(count, max(1000, 40_000_000 / max(size, 1)))
    var pixels: [Float] = []
    let fake = try JudgedPictures(count, by: judge, of: generator.name, progress: { note(0, 0.1, $0) }) {
      range in
      let pictures = try made.brightness(range)
      if range.lowerBound < kept { pixels += pictures.elements.prefix((kept - range.lowerBound) * size) }
      return pictures
    }
    let tested = SeededChoice.drawn(count, of: real.test.count, seed: options.seed)
    let trained = SeededChoice.drawn(count, of: real.train.count, seed: options.seed, stream: 1)
    let test = try JudgedPictures(
      real.test, tested, by: judge, of: real.name, progress: { note(0.1, 0.15, $0) })
    let train = try JudgedPictures(
      real.train, trained, by: judge, of: real.name, progress: { note(0.15, 0.2, $0) })
    let testLabels = real.test.labels.count == real.test.count ? tested.map { real.test.labels[$0] } : []
    let sure = (fake: Confidence(logits: fake.logits), test: Confidence(logits: test.logits))
    let shares =
      real.classShares(classes) ?? ClassHistogram.shares(of: sure.test.said, classes: classes)
    let likeness = try Likeness.compare(
      fake, train, to: test, seed: options.seed, progress: { note(0.2, 0.45, $0) })
    let fakes = PointRows(Tensor(made.sampling.pictureShape.batched(kept), pixels))
    let lesson = try lesson(
      fakes, said: sure.fake.said, trained: trained, tested: tested, truth: testLabels, classes,
      progress: { note(0.45, 0.65, $0) })
    let copies = try copies(
      fakes, fake, tested, test, byPixels: { note(0.65, 0.8, $0) }, byFeatures: { note(0.8, 1, $0) })
    return Judgement(
      generator: generator.name, generatorFacts: generator.generatorFacts, step: generator.moment?.step,
      judgeName: judge.specimen.name, accuracy: judge.accuracy(sure.test.said, of: testLabels),
      checksum: judge.checksum, featureNode: judge.featureNode, features: fake.features.shape[1],
      classNames: judge.classNames, dataName: real.name,
      counts: .init(
        fake: count, test: tested.count, train: trained.count, allTrain: real.train.count,
        copies: min(options.copies, kept)),
      seed: options.seed, prior: made.sampling.priorFact(of: generator),
      labelsAreKnown: real.classShares(classes) != nil,
      histogram: ClassHistogram(sure.fake.said, dataShares: shares),
      realHistogram: ClassHistogram(sure.test.said, dataShares: shares),
      confidence: sure.fake, realConfidence: sure.test,
      scores: ClassScores(logits: fake.logits, dataShares: shares),
      realScores: ClassScores(logits: test.logits, dataShares: shares),
      likeness: likeness.fake, realLikeness: likeness.real, lesson: lesson, copies: copies,
      gallery: try JudgedGallery(sure.fake, classes: classes, made),
      options: generator.options + entries,
      provenance: generator.provenance.judged(by: judge.specimen).adding(real.sha256))
  }

  private var entries: [FigureRecipe.Entry?] {
    [
      real.option.map { .init("data", .string($0)) }, .init("count", .integer(options.count)),
      options.seed == 0 ? nil : .init("seed", .seed(options.seed)),
    ]
  }

  /// What generated pictures, named by the judge, are worth as a lesson; nil where nobody knows the real pictures' classes.
  private func lesson(
    _ fakes: PointRows, said: [Int], trained: [Int], tested: [Int], truth: [Int], _ classes: Int,
    progress: (Double) -> Void
  ) throws -> Judgement.Lesson? {
    guard !truth.isEmpty, real.train.labels.count == real.train.count,
      (truth + real.train.labels).allSatisfy({ $0 >= 0 && $0 < classes })
    else { return nil }
    // As many real ones as generated ones, so that only their kind differs.
    let known = min(fakes.count, trained.count)
    let tried = PointRows(real.test).chosen(tested)
    let generated = try NearestNeighbourTrial(
      known: fakes.chosen(Array(0..<known)), labels: Array(said[..<known]), tried: tried, truth: truth
    ) { progress($0 / 2) }
    let places = Array(trained[..<known])
    let baseline = try NearestNeighbourTrial(
      known: PointRows(real.train).chosen(places), labels: places.map { real.train.labels[$0] }, tried: tried,
      truth: truth
    ) { progress(0.5 + $0 / 2) }
    return .init(generated: generated, real: baseline)
  }

  /// The nearest of all training pictures: by pixels, and by the judge's features.
  private func copies(
    _ fakes: PointRows, _ fake: JudgedPictures, _ tested: [Int], _ test: JudgedPictures,
    byPixels: (Double) -> Void, byFeatures: (Double) -> Void
  ) throws -> Judgement.Copies {
    let own = Array(0..<min(options.copies, fakes.count))
    let others = Array(0..<min(options.copies, tested.count))
    let pixels = try CopyCheck(
      fake: fakes.chosen(own), test: PointRows(real.test).chosen(others.map { tested[$0] }),
      train: PointRows(real.train), progress: byPixels)
    let features = try CopyCheck(
      fake: PointRows(fake.features).chosen(own), test: PointRows(test.features).chosen(others),
      train: judge.features(of: real.train, length: fake.features.shape[1]), progress: byFeatures)
    return .init(pixels: pixels, features: features)
  }
}
