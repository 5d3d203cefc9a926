public import Core
internal import Render

/// What is wrong with a model or its training, what is well, and what to do: every rule's finding with its evidence.
///
/// ```swift
/// let diagnosis = try Diagnosis(of: RunArchive(opening: "run.h5"))
/// for finding in diagnosis.findings where finding.severity == .fault { print(finding.evidence) }
/// ```
public struct Diagnosis: Hashable, Sendable {
  /// A rule that could not be told.
  public struct Untold: Hashable, Sendable {
    /// The rule.
    public let rule: String
    /// Why not, and what would help.
    public let reason: String
  }

  /// The file, as it was named.
  public private(set) var path: String
  /// Whether it is a run of ours, with its whole training, or a model.
  public let isRun: Bool
  /// What was found: faults first, what is well last.
  public private(set) var findings: [Finding]
  /// What could not be told.
  public let untold: [Untold]
  /// What it was made of, for a figure.
  let provenance: Provenance
  /// The options that say which pictures a model was tried on.
  let pictureOptions: [FigureRecipe.Entry]
  /// How many networks were examined.
  private let networks: Int

  /// Examines a run: its training, its networks at the last snapshot, what they say of its probe pictures.
  /// - Parameter progress: is told the share done.
  /// - Throws: `ArchiveError` if the run cannot be read, `NetworkError` if a network cannot be run.
  public init(of run: RunArchive, progress: (Double) -> Void = { _ in }) throws {
    let run = run.tracingReads()
    let specimens =
      run.snapshots.isEmpty ? [] : try run.networks.map { try Specimen(run, network: $0.name) }
    try self.init(Examination(path: run.path, run: run, specimens: specimens), progress)
  }

  /// Examines a model from elsewhere: its weights and its architecture; with pictures, what it does on them.
  /// - Parameters:
  ///   - specimen: the model, with pictures to try it on if there are some.
  ///   - path: what the file is called.
  ///   - progress: is told the share done.
  /// - Throws: `NetworkError` if it is to be tried on pictures and cannot be run.
  public init(of specimen: Specimen, path: String, progress: (Double) -> Void = { _ in }) throws {
    try self.init(Examination(path: path, run: nil, specimens: [specimen]), progress)
  }

  private init(_ examination: Examination, _ progress: (Double) -> Void) throws {
    path = examination.path
    isRun = examination.run != nil
    var findings: [Finding] = []
    var untold: [Untold] = []
    for (index, rule) in Self.rules.enumerated() {
      switch try rule.verdict(on: examination) {
      case .found(let found): findings += found.map { $0.found(by: rule.id) }
      case .well(let evidence):
        findings.append(Finding(.good, evidence, advice: "", command: nil).found(by: rule.id))
      case .untold(let reason): untold.append(Untold(rule: rule.id, reason: reason))
      case .notApplicable: break
      }
      progress(Double(index + 1) / Double(Self.rules.count))
    }
    // In the rules' order among those of a kind.
    self.findings = Finding.Severity.allCases.flatMap { severity in
      findings.filter { $0.severity == severity }
    }
    self.untold = untold
    pictureOptions = examination.run == nil ? examination.specimens[0].optionsOfPictures : []
    networks = examination.specimens.count
    provenance =
      examination.run.map {
        Provenance(seed: $0.seed, step: examination.specimens.first?.moment?.step, dataHash: $0.dataHash)
      } ?? examination.specimens[0].provenance
  }

  /// Every rule, in the order in which a teacher would ask: do the numbers make sense, did it learn, does it generalise, is
  /// something broken inside, does it follow the rules of its kind.
  static let rules: [any DiagnosisRule] = [
    NumbersRule(), RunStateRule(), ChanceRule(), OverFittingRule(), StillLearningRule(), ConfusionRule(),
    UnusedClassRule(), CalibrationRule(), ExplodingGradientRule(), VanishingGradientRule(), UpdateRatioRule(),
    DeadUnitRule(), SaturationRule(), ZeroFilterRule(), DuplicateFilterRule(), AdversaryPoolingRule(),
    AdversaryNormRule(), AdversaryActivationRule(), OutputRangeRule(), CheckerboardRule(),
    DiscriminatorWinsRule(), ModeCollapseRule(),
  ]

  /// The names of the rules.
  package static var ruleNames: [String] { rules.map(\.id) }

  /// The diagnosis with the file's name for its path, as a figure has it: the same wherever the file is.
  func withoutFolder() -> Diagnosis {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    func short(_ text: String) -> String { text.replacing(path.asShellWord, with: name.asShellWord) }
    var result = self
    result.path = name
    result.findings = findings.map { $0.rewritten(by: short) }
    return result
  }

  /// Where a finding is, for people: the network where there are several, and the layer.
  func place(of finding: Finding) -> String {
    [networks > 1 ? finding.network : nil, finding.layer].compactMap { $0 }.joined(separator: " ")
  }

  /// How many findings there are of a kind.
  public func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

  /// What a program that examined this ends with: 0 if all is well, 2 if something is wrong. (1 is for a program that fails,
  /// 64 for one that is called wrongly.)
  /// - Parameter strict: whether warnings count as faults do.
  public func exitStatus(strict: Bool = false) -> Int32 {
    count(.fault) > 0 || (strict && count(.warning) > 0) ? 2 : 0
  }
}
