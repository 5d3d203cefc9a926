import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct AttributionTrialTests {
  private let quick = AttributionSettings(draws: 4, steps: 16, baseline: .black)

  @Test func deletionAndInsertionFollowTheMapsOrder() throws {
    // A score that one pixel of sixteen makes: p = sigmoid of 8 with it, of 0 without; the grey that covers is its mean, 0.5.
    let network = try Network.sequential(
      "one", input: .init("image", [1, 4, 4]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 16, outputFeatures: 2)])
    var parameters = Parameters()
    var weights = [Float](repeating: 0, count: 32)
    weights[5] = 16
    parameters["fc.weight"] = Tensor([2, 16], weights)
    parameters["fc.bias"] = Tensor([2], [-8, 0])
    let specimen = Specimen(try Model(network, parameters))
    var pixels = [Float](repeating: 0.5, count: 16)
    (pixels[5], pixels[0]) = (1, 0)
    let trial = AttributionTrial(
      example: .tensor(Tensor([1, 1, 4, 4], pixels), name: "p"), methods: [.saliency], settings: quick)
    let result = try trial.result(of: specimen)
    let found = try #require(result.methods.first)
    // 28 steps of 16 pixels: the first is moved at the second step.
    let high = 1 / (1 + 0.00033546262790251185)
    for (share, p) in zip(result.shares, found.deletion.probabilities) {
      #expect(abs(p - (share * 16 < 1 - 1e-9 ? high : 0.5)) < 1e-5, "deletion at \(share)")
    }
    for (share, p) in zip(result.shares, found.insertion.probabilities) {
      #expect(abs(p - (share * 16 < 1 - 1e-9 ? 0.5 : high)) < 1e-5, "insertion at \(share)")
    }
    #expect(
      found.deletion.area < result.chance.deletion.area && found.insertion.area > result.chance.insertion.area
    )
    #expect(abs(found.deletion.area + found.insertion.area - 0.5 - high) < 1e-5)
  }

  @Test func sharesOfALinearScoreAddUpExactly() throws {
    let fixture = try AttributionFixture("plain")
    var random = RandomStream(seed: 3)
    let network = try Network.sequential(
      "linear", input: .init("image", [1, 16, 16]),
      ["flatten": Flatten(), "fc2": Linear(inputFeatures: 256, outputFeatures: 5)])
    let specimen = try Specimen(Model(network, Parameters(randomFor: network, from: &random))).tried(
      on: Probe(
        pictures: Normalisation.unit.samples(of: fixture.inputs), pictureShape: fixture.inputs.shape,
        labels: [0, 3, 2]),
      named: "fixture")
    let result = try AttributionTrial(methods: [.integratedGradients], settings: quick).result(of: specimen)
    #expect(result.completeness.count == 3 && result.completeness.allSatisfy { $0.error < 1e-4 })
  }

  @Test func theCascadeShufflesFromTheTopAndLeavesTheModelAlone() throws {
    let fixture = try AttributionFixture("normed")
    let specimen = try fixture.specimen()
    let trial = AttributionTrial(methods: [.saliency, .gradCAM], settings: quick)
    let result = try trial.result(of: specimen)
    #expect(result.layers == ["fc", "conv2", "conv1"])
    #expect(result.methods.map(\.method) == [.saliency, .gradCAM])
    for method in result.methods {
      #expect(method.layers.map(\.layer) == result.layers && method.maps.count == 4)
      #expect(method.layers.allSatisfy { (-1...1).contains($0.spearman) && $0.structural <= 1 })
      for (before, after) in zip(method.maps, method.maps.dropFirst()) {
        #expect(before.values != after.values)
      }
      #expect(Set(method.maps.map(\.target)).count == 1, "the class is the one that the whole network said")
    }
    // A second trial finds what the first found.
    let again = try trial.result(of: specimen)
    #expect(zip(again.methods, result.methods).allSatisfy { $0.maps == $1.maps })
  }

  @Test func aMapThatHearsNothingOfTheWeightsIsSaidToDrawEdges() throws {
    // Deconvnet through one ReLU over a layer of one weight for every pixel: shuffling cannot change it.
    let network = try Network.sequential(
      "even", input: .init("image", [1, 8, 8]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 64, outputFeatures: 2, hasBias: false)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 64], repeating: 0.5)
    var random = RandomStream(seed: 2)
    let picture = Example.Choice.tensor(random.uniform([1, 1, 8, 8], in: 0...1), name: "p")
    let specimen = Specimen(try Model(network, parameters))
    let figure = try AttributionTrial(example: picture, methods: [.integratedGradients], settings: quick)
      .figure(of: specimen)
    let row = try #require(try figure.table("verdicts").rows.last)
    #expect(row[3] == "draws edges")
    #expect(row[4].contains("Hardly changes when all weights are shuffled (ρ 1.00)"))
    #expect(row[4].contains("add up to the score within 0.0"))
    #expect(try figure.table("shuffled").rows.map { $0[2] } == ["1"])
    #expect(figure.scene().says("draws edges"))
  }

  @Test func theFigureHasItsNumbersAndIsDrawnAgain() throws {
    let trial = AttributionTrial(count: 2, settings: quick)
    let figure = try trial.figure(of: Handmade.specimen())
    #expect(figure.scene() == (try trial.figure(of: Handmade.specimen())).scene())
    #expect(
      try figure.table("verdicts").rows.map { $0[0] } == ["random order"]
        + AttributionMethod.usual.map(\.rawValue))
    #expect(try figure.table("curves").rows.count == 29)
    #expect(try figure.table("completeness").rows.count == 2)
    #expect(figure.option("count") == 2 && figure.option("draws") == 4 && figure.option("baseline") == nil)
  }

  @Test func progressRisesToTheEnd() throws {
    var shares: [Double] = []
    _ = try AttributionTrial(count: 2, settings: quick).result(of: Handmade.specimen()) { shares.append($0) }
    #expect(shares.count > 10 && zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
    #expect(abs((shares.last ?? 0) - 1) < 1e-9)
  }
}

/// The examples of the documentation, as they stand there.
@Suite struct AttributionExampleTests {
  @Test func theExamplesRun() throws {
    let specimen = try Handmade.specimen()
    let figure = try AttributionWall(methods: [.saliency, .integratedGradients], count: 4).figure(
      of: specimen)
    #expect(figure.title == "What the score of a class rests on")
    let attributor = try Attributor(of: specimen)
    let picture = specimen.probe!.input(0)
    let map = try attributor.attributions([.integratedGradients], of: [.init(picture, targets: [0])])[0][0][0]
    #expect(map.completeness!.error < 0.05)
    let maps = try attributor.attributions(AttributionMethod.usual, of: [.init(picture, targets: [0, 1])])
    #expect(maps[0][1][4].method == .integratedGradients && maps[0][1][4].target == 1)
    let trial = AttributionTrial(methods: [.guided, .gradCAM, .integratedGradients], count: 4)
    let result = try trial.result(of: specimen)
    #expect(result.methods[0].layers.last != nil)
    let folder = try ScratchFolder()
    try trial.figure(of: specimen).write(to: folder.path + "/trial.svg")
    _ = try GradCAMFigure(example: .probe(2)).figure(of: specimen)
  }
}
