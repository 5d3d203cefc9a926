import Core
import Inspect
import Render
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct FilterSheetTests {
  /// A wave under a bell, its crests every 1 / f pixels.
  private func wave(u: Double, v: Double) -> KernelSpectrum {
    let kernel = (0..<15 * 15).map { place -> Float in
      let (x, y) = (Double(place % 15 - 7), Double(place / 15 - 7))
      let bell = exp(-(x * x + y * y) / 18)
      let angle = 2 * Double.pi * (u * x + v * y)
      return Float(bell * cos(angle))
    }
    return KernelSpectrum([kernel], height: 15, width: 15)
  }

  @Test func uprightLevelAndRisingBarsAreToldApart() {
    for (u, v, degrees) in [(0.25, 0.0, 90.0), (0, 0.25, 0), (0.2, 0.2, 45), (-0.2, 0.2, 135)] {
      let spectrum = wave(u: u, v: v)
      #expect(abs(spectrum.frequency - (u * u + v * v).squareRoot()) < 0.002)
      #expect(
        min(abs(spectrum.orientation - degrees), 180 - abs(spectrum.orientation - degrees)) < 0.01,
        "\(spectrum.orientation) for \(degrees)")
      #expect(spectrum.selectivity > 0.95)
    }
  }

  @Test func aConstantKernelHasNoDirection() {
    let flat = KernelSpectrum([[0.5, 0.5, 0.5, 0.5]], height: 2, width: 2)
    #expect(flat.frequency == 0 && flat.selectivity == 0)
    #expect(abs(flat.magnitudes[32 * 64 + 32] - 2) < 1e-12, "the sum of the weights at frequency zero")
  }

  @Test func spectraAreNumPysAndPeaksSciPys() throws {
    let fixture = try UnitFixture()
    for unit in 0..<6 {
      let spectrum = KernelSpectrum([fixture["conv1.weight"][unit].elements], height: 3, width: 3)
      if unit < 3 {
        expectClose(
          spectrum.magnitudes.map { Float($0) },
          fixture["spectra"][unit].elements, ofScale: 1e-5, because: "kernel \(unit)")
      }
      let peak = fixture["peaks"][unit].elements.map(Double.init)
      #expect(abs(spectrum.frequency - peak[0]) < 1e-4 * peak[0])
      #expect(abs(spectrum.orientation - peak[1]) < 1e-4 * 180)
      #expect(abs(spectrum.selectivity - peak[2]) < 1e-4)
    }
  }

  @Test func theNearestUnitIsTheOneOfTheSameDirection() throws {
    let filter = try UnitFilter(0, of: "conv1", in: Handmade.specimen())
    #expect(filter.norm == 1 && filter.rank == 0)
    // Unit 1 points the other way; unit 2 has no weights to compare.
    let nearest = try #require(filter.nearest)
    #expect(nearest.unit == 1 && nearest.cosine == -1)
    #expect(try UnitFilter(2, of: "conv1", in: Handmade.specimen()).nearest == nil)
  }

  @Test func silencingAUnitIsWhatTorchGetsWithItsMapSetToZero() throws {
    let fixture = try UnitFixture()
    let specimen = try fixture.specimen()
    let silenced = Specimen(try specimen.model.silencing(4, of: "conv2"))
    let trial = try TrialPictures(of: specimen)
    let said = try Prediction(of: trial.probe.inputs(0..<14), by: silenced)
    expectClose(
      said.logits.elements, fixture["logits.silent"].elements,
      ofScale: 1e-5, because: "logits")
    let ablation = try #require(try UnitAblation(4, of: "conv2", in: specimen, on: trial))
    let (before, after) = (fixture["named"].elements, fixture["named.silent"].elements)
    #expect(ablation.pictures == [0, 0, 14, 0])
    #expect(ablation.before[2] == before.count { $0 == 2 } && ablation.after[2] == after.count { $0 == 2 })
    #expect(ablation.changed == zip(before, after).count { $0 != $1 })
    #expect(ablation.changed > 0)
  }

  @Test func aTransposedUnitOfAGroupIsSilencedWhole() throws {
    let operation = ConvTranspose2d(
      inputChannels: 4, outputChannels: 6, kernelSize: 2, stride: 2, groups: 2)
    let network = try Network.sequential("up", input: .init("image", [4, 3, 3]), ["up": operation])
    var random = RandomStream(seed: 9)
    var parameters = Parameters()
    parameters["up.weight"] = random.normal([4, 3, 2, 2])
    parameters["up.bias"] = random.normal([6])
    let model = try Model(network, parameters)
    let input = random.normal([1, 4, 3, 3])
    func output(_ model: Model) throws -> Tensor {
      let executor = try makeExecutor(for: network, batch: 1, mode: .inference)
      try executor.load(model.parameters)
      try executor.forward(input)
      return try executor.output()[0]
    }
    let (whole, silent) = (try output(model), try output(model.silencing(4, of: "up")))
    for unit in 0..<6 {
      let expected = unit == 4 ? Tensor([6, 6]) : whole[unit]
      #expect(silent[unit] == expected, "unit \(unit)")
    }
  }

  @Test func theSheetSaysWhatItKnows() throws {
    let figure = try FilterSheet(layer: "conv1", unit: 0).figure(of: Handmade.specimen())
    // Of 48 values 16 are black.
    #expect(figure.scene().says("48 values, 33.3"))
    let ablation = try figure.table("ablation").rows
    // The white and the grey picture are named “zero” by the first map alone; the black one hangs on a tie.
    #expect(ablation[0] == ["zero", "1", "1", "1"])
    #expect(ablation[1] == ["one", "2", "0", "0"])
    #expect(try figure.table("responses").rows.reduce(0) { $0 + (Int($1[1]) ?? 0) } == 48)
    #expect(figure.scene().says("unit 1, cosine −1.000"))
  }

  @Test func aDeadUnitAndAConstantOneAreSaidToBe() throws {
    let dead = try FilterSheet(layer: "conv1", unit: 1).figure(of: Handmade.specimen())
    #expect(dead.facts.contains("dead: no picture gets it above zero"))
    let constant = try FilterSheet(layer: "conv1", unit: 2).figure(of: Handmade.specimen())
    #expect(constant.scene().says("always 0.25"))
    #expect(constant.scene().says("a constant kernel: no direction"))
  }

  @Test func layersWithoutWeightsAreRefused() throws {
    let error = #expect(throws: InspectError.self) {
      try FilterSheet(layer: "relu1").figure(of: Handmade.specimen())
    }
    #expect(error?.reason.hasSuffix("layers that do are conv1, fc") == true)
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let figure = try FilterSheet(layer: "conv1", unit: 5).figure(of: UnitFixture().specimen())
    #expect(figure.title == "Unit 5 of conv1")
    let deeper = try FilterSheet(layer: "conv2", unit: 3).figure(of: UnitFixture().specimen())
    #expect(deeper.scene().says("strongest kernels"))
    #expect(
      try FilterSheet(layer: "fc", unit: 3).figure(of: UnitFixture().specimen()).scene().says(
        "no kernel to show"))
  }
}
