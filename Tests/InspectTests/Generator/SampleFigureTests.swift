import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct SampleFigureTests {
  @Test func aSheetShowsTheStoredBytesUnchanged() throws {
    let run = try SmallRun.opened()
    let figure = try SampleSheet(count: 4).figure(of: run, at: .step(5))
    let raster = try #require(figure.scene().images.first).raster
    let stored = try run.samples(at: run.snapshot(.step(5)))
    // Two by two pictures at two points a pixel with four points between: one by one, two between.
    #expect(raster.width == 2 * 28 + 2)
    for (index, left, top) in [(0, 0, 0), (1, 30, 0), (3, 30, 30)] {
      let shown = (0..<784).map { raster[left + $0 % 28, top + $0 / 28].red }
      #expect(shown == Array(stored[index * 784..<(index + 1) * 784]))
    }
    #expect(figure.facts.contains("step 5 of 12"))
    #expect(figure.facts.contains("4 of the 64 latents that the run watches"))
    #expect(figure.recipe["options"] == .object([.init("count", 4)]))
    #expect(figure.recipe["step"] == 5)
  }

  @Test func anUntrainedGeneratorsHazeIsNotStretched() throws {
    let run = try SmallRun.opened()
    let figure = try SampleSheet().figure(of: run, at: .first)
    let stored = try run.samples(at: run.snapshot(.first))
    let (low, high) = (try #require(stored.min()), try #require(stored.max()))
    #expect(high - low < 30, "the first pictures are nearly even grey")
    let raster = try #require(figure.scene().images.first).raster
    var shown: Set<UInt8> = []
    for y in 0..<raster.height {
      for x in 0..<raster.width where raster.isOpaque(x, y) { shown.insert(raster[x, y].red) }
    }
    #expect(shown.min() == low && shown.max() == high)
    #expect(figure.reading.contains("has not learnt yet"))
  }

  @Test func aRunsModelMakesTheSamplesThatTheRunStored() throws {
    let run = try SmallRun.opened()
    let stored = try run.samples(at: run.snapshot(.last))
    let specimen = try Specimen(run, network: "generator")
    let pictures = try Sampling(specimen).pictures(of: #require(specimen.probe?.latents))
    let worst = zip(stored, pictures.elements).map { abs(Float($0) - $1 * 255) }.max()
    #expect(try #require(worst) <= 0.51, "stored samples are rounded to bytes, no more")
    let figure = try SampleSheet().figure(of: specimen)
    #expect(figure.facts.contains("the 64 latents that the run watches"))
  }

  @Test func aSeedDrawsOtherLatents() throws {
    let run = try SmallRun.opened()
    let figure = try SampleSheet(count: 9, seed: 7).figure(of: run)
    #expect(figure.facts.contains("9 latents of seed 7"))
    #expect(
      figure.recipe["options"]
        == .object([.init("network", "generator"), .init("count", 9), .init("seed", 7)]))
    #expect(figure.numbers[0].table.rows.count == 9)
    let bare = try SampleSheet(count: 3).figure(of: HandAdversaries.generator())
    #expect(bare.facts.contains("3 latents of seed 0"))
  }

  @Test func aSheetOfWhatIsNotThereIsRefused() throws {
    let run = try SmallRun.opened()
    let many = #expect(throws: InspectError.self) { try SampleSheet(count: 65).figure(of: run) }
    #expect(many?.reason.contains("watches 64 latents, not 65") == true)
    #expect(throws: InspectError.self) { try SampleSheet(count: 0).figure(of: run) }
    let step = #expect(throws: ArchiveError.self) { try SampleSheet().figure(of: run, at: .step(3)) }
    #expect(step?.reason.contains("0, 1, 2, 4, 5, 10, 12") == true)
    let classifier = try RunArchive(opening: SmallRun.classifier.get())
    let none = #expect(throws: InspectError.self) { try SampleSheet().figure(of: classifier) }
    #expect(none?.reason.contains("the run has no samples") == true)
    #expect(none?.reason.contains("classifier (classifier)") == true)
  }

  @Test func aFilmsColumnsAreTheStepsThatWereChosen() throws {
    let run = try SmallRun.opened()
    let figure = try GrowthFilm(rows: 3, steps: [12, 0, 4]).figure(of: run)
    let texts = figure.scene().texts.map(\.string)
    for text in ["latent 0", "latent 1", "latent 2", "step", "0", "4", "12"] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(!texts.contains("latent 3"))
    #expect(figure.scene().images.count == 3)
    #expect(
      figure.recipe["options"] == .object([.init("rows", 3), .init("steps", .list([0, 4, 12]))]))
    #expect(figure.numbers[0].table.rows.map { $0[0] } == ["0", "4", "12"])
  }

  @Test func aFilmKeepsBlackAndWhiteThroughTime() throws {
    let run = try SmallRun.opened()
    let figure = try GrowthFilm(rows: 1, steps: [0, 12]).figure(of: run)
    let raster = try #require(figure.scene().images.first).raster
    let factor = raster.height / 28
    for (step, left) in [(0, 0), (12, raster.width - 28 * factor)] {
      let shown = (0..<784).map { raster[left + $0 % 28 * factor, $0 / 28 * factor].red }
      let stored = try run.samples(at: run.snapshot(.step(step)))
      #expect(shown == Array(stored[..<784]), "step \(step) as it is stored")
    }
  }

  @Test func aFilmSpreadsItsColumnsFromTheFirstMomentToTheLast() throws {
    let run = try SmallRun.opened()
    #expect(try GrowthFilm(columns: 20).moments(of: run).map(\.step) == [0, 1, 2, 4, 5, 10, 12])
    #expect(try GrowthFilm(columns: 2).moments(of: run).map(\.step) == [0, 12])
    // Ratios of step + 1: 1, 2.35, 5.5, 13.
    #expect(try GrowthFilm(columns: 4).moments(of: run).map(\.step) == [0, 1, 5, 12])
    for columns in 2...7 {
      let steps = try GrowthFilm(columns: columns).moments(of: run).map(\.step)
      #expect(steps.count == columns && Set(steps).count == columns && steps.sorted() == steps)
    }
  }

  @Test func aFilmOfStepsThatAreNotThereListsThoseThatAre() throws {
    let run = try SmallRun.opened()
    let error = #expect(throws: ArchiveError.self) { try GrowthFilm(steps: [0, 7]).figure(of: run) }
    #expect(error?.reason.contains("no snapshot at step 7; there are 0, 1, 2, 4, 5, 10, 12") == true)
    #expect(throws: InspectError.self) { try GrowthFilm(rows: 65).figure(of: run) }
    #expect(throws: InspectError.self) { try GrowthFilm(columns: 1).figure(of: run) }
  }

  @Test func theSameOptionsGiveTheSameBytes() throws {
    let run = try SmallRun.opened()
    #expect(try GrowthFilm(rows: 2).figure(of: run).svg() == GrowthFilm(rows: 2).figure(of: run).svg())
    #expect(
      try SampleSheet(count: 4, seed: 2).figure(of: run).svg()
        == SampleSheet(count: 4, seed: 2).figure(of: run).svg())
  }
}
