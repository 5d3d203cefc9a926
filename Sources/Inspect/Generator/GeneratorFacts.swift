internal import Core
internal import Render

extension Specimen {
  /// What the model is, what it was told to paint and when, for a figure's line of facts: `generator · step 3,752 of 3,752`.
  var generatorFacts: [String] {
    [name] + (label.map { ["class \($0)"] } ?? []) + (moment.map { [$0.facts] } ?? [])
  }
}

extension Snapshot {
  /// `step 936 of 4,680`.
  func facts(in run: RunArchive) -> String {
    "step \(Numbers.grouped(step)) of \(Numbers.grouped(run.snapshots.last!.step))"
  }
}

extension FigureRecipe.Value {
  /// A seed: as text where it does not fit a signed number.
  static func seed(_ seed: UInt64) -> FigureRecipe.Value {
    Int(exactly: seed).map { .integer($0) } ?? .string(String(seed))
  }
}

extension Sequence<String> {
  /// Facts in one line: `generator · step 5`.
  var facts: String { filter { !$0.isEmpty }.joined(separator: " · ") }
}

extension RunArchive {
  /// The run's generator.
  /// - Throws: `InspectError` saying what the run has instead.
  func generator() throws(InspectError) -> RunNetwork {
    guard let generator = networks.first(where: { $0.role == .generator }), sampleShape != nil else {
      let roles = networks.map { "\($0.name) (\($0.role.rawValue))" }.listed
      throw InspectError(
        .notApplicable, path, "the run has no samples: it trains no generator; its networks are \(roles)")
    }
    return generator
  }
}
