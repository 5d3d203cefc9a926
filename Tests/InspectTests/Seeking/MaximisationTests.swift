import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct MaximisationTests {
  private let short = ActivationMaximisation(layer: "conv1", steps: 160, starts: 2)

  @Test func theUnitAnswersMoreThanToAnyRealPicture() throws {
    let specimen = try Handmade.specimen()
    let made = try short.pictures(of: specimen)
    #expect(made.layer == "conv1" && made.units == [0, 1, 2] && made.names[1] == "map 1")
    #expect(made.pictures.shape == [3, 2, 1, 4, 4])
    #expect(made.pictures.elements.allSatisfy { $0 > 0 && $0 < 1 })
    // Unit 0 is the picture itself, unit 1 its negative: white pictures, and black ones.
    #expect(made.reached[0].elements.allSatisfy { $0 > 0.7 }, "the mean brightness")
    #expect(made.reached[1].elements.allSatisfy { $0 > -0.3 })
    // Unit 2 is nothing but its bias: it moves nobody.
    #expect(made.reached[2].elements.allSatisfy { $0 == 0.25 })
    #expect(made.pictures[2].elements.allSatisfy { abs($0 - 0.5) < 0.2 })
  }

  @Test func classScoresAreMaximisedBeforeTheSoftmax() throws {
    let plain = try Handmade.model()
    let network = plain.network
    let ended = try Model(
      Network(
        name: "ended", inputs: network.inputs, nodes: network.nodes + [.init("softmax", Softmax(), ["fc"])]),
      plain.parameters)
    let options = ActivationMaximisation(layer: "softmax", steps: 12, starts: 1)
    let made = try options.pictures(of: Specimen(ended))
    #expect(made.layer == "fc")
    #expect(made.reached.elements[0] > 1, "a softmax never exceeds 1")
  }

  @Test func aNeuronLooksAtTheMiddleAlone() throws {
    var options = short
    options.objective = .neuron
    options.usesTransforms = false
    let made = try options.pictures(of: Handmade.specimen())
    let picture = made.pictures[0][0].elements
    // The middle of four is place 2.
    #expect(made.reached.elements[0] == picture[2 * 4 + 2])
  }

  @Test func theSameSeedPaintsTheSameWhateverElseIsPainted() throws {
    let specimen = try Handmade.specimen()
    let all = try short.pictures(of: specimen)
    var one = short
    one.units = [1]
    let alone = try one.pictures(of: specimen)
    expectClose(alone.pictures[0], all.pictures[1], absolute: 1e-5, because: "unit 1 alone")
    #expect(try short.pictures(of: specimen) == all)
    var other = short
    other.seed = 1
    #expect(try other.pictures(of: specimen).pictures != all.pictures)
  }

  @Test func neverThePaintedPictureAlone() throws {
    let specimen = try Handmade.specimen()
    let figure = try short.figure(of: specimen)
    let scene = figure.scene()
    // Each unit: painted, real, kernel.
    #expect(scene.galleries.count == 9)
    #expect(scene.says("top nine of 3") && scene.says("composed kernel"))
    #expect(scene.says("painted") && scene.says("real"))
    let rows = try figure.table("units").rows
    #expect(rows.count == 6 && rows[0][3] == "1.0" && rows[2][3] == "0.0" && rows[4][3] == "0.25")
    let strongest = try figure.table("strongest").rows
    // The white picture excites unit 0 most, the black one unit 1.
    #expect(strongest[0].prefix(4) == ["0", "1", "0", "1.0"])
    #expect(strongest.first { $0[0] == "1" }?[2] == "2")
  }

  @Test func withoutPicturesTheColumnIsLeftOutWithAWord() throws {
    let figure = try short.figure(of: Specimen(Handmade.model()))
    #expect(figure.facts.contains("no real pictures to compare with: give some with --data"))
    #expect(!figure.scene().says("top nine"))
    #expect(figure.scene().galleries.count == 6)
  }

  @Test func theRecipeKeepsWhatDiffers() throws {
    var options = short
    options.units = [0, 2]
    options.seed = 3
    options.usesTransforms = false
    options.objective = .neuron
    let figure = try options.figure(of: Handmade.specimen())
    #expect(figure.option("units") == "0,2" && figure.option("seed") == 3 && figure.option("steps") == 160)
    #expect(figure.option("no-transforms") == true && figure.option("objective") == "neuron")
    #expect(figure.option("layer") == "conv1" && figure.option("starts") == 2)
    #expect(figure.facts.contains("not wobbled") && figure.facts.contains("2 of 3 maps"))
  }

  @Test func progressGoesToOne() throws {
    var shares: [Double] = []
    _ = try short.pictures(of: Handmade.specimen()) { shares.append($0) }
    #expect(shares.last == 1 && shares == shares.sorted() && shares.count == 160)
  }

  @Test func unknownUnitsAndLayersAreListed() throws {
    var options = short
    options.units = [3]
    let unit = #expect(throws: InspectError.self) { try options.figure(of: Handmade.specimen()) }
    #expect(unit?.reason == "has no unit 3; there are 3, 0 to 2")
    let layer = #expect(throws: NetworkError.self) {
      try ActivationMaximisation(layer: "conv7").figure(of: Handmade.specimen())
    }
    #expect(layer?.description.contains("conv1, relu1") == true)
  }

  @Test func aNetworkThatIsGivenNoPictureIsRefused() throws {
    let network = try Network.sequential(
      "dense", input: .init("features", [8]), ["fc": Linear(inputFeatures: 8, outputFeatures: 2)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 8])
    parameters["fc.bias"] = Tensor([2])
    let specimen = Specimen(try Model(network, parameters))
    let error = #expect(throws: InspectError.self) { try ActivationMaximisation().figure(of: specimen) }
    #expect(error?.code == .notApplicable && error?.reason.contains("one picture") == true)
    #expect(throws: InspectError.self) { try ExpandedWeights().figure(of: specimen) }
  }

  @Test(arguments: [
    ("all", UnitSelection.all), ("0,3-5", .list([0, 3, 4, 5])), ("7", .list([7])), ("2,2", .list([2])),
  ]) func unitsAreReadAsTheyAreTyped(text: String, expected: UnitSelection) {
    #expect(UnitSelection(text) == expected)
  }

  @Test(arguments: ["", "a", "3-", "5-3", "-1", "1,,2", "0-999999999", "1-2-3"])
  func whatIsNoListOfUnitsIsRefused(text: String) { #expect(UnitSelection(text) == nil) }

  @Test func documentedExampleRuns() throws {
    let specimen = try Handmade.specimen()
    let figure = try ActivationMaximisation(layer: "conv1", units: [0, 2], steps: 16).figure(of: specimen)
    let folder = try ScratchFolder()
    try figure.write(to: folder.path + "/conv1-maximised.svg")
  }
}

