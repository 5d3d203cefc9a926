import Core
import Inspect
import Render
import TestSupport
import Testing

/// A small classifier whose filters can be put into another order without changing what it answers.
private enum Twin {
  static func network(_ name: String = "twin", filters: Int = 6) throws -> Network {
    try .sequential(
      name, input: .init("image", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: filters, kernelSize: 3, padding: 1),
        "bn1": BatchNorm2d(channels: filters),
        "relu1": ReLU(),
        "pool1": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(inputChannels: filters, outputChannels: 5, kernelSize: 3, padding: 1),
        "relu2": ReLU(),
        "flatten": Flatten(),
        "fc": Linear(inputFeatures: 80, outputFeatures: 3),
      ])
  }

  static func model(seed: UInt64 = 1, filters: Int = 6) throws -> Model {
    var random = RandomStream(seed: seed, stream: 0)
    let network = try network(filters: filters)
    return try Model(network, Parameters(initialising: network, by: .kaimingUniform, from: &random))
  }

  /// The same model with the filters of conv1 and conv2 in another order, and everything that reads them.
  static func shuffled(_ model: Model, _ first: [Int], _ second: [Int]) throws -> Model {
    var result = model
    func rows(_ name: String, _ order: [Int]) {
      let tensor = model.parameters[name]!
      let size = tensor.shape.elementCount / tensor.shape[0]
      result.parameters[name] = Tensor(
        tensor.shape, order.flatMap { tensor.elements[$0 * size..<($0 + 1) * size] })
    }
    for name in ["weight", "bias"] { rows("conv1." + name, first) }
    for name in ["weight", "bias"] { rows("conv2." + name, second) }
    /// Columns of kernels of `plane` numbers.
    func columns(_ name: String, _ order: [Int], plane: Int) {
      let tensor = result.parameters[name]!
      let rowSize = tensor.shape.elementCount / tensor.shape[0]
      result.parameters[name] = Tensor(
        tensor.shape,
        (0..<tensor.shape[0]).flatMap { row in
          order.flatMap { column in
            let start = row * rowSize + column * plane
            return tensor.elements[start..<start + plane]
          }
        })
    }
    columns("conv2.weight", first, plane: 9)
    columns("fc.weight", second, plane: 16)
    return result
  }
}

@Suite struct NetworkDiffTests {
  @Test func aNetworkWithItsFiltersInAnotherOrderIsFoundToBeTheSame() throws {
    let model = try Twin.model()
    let (first, second) = ([3, 0, 5, 1, 4, 2], [4, 2, 0, 1, 3])
    let diff = try NetworkDiff(from: model, to: Twin.shuffled(model, first, second))
    #expect(diff.layers.map(\.name) == ["conv1", "conv2", "fc"])
    // The filter that was at place 3 is now at 0: its partner is found there.
    for (layer, order) in [(diff.layers[0], first), (diff.layers[1], second)] {
      #expect(layer.match == order.indices.map { order.firstIndex(of: $0)! })
      #expect(layer.pairing == .similarity)
    }
    #expect(diff.layers[1].inputSource == "conv1" && diff.layers[2].inputSource == "conv2")
    #expect(diff.layers[2].match == [0, 1, 2], "classes keep their places")
    for layer in diff.layers {
      #expect(layer.isSame, "\(layer.name)")
      #expect(layer.travel.allSatisfy { $0 == 0 } && layer.change == 0)
      #expect(layer.cosines.allSatisfy { abs($0 - 1) < 1e-12 })
    }
  }

  @Test func withoutTheOrderOfTheLayerBeforeDeeperFiltersAreStrangers() throws {
    let model = try Twin.model()
    let other = try Twin.shuffled(model, [3, 0, 5, 1, 4, 2], [0, 1, 2, 3, 4])
    let diff = try NetworkDiff(from: model, to: other, carriesInputs: false)
    #expect(diff.layers[0].isSame && !diff.layers[1].isSame)
    #expect(diff.layers[1].inputMatch == nil && diff.layers[1].meanCosine < 0.9)
  }

