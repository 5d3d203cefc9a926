import Core
import Inspect
import Render
import TestSupport
import Testing
import Train

@Suite struct PosterTests {
  @Test func aStageIsAnOperationWithWhatOnlyFollowsIt() throws {
    let stages = try Handmade.network().stages
    #expect(stages.map(\.name) == ["conv1", "pool1", "fc"])
    #expect(stages.map(\.output) == ["relu1", "dropout", "fc"])
    #expect(stages.map(\.shown) == ["relu1", "pool1", "fc"])
  }

  @Test func aValueThatTwoReadEndsItsStage() throws {
    let network = try Network(
      name: "residual", inputs: [.init("image", [2, 4, 4])],
      nodes: [
        .init("conv1", Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 1, hasBias: false), ["image"]),
        .init("relu1", ReLU(), ["conv1"]),
        .init("sum", Add(), ["conv1", "relu1"]),
      ])
    #expect(network.stages.map(\.name) == ["conv1", "relu1", "sum"])
    var parameters = Parameters()
    parameters["conv1.weight"] = Tensor([2, 2, 1, 1], [1, 0, 0, 1])
    let drawing = try NetworkDrawing(of: Specimen(Model(network, parameters)))
    #expect(drawing.diagram.skips == [.init(from: 1, to: 3)])
  }

  @Test func costsAndShapesAreThoseOfTheNetwork() throws {
    let figure = try ArchitecturePoster().figure(of: Handmade.specimen())
    let rows = try figure.table("layers").rows
    #expect(rows.map { $0[2] } == ["3 × 4 × 4", "3 × 2 × 2", "2"])
    // 27 weights and 3 biases; 16 places × 27; 24 weights and 2 biases.
    #expect(rows.map { $0[3] } == ["30", "0", "26"])
    #expect(rows.map { $0[4] } == ["432", "0", "24"])
    #expect(rows.map { $0[5] } == ["3 × 3", "4 × 4", "all"])
    // Two of 27 weights are ±1; four of 24 are 1.
    let (convolution, linear): (Double, Double) = (2 / 27, 4 / 24)
    let means = rows.map { $0[6] }
    #expect(means == [NumberTable.text(convolution), "", NumberTable.text(linear)])
    #expect(figure.facts.contains("56 parameters") && figure.facts.contains("456 multiply–adds"))
  }

  @Test func arrowsAreAsThickAsWeightsAreLarge() throws {
    let layers = try NetworkDrawing(of: Handmade.specimen()).diagram.layers
    #expect(layers.map(\.name) == ["image", "conv1", "pool1", "fc"])
    #expect(layers[3].weight == 1 && layers[2].weight == nil)
    let share: Double = (2 / 27) / (4 / 24)
    let weight = try #require(layers[1].weight)
    #expect(abs(weight - share) < 1e-9)
  }

  @Test func mapsOfALayerShareItsLimit() throws {
    let layers = try NetworkDrawing(of: Handmade.specimen(), showing: .probe(1)).diagram.layers
    let maps = try #require(layers[1].thumbnails)
    #expect(maps.count == 3)
    #expect(layers[1].thumbnailScale.kind == .sequential)
    // The grey picture's maps are 0.2, 0 and 0.25: one limit, the largest.
    #expect(layers[1].thumbnailScale.upper == 0.25)
    #expect(maps.numbers(of: 0)[0] == Float(51) / 255)
  }

  @Test func aBareModelIsDrawnWithoutMaps() throws {
    let drawing = try NetworkDrawing(of: Specimen(Handmade.model()))
    #expect(drawing.example == nil && drawing.output == nil)
    #expect(drawing.diagram.layers.allSatisfy { $0.thumbnails == nil })
    #expect(drawing.diagram.factNames.count == 4)
    #expect(drawing.kernels.count == 1)
  }

  @Test(arguments: [Preset.dcgan, .dcganTF]) func generatorsAndDiscriminatorsAreDrawnToo(preset: Preset)
    throws
  {
    let networks = try preset.adversaries(picture: [1, 28, 28])
    var random = RandomStream(seed: 3)
    for network in [networks.generator, networks.discriminator] {
      let parameters = Parameters(initialising: network, by: .dcgan, from: &random)
      let specimen = Specimen(try Model(network, parameters))
      let choice: Example.Choice? =
        specimen.role == .generator ? nil : .tensor(Tensor([1, 1, 28, 28], repeating: 0.5), name: "grey")
      let drawing = try NetworkDrawing(of: specimen, showing: choice)
      let layers = drawing.diagram.layers
      if specimen.role == .generator {
        #expect(layers.allSatisfy { $0.thumbnails != nil })
        #expect(layers.last?.thumbnailScale == .image(-1...1), "the picture is not stretched")
        #expect(layers[1].height == 7 && layers[1].width == 7, "the linear layer makes maps")
        #expect(layers.last?.paint == .fake)
      } else {
        #expect(layers.dropLast().allSatisfy { $0.thumbnails != nil })
        #expect(drawing.output?.elements.count == 1)
        #expect(layers.last?.paint == .real)
      }
      #expect(drawing.kernels.count == network.nodes.filter { $0.operation.window != nil }.count)
    }
  }

  @Test func theSameInspectionGivesTheSameBytes() throws {
    let first = try ArchitecturePoster().figure(of: Handmade.specimen()).svg()
    let second = try ArchitecturePoster().figure(of: Handmade.specimen()).svg()
    #expect(first == second)
  }

  @Test func recipesNameWhatWasDrawn() throws {
    let specimen = try Handmade.specimen()
    let poster = try ArchitecturePoster(example: .probe(2), mapsPerLayer: 3, theme: .dark).figure(
      of: specimen)
    #expect(poster.recipe["verb"] == "architecture")
    #expect(
      poster.option("network") == "classifier" && poster.option("probe") == 2 && poster.option("maps") == 3)
    #expect(poster.option("theme") == "dark" && poster.theme == .dark)
    #expect(poster.recipe["step"] == 8 && poster.recipe["seed"] == 7)
    #expect(try Filters().figure(of: specimen).recipe["verb"] == "filters")
    #expect(try FeatureMaps().figure(of: specimen).recipe["verb"] == "features")
    #expect(try TrainingCurves().figure(of: Handmade.archive()).recipe["verb"] == "curves")
    #expect(try ConfusionFigure().figure(of: Handmade.archive()).recipe["verb"] == "confusion")
  }
}

