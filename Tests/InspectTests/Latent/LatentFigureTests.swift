import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct LatentFigureTests {
  private func generator() throws -> Specimen { try Specimen(SmallRun.opened(), network: "generator") }

  private func options(_ figure: Figure) -> [FigureRecipe.Entry] {
    if case .object(let options) = figure.recipe["options"] { options } else { [] }
  }

  @Test func aJudgeNamesThePicturesOfAWay() throws {
    let figure = try LatentInterpolation(
      from: HandAdversaries.latent(2, 0), to: HandAdversaries.latent(0, 2), steps: 3, path: .lerp
    ).figure(of: HandLatent.straightGenerator(), judge: HandLatent.judge())
    let table = figure.numbers[0].table
    let column = try #require(table.columns.firstIndex(of: "class, lerp"))
    #expect(table.rows.map { $0[column] } == ["0", "0", "1"], "at a tie the first class")
    // Pixels 0.6 and 0.5, times 4: the logistic function of 0.4.
    #expect(abs((Double(table.rows[0][column + 1]) ?? 0) - 0.598_688) < 1e-5)
    #expect(figure.scene().texts.contains { $0.string.hasPrefix("0 · 60") })
  }

  @Test func aGreatCircleThatLeavesAUniformPriorsCubeIsSaidTo() throws {
    var walk = LatentInterpolation(
      from: HandAdversaries.latent(1, 0.9), to: HandAdversaries.latent(-0.9, 1), steps: 5, prior: .uniform)
    let figure = try walk.figure(of: HandAdversaries.generator())
    #expect(figure.scene().texts.contains { $0.string.contains("leaves the cube") })
    #expect(figure.facts.contains("U(−1, 1)"))
    #expect(options(figure).contains(.init("prior", "uniform")))
    walk.prior = .normal
    #expect(try !walk.figure(of: HandAdversaries.generator()).description.contains("cube"))
  }

  @Test func theNearestTrainingPicturesOfTheEndsAreShown() throws {
    let generator = try HandLatent.straightGenerator()
    let (from, to) = (HandAdversaries.latent(1, 0), HandAdversaries.latent(0, 1))
    // Picture 1 is nearly what the first latent makes, picture 0 nearly what the second does.
    let train = Probe(
      pictures: [127, 140, 140, 127, 140, 127, 140, 127, 0, 0, 0, 0], pictureShape: [3, 1, 2, 2])
    let figure = try LatentInterpolation(from: from, to: to).figure(
      of: generator, real: .init(train: train, test: train, name: "three", option: "three"))
    let table = try #require(figure.numbers.last).table
    #expect(table.rows.map { $0[1] } == ["1", "0"])
    #expect(figure.scene().texts.contains { $0.string.contains("Searched: 3 pictures of three") })
    #expect(options(figure).contains(.init("data", "three")))
    let other = Probe(pictures: [0, 0], pictureShape: [1, 1, 1, 2])
    #expect(throws: InspectError.self) {
      try LatentInterpolation(from: from, to: to).figure(
        of: generator, real: .init(train: other, test: other, name: "other"))
    }
  }

  @Test func aWayBecomesAnAnimationWithOneFrameForEachStep() throws {
    let film = try LatentInterpolation(steps: 6).animation(of: generator())
    #expect(film.frames.count == 6)
    #expect(options(film.frames[0]).contains(.init("animate", true)))
    let sizes = Set(film.frames.map { $0.scene().size.width })
    #expect(sizes.count == 1, "nothing jumps about")
    #expect(film.frames[0].scene().texts.contains { $0.string == "t = 0.00" })
    #expect(film.frames[5].scene().texts.contains { $0.string == "t = 1.00" })
    #expect(try film.apng() == LatentInterpolation(steps: 6).animation(of: generator()).apng())
  }

  @Test func aWalkHasARowForEachLegAndReturns() throws {
    let walk = LongWalk(points: 4, steps: 5, seed: 3)
    let figure = try walk.figure(of: generator())
    #expect(figure.scene().images.count == 4)
    #expect(figure.scene().texts.contains { $0.string == "4 → 1" })
    let table = figure.numbers[0].table
    #expect(table.rows.count == 4 * 6)
    #expect(figure.recipe["verb"] == "walk")
    // The walk closes: the last picture of the last leg is the first of the first, and so are the latents' lengths.
    #expect(table.rows[23][2] == table.rows[0][2])
    #expect(try walk.animation(of: generator()).frames.count == 20)
    #expect(throws: InspectError.self) { try LongWalk(points: 2).figure(of: generator()) }
  }

  @Test func aGeneratorThatJumpsIsCaught() throws {
    // tanh of a thousand times z: one picture, then suddenly another.
    let network = try Network.sequential(
      "generator", input: .init("latent", [2]),
      [
        "fc": Linear(inputFeatures: 2, outputFeatures: 4, hasBias: false),
        "shape": Reshape(shape: [1, 2, 2]),
        "end": Tanh(),
      ])
    var parameters = Parameters()
    parameters["fc", "weight"] = Tensor([4, 2], [1000, 0, 0, 1000, 0, 0, 0, 0])
    let specimen = Specimen(try Model(network, parameters))
    let figure = try LongWalk(points: 5, steps: 10, seed: 1).figure(of: specimen)
    let jumps = figure.numbers[0].table.rows.count { $0[4] == "1" }
    #expect(jumps > 0)
    #expect(figure.reading.contains("\(jumps) of 50 steps"))
    let calm = try LongWalk(points: 5, steps: 10, seed: 1).figure(of: HandLatent.straightGenerator())
    #expect(calm.reading.contains("nothing here jumps"))
  }

  @Test func aWalkWithAJudgeStatesItsPathLength() throws {
    let figure = try LongWalk(points: 3, steps: 4).figure(
      of: HandLatent.straightGenerator(), judge: HandLatent.judge())
    #expect(figure.numbers.map(\.name) == ["steps", "path-length"])
    #expect(figure.scene().texts.contains { $0.string.hasPrefix("Perceptual path length") })
  }

  @Test(arguments: Traversal.Directions.allCases)
  func directionsAreRankedByWhatTheyChange(_ by: Traversal.Directions) throws {
    let figure = try Traversal(by: by, rows: 3, columns: 5).figure(of: LatentFixture().specimen())
    #expect(figure.scene().images.count == 3)
    let changes = figure.numbers[0].table.rows.compactMap { Double($0[1]) }
    #expect(changes.count == 6)
    #expect(changes == changes.sorted(by: >))
    #expect(figure.scene().texts.contains { $0.string == "−3" })
    if by == .coordinates {
      #expect(figure.numbers[0].table.rows.last?[0] == "z4", "the number that is not used")
    }
  }

  @Test func aTraversalGoesThereAndBack() throws {
    let film = try Traversal(by: .coordinates, rows: 2).animation(of: LatentFixture().specimen())
    #expect(film.frames.count == 28)
    #expect(film.frames[0].scene().texts.contains { $0.string.hasPrefix("−3") })
  }

  @Test func aGeneratorWhoseFirstLayerIsNotStraightIsRefusedInWords() throws {
    let network = try Network.sequential(
      "generator", input: .init("latent", [2]),
      [
        "bend": Tanh(), "fc": Linear(inputFeatures: 2, outputFeatures: 4, hasBias: false),
        "shape": Reshape(shape: [1, 2, 2]), "end": Tanh(),
      ])
    var parameters = Parameters()
    parameters["fc", "weight"] = Tensor([4, 2], repeating: 1)
    let specimen = Specimen(try Model(network, parameters))
    let error = #expect(throws: InspectError.self) { try Traversal(by: .principal).figure(of: specimen) }
    #expect(error?.reason.contains("more than weigh") == true)
    #expect(try Traversal(by: .jacobian, rows: 2).figure(of: specimen).scene().images.count == 2)
  }

  @Test func anUnusedNumberIsCountedAndColoured() throws {
    let figure = try Sensitivity(latents: 4).figure(of: LatentFixture().specimen())
    #expect(figure.reading.contains("1 of 6"))
    #expect(figure.numbers[0].table.rows.last == ["4", "0", "0", "1"])
    #expect(figure.facts.contains("central differences"))
    #expect(
      try Sensitivity(latents: 2, isExact: true).figure(of: LatentFixture().specimen()).facts.contains(
        "exact"))
    #expect(throws: InspectError.self) { try Sensitivity(latents: 0).figure(of: LatentFixture().specimen()) }
  }

  @Test func aSheetStandsBetweenItsCorners() throws {
    let figure = try CornerSheet(side: 4).figure(of: generator())
    #expect(figure.scene().images.count == 1)
    #expect(figure.numbers[0].table.rows.count == 16)
    #expect(figure.reading.contains("seed 1, seed 2, seed 3, seed 4"))
    #expect(options(figure).contains(.init("corners", "1,2,3,4")))
    let named = try CornerSheet(side: 3).figure(of: HandLatent.straightGenerator(), judge: HandLatent.judge())
    #expect(named.numbers[0].table.columns.contains("class"))
    #expect(throws: InspectError.self) { try CornerSheet(side: 1).figure(of: generator()) }
  }

  @Test func theSameOptionsGiveTheSameBytes() throws {
    let generator = try generator()
    #expect(
      try LongWalk(points: 3).figure(of: generator).svg() == LongWalk(points: 3).figure(of: generator).svg())
    #expect(
      try Traversal(rows: 2).figure(of: generator).svg() == Traversal(rows: 2).figure(of: generator).svg())
    #expect(
      try Sensitivity(latents: 2).figure(of: generator).svg()
        == Sensitivity(latents: 2).figure(of: generator).svg())
    #expect(
      try CornerSheet(side: 3).figure(of: generator).svg() == CornerSheet(side: 3).figure(of: generator).svg()
    )
  }

  @Test func theExamplesOfTheDocumentationRun() throws {
    let (generator, classifier) = (try HandLatent.straightGenerator(), try HandLatent.judge())
    _ = try LatentInterpolation(from: .seed(3), to: .seed(8)).figure(of: generator, judge: classifier)
    _ = try LongWalk(points: 9, steps: 10).figure(of: generator, judge: classifier)
    _ = try Traversal(by: .principal, rows: 10).figure(of: generator)
    _ = try Sensitivity(latents: 32).figure(of: generator)
    _ = try CornerSheet(corners: [.seed(1), .seed(2), .seed(3), .seed(4)], side: 9).figure(of: generator)
  }
}
