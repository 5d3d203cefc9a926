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
