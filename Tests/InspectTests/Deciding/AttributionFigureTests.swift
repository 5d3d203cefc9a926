import Core
import Inspect
import Render
import TestSupport
import Testing

/// The handmade classifier names the white picture rightly and takes the grey and the black one, both “one”, for “zero”.
@Suite struct AttributionWallTests {
  private let quick = AttributionSettings(draws: 4, steps: 8, baseline: .black)

  @Test func aMistakeHasARowForWhatWasSaidAndOneForTheTruth() throws {
    let figure = try AttributionWall(settings: quick).figure(of: Handmade.specimen())
    let rows = try figure.table("maps").rows.filter { $0[5] == "saliency" }
    #expect(
      rows.map { $0[0] } == [
        "probe picture 0", "probe picture 1", "probe picture 1", "probe picture 2", "probe picture 2",
      ])
    #expect(rows.map { $0[3] } == ["zero", "zero", "one", "zero", "one"])
    #expect(figure.facts.contains("3 of 3 pictures, 1 named rightly, 2 wrongly"))
    let words = figure.scene().words
    #expect(words.filter { $0 == "the truth" }.count == 2)
    #expect(words.filter { $0 == "said “zero”" }.count == 3)
    // Class “one” is always 0: nothing speaks for it.
    #expect(words.filter { $0 == "no evidence" }.count >= 2 * 6)
  }

  @Test func pictureClassAndMistakesAreChosen() throws {
    func rows(_ wall: AttributionWall) throws -> [[String]] {
      try wall.figure(of: Handmade.specimen()).table("maps").rows
    }
    let one = try rows(.init(example: .probe(1), target: 1, methods: [.guided], settings: quick))
    #expect(one.map { [$0[0], $0[3]] } == [["probe picture 1", "one"]])
    let wrong = try rows(.init(target: 0, methods: [.guided], onlyMistakes: true, settings: quick))
    #expect(wrong.map { $0[0] } == ["probe picture 1", "probe picture 2"], "the surest first")
    let two = try rows(.init(target: 0, methods: [.guided], count: 2, settings: quick))
    #expect(
      two.map { $0[0] } == ["probe picture 0", "probe picture 1"], "one that is right, one that is wrong")
  }

  @Test func unknownClassesAndLayersAreListed() throws {
    let target = #expect(throws: InspectError.self) {
      try AttributionWall(target: 2, settings: quick).figure(of: Handmade.specimen())
    }
    #expect(target?.reason == "'classifier' knows classes 0 to 1")
    let layer = #expect(throws: InspectError.self) {
      try AttributionWall(settings: .init(layer: "fc")).figure(of: Handmade.specimen())
    }
    #expect(layer?.reason == "no layer with maps; there are conv1, relu1, pool1")
  }

  @Test func limitsAreSharedByRowOrColumnOnRequest() throws {
    func limits(_ sharing: AttributionWall.Sharing) throws -> [String] {
      let wall = AttributionWall(
        target: 0, methods: [.guided, .integratedGradients], sharing: sharing, settings: quick)
      return try wall.figure(of: Handmade.specimen()).scene().words.filter { $0.hasPrefix("±") }
    }
    // White: every pixel that wins its pooling has gradient 1, and 1 of the score; grey: gradient 1, a fifth of the score;
    // black: no evidence.
    #expect(try limits(.none) == ["±1", "±1", "±1", "±0.2"])
    #expect(try limits(.column) == ["±1", "±1", "±1", "±1"])
    #expect(Set(try limits(.row)) == ["±1"])
  }

  @Test func theSameWallIsDrawnAgainByItsRecipe() throws {
    let wall = AttributionWall(
      methods: [.smoothGrad, .integratedGradients], count: 2, sharing: .column,
      settings: .init(draws: 3, steps: 5, seed: 9))
    let (first, second) = (try wall.figure(of: Handmade.specimen()), try wall.figure(of: Handmade.specimen()))
    #expect(first.scene() == second.scene() && first.recipe == second.recipe)
    #expect(
      first.option("methods") == "smoothgrad,ig" && first.option("draws") == 3 && first.option("steps") == 5)
    #expect(
      first.option("comparable") == "column" && first.option("noise-seed") == "9"
        && first.option("count") == 2)
    #expect(first.option("baseline") == nil)
    var other = wall
    other.settings.seed = 10
    #expect(try other.figure(of: Handmade.specimen()).table("maps") != first.table("maps"))
  }

  @Test func aNetworkWithoutConvolutionsSaysSoInTheColumn() throws {
    let network = try Network.sequential(
      "mlp", input: .init("image", [1, 2, 2]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 4, outputFeatures: 2)])
    var random = RandomStream(seed: 1)
    let specimen = Specimen(try Model(network, Parameters(randomFor: network, from: &random)))
    let picture = Example.Choice.tensor(Tensor([1, 1, 2, 2], [0, 1, 0.5, 1]), name: "p")
    let scene = try AttributionWall(example: picture, settings: quick).figure(of: specimen).scene()
    #expect(scene.words.filter { $0 == "no convolution" }.count == 1)
    for error in [
      #expect(throws: InspectError.self) {
        try AttributionWall(example: picture, methods: [.gradCAM]).figure(of: specimen)
      },
      #expect(throws: InspectError.self) { try GradCAMFigure(example: picture).figure(of: specimen) },
    ] {
      #expect(error?.description == "mlp: has no convolution, and Grad-CAM weighs the maps of one")
    }
  }

  @Test func whatHasNoPicturesOrTakesNoneSaysWhatIsMissing() throws {
    let none = #expect(throws: InspectError.self) {
      try AttributionWall().figure(of: Specimen(Handmade.model()))
    }
    #expect(none?.reason.contains("--image") == true && none?.reason.contains("--data") == true)
    let network = try Network.sequential(
      "list", input: .init("x", [4]), ["fc": Linear(inputFeatures: 4, outputFeatures: 2)])
    var random = RandomStream(seed: 1)
    let specimen = Specimen(try Model(network, Parameters(randomFor: network, from: &random)))
    let list = #expect(throws: InspectError.self) { try AttributionWall().figure(of: specimen) }
    #expect(list?.code == .notApplicable && list?.reason.contains("maps of one picture's") == true)
  }

  @Test func aSingleScoreIsExplainedToo() throws {
    let network = try Network.sequential(
      "judge", input: .init("image", [3, 8, 8]),
      [
        "conv": Conv2d(inputChannels: 3, outputChannels: 4, kernelSize: 3, stride: 2, padding: 1),
        "act": LeakyReLU(slope: 0.2), "flatten": Flatten(),
        "fc": Linear(inputFeatures: 64, outputFeatures: 1),
        "sigmoid": Sigmoid(),
      ])
    var random = RandomStream(seed: 4)
    let specimen = Specimen(try Model(network, Parameters(randomFor: network, from: &random)))
    let picture = Example.Choice.tensor(random.uniform([1, 3, 8, 8], in: 0...1), name: "p")
    let figure = try AttributionWall(example: picture, methods: AttributionMethod.allCases, settings: quick)
      .figure(of: specimen)
    #expect(figure.scene().says("said “real”"))
    let probe = Probe(
      pictures: [UInt8](repeating: 99, count: 2 * 192), pictureShape: [2, 3, 8, 8], labels: [1, 0])
    let several = try AttributionWall(methods: [.saliency], settings: quick)
      .figure(of: specimen.tried(on: probe, named: "p"))
    #expect(several.facts.hasPrefix("2 of 2 pictures · "), "a single score names nothing wrongly")
    #expect(try figure.table("maps").rows.count == AttributionMethod.allCases.count)
    _ = try GradCAMFigure(example: picture).figure(of: specimen).scene()
    _ = try AttributionTrial(example: picture, settings: quick).figure(of: specimen).scene()
  }
}

