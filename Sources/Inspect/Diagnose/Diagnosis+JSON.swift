internal import Core

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension Diagnosis {
  /// The diagnosis as JSON; docs/diagnose.md says what the names mean.
  /// - Parameter strict: whether warnings count for the exit status.
  /// - Throws: never in practice: what is no finite number is left out.
  public func json(strict: Bool = false) throws -> String {
    let counts = Dictionary(
      uniqueKeysWithValues: Finding.Severity.allCases.map { ($0.rawValue, count($0)) })
    let page = Page(
      file: path, kind: isRun ? "run" : "model", strict: strict, exitStatus: exitStatus(strict: strict),
      counts: counts,
      findings: findings.map { finding in
        Page.Finding(
          rule: finding.rule, severity: finding.severity.rawValue, network: finding.network,
          layer: finding.layer, evidence: finding.evidence, advice: finding.advice, command: finding.command,
          numbers: Dictionary(
            finding.measures.filter { $0.value.isFinite }.map { ($0.name, $0.value) }
          ) { first, _ in first })
      }, untold: untold.map { Page.Untold(rule: $0.rule, reason: $0.reason) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(page), as: UTF8.self)
  }

  /// What is written.
  private struct Page: Encodable {
    struct Finding: Encodable {
      let rule: String
      let severity: String
      let network: String?
      let layer: String?
      let evidence: String
      let advice: String
      let command: String?
      let numbers: [String: Double]
    }
    struct Untold: Encodable {
      let rule: String
      let reason: String
    }
    var format = "vitrine-diagnosis"
    var version = 1
    var tool = Tool.name
    let file: String
    let kind: String
    let strict: Bool
    let exitStatus: Int32
    let counts: [String: Int]
    let findings: [Finding]
    let untold: [Untold]
  }
}