  @Test func byPlaceNothingIsExchanged() throws {
    let model = try Twin.model()
    let diff = try NetworkDiff(
      from: model, to: Twin.shuffled(model, [1, 0, 2, 3, 4, 5], [0, 1, 2, 3, 4]), byPlace: true)
    let layer = diff.layers[0]
    #expect(layer.match == [0, 1, 2, 3, 4, 5] && layer.moved == 0)
    #expect(layer.kept == 4, "similarity alone would exchange two")
    #expect(layer.travel[2] == 0 && layer.travel[0] > 0.5)
    // By place, chance is what any two filters have in common.
    let model2 = try Twin.shuffled(model, [1, 0, 2, 3, 4, 5], [0, 1, 2, 3, 4])
    func filters(_ model: Model) -> [[Double]] {
      let all = model.parameters["conv1.weight"]!.elements.map(Double.init)
      return (0..<6).map { Array(all[$0 * 9..<($0 + 1) * 9]) }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let all = filters(model).flatMap { a in
      filters(model2).map { dot(a, $0) / (dot(a, a) * dot($0, $0)).squareRoot() }
    }
    let chance = try #require(layer.chance)
    #expect(abs(chance - all.reduce(0, +) / 36) < 1e-6)
  }

  @Test func distancesAreThoseWorkedOutByHand() throws {
    // a = (3, 4, 0, 0), b = (0, 4, 0, 0): ‖b − a‖ = 3, ‖a‖ = 5, cos = 16 / 20.
    func model(_ weights: [Float]) throws -> Model {
      try convolutionModel(
        Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 2, hasBias: false), input: [1, 4, 4],
        weights: weights)
    }
    let layer = try NetworkDiff(from: model([3, 4, 0, 0]), to: model([0, 4, 0, 0])).layers[0]
    #expect(abs(layer.travel[0] - 0.6) < 1e-12 && abs(layer.cosines[0] - 0.8) < 1e-12)
    #expect(layer.largestDifference == 3 && abs(layer.change - 0.6) < 1e-12)
    let fromNothing = try NetworkDiff(from: model([0, 0, 0, 0]), to: model([1, 0, 0, 0])).layers[0]
    #expect(fromNothing.travel == [.infinity] && fromNothing.cosines == [0])
  }

  @Test func whatChanceGivesIsWhatStrangersReach() throws {
    // Two random starts have nothing in common: the pairing reaches what it reaches with shuffled weights.
    let layer = try NetworkDiff(from: Twin.model(seed: 1, filters: 64), to: Twin.model(seed: 2, filters: 64))
      .layers[0]
    let chance = try #require(layer.chance)
    #expect(layer.meanCosine > 0.5, "pairing finds likeness where there is none")
    #expect(abs(layer.meanCosine - chance) < 0.08, "\(layer.meanCosine) and \(chance)")
  }

  @Test func networksThatDifferAreComparedWhereTheyAreAlike() throws {
    let wide = try Twin.model(filters: 7)
    let diff = try NetworkDiff(from: Twin.model(), to: wide)
    #expect(diff.layers.map(\.name) == ["fc"])
    #expect(diff.onlyBefore == ["conv1 (6 × 1 × 3 × 3)", "conv2 (5 × 6 × 3 × 3)"])
    #expect(diff.onlyAfter == ["conv1 (7 × 1 × 3 × 3)", "conv2 (5 × 7 × 3 × 3)"])
  }

  @Test func layersOfOtherNamesBelongTogetherByTheirShape() throws {
    let model = try Twin.model()
    let renamed = try Network(
      name: "other", inputs: model.network.inputs,
      nodes: model.network.nodes.map { node in
        .init("n/" + node.name, node.operation, node.inputs.map { $0 == "image" ? $0 : "n/" + $0 })
      })
    var parameters = Parameters()
    for name in model.parameters.names { parameters["n/" + name] = model.parameters[name] }
    let diff = try NetworkDiff(from: model, to: Model(renamed, parameters))
    #expect(diff.layers.map(\.otherName) == ["n/conv1", "n/conv2", "n/fc"])
    #expect(diff.layers.allSatisfy { $0.isSame })
  }

