internal import Core
internal import Render

/// Weights that are no numbers, or a training whose loss became none.
struct NumbersRule: DiagnosisRule {
  let id = "not-a-number"

  func verdict(on examination: Examination) throws -> Verdict {
    var found: [Finding] = []
    var count = 0
    for specimen in examination.specimens {
      let parameters = specimen.model.parameters
      for name in parameters.names {
        let elements = parameters[name]!.elements
        count += elements.count
        let bad = elements.count { !$0.isFinite }
        guard bad > 0 else { continue }
        found.append(
          Finding(
            .fault, network: specimen.name, layer: name,
            "\(Numbers.grouped(bad)) of \(Numbers.grouped(elements.count)) numbers in \(name) are not finite (NaN or ∞): whatever passes through them is lost.",
            advice:
              "Go back to a snapshot before it happened, and train with a smaller learning rate.",
            command: nil, measures: ["numbers": Double(bad), "share": Double(bad) / Double(elements.count)]))
      }
    }
    if let run = examination.run {
      for name in run.metricNames {
        let series = try run.metric(name)
        guard let first = series.values.firstIndex(where: { !$0.isFinite }) else { continue }
        found.append(
          Finding(
            .fault, "The metric \(name) is no number from step \(Numbers.grouped(series.steps[first])) on.",
            advice: "The training diverged: use a smaller learning rate.",
            command: examination.command("curves"), measures: ["step": Double(series.steps[first])]))
      }
    }
    if found.isEmpty, count == 0 { return .notApplicable }
    return .found(found, else: "all \(Numbers.grouped(count)) weights are finite numbers")
  }
}

/// A run that did not come to its end.
struct RunStateRule: DiagnosisRule {
  let id = "run-state"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run else { return .notApplicable }
    let steps = run.snapshots.last?.step ?? 0
    guard !run.snapshots.isEmpty else {
      return .found([
        Finding(
          .fault, "The run has no snapshot: nothing was stored that could be looked at.",
          advice: "Train longer, or anew.", command: nil)
      ])
    }
    let resume = "vitrine train --resume \(run.path.asShellWord)"
    switch run.state {
    case .complete: return .well("the training came to its end, after \(Numbers.grouped(steps)) steps")
    case .endedEarly:
      return .found([
        Finding(
          .note, "The training was ended early, after \(Numbers.grouped(steps)) steps.",
          advice: "What follows is about those steps; to go on: \(resume)", command: nil,
          measures: ["step": Double(steps)])
      ])
    case .running:
      let isAlive = run.isBeingTrained
      return .found([
        Finding(
          .note,
          isAlive
            ? "The run is still being trained; this is its state after \(Numbers.grouped(steps)) steps."
            : "The training did not come to its end; the last snapshot is of step \(Numbers.grouped(steps)).",
          advice: isAlive ? "Look again when it is done." : "To go on: \(resume)", command: nil,
          measures: ["step": Double(steps)])
      ])
    }
  }
}