@Suite struct GradCAMFigureTests {
  @Test func weightsAndSumAreThoseOfTheFormula() throws {
    let figure = try GradCAMFigure(example: .probe(0), layer: "pool1").figure(of: Handmade.specimen())
    // Class “zero” sums the first of three maps of 2 × 2: every gradient there is 1.
    let weights = try figure.table("weights").rows
    #expect(weights.map { $0[2] } == ["1.0", "0.0", "0.0"])
    #expect(try figure.table("signed").rows.map { $0[3] } == ["1.0", "1.0", "1.0", "1.0"])
    #expect(figure.facts.contains("3 maps of pool1, 2 × 2"))
    #expect(figure.scene().says("map 0 · α 1") && figure.scene().says("bright 1, its maximum"))
  }

  @Test func theMapLiesHalfOverThePicture() throws {
    let scene = try GradCAMFigure(example: .probe(0), layer: "pool1").figure(of: Handmade.specimen()).scene()
    // Picture, overlay, signed sum: white under the brightest of viridis.
    let overlay = scene.galleries[1]
    #expect(
      color(of: overlay, x: 3, y: 3) == Color.white.mixed(with: ColorMap.viridis.color(at: 1), fraction: 0.5))
    #expect(color(of: scene.galleries[2], x: 3, y: 3) == ColorMap.blueRed.color(at: 1))
  }

  @Test func aMistakeShowsBothClasses() throws {
    let figure = try GradCAMFigure(example: .probe(1)).figure(of: Handmade.specimen())
    #expect(figure.scene().says("Grad-CAM for “zero”") && figure.scene().says("Grad-CAM for “one”"))
    #expect(figure.scene().says("no evidence"), "nothing speaks for “one”")
    let plus = try GradCAMFigure(example: .probe(1), target: 0, isPlusPlus: true).figure(
      of: Handmade.specimen())
    #expect(plus.scene().says("Grad-CAM++ for “zero”") && !plus.scene().says("for “one”"))
    #expect(plus.option("plus-plus") == true && plus.option("class") == 0 && plus.option("probe") == 1)
  }

  @Test func mapsAreEnlargedAsPyTorchDoesIt() {
    // torch.nn.functional.interpolate([[0, 1], [2, 3]], size=(2, 4), mode="bilinear", align_corners=False)
    let small = Tensor([2, 2], [0, 1, 2, 3])
    #expect(small.bilinear(height: 2, width: 4).elements == [0, 0.25, 0.75, 1, 2, 2.25, 2.75, 3])
    #expect(Tensor([1, 1], [5]).bilinear(height: 3, width: 2).elements == [5, 5, 5, 5, 5, 5])
  }

  @Test func theLayerIsTheLastConvolutionWithSevenPlacesAfterItsReLU() throws {
    func layer(_ side: Int) throws -> String {
      try Network.sequential(
        "net", input: .init("image", [1, side, side]),
        [
          "conv1": Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 3, padding: 1),
          "bn1": BatchNorm2d(channels: 2),
          "relu1": ReLU(), "pool1": MaxPool2d(kernelSize: 2),
          "conv2": Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 3, padding: 1), "relu2": ReLU(),
          "flatten": Flatten(), "fc": Linear(inputFeatures: 2 * (side / 2) * (side / 2), outputFeatures: 3),
        ]
      ).camLayer(nil)
    }
    #expect(try layer(14) == "relu2")
    #expect(try layer(12) == "relu1", "conv2 has but 6 × 6 places")
    #expect(try layer(4) == "relu2", "none has 7 × 7: the last")
  }
}
