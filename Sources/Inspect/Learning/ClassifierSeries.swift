internal import Core
internal import Render

/// The series of a classifier's run.
struct ClassifierSeries {
  let loss: RunSeries
  let accuracy: RunSeries
  let validationLoss: RunSeries?
  let validationAccuracy: RunSeries?
  let testLoss: RunSeries?
  let testAccuracy: RunSeries?
  let classes: Int?

  /// Steps done; at least one.
  var lastStep: Int { loss.steps.last! }

  /// Reads the series.
  /// - Throws: `InspectError` if the run is not a classifier's or has no step yet, `ArchiveError` if it cannot be read.
  init(_ run: RunArchive) throws {
    guard run.metricNames.contains("loss"), run.metricNames.contains("accuracy") else {
      throw InspectError(
        .notApplicable, run.path,
        "training curves need the metrics loss and accuracy; this run has \(run.metricNames.listed)")
    }
    func evaluation(_ name: String) throws -> RunSeries? {
      run.evaluationNames.contains(name) ? try run.evaluation(name) : nil
    }
    loss = try run.metric("loss")
    accuracy = try run.metric("accuracy")
    validationLoss = try evaluation("validation_loss")
    validationAccuracy = try evaluation("validation_accuracy")
    testLoss = try evaluation("test_loss")
    testAccuracy = try evaluation("test_accuracy")
    classes = run.confusionClasses
    guard !loss.steps.isEmpty else {
      throw InspectError(.notApplicable, run.path, "the run has no step yet; let it train longer")
    }
  }

  var stepTable: NumberTable {
    NumberTable(
      columns: ["step", "loss", "accuracy"],
      numbers: loss.steps.indices.map { [Double(loss.steps[$0]), loss.values[$0], accuracy.values[$0]] })
  }

  var evaluationTable: NumberTable {
    let all = [validationLoss, validationAccuracy, testLoss, testAccuracy]
    let steps = Set(all.compactMap { $0?.steps }.joined()).sorted()
    let columns = all.map { Dictionary($0.points.map { ($0.step, $0.value) }) { first, _ in first } }
    return NumberTable(
      columns: ["step", "validation loss", "validation accuracy", "test loss", "test accuracy"],
      rows: steps.map { step in
        [String(step)]
          + columns.map { column in column[step].map(NumberTable.text) ?? "" }
      })
  }
}

extension RunSeries? {
  /// The values that were taken, each with its step; none of a series that the run does not have.
  var points: [(step: Int, value: Double)] {
    guard let self else { return [] }
    return zip(self.steps, self.values).filter { $0.1.isFinite }.map { (step: $0.0, value: $0.1) }
  }
}

extension RunArchive {
  /// Steps that make one pass over the training data; nil before the first snapshot after the start.
  var stepsPerEpoch: Double? { snapshots.last { $0.epoch > 0 }.map { Double($0.step) / $0.epoch } }
}
