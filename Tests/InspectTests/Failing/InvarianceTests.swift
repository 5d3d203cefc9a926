import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct InvarianceTests {
  /// A bright point on black, seen by a convolution that passes it on and a layer that sums: what moves stays what it is.
  private func specimen(weights: [Float] = [Float](repeating: 1, count: 49), at pixels: [Int] = [24, 0])
    throws -> Specimen
  {
    let network = try Network.sequential(
      "points", input: .init("image", [1, 7, 7]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 1, hasBias: false), "relu1": ReLU(),
        "flatten": Flatten(), "hidden": Linear(inputFeatures: 49, outputFeatures: 1, hasBias: false),
        "relu2": ReLU(), "dropout": Dropout(rate: 0.5),
        "fc": Linear(inputFeatures: 1, outputFeatures: 2, hasBias: false),
      ])
    var parameters = Parameters()
    parameters["conv1.weight"] = Tensor([1, 1, 1, 1], [3])
    parameters["hidden.weight"] = Tensor([1, 49], weights)
    parameters["fc.weight"] = Tensor([2, 1], [1, 0])
    let pictures = pixels.flatMap { pixel in (0..<49).map { $0 == pixel ? UInt8(255) : 0 } }
    let probe = Probe(
      pictures: pictures, pictureShape: [pixels.count, 1, 7, 7], labels: pixels.map { _ in 0 },
      classNames: ["point", "none"])
    return try Specimen(Model(network, parameters)).tried(on: probe, named: "points")
  }

  @Test func layersAreTheFirstAndTheLastFeatures() throws {
    let curves = try InvarianceCurves(of: specimen(), most: 5, seed: 0)
    #expect(curves.firstLayer == "relu1" && curves.topLayer == "relu2", "what follows a layer counts to it")
    #expect(curves.pictures == [0, 1] && curves.labels == [0, 0])
    #expect(curves.surroundings == .constant([0]))
  }

  @Test func aSumDoesNotMindAMoveButTheFirstLayerDoes() throws {
    let row = try InvarianceCurves(of: specimen(), most: 5, seed: 0).rows[0]
    #expect(row.amounts == [-2, -1, 0, 1, 2], "60 / 224 of 7 pixels, rounded")
    // The point in the middle, 3 after the convolution, is elsewhere: √(3² + 3²).
    let way = 18.0.squareRoot()
    for (found, expected) in zip(row.first[0], [way, way, 0, way, way]) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(row.top[0] == [0, 0, 0, 0, 0])
    #expect(row.probabilities[0].allSatisfy { abs($0 - 0.952574) < 1e-6 })
  }

  @Test func whatLeavesThePictureIsMissed() throws {
    let row = try InvarianceCurves(of: specimen(), most: 5, seed: 0).rows[0]
    // The point in the corner leaves upwards: 3 less in the sum, and an even chance.
    #expect(row.top[1][1] == 3 && row.first[1][1] == 3)
    #expect(row.probabilities[1][1] == 0.5)
  }

  @Test func aPictureItselfIsAtNoDistance() throws {
    for row in try InvarianceCurves(of: specimen(), most: 5, seed: 0).rows {
      let place = try #require(row.amounts.firstIndex { row.change == .scale ? $0 == 1 : $0 == 0 })
      #expect(row.first.allSatisfy { $0[place] == 0 } && row.top.allSatisfy { $0[place] == 0 })
      if row.change == .rotation {
        #expect(row.amounts.last == 360 && row.first.allSatisfy { $0[36] == 0 }, "once around is back")
      }
    }
  }

  @Test func amountsAreThoseOfTheDefinition() {
    #expect(InvarianceCurves.amounts(.translation, height: 28) == (-8...8).map(Double.init))
    #expect(InvarianceCurves.amounts(.translation, height: 224).first == -60)
    #expect(InvarianceCurves.amounts(.translation, height: 224).count == 25)
    let scale = InvarianceCurves.amounts(.scale, height: 28)
    #expect(scale.first == 1 && abs(scale.last! - 1.8) < 1e-12)
    #expect(InvarianceCurves.amounts(.rotation, height: 28).last == 360)
  }

  @Test func picturesThatLieOnNoBlackAreContinued() throws {
    let curves = try InvarianceCurves(of: Handmade.specimen(), most: 3, seed: 0)
    #expect(curves.surroundings == .edge, "one of three pictures is black")
    // Pictures of one brightness stay what they are.
    #expect(curves.rows.allSatisfy { $0.first.joined().allSatisfy { $0 == 0 } })
  }

  @Test func picturesOfDifferentClassesComeFirst() throws {
    let specimen = try Handmade.specimen()
    for seed in 0..<8 {
      let two = try InvarianceCurves(of: specimen, most: 2, seed: UInt64(seed))
      #expect(two.labels == [0, 1])
    }
    #expect(try InvarianceCurves(of: specimen, most: 9, seed: 0).pictures.count == 3)
  }

  @Test func chartsOfAColumnShareTheirScale() throws {
    let figure = try Invariance().figure(of: specimen())
    let scene = figure.scene()
    // Every row prints the same ticks for a column: as many of the highest as there are rows.
    #expect(scene.words.count { $0 == "distance in relu1" } == 3)
    let ticks = scene.words.filter { Double($0) != nil }
    let highest = try #require(ticks.compactMap(Double.init).filter { $0 < 30 }.max())
    #expect(ticks.count { Double($0) == highest }.isMultiple(of: 3))
    #expect(figure.facts.contains("bilinear, black beyond the edges"))
  }

  @Test func allNumbersAreInTheTables() throws {
    let figure = try Invariance(pictures: 2, seed: 4).figure(of: specimen())
    #expect(figure.numbers.map(\.name) == ["translation", "scale", "rotation"])
    #expect(try figure.table("translation").rows.count == 2 * 5)
    #expect(figure.option("seed") == 4 && figure.option("shown") == 2)
  }

  @Test func aNetworkOfOneLayerIsDrawnByItsScores() throws {
    let network = try Network.sequential(
      "flat", input: .init("image", [1, 2, 2]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 4, outputFeatures: 2, hasBias: false)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([2, 4], [1, 0, 0, 0, 0, 1, 0, 0])
    let probe = Probe(
      pictures: [255, 0, 0, 0], pictureShape: [1, 1, 2, 2], labels: [0], classNames: ["a", "b"])
    let curves = try InvarianceCurves(
      of: Specimen(Model(network, parameters)).tried(on: probe, named: "one"), most: 5, seed: 0)
    #expect(curves.firstLayer == "fc" && curves.topLayer == "fc")
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let specimen = try specimen()
    let figure = try Invariance(pictures: 3).figure(of: specimen)
    #expect(figure.description.contains("turned"))
  }
}
