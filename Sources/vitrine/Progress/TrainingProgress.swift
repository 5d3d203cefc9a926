import Core
import Render
import Train

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tells how training goes: a bar that is drawn over itself on a terminal, a line now and then in a log.
final class TrainingProgress {
  private let terminal = isatty(STDERR_FILENO) == 1
  private var outline: TrainingOutline?
  private var lastDrawn = ContinuousClock.now
  private var barIsShown = false

  func show(_ event: TrainingEvent) {
    switch event {
    case .began(let outline): begin(outline)
    case .step(let report): step(report)
    case .evaluated(let report): evaluated(report)
    case .stored: break
    case .ended(let summary): end(summary)
    }
  }

  private func begin(_ outline: TrainingOutline) {
    self.outline = outline
    let sizes = outline.parameterCounts.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Numbers.grouped($0.value)) parameters" }.joined(separator: ", ")
    let start = outline.firstStep == 0 ? "" : ", going on from step \(Numbers.grouped(outline.firstStep))"
    say("\(sizes); \(Numbers.grouped(outline.totalSteps)) steps of \(outline.batch) pictures\(start)")
  }

  private func step(_ report: StepReport) {
    let now = ContinuousClock.now
    // Ten times a second to the eye; a log gets a line every ten seconds.
    guard now - lastDrawn > (terminal ? .milliseconds(100) : .seconds(10)) else { return }
    lastDrawn = now
    terminal ? draw(line(report, bar: true)) : say(line(report, bar: false))
  }

  private func line(_ report: StepReport, bar: Bool) -> String {
    let share = Double(report.step) / Double(max(report.totalSteps, 1))
    let epoch = Double(report.step) / Double(max(outline?.stepsPerEpoch ?? 1, 1))
    let losses = ["loss", "loss_D", "loss_G"].compactMap { name in
      report.metrics[name].map { "\(name) \(Numbers.fixed($0, decimals: 4))" }
    }
    let parts =
      (bar ? [progressBar(share)] : [])
      + [
        "step \(Numbers.grouped(report.step)) of \(Numbers.grouped(report.totalSteps))",
        "epoch \(Numbers.fixed(epoch, decimals: 2))",
      ]
      + losses
      + ["\(Numbers.grouped(Int(report.imagesPerSecond))) images/s", "\(Self.time(report.secondsLeft)) left"]
    return parts.joined(separator: " · ")
  }

  private func evaluated(_ report: EvaluationReport) {
    guard let accuracy = report.values["test_accuracy"], accuracy.isFinite else { return }
    let validation =
      report.values["validation_accuracy"].map { ", validation \(Numbers.fixed($0 * 100, decimals: 2)) %" }
      ?? ""
    say(
      "step \(Numbers.grouped(report.step)): test accuracy \(Numbers.fixed(accuracy * 100, decimals: 2)) %\(validation)"
    )
  }

  private func end(_ summary: TrainingSummary) {
    let share = summary.recordingSeconds / max(summary.seconds, 1e-9) * 100
    let what = summary.state == .complete ? "done" : "stopped early"
    say(
      "\(what) after step \(Numbers.grouped(summary.steps)): \(Self.time(summary.seconds))"
        + ", of which recording \(Numbers.fixed(share, decimals: 1)) %")
  }

  // MARK: Lines

  private func say(_ text: String) {
    clearBar()
    print(toStandardError: text + "\n")
  }

  private func draw(_ text: String) {
    print(toStandardError: "\r\u{1B}[K" + text)
    barIsShown = true
  }

  private func clearBar() {
    if barIsShown { print(toStandardError: "\r\u{1B}[K") }
    barIsShown = false
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded())
    let (minutes, rest) = (whole / 60, whole % 60)
    return minutes >= 60
      ? "\(minutes / 60):\(padded(minutes % 60)):\(padded(rest))" : "\(minutes):\(padded(rest))"
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// Writes text to standard error: what is not the answer to the command.
func print(toStandardError text: String) {
  var text = text
  text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
}
