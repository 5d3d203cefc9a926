public import Core
public import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How a classifier learnt: loss and accuracy over the steps, on training, validation and test pictures.
public struct TrainingCurves: Hashable, Sendable {
  /// True if the loss is on a logarithmic axis.
  public var isLogarithmic: Bool
  /// The memory β of the smoothed training lines, 0 ..< 1; nil for one that suits the run's length.
  public var smoothing: Double?
  /// The colours' theme.
  public var theme: Theme

  /// Curves of a run. Traps if the smoothing is not within 0 ..< 1.
  public init(isLogarithmic: Bool = false, smoothing: Double? = nil, theme: Theme = .light) {
    precondition(smoothing.map { $0 >= 0 && $0 < 1 } ?? true, "a smoothing within 0 ..< 1")
    self.isLogarithmic = isLogarithmic
    self.smoothing = smoothing
    self.theme = theme
  }

  /// Draws the curves of a run.
  /// - Throws: `InspectError` if the run is not a classifier's or has no step yet, `ArchiveError` if it cannot be read.
  public func figure(of run: RunArchive) throws -> Figure {
    let run = run.tracingReads()
    let curves = try ClassifierSeries(run)
    let lastStep = curves.lastStep
    let beta = smoothing ?? TrainingCurves.usualSmoothing(steps: curves.loss.steps.count)
    let stepsPerEpoch = run.stepsPerEpoch
    let best = curves.validationLoss.points.min { $0.value < $1.value }

    var facts = ["\(Numbers.grouped(lastStep)) steps"]
    if let stepsPerEpoch {
      facts[0] += " of \(Numbers.grouped(Int(stepsPerEpoch.rounded()))) an epoch"
    }
    if let last = curves.testAccuracy.points.last {
      facts.insert("\(Numbers.percent(last.value, decimals: 2)) of the test pictures right", at: 0)
    }
    facts.append(
      beta > 0
        ? "pale: every step; line: debiased moving average, β = \(Numbers.significant(beta))"
        : "every step as it was")
    if run.state == .running { facts.append("still running, or killed") }
    let recipe = Provenance(seed: run.seed, dataHash: run.dataHash).recipe("curves", entries: recipeEntries)
    return Figure(
      "How the classifier learnt", facts: facts.joined(separator: " · "), reading: reading(best, curves),
      description: description(best, curves, lastStep: lastStep), recipe: recipe,
      numbers: [("steps", curves.stepTable), ("evaluations", curves.evaluationTable)], theme: theme
    ) {
      StackedCharts(x: Axis("optimiser step"), top: stepsPerEpoch.map { TopAxis("epoch", unit: $0) }) {
        Chart(y: lossAxis("loss (cross-entropy), nats"), height: 190) {
          line("training", curves.loss, .training, beta)
          evaluation("validation", curves.validationLoss, .validation)
          evaluation("test", curves.testLoss, .test)
          if let classes = curves.classes { guessing(classes) }
          if let best { lowest(best) }
        }
        Chart(y: .probability("accuracy"), height: 130) {
          line("training", curves.accuracy, .training, beta)
          evaluation("validation", curves.validationAccuracy, .validation)
          evaluation("test", curves.testAccuracy, .test)
          if let classes = curves.classes { RuleMark(y: 1 / Double(classes), label: "guessing") }
          if let best, let accuracy = curves.validationAccuracy.points.first(where: { $0.step == best.step })
          {
            PointMark(
              x: Double(best.step), y: accuracy.value, label: Numbers.percent(accuracy.value, decimals: 2)
            )
            .color(.validation).symbol(.ring)
          }
        }
      }
    }
  }

  var recipeEntries: [FigureRecipe.Entry?] {
    [
      isLogarithmic ? .init("log", .boolean(true)) : nil, smoothing.map { .init("smoothing", .number($0)) },
      .theme(theme),
    ]
  }

  func lossAxis(_ label: String) -> Axis {
    Axis(label, type: isLogarithmic ? .logarithmic : .linear, includesZero: !isLogarithmic)
  }

  /// The loss of one who says every class to be as likely.
  func guessing(_ classes: Int) -> RuleMark {
    let level = log(Double(classes))
    return RuleMark(y: level, label: "ln \(classes) = \(Numbers.fixed(level, decimals: 3)), guessing")
  }

  func lowest(_ point: (step: Int, value: Double)) -> any ChartMark {
    PointMark(
      x: Double(point.step), y: point.value,
      label: "lowest \(Numbers.significant(point.value)) at step \(Numbers.grouped(point.step))"
    )
    .color(.validation).symbol(.ring)
  }

  /// A memory of about a hundredth of the run, and no more than fifty steps.
  package static func usualSmoothing(steps: Int) -> Double {
    steps >= 4_000 ? 0.98 : steps >= 400 ? 0.9 : steps >= 50 ? 0.7 : 0
  }

  private func line(_ name: String, _ series: RunSeries, _ paint: Paint, _ beta: Double) -> LineMark {
    let mark = LineMark(x: .values("step", series.steps), y: .values(name, series.values), series: name)
      .color(paint)
    return beta > 0 ? mark.smoothed(beta) : mark
  }

  /// Evaluations are few: each is marked, and a line joins those that were taken.
  private func evaluation(_ name: String, _ series: RunSeries?, _ paint: Paint) -> [any ChartMark] {
    let points = series.points
    guard !points.isEmpty else { return [] }
    let x = Values.values("step", points.map(\.step))
    let y = Values.values(name, points.map(\.value))
    return [
      LineMark(x: x, y: y, series: name).color(paint).symbol(name == "test" ? .square : .circle)
    ]
  }

  private func reading(_ best: (step: Int, value: Double)?, _ curves: ClassifierSeries) -> String {
    var text =
      "Training moves the loss down and the accuracy up; the distance between training and validation is what was learnt by heart and does not carry over to new pictures."
    if let best, let last = curves.validationLoss.points.last, last.step > best.step, last.value > best.value
    {
      text +=
        " After step \(Numbers.grouped(best.step)) the validation loss rises again: from there on the network mainly learns its examples by heart."
    }
    return text
  }

  private func description(_ best: (step: Int, value: Double)?, _ curves: ClassifierSeries, lastStep: Int)
    -> String
  {
    var text =
      "Training loss from \(Numbers.significant(curves.loss.values.first ?? .nan)) to \(Numbers.significant(curves.loss.values.last ?? .nan)) in \(Numbers.grouped(lastStep)) steps."
    if let best {
      text +=
        " Lowest validation loss \(Numbers.significant(best.value)) at step \(Numbers.grouped(best.step))."
    }
    if let last = curves.validationAccuracy.points.last {
      text += " Validation accuracy at the end \(Numbers.percent(last.value, decimals: 2))."
    }
    if let last = curves.testAccuracy.points.last {
      text += " Test accuracy at the end \(Numbers.percent(last.value, decimals: 2))."
    }
    return text
  }
}
