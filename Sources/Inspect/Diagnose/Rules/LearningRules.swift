internal import Core
internal import Render

/// Steps below which a training is too short for a judgement of how it goes.
let fewestSteps = 50

/// A classifier that does no better than one who guesses.
struct ChanceRule: DiagnosisRule {
  let id = "no-better-than-guessing"

  func verdict(on examination: Examination) throws -> Verdict {
    if let series = examination.series, let classes = series.classes ?? classes(examination), classes > 1 {
      let chance = Mathematics.logarithm(Double(classes))
      guard let last = series.loss.closingMean else { return .notApplicable }
      let words =
        "the training loss is \(Numbers.significant(last)) at the end, where guessing among \(classes) classes gives ln \(classes) = \(Numbers.significant(chance))"
      guard last > 0.9 * chance else { return .well(words) }
      let isShort = series.lastStep < fewestSteps
      return .found([
        Finding(
          isShort ? .note : .fault, network: examination.classifier?.name,
          "After \(Numbers.grouped(series.lastStep)) steps \(words): it has not learnt to tell them apart.",
          advice: isShort
            ? "Train longer."
            : "Look whether labels and pictures belong together; try a learning rate ten times larger and ten times smaller.",
          command: examination.command("curves"), measures: ["loss": last, "chance": chance])
      ])
    }
    guard let matrix = try examination.confusion(), matrix.classes > 1 else { return .notApplicable }
    let total = matrix.total
    guard total >= 50 else { return .untold("\(total) labelled pictures are too few to tell") }
    let share = Double(matrix.right) / Double(total)
    let words =
      "\(Numbers.percent(share)) of \(Numbers.grouped(total)) \(matrix.pictures) are named rightly, where guessing among \(matrix.classes) classes gives \(Numbers.percent(1 / Double(matrix.classes)))"
    guard share < 1.5 / Double(matrix.classes) else { return .well(words) }
    return .found([
      Finding(
        .fault, network: examination.classifier?.name, words + ".",
        advice:
          "If the model is known to work, it expects other pictures: another brightness (--range -1,1 or 0,255) or another data set.",
        command: nil, measures: ["accuracy": share, "chance": 1 / Double(matrix.classes)])
    ])
  }

  private func classes(_ examination: Examination) -> Int? { examination.classifier?.probe?.classNames.count }
}

/// Learning the training pictures by heart.
struct OverFittingRule: DiagnosisRule {
  let id = "over-fitting"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run, let series = examination.series else { return .notApplicable }
    let (kind, losses, accuracies) =
      series.validationLoss.points.count >= 2
      ? ("validation", series.validationLoss.points, series.validationAccuracy.points)
      : ("test", series.testLoss.points, series.testAccuracy.points)
    // What was measured while the first epoch ran says nothing of learning by heart.
    let epoch = run.stepsPerEpoch ?? 1
    let later = losses.filter { Double($0.step) >= epoch * 0.99 }
    guard series.lastStep >= 2, later.count >= 3, let last = later.last,
      let best = later.min(by: { $0.value < $1.value })
    else {
      return .untold("there are too few evaluations on pictures held back: at least three epochs are needed")
    }
    func epochs(_ step: Int) -> String { Numbers.significant(Double(step) / epoch, digits: 2) }
    let rise = last.value / best.value - 1
    let training = series.accuracy.closingMean ?? .nan
    let held = accuracies.last?.value ?? .nan
    let gap = training - held
    let isEarly = Double(best.step) <= 0.8 * Double(last.step)
    let bestAccuracy = accuracies.last { $0.step == best.step }?.value
    let loses = bestAccuracy.map { held < $0 - 0.002 } ?? true
    let measures: KeyValuePairs<String, Double> = [
      "best_step": Double(best.step), "best_epoch": Double(best.step) / epoch, "best_loss": best.value,
      "last_loss": last.value, "training_accuracy": training, "held_back_accuracy": held,
    ]
    let gapWords =
      gap.isFinite
      ? "; of training pictures \(Numbers.percent(training)) are named rightly, of \(kind) pictures \(Numbers.percent(held))"
      : ""
    if isEarly, rise > 0.1 {
      return .found([
        Finding(
          (rise > 0.25 && loses) || gap > 0.05 ? .warning : .note, network: examination.classifier?.name,
          "The loss on \(kind) pictures was lowest after epoch \(epochs(best.step)) (\(Numbers.significant(best.value))) and is \(Numbers.significant(last.value)) after epoch \(epochs(last.step))\(gapWords): from there on it learnt its training pictures by heart.",
          advice:
            "Stop there, or make learning by heart harder: more pictures, dropout, a smaller network.",
          command: examination.command("curves"), measures: measures)
      ])
    }
    if gap > 0.05 {
      return .found([
        Finding(
          .warning, network: examination.classifier?.name,
          "Of training pictures \(Numbers.percent(training)) are named rightly, of \(kind) pictures only \(Numbers.percent(held)).",
          advice: "More pictures, dropout or a smaller network bring the two together.",
          command: examination.command("curves"), measures: measures)
      ])
    }
    return .well(
      "the loss on \(kind) pictures was lowest after epoch \(epochs(best.step)) of \(epochs(last.step)) and did not rise much since (\(Numbers.significant(best.value)), now \(Numbers.significant(last.value)))\(gapWords)"
    )
  }
}

/// A training that was stopped while it still learnt.
struct StillLearningRule: DiagnosisRule {
  let id = "still-learning"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run, let series = examination.series else { return .notApplicable }
    let held = series.validationLoss.points.count >= 2 ? series.validationLoss.points : series.testLoss.points
    let kind = series.validationLoss.points.count >= 2 ? "validation" : "test"
    let epoch = run.stepsPerEpoch ?? 1
    let ends = held.filter { Double($0.step) >= epoch * 0.99 }
    guard ends.count >= 3 else { return .untold("less than three epochs were evaluated") }
    let (before, last) = (ends[ends.count - 2], ends[ends.count - 1])
    let fall = 1 - last.value / before.value
    let isLowest = ends.allSatisfy { $0.value >= last.value }
    let measures: KeyValuePairs<String, Double> = [
      "loss": last.value, "loss_before": before.value, "fall": fall,
    ]
    guard isLowest, fall > 0.05 else {
      return .well(
        "the loss on \(kind) pictures hardly falls any more (\(Numbers.significant(before.value)), then \(Numbers.significant(last.value)))"
      )
    }
    return .found([
      Finding(
        .note, network: examination.classifier?.name,
        "The loss on \(kind) pictures was still falling when training ended: \(Numbers.significant(before.value)), then \(Numbers.significant(last.value)), \(Numbers.percent(fall, decimals: 0)) less in the last epoch.",
        advice: "Train longer: vitrine train --resume \(run.path.asShellWord) --epochs N",
        command: examination.command("curves"), measures: measures)
    ])
  }
}

extension RunSeries {
  /// The mean of the last tenth of the values, of at least 20 where there are so many; nil without a finite one.
  var closingMean: Double? {
    let tail = values.suffix(Swift.max(20, values.count / 10)).filter(\.isFinite)
    return tail.isEmpty ? nil : tail.reduce(0, +) / Double(tail.count)
  }

  /// The median of the last tenth of the values, of at least 20 where there are so many; nil without a finite one.
  var closingMedian: Double? {
    let tail = values.suffix(Swift.max(20, values.count / 10)).filter(\.isFinite).sorted()
    return tail.isEmpty ? nil : tail[tail.count / 2]
  }
}