@Suite struct ExpandedWeightTests {
  @Test func aFirstLayersKernelsAreItsOwn() throws {
    let found = try ExpandedWeights(layer: "conv1").kernels(of: Handmade.specimen())
    #expect(found.kernels.shape == [3, 1, 3, 3])
    #expect(found.kernels[0].elements == [0, 0, 0, 0, 1, 0, 0, 0, 0])
    #expect(found.kernels[1].elements == [0, 0, 0, 0, -1, 0, 0, 0, 0])
    #expect(found.limit(2) == 0)
    // Unit 0 answers the pixel under its middle, and nothing is between.
    let agreement = try #require(found.agreement)
    #expect(abs(agreement[0] - 1) < 1e-9 && abs(agreement[1] - 1) < 1e-9 && agreement[2].isNaN)
    #expect(found.pictureCount == 3 && !found.isCut)
  }

  @Test func aLinearLayerWeighsTheWholePicture() throws {
    let found = try ExpandedWeights(layer: "fc").kernels(of: Handmade.specimen())
    #expect(found.kernels.shape == [2, 1, 4, 4])
    // Every pixel is a quarter of one of the four means that are summed.
    #expect(found.kernels[0].elements.allSatisfy { $0 == 0.25 })
    #expect(found.kernels[1].elements.allSatisfy { $0 == 0 })
  }

  @Test func everyTileHasItsLimitPrinted() throws {
    let figure = try ExpandedWeights(layer: "conv1").figure(of: Handmade.specimen())
    #expect(figure.scene().words.contains("0 ±1") && figure.scene().words.contains("2 ±0"))
    #expect(figure.facts.contains("no ReLU, no bias, max pooling as a mean"))
    #expect(try figure.table("kernels").rows.count == 27)
    #expect(figure.option("layer") == "conv1" && figure.option("units") == nil)
  }

  @Test func whatMultipliesTwoThingsHasNoKernel() throws {
    let network = try Network(
      name: "gated", inputs: [.init("image", [1, 6, 6])],
      nodes: [
        .init("conv1", Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 3, hasBias: false), ["image"]),
        .init("gate", Multiply(), ["conv1", "conv1"]),
      ])
    var parameters = Parameters()
    parameters["conv1.weight"] = Tensor([2, 1, 3, 3], repeating: 1)
    let specimen = Specimen(try Model(network, parameters))
    let error = #expect(throws: InspectError.self) { try ExpandedWeights(layer: "gate").figure(of: specimen) }
    #expect(error?.code == .notApplicable && error?.subject == "gated/gate")
    // What is painted for it stands without the kernel.
    let figure = try ActivationMaximisation(layer: "gate", steps: 2).figure(of: specimen)
    #expect(!figure.scene().says("composed kernel"))
  }

  @Test func documentedExampleRuns() throws {
    let figure = try ExpandedWeights(layer: "conv1").figure(of: Handmade.specimen())
    let folder = try ScratchFolder()
    try figure.write(to: folder.path + "/conv1-expanded.svg")
  }
}

@Suite struct FieldPlaceTests {
  @Test func fieldsAreWhereDumoulinAndVisinPutThem() throws {
    let network = try Handmade.network()
    let places = try FieldPlaces(network)
    let conv = places.field(of: "conv1", row: 0, column: 3)
    #expect(conv.rows == -1..<2 && conv.columns == 2..<5)
    let pool = places.field(of: "pool1", row: 1, column: 0)
    #expect(pool.rows == 1..<5 && pool.columns == -1..<3)
    let whole = places.field(of: "fc", row: 0, column: 0)
    #expect(whole.rows == 0..<4 && whole.columns == 0..<4)
    #expect(places.isLocal("pool1") && !places.isLocal("fc"))
  }

  @Test func pathsThatMeetSeeWhatBothSee() throws {
    let network = try Network(
      name: "block", inputs: [.init("image", [1, 9, 9])],
      nodes: [
        .init("a", Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 5, padding: 2), ["image"]),
        .init("b", Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 1), ["image"]),
        .init("sum", Add(), ["b", "a"]),
      ])
    let field = try FieldPlaces(network).field(of: "sum", row: 4, column: 4)
    #expect(field.rows == 2..<7 && field.columns == 2..<7)
  }
}
