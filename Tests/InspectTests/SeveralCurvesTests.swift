import Core
import Inspect
import Render
import TestSupport
import Testing

/// Runs of four steps whose losses and recipes are given, in a folder of their own.
private struct RecordedRuns {
  private let folder: ScratchFolder
  private(set) var archives: [RunArchive] = []

  init() throws { folder = try ScratchFolder() }

  /// Records a run whose loss is `level` − step / 10, and whose accuracy is 1 − loss / 4.
  mutating func record(
    _ recipe: String = #"{"batch":8,"preset":"cnn","seed":1}"#, seed: UInt64, level: Double, steps: Int = 4,
    roles: [RunRole] = [.classifier], testSteps: [Int] = [2, 4]
  ) throws {
    let path = folder.path + "/run\(archives.count).h5"
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: recipe, seed: seed,
        networks: try roles.map { RunNetwork(name: $0.rawValue, role: $0, network: try Handmade.network()) },
        metrics: ["loss", "accuracy"],
        evaluations: ["validation_loss", "validation_accuracy", "test_loss", "test_accuracy"],
        confusionClasses: 2))
    for step in 0..<steps {
      let loss = level - Double(step + 1) / 10
      try recorder.append(step: step + 1, metrics: [loss, 1 - loss / 4])
      guard (step + 1) % 2 == 0 else { continue }
      let test = testSteps.contains(step + 1) ? [loss + 0.2, 0.8 - loss / 4] : [.nan, .nan]
      try recorder.append(evaluation: step + 1, values: [loss + 0.1, 0.9 - loss / 4] + test)
    }
    try recorder.finish(.complete)
    archives.append(try RunArchive(opening: path))
  }
}

