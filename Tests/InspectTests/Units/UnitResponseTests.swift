import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct UnitResponseTests {
  private func responses(_ layer: String) throws -> UnitResponses {
    let specimen = try Handmade.specimen()
    let (network, trial) = (specimen.model.network, try TrialPictures(of: specimen))
    let unitLayer = try UnitLayer(layer, in: network, of: "tiny")
    return try UnitSweep(network, upTo: [unitLayer], pictures: trial.count).responses(
      of: specimen.model.parameters, to: trial)[0]
  }

  @Test func aPictureCountsOnceHoweverManyPlacesAreStrong() throws {
    let answers = try responses("conv1").strongest(of: 0)
    #expect(answers.map(\.picture) == [0, 1, 2])
    #expect(answers.map(\.value) == [1, 0.2, 0])
    #expect(answers.map(\.place) == [0, 0, 0], "of equal places the first")
  }

  @Test func ofEqualPicturesTheEarlierStandsFirst() throws {
    let responses = try responses("conv1")
    #expect(responses.strongest(of: 2, 2).map(\.picture) == [0, 1])
    #expect(responses.weakest(of: 2, 2).map(\.picture) == [0, 1])
  }

  @Test func aConvolutionIsReadBeforeItsReLU() throws {
    let lowest = try responses("conv1").weakest(of: 1)[0]
    #expect(lowest.picture == 0 && lowest.value == -1 && lowest.place == 0)
    #expect(try responses("relu1").weakest(of: 1)[0].value == 0)
  }

  @Test func aUnitThatNoPictureGetsAboveZeroIsDead() throws {
    let responses = try responses("conv1")
    #expect((0..<3).map(responses.isDead) == [false, true, false])
    // Class “one” is always 0, but nothing rectifies it.
    #expect(try !self.responses("fc").isDead(1))
  }

  @Test func aConvolutionWithBatchNormIsReadBehindIt() throws {
    let network = try UnitFixture().model().network
    #expect(try UnitLayer("conv2", in: network, of: "net").node == "bn2")
    #expect(try UnitLayer("conv2", in: network, of: "net").isRectified)
    #expect(try UnitLayer("relu2", in: network, of: "net").node == "relu2")
  }

  @Test func topPicturesAreTorchs() throws {
    let fixture = try UnitFixture()
    let specimen = try fixture.specimen()
    let (network, trial) = (specimen.model.network, try TrialPictures(of: specimen))
    let layers = try ["conv1", "conv2"].map { try UnitLayer($0, in: network, of: "net") }
    let all = try UnitSweep(network, upTo: layers, pictures: trial.count).responses(
      of: specimen.model.parameters, to: trial)
    for (layer, found) in zip(layers, all) {
      let answers = (0..<layer.units).flatMap { found.strongest(of: $0, 3) }
      let shape = fixture[layer.name + ".top_values"].shape
      expectClose(
        answers.map(\.value), fixture[layer.name + ".top_values"].elements,
        ofScale: 1e-5, because: "top values of \(layer.name)")
      #expect(answers.map { Float($0.picture) } == fixture[layer.name + ".top_pictures"].elements)
      #expect(answers.map { Float($0.place) } == fixture[layer.name + ".top_places"].elements)
    }
  }

  @Test(arguments: ["conv1", "conv2"])
  func reconstructionsAreCaptums(_ name: String) throws {
    let fixture = try UnitFixture()
    let specimen = try fixture.specimen()
    let (network, trial) = (specimen.model.network, try TrialPictures(of: specimen))
    let layer = try UnitLayer(name, in: network, of: "net")
    let found = try UnitSweep(network, upTo: [layer], pictures: trial.count).responses(
      of: specimen.model.parameters, to: trial)[0]
    let requests = (0..<layer.units).flatMap { unit in
      found.strongest(of: unit, 3).map { UnitProjections.Request(unit: unit, answer: $0) }
    }
    let view = try LayerView(layer, in: network, trial)
    let expected = fixture[name + ".projections"]
    try UnitProjections(network, from: layer, requests: requests.count).run(
      requests, of: specimen.model.parameters, on: trial
    ) { index, projection in
      expectClose(
        projection.elements,
        expected[index].elements, ofScale: 1e-4,
        because: "unit \(requests[index].unit) in picture \(requests[index].answer.picture)")
      // What was carried back lies in the receptive field, all of it.
      let region = view.region(of: requests[index].answer.place)
      let outside = (0..<400).filter {
        !region.rows.contains($0 / 20) || !region.columns.contains($0 % 20)
      }
      #expect(outside.allSatisfy { projection.elements[$0] == 0 })
    }
  }

  @Test func whatIsDrawnByLotDependsOnTheSeedAndTheLayerAlone() throws {
    let network = try UnitFixture().model().network
    let layer = try UnitLayer("conv2", in: network, of: "net")
    #expect(layer.drawn(3, seed: 1) == layer.drawn(3, seed: 1))
    #expect(layer.drawn(8, seed: 4) == Array(0..<8))
    #expect(Set((0..<20).map { layer.drawn(3, seed: $0) }).count > 5)
    #expect(layer.drawn(3, seed: 1) == layer.drawn(3, seed: 1).sorted())
  }
}