  @Test func networksWithNothingInCommonAreRefused() throws {
    let other = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 5, hasBias: false), input: [1, 8, 8],
      weights: [Float](repeating: 1, count: 50))
    let error = #expect(throws: InspectError.self) { try NetworkDiff(from: Twin.model(), to: other) }
    #expect(error?.reason.contains("conv1 (6 × 1 × 3 × 3)") == true)
    #expect(error?.reason.contains("conv1 (2 × 1 × 5 × 5)") == true)
  }

  @Test func aGeneratorsMapsAreFollowedThroughItsDenseLayer() throws {
    // fc makes 3 maps of 2 × 2: a filter is a map's four rows; the painting layer is paired as its maps were.
    let network = try Network.sequential(
      "g", input: .init("z", [5]),
      [
        "fc": Linear(inputFeatures: 5, outputFeatures: 12, hasBias: false),
        "fold": Reshape(shape: [3, 2, 2]), "relu": ReLU(),
        "paint": ConvTranspose2d(
          inputChannels: 3, outputChannels: 1, kernelSize: 2, stride: 2, hasBias: false),
      ])
    var random = RandomStream(seed: 3, stream: 0)
    let model = try Model(network, Parameters(initialising: network, by: .kaimingUniform, from: &random))
    var other = model
    let order = [2, 0, 1]
    for (name, size) in [("fc.weight", 20), ("paint.weight", 4)] {
      let tensor = model.parameters[name]!
      other.parameters[name] = Tensor(
        tensor.shape, order.flatMap { tensor.elements[$0 * size..<($0 + 1) * size] })
    }
    let diff = try NetworkDiff(from: model, to: other)
    #expect(diff.layers[0].match == [1, 2, 0] && diff.layers[0].isSame)
    #expect(diff.layers[1].pairing == .inherited("fc"))
    #expect(diff.layers[1].match == [1, 2, 0] && diff.layers[1].isSame)
  }
}

@Suite struct DiffFigureTests {
  @Test func theExampleOfTheDocumentationDraws() throws {
    let run = try Handmade.archive()
    let start = try Specimen(run, at: .first)
    let figure = try Diff(layer: "conv1").figure(from: start, to: Specimen(run))
    #expect(figure.title == "How training changed the filters of conv1")
    #expect(figure.facts.contains("each beside itself"))
    // The weights of step 0 are −0.5 times those of step 8: cos −1 and three halves of a way of 0.5.
    let table = try figure.table("filters")
    #expect(table.rows[0] == ["0", "0", "-1", "3"] && table.rows[1] == ["1", "1", "-1", "3"])
    #expect(table.rows[2] == ["2", "2", "0", "0"], "a filter of zeros stays one")
    #expect(figure.option("since") == .integer(0) && figure.recipe["step"] == .integer(8))
    #expect(figure.recipe.runs.isEmpty)
  }

  @Test func beforeAfterAndDifferenceShareOneScale() throws {
    let run = try Handmade.archive()
    let figure = try Diff(layer: "conv1").figure(from: Specimen(run, at: .first), to: Specimen(run))
    let scene = figure.scene()
    #expect(scene.galleries.count == 3)
    #expect(
      scene.words.contains("step 0") && scene.words.contains("step 8") && scene.words.contains("difference"))
    // Filter 0: centre −0.5, then 1, so 1.5 were added: the largest of all, the end of the scale.
    let scale = ColorScale.diverging(limit: 1.5, map: .purpleOrange)
    let centres = scene.galleries.map { color(of: $0, x: $0.rect.height / 2, y: $0.rect.height / 2) }
    #expect(centres == [-0.5, 1, 1.5].map { scale.color(of: $0) })
    #expect(scene.says("±1.5"))
  }

  @Test func twoFilesAreNamedInTheRecipeAndPairedBySimilarity() throws {
    let run = try Handmade.archive()
    let figure = try Diff(layer: "conv1", order: .travel).figure(
      from: Specimen(run), to: Specimen(run), files: ["a/one.h5", "two.h5"])
    #expect(figure.recipe.runs == ["one.h5", "two.h5"])
    #expect(
      figure.recipe.commandLine.hasPrefix("vitrine diff one.h5 two.h5 --network classifier --layer conv1"))
    #expect(figure.recipe.commandLine.contains("--order travel"))
    #expect(figure.reading == "The two are the same, to the last bit.")
  }

  @Test func aLayerThatIsNotInBothIsRefusedWithThoseThatAre() throws {
    let run = try Handmade.archive()
    let error = #expect(throws: InspectError.self) {
      try Diff(layer: "conv7").figure(from: Specimen(run), to: Specimen(run))
    }
    #expect(error?.code == .unknownName && error?.reason.contains("conv1, fc") == true)
  }
}
