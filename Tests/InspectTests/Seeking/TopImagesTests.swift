import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct TopImagesTests {
  @Test func aDeadUnitSaysSoAndShowsNothing() throws {
    let figure = try TopImages(layers: ["conv1"]).figure(of: Handmade.specimen())
    #expect(figure.scene().says("dead: no picture excites it"))
    #expect(figure.facts.contains("1 dead"))
    // Two living units, two blocks each, three rows to a block: the three pictures are one row.
    #expect(figure.scene().galleries.count == 4)
  }

  @Test func whatIsCarriedBackIsTheAnswerTimesTheKernel() throws {
    let specimen = try Handmade.specimen()
    let tops = try LayerTops.measure(
      TopImages(layers: ["conv1"], chosenUnits: [0]), of: specimen, on: TrialPictures(of: specimen))
    let top = try #require(tops.first?.tops.first)
    // The kernel is a one in the middle; the place is the left top corner.
    #expect(top.reconstructions[0].values == [0, 0, 0, 0, 1, 0, 0, 0, 0])
    #expect(top.reconstructions[1].values == [0, 0, 0, 0, 0.2, 0, 0, 0, 0])
    #expect(top.patches[0].values == [0, 0, 0, 0, 1, 1, 0, 1, 1])
    #expect(top.patches[0].inside == InputRegion(rows: 1..<3, columns: 1..<3))
  }

  @Test func theTableNamesPicturesAnswersAndPlaces() throws {
    let figure = try TopImages(layers: ["conv1"], chosenUnits: [0]).figure(of: Handmade.specimen())
    let rows = try figure.table("top-images").rows
    #expect(rows[0] == ["conv1", "0", "1", "0", "zero", "1.0", "0", "0", "1"])
    #expect(rows.count == 3)
    #expect(figure.option("unit") == .list([0]))
    #expect(figure.option("seed") == nil)
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let figure = try TopImages(layers: ["conv2"], units: 8).figure(of: UnitFixture().specimen())
    #expect(figure.scene().says("conv2, read behind bn2"))
    #expect(figure.scene().says("8 maps of 10 × 10, each place sees 8 × 8 pixels"))
  }

  @Test func withoutPicturesItAsksForSome() throws {
    let error = #expect(throws: InspectError.self) {
      try TopImages().figure(of: Specimen(Handmade.model()))
    }
    #expect(error?.code == .notApplicable && error?.reason.contains("--data") == true)
  }

  @Test func unknownUnitsAndLayersAreListed() throws {
    let unit = #expect(throws: InspectError.self) {
      try TopImages(layers: ["conv1"], chosenUnits: [3]).figure(of: Handmade.specimen())
    }
    #expect(unit?.reason == "no unit 3; there are 3, 0 to 2")
    let layer = #expect(throws: InspectError.self) {
      try TopImages(layers: ["conv9"]).figure(of: Handmade.specimen())
    }
    #expect(layer?.reason == "no such layer; there are conv1, relu1, pool1, flatten, dropout, fc")
  }

  @Test func aGraphInColourThatEndsInSoftmaxIsDrawnByEveryVerb() throws {
    let specimen = try ColourGraph.specimen()
    let top = try TopImages().figure(of: specimen)
    #expect(top.scene().says("first") && top.scene().says("second"))
    let sheet = try FilterSheet(layer: "second", unit: 1).figure(of: specimen)
    #expect(sheet.scene().says("no labels"))
    let study = try OcclusionStudy(count: 1).figure(of: specimen)
    #expect(study.scene().says("p(named class)"))
  }
}

/// A residual network on colour pictures without labels, made by chance.
enum ColourGraph {
  static func specimen() throws -> Specimen {
    func conv(_ inputs: Int) -> Conv2d {
      Conv2d(inputChannels: inputs, outputChannels: 4, kernelSize: 3, padding: 1)
    }
    let network = try Network(
      name: "graph", inputs: [.init("image", [3, 10, 10])],
      nodes: [
        .init("first", conv(3), ["image"]), .init("relu1", ReLU(), ["first"]),
        .init("second", conv(4), ["relu1"]), .init("add", Add(), ["relu1", "second"]),
        .init("relu2", ReLU(), ["add"]), .init("pool", GlobalAvgPool2d(), ["relu2"]),
        .init("fc", Linear(inputFeatures: 4, outputFeatures: 3), ["pool"]),
        .init("softmax", Softmax(), ["fc"]),
      ])
    var random = RandomStream(seed: 3)
    var parameters = Parameters()
    for node in network.nodes {
      for parameter in node.operation.parameters {
        parameters[node.name, parameter.name] = random.normal(parameter.shape)
      }
    }
    let pictures = (0..<5 * 300).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    return try Specimen(Model(network, parameters)).tried(
      on: Probe(pictures: pictures, pictureShape: [5, 3, 10, 10]), named: "noise")
  }
}
