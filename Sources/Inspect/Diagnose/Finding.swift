/// Something that a diagnosis has to say: what was measured, what to do about it, and what to type to see it.
public struct Finding: Hashable, Sendable {
  /// How much it matters.
  public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// It does not work: what was trained cannot be used as it is.
    case fault
    /// It works worse than it could.
    case warning
    /// Worth knowing.
    case note
    /// As it should be.
    case good

    /// What matters more comes first.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int { Severity.allCases.firstIndex(of: self)! }
  }

  /// A number that the finding rests on.
  public struct Measure: Hashable, Sendable {
    /// What it is: `share`, `epoch`.
    public let name: String
    /// The number.
    public let value: Double
  }

  /// The rule that found it: `dead-units`.
  public let rule: String
  /// How much it matters.
  public let severity: Severity
  /// The network it is about; nil where it is about the whole run.
  public let network: String?
  /// The layer it is about, if it is about one.
  public let layer: String?
  /// One sentence with the numbers.
  public let evidence: String
  /// What to do about it; empty where there is nothing to do.
  public let advice: String
  /// The command that draws what the evidence is about; nil where no figure shows it.
  public let command: String?
  /// The numbers of the evidence.
  public let measures: [Measure]

  /// Something found by a rule.
  init(
    _ severity: Severity, network: String? = nil, layer: String? = nil, _ evidence: String, advice: String,
    command: String?, measures: KeyValuePairs<String, Double> = [:]
  ) {
    self.init(
      rule: "", severity, network: network, layer: layer, evidence, advice: advice, command: command,
      measures: measures.map { Measure(name: $0.key, value: $0.value) })
  }

  private init(
    rule: String, _ severity: Severity, network: String?, layer: String?, _ evidence: String, advice: String,
    command: String?, measures: [Measure]
  ) {
    self.rule = rule
    self.severity = severity
    self.network = network
    self.layer = layer
    self.evidence = evidence
    self.advice = advice
    self.command = command
    self.measures = measures
  }

  /// The finding with its texts changed.
  func rewritten(by change: (String) -> String) -> Finding {
    Finding(
      rule: rule, severity, network: network, layer: layer, change(evidence), advice: change(advice),
      command: command.map(change), measures: measures)
  }

  /// The finding under the name of the rule that found it.
  func found(by rule: String) -> Finding {
    Finding(
      rule: rule, severity, network: network, layer: layer, evidence, advice: advice, command: command,
      measures: measures)
  }
}

/// One thing that can be wrong with a model or a training, and how that is told.
protocol DiagnosisRule: Sendable {
  /// Its name in JSON and text: `dead-units`.
  var id: String { get }
  /// Looks whether it is so.
  func verdict(on examination: Examination) throws -> Verdict
}

/// What a rule says.
enum Verdict {
  /// What is wrong, worst first.
  case found([Finding])
  /// What was looked at and is well, in one sentence with numbers.
  case well(String)
  /// It could not be told, and why.
  case untold(String)
  /// The question makes no sense here.
  case notApplicable

  /// What was found; that it is well if nothing was.
  static func found(_ findings: [Finding], else well: String) -> Verdict {
    findings.isEmpty ? .well(well) : .found(findings)
  }
}
