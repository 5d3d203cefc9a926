import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct FeatureTests {
  /// The side of a tile and the distance to the next: maps of 4 × 4 are shown at 32 points.
  private let pitch = 36.0

  /// The galleries of a figure of the handmade network: input, conv1, relu1, pool1, fc.
  private func galleries(_ example: Int) throws -> [(raster: Raster, rect: Rect)] {
    try FeatureMaps(example: .probe(example)).figure(of: Handmade.specimen()).scene().galleries
  }

  @Test func aWeakMapLooksWeak() throws {
    // The grey picture's own maximum is 0.25; limits are of all pictures: 1.
    let relu = try galleries(1)[2]
    #expect(color(of: relu, x: 2, y: 2) == ColorMap.viridis.color(at: Double(Float(51) / 255)))
  }

  @Test func aConstantMapIsDrawnAtItsValue() throws {
    let relu = try galleries(2)[2]
    #expect(color(of: relu, x: 2 * pitch + 2, y: 2) == ColorMap.viridis.color(at: 0.25))
    #expect(color(of: relu, x: 2, y: 2) == ColorMap.viridis.color(at: 0))
  }

  @Test func aConvolutionIsShownBeforeItsActivation() throws {
    let conv = try galleries(0)[1]
    #expect(color(of: conv, x: pitch + 2, y: 2) == ColorMap.blueRed.color(at: 0), "−1 at a limit of ±1")
    #expect(color(of: conv, x: 2, y: 2) == ColorMap.blueRed.color(at: 1))
    let rows = try FeatureMaps(example: .probe(0)).figure(of: Handmade.specimen()).table("maps").rows
    #expect(rows.first { $0[0] == "conv1" && $0[1] == "1" }?[2] == "-1.0")
    #expect(rows.first { $0[0] == "relu1" && $0[1] == "1" }?[2] == "0.0")
  }

  @Test func deadMapsHaveADashedFrameWhereTheyStand() throws {
    let scene = try FeatureMaps(example: .probe(0)).figure(of: Handmade.specimen()).scene()
    let frames = scene.flattened.compactMap { element -> Rect? in
      if case .rectangle(let rect, _, let stroke?, _) = element, stroke.dash == [2, 2] { rect } else { nil }
    }
    // Map 1 is zero for every picture after ReLU, and so after pooling.
    #expect(frames.count == 2)
    let relu = scene.galleries[2].rect
    #expect(
      frames.contains {
        abs($0.midX - (relu.minX + 1.5 * pitch - 2)) < 0.01 && abs($0.midY - relu.midY) < 0.01
      })
    #expect(scene.says("1 dead"))
  }

  @Test func nothingIsCalledDeadWithoutAProbe() throws {
    let white = Tensor([1, 1, 4, 4], repeating: 1)
    let figure = try FeatureMaps(example: .tensor(white, name: "white")).figure(
      of: Specimen(Handmade.model()))
    #expect(!figure.scene().says("dead"))
    #expect(figure.scene().says("1 silent here"))
    #expect(figure.facts.contains("limits of this example"))
  }

  @Test func barsAreProbabilitiesNotLogits() throws {
    let figure = try FeatureMaps(example: .probe(0)).figure(of: Handmade.specimen())
    // Logits 4 and 0.
    #expect(figure.scene().says("0.982") && figure.scene().says("0.018"))
    #expect(figure.scene().says("said to be “zero”"))
    #expect(try figure.table("prediction").rows.map { $0[1] } == ["4.0", "0.0"])
    #expect(figure.facts.hasPrefix("probe picture 0, a “zero”"))
  }

  @Test func whatDoesNotChangeAnythingHasNoBand() throws {
    let words = try FeatureMaps().figure(of: Handmade.specimen()).scene().words
    #expect(
      words.contains("conv1") && words.contains("relu1") && words.contains("pool1") && words.contains("fc"))
    #expect(!words.contains("flatten") && !words.contains("dropout"))
  }

  @Test func howManyMapsOfHowManyIsSaid() throws {
    let all = try FeatureMaps().figure(of: Handmade.specimen())
    #expect(all.facts.contains("all 11 maps and features"))
    let some = try FeatureMaps(mapsPerLayer: 2).figure(of: Handmade.specimen())
    #expect(some.facts.contains("8 of 11 maps and features"))
    #expect(some.scene().says("first 2 of 3 maps"))
    #expect(some.option("maps") == 2)
  }

  @Test func aPictureOfAnotherSizeNamesBothShapes() throws {
    let picture = Picture(width: 5, height: 3, channels: 3, samples: [UInt8](repeating: 9, count: 45))
    let error = #expect(throws: InspectError.self) {
      try FeatureMaps(example: .picture(picture, name: "cat.png")).figure(of: Handmade.specimen())
    }
    #expect(error?.code == .input)
    #expect(
      error?.description
        == "cat.png: is 1 × 3 × 5 (channels × height × width); 'classifier' takes 1 × 4 × 4: scale the picture to 4 × 4 pixels"
    )
  }

  @Test func aPictureIsNormalisedAsTheRunsPicturesAre() throws {
    let picture = Picture(width: 4, height: 4, channels: 1, samples: [UInt8](repeating: 51, count: 16))
    let figure = try FeatureMaps(example: .picture(picture, name: "grey.png")).figure(of: Handmade.specimen())
    let same = try FeatureMaps(example: .probe(1)).figure(of: Handmade.specimen())
    #expect(try figure.table("maps") == same.table("maps"))
    #expect(figure.option("image") == "grey.png" && same.option("probe") == 1)
  }

  @Test func unknownLayersAndProbesAreListed() throws {
    let layer = #expect(throws: InspectError.self) {
      try FeatureMaps(layer: "conv7").figure(of: Handmade.specimen())
    }
    #expect(layer?.reason == "no layer with maps of its own; there are conv1, relu1, pool1, fc")
    let probe = #expect(throws: InspectError.self) {
      try FeatureMaps(example: .probe(3)).figure(of: Handmade.specimen())
    }
    #expect(probe?.reason == "there are 3 probe pictures, 0 to 2")
  }

  @Test func aModelWithoutPicturesAsksForOne() throws {
    let error = #expect(throws: InspectError.self) {
      try FeatureMaps().figure(of: Specimen(Handmade.model()))
    }
    #expect(error?.code == .input && error?.reason.contains("--image") == true)
  }

  @Test func aPictureThatWasMadeIsBlackAndWhite() throws {
    let network = try Network.sequential(
      "generator", input: .init("latent", [2]),
      [
        "fc": Linear(inputFeatures: 2, outputFeatures: 4, hasBias: false),
        "reshape": Reshape(shape: [1, 2, 2]),
        "tanh": Tanh(),
      ])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([4, 2], [50, 0, -50, 0, 0, 0, 0, 50])
    let specimen = Specimen(try Model(network, parameters))
    #expect(specimen.role == .generator)
    let figure = try FeatureMaps(example: .tensor(Tensor([1, 2], [1, -1]), name: "z")).figure(of: specimen)
    let picture = try #require(figure.scene().galleries.last)
    #expect(color(of: picture, x: 1, y: 1) == .white)
    #expect(color(of: picture, x: picture.rect.width - 1, y: 1) == .black)
    #expect(color(of: picture, x: 1, y: picture.rect.height - 1) == Color(grey: 0.5))
    #expect(
      figure.scene().says("1 map of 2 × 2"), "the linear layer's list is looked at as the map that it becomes"
    )
  }
}

