public import Core
public import Render

/// What a generator makes of many latents at one moment: a sheet of pictures.
///
/// The same latents at every moment: those that the run watches, or those of a seed. Pictures are drawn with black and
/// white where the generator's last operation has them, never stretched.
public struct SampleSheet: Sendable {
  /// How many pictures; as many latents as the run watches (64 for a model without a run) where none is given.
  public var count: Int?
  /// Where the latents come from; the latents that the run watches where none is given, seed 0 without a run.
  public var seed: UInt64?
  /// The figure's colours.
  public var theme: Theme

  /// A sheet of samples.
  public init(count: Int? = nil, seed: UInt64? = nil, theme: Theme = .light) {
    self.count = count
    self.seed = seed
    self.theme = theme
  }

  /// The most pictures that a sheet takes.
  public static let mostPictures = 400

  /// The samples that a run stored; with a seed, the pictures of other latents.
  /// - Throws: `InspectError` or `ArchiveError` if the run trains no generator, has no such step or not so many samples.
  public func figure(of run: RunArchive, at selector: SnapshotSelector = .last) throws -> Figure {
    let generator = try run.generator()
    guard seed == nil else {
      return try figure(of: Specimen(run, network: generator.name, at: selector))
    }
    let run = run.tracingReads()
    let snapshot = try run.snapshot(selector)
    let shape = run.sampleShape!
    let stored = try run.samples(at: snapshot)
    let wanted = try checkedCount(watched: shape[0], subject: run.path)
    let tiles = ImageTiles(
      pixels: Array(stored.prefix(wanted * shape.perExample.elementCount)), count: wanted, height: shape[1],
      width: shape[2], channels: shape[3])
    let moment = Moment(
      title: [generator.name, snapshot.facts(in: run)], epoch: snapshot.epoch,
      scale: "black 0, white 255 as stored, not stretched")
    return sheet(
      tiles, moment, latents: SampleSheet.watched(wanted, of: shape[0]),
      provenance: Provenance(seed: run.seed, step: snapshot.step, dataHash: run.dataHash),
      options: [])
  }

  /// The pictures that a generator makes now.
  /// - Throws: `InspectError` if the network is no generator or so many pictures cannot be made.
  public func figure(of specimen: Specimen) throws(InspectError) -> Figure {
    let sampling = try Sampling(specimen)
    let watched = seed == nil ? specimen.probe?.latents : nil
    let wanted = try checkedCount(watched: watched?.shape[0], subject: specimen.name)
    let seed = seed ?? 0
    let latents = watched?[0..<wanted] ?? sampling.latents(seed: seed, count: wanted)
    let pictures = try sampling.pictures(of: latents)
    let moment = Moment(
      title: specimen.generatorFacts, epoch: specimen.moment?.epoch, scale: sampling.scaleFact)
    let source =
      watched.map { SampleSheet.watched(wanted, of: $0.shape[0]) }
      ?? "\(Numbers.grouped(wanted)) latents of seed \(seed) · \(sampling.priorFact(of: specimen))"
    return sheet(
      Sampling.tiles(pictures), moment, latents: source, provenance: specimen.provenance,
      options: specimen.options)
  }

  /// Which of a run's latents are shown: `the 64 latents that the run watches`.
  static func watched(_ shown: Int, of all: Int) -> String {
    shown == all
      ? "the \(all) latents that the run watches" : "\(shown) of the \(all) latents that the run watches"
  }

  private struct Moment {
    var title: [String]
    var epoch: Double?
    var scale: String
  }

  private func checkedCount(watched: Int?, subject: String) throws(InspectError) -> Int {
    let count = count ?? watched ?? 64
    guard count >= 1, count <= SampleSheet.mostPictures else {
      throw InspectError(
        .input, subject,
        "\(count) pictures cannot be drawn on a sheet; ask for 1 to \(Numbers.grouped(SampleSheet.mostPictures))"
      )
    }
    if let watched, count > watched {
      throw InspectError(
        .input, subject,
        "the run watches \(watched) latents, not \(count); ask for fewer, or give a seed to draw others")
    }
    return count
  }

  private func sheet(
    _ tiles: ImageTiles, _ moment: Moment, latents: String, provenance: Provenance,
    options given: [FigureRecipe.Entry?]
  ) -> Figure {
    let options: [FigureRecipe.Entry?] =
      given + [
        .init("count", .integer(tiles.count)), seed.map { .init("seed", .seed($0)) }, .theme(theme),
      ]
    let variety = Variety(tiles)
    return Figure(
      "What the generator makes", facts: (moment.title + [latents, moment.scale]).facts,
      reading: reading(moment.epoch),
      description:
        "\(tiles.count) generated pictures of \(tiles.width) × \(tiles.height) pixels, \(latents). "
        + variety.words,
      recipe: provenance.recipe("samples", entries: options),
      numbers: [("samples", variety.table)], theme: theme
    ) {
      ImageGrid(tiles, magnification: magnification(tiles))
    }
  }

  /// Pictures of about 60 points, or smaller where so many do not fit side by side.
  private func magnification(_ tiles: ImageTiles) -> Double {
    let columns = Double(tiles.count).squareRoot().rounded(.up)
    let room = (Figure.standardWidth - 2 * Spacing.margin) / columns - Spacing.tile
    return max(1, (min(room, 64) / Double(tiles.width)).rounded(.down))
  }

  private func reading(_ epoch: Double?) -> String {
    if epoch == 0 {
      return
        "Each picture is made from one list of random numbers. The generator has not learnt yet: every list "
        + "becomes the same kind of haze."
    }
    return
      "Each picture is made from one list of random numbers. Look for pictures that could pass as real, for "
      + "all kinds of them, and for no two alike: a generator that repeats itself has collapsed."
  }
}

/// How bright pictures are and how much they differ: a sheet in numbers.
private struct Variety {
  let table: NumberTable
  let words: String

  init(_ tiles: ImageTiles) {
    let pictures = (0..<tiles.count).map(tiles.numbers(of:))
    let size = Double(tiles.channels * tiles.height * tiles.width)
    let means = pictures.map { $0.reduce(0.0) { $0 + Double($1) } / size }
    var nearest = [Double](repeating: .nan, count: pictures.count)
    for first in pictures.indices {
      for second in pictures.indices.dropFirst(first + 1) {
        var sum = 0.0
        for (a, b) in zip(pictures[first], pictures[second]) { sum += Double((a - b) * (a - b)) }
        let distance = sum.squareRoot()
        for index in [first, second] where !(nearest[index] <= distance) { nearest[index] = distance }
      }
    }
    table = NumberTable(
      columns: ["index", "mean brightness", "distance to the nearest other"],
      rows: pictures.indices.map { index in
        [
          String(index), NumberTable.text(means[index]),
          nearest[index].isNaN ? "" : NumberTable.text(nearest[index]),
        ]
      })
    let mean = means.reduce(0, +) / Double(means.count)
    var words = "Mean brightness \(Numbers.fixed(mean, decimals: 2)) of 1."
    if let closest = nearest.filter({ !$0.isNaN }).min() {
      words +=
        closest == 0
        ? " At least two pictures are the same."
        : " The two most alike are \(Numbers.significant(closest)) apart."
    }
    self.words = words
  }
}
