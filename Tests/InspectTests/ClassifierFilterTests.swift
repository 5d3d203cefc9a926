import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct FilterTests {
  /// Two filters of 2 × 2, one a hundred times weaker than the other.
  private func weakAndStrong() throws -> Specimen {
    Specimen(
      try convolutionModel(
        Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 2, hasBias: false), input: [1, 4, 4],
        weights: [0.01, 0, 0, 0, 1, -1, 0, 0.5]))
  }

  @Test func allFiltersShareOneLimit() throws {
    let figure = try FirstLayerFilters().figure(of: weakAndStrong())
    let scene = figure.scene()
    let gallery = try #require(scene.galleries.first)
    let scale = ColorScale.diverging(limit: 1, map: .purpleOrange)
    #expect(scene.says("±1, 99.5"))
    // A scale of its own would show the weak filter's 0.01 in the strongest orange.
    #expect(color(of: gallery, x: 1, y: 1) == scale.color(of: 0.01))
    #expect(color(of: gallery, x: gallery.rect.width / 2 + 4, y: 1) == scale.color(of: 1))
    #expect(scene.images.count == 2, "one gallery, one colour bar")
  }

  @Test func aConstantFilterIsDrawnAtItsValue() throws {
    let model = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 2, hasBias: false), input: [1, 4, 4],
      weights: [0, 0, 0, 0, 0.5, 0.5, 0.5, 1])
    let gallery = try #require(try FirstLayerFilters().figure(of: Specimen(model)).scene().galleries.first)
    #expect(color(of: gallery, x: 1, y: 1) == .white)
    let half = ColorScale.diverging(limit: 1, map: .purpleOrange).color(of: 0.5)
    #expect(color(of: gallery, x: gallery.rect.width / 2 + 4, y: 1) == half)
  }

  @Test func filtersOfColourPicturesAreMidGreyWhereWeightsAreZero() throws {
    // One pixel, one filter: red +m, green 0, blue −m.
    let model = try convolutionModel(
      Conv2d(inputChannels: 3, outputChannels: 1, kernelSize: 1, hasBias: false), input: [3, 2, 2],
      weights: [0.4, 0, -0.4])
    let scene = try Filters().figure(of: Specimen(model)).scene()
    let gallery = try #require(scene.images.first)
    #expect(gallery.raster[0, 0] == Color(red: 255, green: 128, blue: 0))
  }

  @Test func theStartStandsBesideTheEndOnOneScale() throws {
    let figure = try Filters().figure(of: Handmade.specimen(), since: Handmade.specimen(at: .first))
    let scene = figure.scene()
    #expect(scene.galleries.count == 2)
    #expect(scene.says("before training") && scene.says("step 8"))
    #expect(scene.words.filter { $0.contains("99.5") }.count == 1)
    // The centre of filter 0 is −0.5 at first and 1 at the end; limits are of both, 1.
    let scale = ColorScale.diverging(limit: 1, map: .purpleOrange)
    let tile = scene.galleries[0].rect.height / 2
    #expect(color(of: scene.galleries[0], x: tile, y: tile) == scale.color(of: -0.5))
    #expect(color(of: scene.galleries[1], x: tile, y: tile) == scale.color(of: 1))
    let table = try figure.table("filters")
    #expect(table.columns == ["filter", "norm", "cosine to before"])
    #expect(table.rows == [["0", "1", "-1"], ["1", "1", "-1"], ["2", "0", "0"]])
    #expect(
      figure.option("since") == 0 && figure.option("layer") == "conv1"
        && figure.option("network") == "classifier")
    #expect(figure.recipe["step"] == 8)
  }

  @Test func anUnknownLayerListsThoseWithFilters() throws {
    let error = #expect(throws: InspectError.self) {
      try Filters(layer: "conv9").figure(of: Handmade.specimen())
    }
    #expect(error?.code == .unknownName)
    #expect(error?.description == "classifier/conv9: no such layer; layers with filters are conv1")
  }

  @Test(arguments: ["relu1", "pool1", "fc"]) func aLayerWithoutFiltersListsThoseWithFilters(layer: String)
    throws
  {
    let error = #expect(throws: InspectError.self) {
      try Filters(layer: layer).figure(of: Handmade.specimen())
    }
    #expect(error?.code == .notApplicable)
    #expect(error?.reason.hasSuffix("layers with filters are conv1") == true)
  }

  @Test func aNetworkWithoutFiltersSaysSo() throws {
    let network = try Network.sequential(
      "dense", input: .init("latent", [2]),
      ["fc": Linear(inputFeatures: 2, outputFeatures: 2, hasBias: false)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 2])
    let specimen = Specimen(try Model(network, parameters))
    let error = #expect(throws: InspectError.self) { try Filters().figure(of: specimen) }
    #expect(error?.code == .notApplicable && error?.subject == "dense")
  }

  @Test func aLinearLayerOverPicturesIsAGalleryOfPictures() throws {
    let network = try Network.sequential(
      "dense", input: .init("image", [1, 2, 3]),
      [
        "flatten": Flatten(), "fc1": Linear(inputFeatures: 6, outputFeatures: 2, hasBias: false),
        "fc2": Linear(inputFeatures: 2, outputFeatures: 2, hasBias: false),
      ])
    var parameters = Parameters()
    parameters["fc1.weight"] = Tensor([2, 6], [0, 1, 0, 0, 0, -1] + [1, 0, 0, 0, 0, 0])
    parameters["fc2.weight"] = Tensor([2, 2])
    let specimen = Specimen(try Model(network, parameters))
    let figure = try Filters(layer: "fc1").figure(of: specimen)
    #expect(figure.facts.contains("2 filters of 2 × 3"))
    #expect(
      try figure.table("weights").rows[0] == [
        "0", "0", NumberTable.text(2.0.squareRoot()), "0.0", "1.0", "0.0", "0.0", "0.0", "-1.0",
      ])
    let error = #expect(throws: InspectError.self) { try Filters(layer: "fc2").figure(of: specimen) }
    #expect(error?.reason.hasSuffix("layers with filters are fc1") == true)
  }

  @Test func aDeeperLayerIsAMatrixOrderedByEnergy() throws {
    // Kernels of one weight: row norms 5, 13, 1; column norms √(9 + 25 + 1), √(16 + 144).
    let figure = try LayerFilters().figure(
      of: Specimen(
        try convolutionModel(
          Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 1, hasBias: false), input: [2, 2, 2],
          weights: [3, 4, 5, -12, 1, 0])))
    #expect(try figure.table("filters").rows.map { $0[1] } == ["5", "13", "1"])
    let columns = try figure.table("channels").rows.map { $0[1] }
    #expect(columns == [NumberTable.text(35.0.squareRoot()), NumberTable.text(160.0.squareRoot())])
    // Strongest first: rows 1, 0, 2; columns 1, 0.
    let kernels = try figure.table("kernels").rows.map { [$0[0], $0[1], $0[3]] }
    #expect(
      kernels == [
        ["1", "1", "-12.0"], ["1", "0", "5.0"], ["0", "1", "4.0"], ["0", "0", "3.0"], ["2", "1", "0.0"],
        ["2", "0", "1.0"],
      ])
    let gallery = try #require(figure.scene().galleries.first)
    #expect(color(of: gallery, x: 1, y: 1) == ColorMap.purpleOrange.color(at: 0), "−12 is at the lower limit")
  }

  @Test func onlyTheStrongestAreShownAndThatIsSaid() throws {
    let weights = (0..<40 * 34).map { Float($0 % 7) - 3 }
    let figure = try Filters().figure(
      of: Specimen(
        try convolutionModel(
          Conv2d(inputChannels: 34, outputChannels: 40, kernelSize: 1, hasBias: false), input: [34, 2, 2],
          weights: weights)))
    #expect(figure.facts.contains("the strongest 32 × 32 shown"))
    #expect(try figure.table("kernels").rows.count == 32 * 32)
    #expect(try figure.table("filters").rows.count == 40)
  }

  @Test func aTransposedConvolutionsAxesAreTurnedAround() throws {
    // Stored [in 2, out 3, 1, 1]: weight of input i and output o is 10 i + o + 1.
    let figure = try LayerFilters().figure(
      of: Specimen(
        try convolutionModel(
          ConvTranspose2d(inputChannels: 2, outputChannels: 3, kernelSize: 1, hasBias: false),
          input: [2, 2, 2],
          weights: [1, 2, 3, 11, 12, 13])))
    for row in try figure.table("kernels").rows {
      let (output, input) = (try #require(Float(row[0])), try #require(Float(row[1])))
      #expect(row[3] == "\(10 * input + output + 1)")
    }
    #expect(figure.facts.contains("3 filters × 2 channels"))
  }

  @Test func aGroupedTransposedConvolutionKeepsItsGroupsApart() throws {
    // Stored [in 4, out / groups 2]: outputs 0 and 1 see inputs 0 and 1, outputs 2 and 3 inputs 2 and 3.
    let figure = try LayerFilters().figure(
      of: Specimen(
        try convolutionModel(
          ConvTranspose2d(inputChannels: 4, outputChannels: 4, kernelSize: 1, groups: 2, hasBias: false),
          input: [4, 2, 2], weights: [1, 2, 3, 4, 5, 6, 7, 8])))
    let weights = Dictionary(
      uniqueKeysWithValues: try figure.table("kernels").rows.map { ("\($0[0]) \($0[1])", $0[3]) })
    #expect(
      weights["0 0"] == "1.0" && weights["1 0"] == "2.0" && weights["0 1"] == "3.0" && weights["1 1"] == "4.0"
    )
    #expect(
      weights["2 0"] == "5.0" && weights["3 0"] == "6.0" && weights["2 1"] == "7.0" && weights["3 1"] == "8.0"
    )
  }

  @Test func aLayerThatMakesPicturesShowsWhatEachMapPaints() throws {
    let figure = try Filters().figure(
      of: Specimen(
        try convolutionModel(
          ConvTranspose2d(inputChannels: 5, outputChannels: 1, kernelSize: 2, stride: 2, hasBias: false),
          input: [5, 2, 2],
          weights: (0..<20).map(Float.init))))
    #expect(figure.title == "What conv1 paints with")
    #expect(figure.facts.contains("5 filters of 2 × 2"))
    #expect(try figure.table("weights").rows[3].dropFirst(3) == ["12.0", "13.0", "14.0", "15.0"])
  }
}
