internal import Core
internal import Render

extension Report.Illustration {
  /// What is wrong with a run, what is well, and what to do: one page with the evidence and the command that shows it.
  static func diagnosis(of run: RunArchive) throws -> [Report.Illustration] {
    [page(try Diagnosis(of: run))]
  }

  /// The same of a model from elsewhere, from its weights and architecture.
  static func diagnosis(of specimen: Specimen, path: String) throws -> [Report.Illustration] {
    [page(try Diagnosis(of: specimen, path: path))]
  }

  private static func page(_ diagnosis: Diagnosis) -> Report.Illustration {
    let problems = diagnosis.findings.count { $0.severity != .good }
    let start =
      problems == 0
      ? "None of the usual faults was found in this network."
      : "These are the places to look at first, the most serious at the top; the grey line under each is the command that draws what it is about."
    return Report.Illustration(
      "diagnosis", DiagnosisFigure().figure(of: diagnosis),
      "\(start) A network rarely fails loudly. It learns its training pictures by heart, some of its units fall silent, or one of two "
        + "adversaries runs away, and the loss alone does not say so. So a diagnosis asks the same questions every time and answers "
        + "each with a number. A rule can be wrong about a network: the number is there so that you can judge for yourself."
    )
  }
}

extension Report.Illustration {
  /// What training did to the filters of the first layer that has some: before, after, and the difference.
  static func change(of run: RunArchive) throws -> [Report.Illustration] {
    guard let first = run.snapshots.first, let last = run.snapshots.last, first.step < last.step else { return [] }
    let start = try Specimen(run, at: .first)
    let convolutions = start.model.network.nodes.filter { $0.operation is Conv2d || $0.operation is ConvTranspose2d }
    guard let layer = convolutions.first?.name else { return [] }
    return [
      Report.Illustration(
        "diff", try Diff(layer: layer).figure(from: start, to: Specimen(run)),
        "Training does not paint filters onto an empty page: it begins with noise and moves each weight a little at a time. The "
          + "right picture is that way: white weights stayed where chance had put them. The bars say how far each filter went, as a "
          + "share of its own length. The table shows that not all layers move alike, and how much of the random start is still there."
      )
    ]
  }
}
