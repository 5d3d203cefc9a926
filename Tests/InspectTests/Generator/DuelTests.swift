import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct DuelTests {
  @Test func theDuelNamesItsPanelsAndReferenceLevels() throws {
    let figure = try DuelCurves().figure(of: SmallRun.opened())
    let texts = figure.scene().texts.map(\.string)
    for text in [
      "Losses", "What D believes", "How hard each is pushed", "2 ln 2, D at balance", "ln 2, G at balance",
      "one half", "loss of D", "loss of G", "D(x), real", "D(G(z)) before D’s step", "D(G(z)) after it",
      "gradient of D", "gradient of G", "step", "epoch",
    ] { #expect(texts.contains(text), "\(text)") }
    #expect(texts.filter { $0 == "step" }.count == 1, "one axis of steps for all panels")
    #expect(figure.facts.contains("12 steps, 2.4 epochs"))
    #expect(figure.facts.contains("β = 0.98, debiased"))
  }

  @Test func probabilitiesGoFromZeroToOneWhateverTheyAre() throws {
    let texts = try DuelCurves().figure(of: SmallRun.opened()).scene().texts.map(\.string)
    for tick in ["0.00", "0.25", "0.50", "0.75", "1.00"] { #expect(texts.contains(tick), "\(tick)") }
  }

  @Test func theNumbersAreTheRunsOwn() throws {
    let run = try SmallRun.opened()
    let figure = try DuelCurves().figure(of: run)
    let table = figure.numbers[0].table
    #expect(table.rows.map { $0[0] } == (1...12).map(String.init))
    let names: [(String, [Double])] = [
      ("loss_D", try run.metric("loss_D").values), ("D_fake_after", try run.metric("D_fake_after").values),
      ("gradient_norm_G", try run.statistic("gradient_norm", of: "generator").values),
      ("gradient_norm_D", try run.statistic("gradient_norm", of: "discriminator").values),
    ]
    for (name, values) in names {
      let column = try #require(table.columns.firstIndex(of: name))
      #expect(table.rows.map { Double($0[column]) } == values.map(Optional.some))
    }
    let last = try #require(Series.movingAverage(run.metric("loss_G").values, beta: 0.98).last)
    #expect(figure.description.contains("to \(Numbers.significant(last)), D(x)"))
  }

  @Test func withoutSmoothingOnlyTheStepsAreDrawn() throws {
    let figure = try DuelCurves(smoothing: 0).figure(of: SmallRun.opened())
    #expect(figure.facts.contains("every step as it is"))
    #expect(figure.recipe["options"] == .object([.init("smoothing", .number(0))]))
    #expect(throws: InspectError.self) { try DuelCurves(smoothing: 1).figure(of: SmallRun.opened()) }
  }

  @Test func aClassifiersRunIsNoDuel() throws {
    let run = try RunArchive(opening: SmallRun.classifier.get())
    let error = #expect(throws: InspectError.self) { try DuelCurves().figure(of: run) }
    #expect(error?.code == .notApplicable)
    #expect(error?.reason.contains("classifier (classifier)") == true)
  }

  @Test func bothNetworksStandInOneRowWithThePictureBetween() throws {
    let figure = try BothNetworks().figure(of: SmallRun.opened())
    let texts = figure.scene().texts
    let names = ["z", "fc", "deconv1", "deconv2", "conv1", "conv2", "logit"]
    let places = try names.map { name in try #require(texts.first { $0.string == name }).position }
    #expect(places.map(\.x) == places.map(\.x).sorted())
    #expect(Set(places.map(\.y)).count == 1)
    let strings = texts.map(\.string)
    for text in ["64 × 7 × 7", "1 × 28 × 28", "200,832", "32,832", "1.61M", "picture"] {
      #expect(strings.contains(text), "\(text)")
    }
    #expect(figure.facts.contains("G 234,177 parameters") || figure.facts.contains("G\u{A0}234,177"))
    let sketches = strings.map { String($0.map { $0 == "\u{A0}" ? " " : $0 }) }
    #expect(sketches.contains { $0.contains("deconv1, deconv2: 4 × 4 transposed conv, stride 2") })
    #expect(figure.numbers.map(\.name) == ["generator", "discriminator"])
  }

  @Test func aRunWithoutAdversariesHasNoTwoNetworksToShow() throws {
    let run = try RunArchive(opening: SmallRun.classifier.get())
    #expect(throws: InspectError.self) { try BothNetworks().figure(of: run) }
    #expect(throws: InspectError.self) {
      try BothNetworks().figure(of: HandAdversaries.generator(), against: HandAdversaries.generator())
    }
  }

  /// The sketch's arithmetic against the operation's own.
  @Test(
    arguments: [
      ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
      ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 1, padding: 0),
      ConvTranspose2d(
        inputChannels: 1, outputChannels: 1, kernelSize: 5, stride: 2,
        padding: Padding(top: 1, left: 1, bottom: 2, right: 2)),
      ConvTranspose2d(
        inputChannels: 1, outputChannels: 1, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1),
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1),
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, stride: 1, padding: 2, dilation: 2),
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: Extent(height: 3, width: 5)),
    ] as [any Operation])
  func aSketchHasTheShapesOfItsOperation(_ operation: any Operation) throws {
    let sketch = try #require(ConvolutionSketch(operation, input: [1, 14, 14], paint: .fake))
    let input: Shape = [1, 1, sketch.rows.given.count, sketch.columns.given.count]
    let output = try operation.outputShape(of: [input])
    #expect([sketch.rows.made, sketch.columns.made] == Array(output.extents.suffix(2)))
    #expect(sketch.words.hasSuffix("\(sketch.rows.made) × \(sketch.columns.made)"))
  }

  @Test func zerosStandBetweenTheNumbersOfAStridedTransposedConvolution() throws {
    let spread = ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1)
    let sketch = try #require(ConvolutionSketch(spread, input: [1, 7, 7], paint: .fake))
    #expect(sketch.rows.given == [2, 4, 6])
    #expect(sketch.rows.total == 9)
    #expect(sketch.words == "3 × 3 become 6 × 6")
    #expect(sketch.zeros.contains("between and around"))
    #expect(ConvolutionSketch(Linear(inputFeatures: 2, outputFeatures: 2), input: [2], paint: .fake) == nil)
  }
}
