import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct GameFigureTests {
  private func texts(_ figure: Figure) -> [String] { figure.scene().texts.map(\.string) }

  @Test func theGameShowsFakesPushesAndWhatBecomesOfThem() throws {
    let generator = try Specimen(SmallRun.opened(), network: "generator")
    let discriminator = try Specimen(SmallRun.opened(), network: "discriminator")
    // The example of the documentation.
    let figure = try Game().figure(of: generator, against: discriminator)
    for text in ["fake", "D’s push", "after G’s step", "what changed"] {
      #expect(texts(figure).contains(text), "\(text)")
    }
    #expect(figure.facts.contains("the first 6 of the latents that the run watches"))
    #expect(figure.numbers.map(\.name) == ["pushes"])
    #expect(figure.numbers[0].table.rows.count == 64)
    let rows = figure.numbers[0].table.rows.compactMap { row in row.compactMap(Double.init) }
    let (before, after) = (rows.map { $0[3] }.reduce(0, +), rows.map { $0[4] }.reduce(0, +))
    #expect(after < before, "the step goes down the loss")
  }

  @Test func ofTwoDimensionsTheWholeLatentSpaceIsShown() throws {
    let figure = try Game(pictures: 2).figure(
      of: HandAdversaries.generator(), against: HandAdversaries.discriminator())
    #expect(figure.numbers.map(\.name) == ["pushes", "plane"])
    let table = figure.numbers[1].table
    #expect(table.rows.count == 400)
    // D adds up the pixels: real where z₁ + z₂ is large, at the right top.
    let last = try #require(table.columns.lastIndex(of: "D(G(z))"))
    #expect(try #require(Double(table.rows[19][last])) > 0.9)
    #expect(try #require(Double(table.rows[380][last])) < 0.1)
    let plane = try Game(pictures: 2, plane: [1, 2, 3]).figure(
      of: Specimen(SmallRun.opened(), network: "generator"),
      against: Specimen(SmallRun.opened(), network: "discriminator"))
    #expect(texts(plane).contains("The plane through three latents"))
    #expect(plane.recipe.arguments.contains("1,2,3"))
  }

  @Test func aDiscriminatorThatDoesNotCarePushesNothing() throws {
    let network = try Network.sequential(
      "discriminator", input: .init("image", [1, 2, 2]),
      ["flat": Flatten(), "logit": Linear(inputFeatures: 4, outputFeatures: 1, hasBias: false)])
    var parameters = Parameters()
    parameters["logit", "weight"] = Tensor([1, 4])
    let figure = try Game(pictures: 2).figure(
      of: HandAdversaries.generator(), against: Specimen(try Model(network, parameters)))
    #expect(texts(figure).joined(separator: " ").contains("nothing pushes"))
    #expect(figure.description.contains("zero"))
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let generator = try HandAdversaries.generator()
    #expect(throws: InspectError.self) { try Game().figure(of: generator, against: generator) }
    #expect(throws: InspectError.self) {
      try Game().figure(of: generator, against: HandAdversaries.discriminator(pixels: 9))
    }
    #expect(throws: InspectError.self) {
      try Game(plane: [1, 2]).figure(of: generator, against: HandAdversaries.discriminator())
    }
    let error = #expect(throws: InspectError.self) { try FilterDrop().figure(of: generator) }
    #expect(error?.code == .notApplicable)
    #expect(throws: InspectError.self) { try SpectrumFigure(stride: 9).figure(of: generator) }
  }

  @Test func theWavesOfALoneGeneratorStandAlone() throws {
    let alone = try SpectrumFigure(most: 20).figure(of: HandAdversaries.generator())
    #expect(alone.facts.contains("no real pictures"))
    #expect(alone.numbers[0].table.columns == ["cycles a pixel", "log10 power, fake"])
    // The example of the documentation, of a run: with its own real pictures.
    let figure = try SpectrumFigure().figure(of: Specimen(SmallRun.opened(), network: "generator"))
    #expect(texts(figure).contains("real") && texts(figure).contains("fake"))
    #expect(figure.numbers[1].table.rows.map { $0[0] }.last == "checkerboard index")
  }

  @Test func scoresAreThoseOfTheStoredMoments() throws {
    let run = try SmallRun.opened()
    let figure = try ScoreFigure().figure(of: run)
    let table = figure.numbers[0].table
    #expect(table.rows.map { $0[0] } == run.snapshots.map { String($0.step) })
    let history = try ScoreHistory(of: run, at: [run.snapshot(.last)], pictures: 10, seed: 0)
    let said = try Prediction(
      of: run.probe().inputs(0..<10), by: Specimen(run, network: "discriminator"))
    for (score, logit) in zip(history.moments[0].real, said.logits.elements) {
      #expect(abs(score - Double(logit)) < 1e-4)
    }
    let logits = try ScoreFigure(scale: .logit, moments: 2).figure(of: run)
    #expect(logits.recipe.arguments.contains("logit"))
    #expect(throws: InspectError.self) {
      try ScoreFigure().figure(of: RunArchive(opening: SmallRun.classifier.get()))
    }
  }

  @Test func theUntrainedFeaturesAreThoseOfStepZero() throws {
    let run = try SmallRun.opened()
    let figure = try Detectors().figure(of: run)
    #expect(figure.facts.contains("step 0"))
    #expect(texts(figure).contains("untrained") && texts(figure).contains("trained"))
    #expect(figure.numbers[0].table.rows.count == 36)
    // At its first step there is nothing older: the untrained network is drawn.
    let first = try Detectors(seed: 3).figure(of: run, at: .first)
    #expect(first.facts.contains("N(0, 0.02²), seed 3"))
    #expect(throws: InspectError.self) { try Detectors().figure(of: run, network: "generator") }
  }

  @Test func guidedResponsesComeFromTheStrongestPlaceAlone() throws {
    // One 1 × 1 filter of weight 2: the gradient is 2 at the brightest pixel and 0 elsewhere.
    let network = try Network.sequential(
      "d", input: .init("image", [1, 2, 2]),
      ["conv": Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 1, hasBias: false), "relu": ReLU()])
    var parameters = Parameters()
    parameters["conv", "weight"] = Tensor([1, 1, 1, 1], [2])
    let layer = try UnitLayer("conv", in: network, of: "d")
    let found = try GuidedResponses(
      Model(network, parameters), layer: layer, units: [0],
      on: Tensor([2, 1, 2, 2], [1, 3, 2, 0, 0, 0, 5, 1]))
    #expect(found.answers == [6, 10])
    #expect(found.maps.elements == [0, 2, 0, 0, 0, 0, 2, 0])
  }

  @Test func removedMapsAreSilentAndTheOthersStay() throws {
    let sampling = try PlayedGame(numberFixture("Game/move.npz")).opponents().sampling
    let latents = sampling.latents(seed: 1, count: 40)
    let removal = try FilterRemoval(sampling, concept: .stroke, top: 1, learning: latents, latents: latents)
    #expect(removal.node == "relu")
    let weights = removal.regression.weights
    let strongest = try #require(weights.indices.max { weights[$0] < weights[$1] })
    #expect(removal.removed == [strongest])
    expectClose(
      removal.before, try sampling.pictures(of: latents), absolute: 1e-5, because: "nothing removed")
    // The last layer without that map's kernels: the same as the map being zero.
    var model = sampling.model
    var kernels = try #require(model.parameters["deconv.weight"])
    for index in strongest * 16..<(strongest + 1) * 16 { kernels.elements[index] = 0 }
    model.parameters["deconv.weight"] = kernels
    let expected = try Sampling(Specimen(model)).pictures(of: latents)
    expectClose(removal.after, expected, absolute: 1e-5, because: "one map removed")
  }

  @Test func aGeneratorForgetsWhatItIsToldTo() throws {
    let generator = try Specimen(SmallRun.opened(), network: "generator")
    // The example of the documentation; a few steps of training make no strokes yet, which is said.
    do {
      let figure = try FilterDrop(pictures: 20).figure(of: generator)
      #expect(figure.numbers.map(\.name) == ["maps", "brightness"])
    } catch let error as InspectError {
      #expect(error.reason.contains("nothing tells the maps apart"))
    }
    let error = #expect(throws: InspectError.self) { try FilterDrop(target: 3).figure(of: generator) }
    #expect(error?.reason.contains("give a classifier") == true)
  }

  @Test func theChapterShowsWhatTheRunHas() throws {
    let names = try Report.Illustration.game(of: SmallRun.opened()).map(\.name)
    #expect(names.filter { $0 != "drop" } == ["game", "scores", "detectors", "spectrum"])
    #expect(try Report.Illustration.game(of: RunArchive(opening: SmallRun.classifier.get())).isEmpty)
  }
}
