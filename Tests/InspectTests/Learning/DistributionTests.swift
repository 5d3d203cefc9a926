import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct DistributionTests {
  /// NumPy's percentiles and histogram, PyTorch's gradients: `Fixtures/Distributions/make_distributions.py`.
  private let fixture = numberFixture("Distributions/distributions.npz")

  private func moments() throws -> [[Float]] {
    let tensor = try #require(fixture["moments"])
    return (0..<tensor.shape[0]).map { tensor[$0].elements }
  }

  @Test func binsAndPercentilesAreNumPys() throws {
    let bins = FixedBins(of: try moments())
    let edges = try #require(fixture["edges"])
    expectClose(Tensor([129], (0...128).map { Float(bins.edge($0)) }), edges, absolute: 1e-7)
    let counts = try #require(fixture["counts"])
    #expect(bins.counts.flatMap { $0 } == counts.elements.map { Int($0) }, "every one of 4 × 130 counts")
    expectClose(
      Tensor([4, 7], bins.percentiles.flatMap { $0.map { Float($0) } }), try #require(fixture["percentiles"]),
      absolute: 1e-7)
  }

  @Test func edgesAreThoseOfAllStepsAndNothingIsLostBeyondThem() {
    // The second moment is far from the first: the bins hold both, and every number is in one.
    let bins = FixedBins(of: [(0..<1000).map { Float($0) / 1000 }, (0..<1000).map { 10 + Float($0) / 1000 }])
    #expect(abs(bins.lower - 0.001999) < 1e-6 && abs(bins.upper - 10.997) < 1e-4)
    #expect(bins.counts.map { $0.reduce(0, +) } == [1000, 1000])
    #expect(bins.counts[0][0] == 2 && bins.counts[1][129] == 2)
    #expect(bins.densities.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    #expect(bins.counts[0].count == 130)
  }

  @Test func numbersInAnyOrderAndOfAnySignAreSorted() {
    let numbers: [Float] = [3, -1, 0, -0.0, 1e-30, -5e8, 7e20, -1e-40, 2]
    let bins = FixedBins(of: [numbers])
    #expect(bins.percentiles[0].first == -5e8 && bins.percentiles[0].last == Double(Float(7e20)))
    #expect(bins.percentiles[0][3] == 0, "the fifth of nine")
  }

  @Test func numbersThatAreNoneAreLeftOutAndCounted() {
    let bins = FixedBins(of: [[1, .nan, 2, .infinity, 3], [.nan]])
    #expect(bins.totals == [3, 0] && bins.lost == [2, 1])
    #expect(bins.percentiles[0][3] == 2)
    #expect(bins.percentiles[1].allSatisfy { $0.isNaN })
  }

  @Test func numbersThatAreAllAlikeHaveBinsAboutThem() {
    let bins = FixedBins(of: [[2, 2], [2, 2]])
    #expect(bins.isConstant && bins.lower == 1.5 && bins.upper == 2.5)
    #expect(bins.counts[0].reduce(0, +) == 2)
    #expect(FixedBins(of: [[], []]).isConstant)
  }

  @Test func gradientsAreThoseOfPyTorch() throws {
    let network = try Network.sequential(
      "net", input: .init("image", [1, 6, 6]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 3, kernelSize: 3, padding: 1),
        "bn1": BatchNorm2d(channels: 3), "relu1": ReLU(), "pool1": MaxPool2d(kernelSize: 2),
        "flatten": Flatten(), "dropout": Dropout(rate: 0.5),
        "fc": Linear(inputFeatures: 27, outputFeatures: 4),
      ])
    var parameters = Parameters()
    for (name, tensor) in fixture where network.nodes.contains(where: { name.hasPrefix($0.name + ".") }) {
      parameters[name] = tensor
    }
    let probe = Probe(
      pictures: try #require(fixture["pictures"]).elements.map { UInt8($0) }, pictureShape: [130, 1, 6, 6],
      labels: try #require(fixture["labels"]).elements.map { Int($0) }, classNames: ["a", "b", "c", "d"])
    // 130 pictures: more than one batch, and the last one not full.
    let loss = try LossGradients(of: network, role: .classifier, probe: probe, most: 500)
    #expect(loss.count == 130)
    for _ in 0..<2 {  // a second time nothing is left over from the first
      let found = try loss.gradients(at: parameters)
      #expect(abs(found.loss / Double(try #require(fixture["loss"]).elements[0]) - 1) < 1e-6)
      for name in ["conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias", "fc.weight", "fc.bias"] {
        let expected = try #require(fixture["grad:" + name])
        expectClose(
          try #require(found.gradients[name]), expected, absolute: 1e-5 * expected.maximumMagnitude,
          because: name)
      }
    }
  }

  @Test func aFigureSaysWhatItCountsAndHow() throws {
    let figure = try Distributions(pictures: 2).figure(of: Handmade.archive())
    #expect(figure.facts.contains("all 2 layers with weights"))
    #expect(figure.facts.contains("mean over the first 2 labelled probe pictures"))
    #expect(figure.scene().says("128 bins of"))
    #expect(figure.scene().says("upwards is only time"))
    let bins = try figure.table("conv1-weights-bins")
    #expect(bins.rows.count == 3 * 130)
    #expect(bins.rows[0][1].isEmpty && bins.rows[129][2].isEmpty, "overflow bins are open to one side")
    #expect(try figure.table("fc-gradients-percentiles").rows.count == 3)
    // conv1 at the end: weights 1, −1 and 25 zeros.
    #expect(
      try figure.table("conv1-weights-percentiles").rows[2] == ["8", "-1", "0", "0", "0", "0", "0", "1", "0"])
  }

  @Test func oneLayerIsShownWhereOneIsAskedFor() throws {
    let figure = try Distributions(layer: "fc", pictures: 0).figure(of: Handmade.archive())
    #expect(figure.numbers.map(\.name) == ["fc-weights-bins", "fc-weights-percentiles"])
    #expect(figure.facts.contains("no gradients: no pictures were asked for"))
    #expect(figure.option("layer") == "fc" && figure.option("pictures") == 0)
    let error = #expect(throws: InspectError.self) {
      try Distributions(layer: "pool1").figure(of: Handmade.archive())
    }
    #expect(error?.reason == "no layer with weights; there are conv1, fc")
  }

  @Test func anAdversarysGradientsAreNotMadeUp() throws {
    let figure = try Distributions(network: "discriminator", layers: 1).figure(of: SmallRun.opened())
    #expect(figure.facts.contains("no gradients: is a discriminator, whose loss is its opponent's answer"))
    #expect(figure.facts.contains("1 of"))
  }

  @Test func weightsThatAreAllAlikeAreSaidAndNotStretched() throws {
    let network = try Network.sequential(
      "flat", input: .init("image", [2]),
      ["fc": Linear(inputFeatures: 2, outputFeatures: 1, hasBias: false)])
    let folder = try ScratchFolder()
    let path = folder.path + "/flat.h5"
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: "{}", seed: 1, networks: [RunNetwork(name: "flat", role: .classifier, network: network)],
        probe: Probe()))
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([1, 2], repeating: 0.5)
    for step in [0, 3] {
      try recorder.snapshot(step: step, epoch: 0, seconds: 0, parameters: ["flat": parameters])
    }
    try recorder.finish(.complete)
    let figure = try Distributions().figure(of: RunArchive(opening: path))
    #expect(figure.scene().says("always 0.5; there is no spread to draw"))
    #expect(figure.facts.contains("no gradients: has no labelled pictures to be wrong about"))
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let run = try Handmade.archive()
    let figure = try Distributions(layer: "conv1", pictures: 50).figure(of: run)
    #expect(figure.description.contains("conv1"))
  }
}
