import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct CalibrationTests {
  /// The published formulas in NumPy: `Fixtures/Calibration/make_calibration.py`.
  private let fixture = numberFixture("Calibration/calibration.npz")

  private func number(_ name: String) throws -> Double { Double(try #require(fixture[name]).elements[0]) }
  private func answers() throws -> (logits: Tensor, labels: [Int]) {
    (try #require(fixture["logits"]), try #require(fixture["labels"]).elements.map { Int($0) })
  }

  @Test func measuresAreThoseOfTheFormulas() throws {
    let (logits, labels) = try answers()
    let found = Calibration(logits: logits, labels: labels)
    for (name, value) in [
      ("ece", found.expectedError), ("mce", found.largestError), ("brier", found.brier),
      ("nll", found.logLoss), ("accuracy", found.accuracy), ("confidence", found.confidence),
    ] {
      #expect(abs(value / (try number(name)) - 1) < 1e-6, "\(name)")
    }
    #expect(found.bins.map { Float($0.count) } == fixture["counts"]?.elements)
    for (bin, (accuracy, confidence)) in zip(
      found.bins, zip(fixture["accuracies"]!.elements, fixture["confidences"]!.elements)) where bin.count > 0
    {
      #expect(abs(bin.accuracy - Double(accuracy)) < 1e-6 && abs(bin.confidence - Double(confidence)) < 1e-6)
    }
  }

  @Test func theTemperatureIsTheOneThatLowersTheLossMost() throws {
    let (logits, labels) = try answers()
    let temperature = Calibration.bestTemperature(logits: logits, labels: labels)
    #expect(abs(temperature / (try number("temperature")) - 1) < 1e-5)
    let cooled = Calibration(logits: logits, labels: labels, temperature: temperature)
    #expect(abs(cooled.logLoss / (try number("nll_at_temperature")) - 1) < 1e-6)
    #expect(abs(cooled.expectedError / (try number("ece_at_temperature")) - 1) < 1e-4)
    #expect(cooled.accuracy == Calibration(logits: logits, labels: labels).accuracy)
  }

  @Test func aCertainMistakeHasAFiniteLoss() {
    let found = Calibration(logits: Tensor([1, 2], [1000, 0]), labels: [1])
    #expect(found.logLoss == 1000 && found.expectedError == 1 && found.brier == 2)
  }

  @Test func aConfidenceOnAnEdgeBelongsToTheBinBeneath() {
    // One half of two classes is the edge between bins 7 and 8 of 14.
    let found = Calibration(logits: Tensor([1, 2], [0, 0]), labels: [0], bins: 14)
    #expect(found.bins[6].count == 1 && found.bins[6].accuracy == 1)
    #expect(found.expectedError == 0.5)
  }

  @Test func theTemperatureStaysWithinItsLimits() {
    // Always right: the surer the better. Always wrong: the less sure the better.
    let logits = Tensor([2, 2], [1, 0, 1, 0])
    #expect(abs(Calibration.bestTemperature(logits: logits, labels: [0, 0]) - 0.05) < 1e-9)
    #expect(abs(Calibration.bestTemperature(logits: logits, labels: [1, 1]) - 20) < 1e-9)
  }
}

/// The handmade classifier says “zero” with a logit of 4 × brightness against 0: of a white, a dark grey and a black picture
/// the second is named wrongly.
@Suite struct ErrorsTests {
  @Test func theHighestLossComesFirst() throws {
    let figure = try ErrorsFigure().figure(of: Handmade.specimen())
    // Logits (4, 0), (0.8, 0), (0, 0) and labels 0, 1, 1: losses ln(1 + e⁻⁴), ln(1 + e^0.8), ln 2.
    let rows = try figure.table("errors").rows
    #expect(rows.map { $0[0] } == ["1", "2", "0"])
    #expect(rows[0][1] == "one" && rows[0][2] == "zero")
    #expect(abs(try #require(Double(rows[0][5])) - 1.1711) < 1e-4)
    #expect(figure.scene().says("one → zero 0.69"))
    #expect(figure.facts.contains("33.33"))
  }

  @Test func rightOnesAmongTheWorstAreNotCalledWrong() throws {
    let figure = try ErrorsFigure().figure(of: Handmade.specimen())
    // A tie is said as the first class: the black picture is wrong too.
    #expect(figure.scene().says("2 of them wrong, the others right but not sure"))
    let two = try ErrorsFigure(count: 2).figure(of: Handmade.specimen())
    #expect(two.scene().says("all of them wrong") && two.option("count") == 2)
  }

  @Test func picturesAreShownInTheirOwnBrightness() throws {
    let gallery = try #require(try ErrorsFigure().figure(of: Handmade.specimen()).scene().galleries.first)
    #expect(color(of: gallery, x: 4, y: 4) == Color(grey: 0.2), "the dark grey picture, not stretched")
  }

  @Test func everyBinIsInTheTable() throws {
    let figure = try ErrorsFigure().figure(of: Handmade.specimen())
    let rows = try figure.table("reliability").rows
    #expect(rows.count == 15 && rows.map { Int($0[2])! }.reduce(0, +) == 3)
    #expect(try figure.table("measures").rows.contains { $0[0] == "Brier score" })
  }

  @Test func aModelWithoutPicturesAsksForSome() throws {
    let error = #expect(throws: InspectError.self) {
      try ErrorsFigure().figure(of: Specimen(Handmade.model()))
    }
    #expect(error?.code == .input && error?.reason.contains("--data") == true)
  }

  @Test func aModelTriedOnOtherPicturesIsJudgedByThem() throws {
    let white = Probe(
      pictures: [UInt8](repeating: 255, count: 32), pictureShape: [2, 1, 4, 4], labels: [0, 0],
      classNames: ["zero", "one"])
    let figure = try ErrorsFigure().figure(of: Specimen(Handmade.model()).tried(on: white, named: "white"))
    #expect(figure.facts.contains("2 pictures") && figure.facts.contains("100.00"))
    #expect(figure.option("data") == "white")
  }

  @Test func labelsThatAreNoClassesAreRefused() throws {
    let odd = Probe(
      pictures: [UInt8](repeating: 0, count: 16), pictureShape: [1, 1, 4, 4], labels: [7], classNames: [])
    let error = #expect(throws: InspectError.self) {
      try ErrorsFigure().figure(of: Specimen(Handmade.model()).tried(on: odd, named: "odd"))
    }
    #expect(error?.reason == "gives 2 scores, and a picture has the label 7")
  }

  @Test func aSingleScoreIsThatOfClassOne() throws {
    let network = try Network.sequential(
      "binary", input: .init("image", [1, 1, 1]),
      ["flatten": Flatten(), "fc": Linear(inputFeatures: 1, outputFeatures: 1, hasBias: false)])
    var parameters = Parameters()
    parameters["fc.weight"] = Tensor([1, 1], [2])
    let probe = Probe(pictures: [255, 255], pictureShape: [2, 1, 1, 1], labels: [1, 0])
    // Its one number makes it a discriminator by its shapes, but its pictures have two classes.
    let said = try LabelledAnswers(
      of: Specimen(Model(network, parameters)).tried(on: probe, named: "two"))
    #expect(said.logits.elements == [0, 2, 0, 2])
    #expect(said.answers.map(\.isRight) == [true, false])
  }

  @Test func aGeneratorIsRefused() throws {
    let error = #expect(throws: InspectError.self) {
      try ErrorsFigure().figure(of: HandAdversaries.generator())
    }
    #expect(error?.code == .notApplicable)
  }

  @Test func theExampleOfTheDocumentationDraws() throws {
    let specimen = try Handmade.specimen()
    let figure = try ErrorsFigure(count: 16).figure(of: specimen)
    #expect(figure.description.contains("expected calibration error"))
  }
}
