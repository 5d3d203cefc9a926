public import Core
public import Render

/// How much a generator's pictures differ from each other, beside real ones: a generator that has collapsed makes the same few
/// again and again.
///
/// Over all pairs of 64 pictures: the mean distance in brightness, and the mean of `1 − SSIM`; of the fakes, and of as many real
/// pictures. Less than 0.3 of what real pictures differ is flagged.
///
/// ```swift
/// try Diversity().figure(of: run).write(to: "diversity.svg")
/// try Diversity().figure(of: generator, real: pictures).write(to: "diversity-now.svg")
/// ```
public struct Diversity: Sendable {
  /// Pictures of either kind, 2 to 400.
  public var count: Int
  /// Which real pictures are taken, and which latents where a generator is asked.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A comparison of so many pictures of either kind.
  public init(count: Int = 64, seed: UInt64 = 0, theme: Theme = .light) {
    self.count = count
    self.seed = seed
    self.theme = theme
  }

  /// How few and how many pictures are compared.
  public static let countRange = 2...400

  /// Diversity over a run: of the samples that were stored with each snapshot, beside the pictures that the run is watched on.
  /// - Throws: `InspectError` or `ArchiveError` if the run trains no generator or keeps no real pictures.
  public func figure(
    of run: RunArchive, real: Probe? = nil, named name: String? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let series = try DiversitySeries(self, run, real: real, progress: progress)
    let drawing = DiversityCurves(series: series, named: name)
    var provenance = Provenance(seed: run.seed, dataHash: series.dataHash)
    if name != nil { provenance = provenance.adding(series.realHash) }
    return Figure(
      "Are the fakes as varied as real pictures?",
      facts: [
        series.generator,
        "\(series.count) fakes and \(series.count) real pictures\(name.map { " of \($0)" } ?? ""), all pairs",
        "\(series.steps.count) snapshots",
        "flagged below \(Numbers.significant(DiversityRatio.collapse)) of real",
      ].facts,
      reading: drawing.reading, description: drawing.description,
      recipe: provenance.recipe("diversity", entries: [name.map { .init("data", .string($0)) }] + options),
      numbers: [("diversity", drawing.table)], theme: theme
    ) {
      drawing.charts
    }
  }

  /// Diversity at one moment: the distances of all pairs, and the pairs that are most alike.
  /// - Parameters:
  ///   - real: the real pictures; those that the generator's run is watched on if nil.
  ///   - name: what they are called, where they are not the run's own.
  /// - Throws: `InspectError` if the network is no generator, or there are no real pictures of its size.
  public func figure(
    of generator: Specimen, real: Probe? = nil, named name: String? = nil
  ) throws -> Figure {
    let sampling = try Sampling(generator)
    let pictures = try drawn(real ?? generator.probe, shape: sampling.pictureShape, subject: generator.name)
    let watched = generator.probe?.latents.flatMap { latents in
      seed == 0 && latents.shape[0] >= pictures.shape[0] ? latents[0..<pictures.shape[0]] : nil
    }
    let latents = watched ?? sampling.latents(seed: seed, count: pictures.shape[0])
    let drawing = DiversityMoment(fakes: try sampling.pictures(of: latents), real: pictures)
    return Figure(
      "Are the fakes as varied as real pictures?",
      facts: (generator.generatorFacts + [
        "\(pictures.shape[0]) fakes\(watched == nil ? " of seed \(seed)" : ", the latents that the run watches")",
        "\(pictures.shape[0]) real pictures\(name.map { " of \($0)" } ?? "")", "all pairs",
        sampling.scaleFact,
      ]).facts,
      reading: drawing.reading, description: drawing.description,
      recipe: generator.provenance.adding(SHA256.hexDigest(of: pictures.elements)).recipe(
        "diversity",
        entries: generator.options + [
          name.map { .init("data", .string($0)) }, .init("moment", .boolean(true)),
        ]
          + options),
      numbers: drawing.numbers, theme: theme
    ) {
      drawing.blocks
    }
  }

  private var options: [FigureRecipe.Entry?] {
    [
      .init("count", .integer(count)), seed == 0 ? nil : .init("seed", .seed(seed)), .theme(theme),
    ]
  }

  /// As many real pictures, drawn by the seed, as brightness.
  func drawn(_ probe: Probe?, shape: Shape, subject: String) throws(InspectError) -> Tensor {
    guard Self.countRange.contains(count) else {
      throw InspectError(
        .input, subject,
        "\(count) pictures; ask for \(Self.countRange.lowerBound) to \(Self.countRange.upperBound) of either kind"
      )
    }
    guard let probe, probe.count > 1 else {
      throw InspectError(
        .input, subject, "comes without real pictures to compare with; give some with --data")
    }
    guard probe.pictureShape.perExample == shape else {
      throw InspectError(
        .input, subject,
        "makes \(shape.timesDescription); the real pictures are \(probe.pictureShape.perExample.timesDescription)"
      )
    }
    let chosen = SeededChoice.sorted(count, of: probe.count, seed: seed)
    return Tensor(stacking: chosen.map { probe.brightness($0..<$0 + 1)[0] })
  }
}
