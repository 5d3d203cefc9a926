import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct CurveTests {
  @Test func allStepsAndEvaluationsAreInTheNumbers() throws {
    let figure = try TrainingCurves().figure(of: Handmade.archive())
    let steps = try figure.table("steps")
    #expect(steps.rows.map { $0[0] } == (1...8).map(String.init))
    #expect(steps.rows.map { $0[1] } == Handmade.losses.map(NumberTable.text))
    // What was not taken is empty, not NaN and not zero.
    #expect(
      try figure.table("evaluations").rows == [
        ["0", "0.8", "0.5", "", ""], ["4", "0.5", "0.7", "0.6", "0.65"], ["6", "0.6", "0.72", "", ""],
        ["8", "0.7", "0.75", "0.55", "0.7"],
      ])
  }

  @Test func theBestValidationIsMarkedNotTheLast() throws {
    let figure = try TrainingCurves().figure(of: Handmade.archive())
    #expect(figure.scene().says("lowest 0.5 at step 4"))
    #expect(figure.reading.contains("After step 4 the validation loss rises again"))
    #expect(figure.facts.hasPrefix("70.00"))
  }

  @Test func guessingIsDrawnAtTheLogarithmOfTheClasses() throws {
    #expect(try TrainingCurves().figure(of: Handmade.archive()).scene().says("ln 2 = 0.693, guessing"))
  }

  @Test func evaluationsThatWereNotTakenDoNotBreakTheLine() throws {
    let scene = try TrainingCurves().figure(of: Handmade.archive()).scene()
    let tests = scene.flattened.compactMap { element -> Path? in
      if case .path(let path, fill: nil, let stroke?) = element, stroke.paint == .test { path } else { nil }
    }
    // One line in each panel, from step 4 to step 8.
    #expect(tests.filter { $0.pieces.count == 2 }.count == 2)
  }

  @Test func theSmoothingIsPrintedAndOfEveryStep() throws {
    let beta = 0.5
    let figure = try TrainingCurves(smoothing: beta).figure(of: Handmade.archive())
    #expect(figure.facts.contains("β = 0.5"))
    #expect(figure.option("smoothing") == .number(0.5))
    // The bold line has a point for each step: nothing was thinned before smoothing.
    let bold = figure.scene().flattened.compactMap { element -> Path? in
      if case .path(let path, fill: nil, let stroke?) = element, stroke.paint == .training,
        stroke.width == 1.5
      {
        path
      } else {
        nil
      }
    }
    let line = try #require(bold.first)
    #expect(line.pieces.count == 8)
    // Heights are proportional to the averages worked out here, zero at the axis.
    var sum = 0.0
    let averages = Handmade.losses.enumerated().map { index, loss in
      sum = beta * sum + (1 - beta) * loss
      return sum / (1 - (0...index).reduce(1.0) { product, _ in product * beta })
    }
    let heights = line.pieces.map { piece -> Double in
      switch piece {
      case .move(let point), .line(let point): point.y
      default: .nan
      }
    }
    let scale = (heights[7] - heights[0]) / (averages[0] - averages[7])
    for index in 1..<8 {
      #expect(abs((heights[index] - heights[0]) - scale * (averages[0] - averages[index])) < 1e-6)
    }
  }

  @Test(arguments: [(8, 0.0), (100, 0.7), (858, 0.9), (10_000, 0.98)])
  func longerRunsAreSmoothedMore(steps: Int, beta: Double) {
    #expect(TrainingCurves.usualSmoothing(steps: steps) == beta)
  }

  @Test func theLogarithmicOptionIsLogarithmicAllTheWay() throws {
    let linear = try TrainingCurves().figure(of: Handmade.archive())
    let figure = try TrainingCurves(isLogarithmic: true).figure(of: Handmade.archive())
    #expect(figure.option("log") == true && linear.option("log") == nil)
    let scene = figure.scene()
    let ticks = scene.texts.filter { $0.anchor == .end && ["0.2", "0.5"].contains($0.string) }
    let places = Dictionary(
      ticks.map { ($0.string, $0.position.y - $0.style.capHeight / 2) },
      uniquingKeysWith: { first, _ in first })
    let (low, high) = (try #require(places["0.2"]), try #require(places["0.5"]))
    let guessing = scene.flattened.compactMap { element -> Double? in
      if case .line(let start, _, let stroke) = element, stroke.dash == [3, 3] { start.y } else { nil }
    }
    // From 0.2 to 0.5 it is ln 2.5, from 0.5 to ln 2 it is ln (0.6931 / 0.5).
    let ratio = (low - high) / (high - (try #require(guessing.first)))
    #expect(abs(ratio - 0.91629 / 0.32663) < 1e-3)
  }

  @Test func aRunThatIsNoClassifiersSaysWhatItHas() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/gan.h5"
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: "{}", seed: 1,
        networks: [RunNetwork(name: "classifier", role: .classifier, network: try Handmade.network())],
        metrics: ["loss_D", "loss_G"]))
    try recorder.finish(.complete)
    let run = try RunArchive(opening: path)
    let curves = #expect(throws: InspectError.self) { try TrainingCurves().figure(of: run) }
    #expect(curves?.reason.hasSuffix("this run has loss_D, loss_G") == true)
    #expect(throws: ArchiveError.self) { try ConfusionFigure().figure(of: run) }
  }
}