@Suite struct SeveralCurvesTests {
  private func seeds() throws -> RecordedRuns {
    var runs = try RecordedRuns()
    // What the split of validation pictures changes is the seed's doing, and no other recipe.
    try runs.record(#"{"batch":8,"preset":"cnn","seed":1,"normalisation":{"mean":[0.1]}}"#, seed: 1, level: 1)
    try runs.record(
      #"{"batch":8,"preset":"cnn","seed":2,"normalisation":{"mean":[0.2]}}"#, seed: 2, level: 1.3)
    try runs.record(
      #"{"batch":8,"preset":"cnn","seed":3,"normalisation":{"mean":[0.3]}}"#, seed: 3, level: 1.9)
    return runs
  }

  private func heights(_ path: Path) -> [Double] {
    path.pieces.compactMap { piece in
      switch piece {
      case .move(let point), .line(let point): point.y
      default: nil
      }
    }
  }

  @Test func theLineIsTheMeanAndTheBandReachesFromLowestToHighest() throws {
    let scene = try TrainingCurves(smoothing: 0).figure(of: seeds().archives).scene()
    var (lines, faint, bands): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
    for case .path(let path, let fill, let stroke) in scene.flattened {
      if let fill, stroke == nil, fill.kind == .role(.training) { bands.append(heights(path)) }
      guard let stroke, stroke.paint.kind == .role(.training) else { continue }
      if stroke.width == 1.5 { lines.append(heights(path)) } else { faint.append(heights(path)) }
    }
    // Two panels; in the first the losses of four steps.
    try #require(lines.count == 2 && bands.count == 2 && faint.count == 6)
    let (line, band) = (lines[0], bands[0])
    // Losses begin at 0.9, 1.2 and 1.8: mean 1.3; each step is 0.1 lower.
    let unit = (line[1] - line[0]) / 0.1
    #expect(unit > 0)
    for step in 0..<4 {
      #expect(abs(faint[0][step] - line[step] - 0.4 * unit) < 1e-6)
      #expect(abs(band[step] - line[step] + 0.5 * unit) < 1e-6, "upper edge, from the left")
      #expect(abs(band[7 - step] - line[step] - 0.4 * unit) < 1e-6, "lower edge, back")
    }
  }

  @Test func linesAreNamedOnceAndTheAccuracyHasItsSpread() throws {
    let figure = try TrainingCurves().figure(of: seeds().archives)
    let words = figure.scene().words
    for name in ["training", "validation", "test"] { #expect(words.filter { $0 == name }.count == 2) }
    // Test accuracies at the end: 0.8 − loss / 4 for losses of 0.6, 0.9 and 1.5.
    #expect(figure.facts.hasPrefix("55.00"))
    #expect(figure.facts.contains("(42.50 to 65.00") && figure.facts.contains("over 3 seeds)"))
    #expect(figure.scene().says("lowest 1.1 at step 4"), "of the mean validation loss")
  }

  @Test func allStepsOfAllRunsAreInTheNumbers() throws {
    let figure = try TrainingCurves().figure(of: seeds().archives)
    let steps = try figure.table("steps")
    #expect(steps.columns == ["recipe", "seed", "step", "loss", "accuracy"])
    #expect(steps.rows.map { $0[1] } == ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "3"])
    #expect(steps.rows[5][2...] == ["2", NumberTable.text(1.3 - 0.2), NumberTable.text(1 - (1.3 - 0.2) / 4)])
    #expect(try figure.table("evaluations").rows.count == 6)
  }

  @Test func theRecipeNamesAllRunsInOrder() throws {
    let runs = try seeds().archives
    let figure = try TrainingCurves(isLogarithmic: true, smoothing: 0.5).figure(of: runs)
    #expect(figure.recipe.runs == ["run0.h5", "run1.h5", "run2.h5"])
    #expect(figure.recipe.commandLine == "vitrine curves run0.h5 run1.h5 run2.h5 --log --smoothing 0.5")
    // Other data, another hash.
    #expect(figure.recipe["data"] != (try TrainingCurves().figure(of: Array(runs.dropLast()))).recipe["data"])
  }

  @Test func otherRecipesAreALineEachNamedByWhatDiffers() throws {
    var runs = try seeds()
    try runs.record(#"{"batch":8,"preset":"lenet5","seed":1}"#, seed: 1, level: 1.4)
    let figure = try TrainingCurves().figure(of: runs.archives)
    let words = figure.scene().words
    #expect(words.filter { $0 == "cnn" }.count == 2 && words.filter { $0 == "lenet5" }.count == 2)
    #expect(words.contains { $0.hasPrefix("cnn: 55.00") } && words.contains { $0.hasPrefix("lenet5: 55.00") })
    #expect(figure.facts.contains("4 runs, 2 recipes · they differ in preset"))
    #expect(Set(try figure.table("steps").rows.map { $0[0] }) == ["cnn", "lenet5"])
  }

  @Test(arguments: [
    (
      #"{"optimiser":{"adam":{"rate":0.002}}}"#, #"{"optimiser":{"adam":{"rate":0.001}}}"#,
      ["rate 0.002", "rate 0.001"]
    ),
    (#"{"optimiser":{"adam":{"rate":0.002}}}"#, #"{"optimiser":{"sgd":{"rate":0.002}}}"#, ["adam", "sgd"]),
    (#"{"epochs":8}"#, #"{"epochs":1}"#, ["8 epochs", "1 epoch"]),
    (#"{"epochs":8,"steps":500}"#, #"{"epochs":9,"steps":1500}"#, ["500 steps", "1,500 steps"]),
    (#"{"rateDecay":0.6}"#, "{}", ["rate decay 0.6", "no rate decay"]),
    (
      #"{"data":{"name":"mnist","sha256":"aa"}}"#, #"{"data":{"name":"digits","sha256":"bb"}}"#,
      ["mnist", "digits"]
    ),
  ]) func labelsSayWhatDiffers(first: String, second: String, labels: [String]) throws {
    var runs = try RecordedRuns()
    try runs.record(first, seed: 1, level: 1)
    try runs.record(second, seed: 1, level: 1.1)
    let words = try TrainingCurves().figure(of: runs.archives).scene().words
    for label in labels { #expect(words.contains(label), "\(words)") }
  }

  @Test func asManyDifferencesAreNamedAsTellAllApart() throws {
    var runs = try RecordedRuns()
    for (preset, batch) in [("cnn", 8), ("cnn", 16), ("strided", 8)] {
      try runs.record(#"{"batch":\#(batch),"preset":"\#(preset)"}"#, seed: 1, level: 1)
    }
    let words = try TrainingCurves().figure(of: runs.archives).scene().words
    #expect(
      words.contains("cnn, batch 8") && words.contains("cnn, batch 16") && words.contains("strided, batch 8"))
  }

  @Test func aShorterRunOfTheSameRecipeIsNamed() throws {
    var runs = try RecordedRuns()
    try runs.record(seed: 1, level: 1)
    try runs.record(seed: 2, level: 1, steps: 3)
    let archives = runs.archives
    let error = #expect(throws: InspectError.self) { try TrainingCurves().figure(of: archives) }
    #expect(error?.subject == archives[1].path)
    #expect(error?.reason.hasPrefix("has 3 steps, \(archives[0].path) of the same recipe 4:") == true)
  }

  @Test func theSameRunTwiceAndGANsAreRefused() throws {
    var runs = try RecordedRuns()
    try runs.record(seed: 1, level: 1)
    try runs.record(seed: 1, level: 1)
    try runs.record(seed: 2, level: 1, roles: [.generator, .discriminator])
    let archives = runs.archives
    let twice = #expect(throws: InspectError.self) { try TrainingCurves().figure(of: Array(archives[..<2])) }
    #expect(twice?.code == .input && twice?.reason.contains("it is the same run") == true)
    let mixed = #expect(throws: InspectError.self) {
      try TrainingCurves().figure(of: [archives[0], archives[2]])
    }
    #expect(mixed?.subject == archives[2].path && mixed?.reason.contains("draw each kind by itself") == true)
  }

  @Test func evaluationsCountWhereAllSeedsHaveThem() throws {
    var runs = try RecordedRuns()
    try runs.record(seed: 1, level: 1)
    try runs.record(seed: 2, level: 1, testSteps: [4])
    let scene = try TrainingCurves().figure(of: runs.archives).scene()
    // Step 2 was tested in one run only: one square in each panel, none there.
    let squares = scene.flattened.filter { element in
      if case .rectangle(_, let fill?, nil, _) = element { fill.kind == .role(.test) } else { false }
    }
    #expect(squares.count == 2)
  }
}