@Suite struct TrainedRunTests {
  /// A short run on the built-in digits.
  private static let run = Result {
    let folder = try ScratchFolder()
    var recipe = Recipe(preset: .lenet5, seed: 1)
    recipe.batch = 10
    recipe.steps = 6
    let data = try DataSet.open("digits", options: .init(trainCount: 200, testCount: 100))
    try Trainer(recipe, data).train(recordingTo: folder.path + "/run.h5")
    return (folder: folder, archive: try RunArchive(opening: folder.path + "/run.h5"))
  }

  @Test func everyInspectionDrawsARunFromTheTrainer() throws {
    let run = try Self.run.get().archive
    let last = try Specimen(run)
    let figures = [
      try ArchitecturePoster().figure(of: last), try TrainingCurves().figure(of: run),
      try Filters().figure(of: last, since: Specimen(run, at: .first)),
      try Filters(layer: "conv2").figure(of: last),
      try FeatureMaps(example: .probe(1)).figure(of: last), try ConfusionFigure().figure(of: run),
    ]
    for figure in figures {
      let scene = figure.scene()
      #expect(scene.size.width <= Figure.standardWidth, "\(figure.title)")
      let page = Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height)
      for text in scene.texts {
        #expect(page.contains(text.bounds, tolerance: 0.5), "\(figure.title): \(text.string)")
      }
      for (_, rect) in scene.images { #expect(page.contains(rect), "\(figure.title)") }
      #expect(!figure.reading.isEmpty && !figure.description.isEmpty && !figure.facts.isEmpty)
      #expect(!figure.numbers.isEmpty)
      #expect(!scene.words.contains { $0.contains("NaN") }, "\(figure.title)")
    }
  }

  @Test func figuresAreOfTheStepThatTheySay() throws {
    let run = try Self.run.get().archive
    let first = try Filters(layer: "conv1").figure(of: Specimen(run, at: .step(0)))
    let last = try Filters(layer: "conv1").figure(of: Specimen(run, at: .last))
    #expect(first.facts.contains("step 0 of 6") && last.facts.contains("step 6 of 6"))
    #expect(try first.table("weights") != last.table("weights"))
  }
}