@Suite struct PredictionTests {
  @Test func probabilitiesAreTheSoftmaxOfTheLogits() {
    // Odds 1 : 3 : 4 by logarithms; the second row would overflow without care.
    let said = Prediction(
      logits: Tensor([2, 3], [0, 1.0986123, 1.3862944, 1000, 0, -1000]), classNames: ["a", "b", "c"])
    expectClose(said.probabilities, Tensor([2, 3], [0.125, 0.375, 0.5, 1, 0, 0]), absolute: 1e-6)
    #expect(said.ranking(of: 0).map(\.class) == [2, 1, 0])
    #expect(said.top(1).class == 0)
    #expect(said.classNames == ["a", "b", "c"])
  }

  @Test func aSingleLogitIsTheProbabilityOfBeingReal() {
    let said = Prediction(logits: Tensor([2, 1], [0, 1.0986123]))
    expectClose(said.probabilities, Tensor([2, 1], [0.5, 0.75]), absolute: 1e-6)
    #expect(said.classNames == ["real"])
  }

  @Test func ofANetworkThatEndsInSoftmaxTheLogitsAreWhatTheSoftmaxReads() throws {
    let network = try Network.sequential(
      "net", input: .init("image", [1, 1, 2]),
      [
        "flatten": Flatten(), "fc": Linear(inputFeatures: 2, outputFeatures: 2, hasBias: false),
        "softmax": Softmax(),
      ])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 2], [3, 0, 0, 3])
    let said = try Prediction(of: Tensor([1, 1, 1, 2], [2, 1]), by: Specimen(Model(network, parameters)))
    #expect(said.logits.elements == [6, 3])
  }

  @Test func manyPicturesAreAnsweredInTheirOrder() throws {
    let specimen = Specimen(try Handmade.model())
    // More than two batches, the last not full: picture i is i / 250 everywhere.
    let input = Tensor([230, 1, 4, 4], (0..<230 * 16).map { Float($0 / 16) / 250 })
    let said = try Prediction(of: input, by: specimen)
    #expect(said.count == 230)
    for index in [0, 99, 100, 199, 200, 229] {
      expectClose(said.logits[index], Tensor([2], [4 * Float(index) / 250, 0]), absolute: 1e-5)
    }
  }

  @Test func inputsOfAnotherShapeAndNetworksWithoutScoresAreRefused() throws {
    let wrong = #expect(throws: InspectError.self) {
      try Prediction(of: Tensor([1, 1, 5, 5]), by: Specimen(Handmade.model()))
    }
    #expect(wrong?.reason == "takes [count, …] of [1, 4, 4], found [1, 1, 5, 5]")
    let painter = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 1, hasBias: false), input: [1, 2, 2],
      weights: [1])
    let none = #expect(throws: InspectError.self) {
      try Prediction(of: Tensor([1, 1, 2, 2]), by: Specimen(painter))
    }
    #expect(none?.code == .notApplicable)
  }
}