@Suite struct ConfusionTests {
  @Test func rowsAreSharesAndCountsArePrinted() throws {
    let figure = try ConfusionFigure().figure(of: Handmade.archive())
    let scene = figure.scene()
    let matrix = try #require(scene.images.first { $0.raster.width == 2 && $0.raster.height == 2 }).raster
    #expect(
      matrix[0, 0] == ColorMap.viridis.color(at: 0.75) && matrix[1, 0] == ColorMap.viridis.color(at: 0.25))
    #expect(
      matrix[0, 1] == ColorMap.viridis.color(at: 1.0 / 3)
        && matrix[1, 1] == ColorMap.viridis.color(at: 2.0 / 3))
    for count in ["3", "1", "2", "4"] { #expect(scene.words.contains(count)) }
    #expect(try figure.table("counts").rows == [["zero", "3", "1"], ["one", "2", "4"]])
    #expect(figure.facts.hasPrefix("10 test pictures · 70.00"))
  }

  @Test func theDiagonalIsOutlined() throws {
    let scene = try ConfusionFigure().figure(of: Handmade.archive()).scene()
    let matrix = try #require(scene.images.first { $0.raster.width == 2 && $0.raster.height == 2 }).rect
    let outlines = scene.flattened.compactMap { element -> Rect? in
      if case .rectangle(let rect, fill: nil, let stroke?, _) = element, stroke.paint == .ink,
        matrix.contains(rect)
      {
        rect
      } else {
        nil
      }
    }
    #expect(outlines.count == 2)
    for outline in outlines {
      #expect(abs((outline.midX - matrix.minX) - (outline.midY - matrix.minY)) < 0.01, "on the diagonal")
    }
  }

  @Test func thePicturesOfTheWorstMistakeFollow() throws {
    let figure = try ConfusionFigure().figure(of: Handmade.archive())
    #expect(figure.scene().says("“one” taken for “zero”: 2 times"))
    #expect(figure.scene().says("2 of the 2 among the 3"))
    #expect(
      try figure.table("mistakes").rows.map { Array($0.prefix(3)) } == [
        ["1", "one", "zero"], ["2", "one", "zero"],
      ])
    // The grey and the black picture themselves, in their true brightness.
    let pictures = try #require(figure.scene().galleries.last)
    #expect(color(of: pictures, x: 2, y: 2) == Color(red: 51, green: 51, blue: 51))
    #expect(color(of: pictures, x: pictures.rect.width - 2, y: 2) == .black)
  }

  @Test func anEarlierEvaluationIsDrawnWithTheModelOfThen() throws {
    let figure = try ConfusionFigure(step: 4).figure(of: Handmade.archive())
    #expect(try figure.table("counts").rows == [["zero", "4", "0"], ["one", "3", "3"]])
    #expect(figure.recipe["step"] == 4)
    // Weights are half as large at step 4: the grey picture's logit is 0.4, e^0.4 / (e^0.4 + 1).
    let probability = try #require(Double(try figure.table("mistakes").rows[0][3]))
    #expect(abs(probability - 0.598687) < 1e-5)
    let error = #expect(throws: InspectError.self) {
      try ConfusionFigure(step: 5).figure(of: Handmade.archive())
    }
    #expect(error?.reason == "no test evaluation at step 5; there are 4, 8")
  }
}
