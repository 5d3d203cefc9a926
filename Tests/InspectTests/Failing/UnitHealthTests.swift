import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct UnitHealthTests {
  @Test func whatIsCountedOfEveryUnitIsRight() throws {
    // `conv1`: the picture, its negative, and 0.25 everywhere; pictures are white, 0.2 and black.
    let health = try UnitHealth(of: Handmade.specimen())
    #expect(health.count == 3 && health.layers.map(\.name) == ["conv1"], "classes are no units")
    let layer = health.layers[0]
    #expect(layer.node == "relu1" && layer.answers == .rectified && layer.places == 16)
    let (picture, negative, constant) = (layer.units[0], layer.units[1], layer.units[2])
    #expect(picture.highest == 1 && picture.lowest == 0)
    #expect(abs(picture.mean - 0.4) < 1e-7 && abs(picture.variance - (1.04 / 3 - 0.16)) < 1e-7)
    #expect(abs(picture.zeroShare - 1 / 3.0) < 1e-12 && abs(picture.positiveShare - 2 / 3.0) < 1e-12)
    // Class “zero” has the white picture, “one” the others: (1 − 0.1) / (1 + 0.1).
    #expect(abs(try #require(picture.selectivity) - 0.9 / 1.1) < 1e-6 && picture.favourite == 0)
    #expect(negative.isDead && negative.zeroShare == 1 && negative.selectivity == nil)
    #expect(constant.selectivity == 0 && constant.variance == 0 && constant.findings.isEmpty)
    #expect(health.offenders.map(\.unit.index) == [1])
  }

  @Test func aUnitThatAnswersOnceInAThousandTimesIsNearlyDead() throws {
    let network = try Network.sequential(
      "one", input: .init("image", [1, 40, 40]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 1), "relu1": ReLU(),
        "flatten": Flatten(), "fc": Linear(inputFeatures: 3200, outputFeatures: 2),
      ])
    var parameters = try UnitTrials.model(network).parameters
    parameters["conv1.weight"] = Tensor([2, 1, 1, 1], [1, 1])
    // Above zero where the pixel is above 0.9, or 0.4.
    parameters["conv1.bias"] = Tensor([2], [-0.9, -0.4])
    var pixels = [UInt8](repeating: 0, count: 1600)
    pixels[7] = 255
    for index in 100..<102 { pixels[index] = 128 }
    let specimen = try Specimen(Model(network, parameters)).tried(
      on: Probe(pictures: pixels, pictureShape: [1, 1, 40, 40], labels: [0]), named: "one")
    let units = try UnitHealth(of: specimen).layers[0].units
    #expect(units[0].findings == [.nearlyDead], "1 of 1600")
    #expect(units[1].positiveShare == 3 / 1600.0 && units[1].findings.isEmpty)
    #expect(units[0].selectivity == nil, "one class alone")
  }

  @Test func aDuplicatePointsWhereAnotherDoesInAllChannelsWhateverItsBias() throws {
    let network = try Network.sequential(
      "twins", input: .init("image", [2, 4, 4]),
      [
        "conv1": Conv2d(inputChannels: 2, outputChannels: 4, kernelSize: 2), "relu1": ReLU(),
        "flatten": Flatten(), "fc": Linear(inputFeatures: 36, outputFeatures: 2),
      ])
    let first: [Float] = [1, -2, 0.5, 3, 0.25, 1, -1, 2]
    var parameters = try UnitTrials.model(network).parameters
    parameters["conv1.weight"] = Tensor(
      [4, 2, 2, 2],
      first + first.map { 3 * $0 } + first.map { -$0 } + (first[..<4] + [-9, 0, 0, 0]))
    parameters["conv1.bias"] = Tensor([4], [0, 5, 0, 0])
    let specimen = try Specimen(Model(network, parameters)).tried(
      on: UnitTrials.probe(6, shape: [2, 4, 4], classes: 2), named: "noise")
    let units = try UnitHealth(of: specimen).layers[0].units
    #expect(units[0].isDuplicate && units[0].twin?.unit == 1 && units[1].twin?.unit == 0)
    #expect(abs(try #require(units[0].twin).cosine - 1) < 1e-6)
    #expect(!units[2].isDuplicate, "the opposite is another filter")
    #expect(!units[3].isDuplicate, "the same in one channel is not the same")
    // (14.25 − 2.25) / (√20.3125 √95.25)
    let cosine = 12.0 / (20.3125 * 95.25).squareRoot()
    #expect(abs(try #require(units[3].twin).cosine - cosine) < 1e-6)
  }

  @Test func aLeakyUnitThatNeverBendsIsOneSided() throws {
    let specimen = try UnitTrials.dense(
      LeakyReLU(slope: 0.2), weights: [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, -1, -1],
      bias: [0.5, -2, 0.3, 0], inputs: 4)
    let layer = try UnitHealth(of: specimen).layers[0]
    #expect(layer.answers == .leaky)
    #expect(
      layer.units.map(\.findings) == [[.oneSided, .duplicate], [.oneSided, .duplicate], [.constant], []])
    #expect(layer.units[1].magnitude > 0.2 && layer.units[1].signFlipShare == 0)
    #expect(layer.units[3].signFlipShare > 0.2 && layer.units[3].signFlipShare <= 0.5)
    #expect(layer.units[3].selectivity == nil, "answers below zero have no selectivity")
  }

  @Test func aTanhUnitAtItsEndsIsSaturated() throws {
    let specimen = try UnitTrials.dense(
      Tanh(), weights: [0.1, 0, 0, 0, 0.1, 0, 0, 0.1, 4, 3, -2, -5], bias: [9, 0, 0], inputs: 4)
    let layer = try UnitHealth(of: specimen).layers[0]
    #expect(layer.answers == .bounded(lower: -1, upper: 1))
    #expect(layer.units[0].findings == [.saturated] && layer.units[0].saturatedShare == 1)
    #expect(layer.units[1].findings.isEmpty && layer.units[1].saturatedShare == 0)
  }

  @Test func withoutPicturesItSaysWhatToGive() throws {
    let specimen = Specimen(try Handmade.model())
    let error = #expect(throws: InspectError.self) { try UnitHealthFigure().figure(of: specimen) }
    #expect(error?.code == .notApplicable && error?.reason.contains("--data") == true)
  }

  @Test func theFigureHasAMarkForEveryUnitAndTheOffendersByName() throws {
    let figure = try UnitHealthFigure().figure(of: Handmade.specimen())
    let scene = figure.scene()
    #expect(scene.says("3 units · 1 dead") && scene.says("0.98") && scene.says("1 of 3"))
    #expect(try figure.table("offenders").rows == [["conv1", "1", "dead", "highest answer 0"]])
    #expect(try figure.table("units").rows.count == 3)
    let error = #expect(throws: InspectError.self) {
      try UnitHealthFigure(layer: "conv9").figure(of: Handmade.specimen())
    }
    #expect(error?.code == .unknownName && error?.reason.contains("conv1") == true)
  }

  @Test func theExampleInTheDocumentationRuns() throws {
    let specimen = try Handmade.specimen()
    let health = try UnitHealth(of: specimen)
    for offender in health.offenders { print(offender.layer, offender.unit.index, offender.unit.findings) }
    #expect(health.unitCount == 3)
  }
}
