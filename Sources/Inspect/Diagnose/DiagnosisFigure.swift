public import Render

/// A diagnosis as one page: what was found, what it rests on, what to do.
///
/// ```swift
/// let figure = DiagnosisFigure().figure(of: try Diagnosis(of: run))
/// ```
public struct DiagnosisFigure: Hashable, Sendable {
  /// The colours' theme.
  public var theme: Theme

  /// A page in a theme.
  public init(theme: Theme = .light) { self.theme = theme }

  /// Draws the page.
  public func figure(of diagnosis: Diagnosis) -> Figure {
    let diagnosis = diagnosis.withoutFolder()
    let problems = diagnosis.findings.filter { $0.severity != .good }
    let good = diagnosis.findings.filter { $0.severity == .good }
    return Figure(
      problems.isEmpty ? "Nothing wrong was found" : "What was found, and what to do",
      facts: "\(diagnosis.path) · \(diagnosis.summary)",
      reading:
        "A fault means that what was trained cannot be used as it is, a warning that it could be better, a note is worth knowing. Each rests on the numbers beside it.",
      description: ([diagnosis.summary + "."] + problems.map { "\($0.severity.rawValue): \($0.evidence)" })
        .joined(separator: " "),
      recipe: diagnosis.provenance.recipe("diagnose", entries: diagnosis.pictureOptions + [.theme(theme)]),
      numbers: [("findings", diagnosis.table)], theme: theme
    ) {
      for finding in problems { FindingBlock(finding: finding, place: diagnosis.place(of: finding)) }
      if !good.isEmpty {
        Panel("As it should be") {
          TextTable(NumberTable(columns: ["", ""], rows: good.map { [$0.rule, $0.evidence] }))
        }
      }
      if !diagnosis.untold.isEmpty {
        Panel("Could not be told") {
          TextTable(NumberTable(columns: ["", ""], rows: diagnosis.untold.map { [$0.rule, $0.reason] }))
        }
      }
    }
  }
}

extension Diagnosis {
  /// Every finding with its evidence and advice, a row each.
  public var table: NumberTable {
    NumberTable(
      columns: ["severity", "rule", "network", "layer", "evidence", "advice", "command"],
      rows: findings.map {
        [
          $0.severity.rawValue, $0.rule, $0.network ?? "", $0.layer ?? "", $0.evidence, $0.advice,
          $0.command ?? "",
        ]
      })
  }
}

/// One finding: a mark for how much it matters, what was found, what to do, what to type.
private struct FindingBlock: Block {
  let finding: Finding
  let place: String

  func layout(_ proposal: Proposal) -> Fragment {
    let (head, style) = (TextStyle.heading, TextStyle.text)
    let indent = 76.0
    let width = proposal.width - indent
    var result = Fragment(size: Size(proposal.width, 0))
    let word = finding.severity.rawValue
    let paint: Paint =
      switch finding.severity {
      case .fault: .fake
      case .warning: .validation
      case .note: .secondary
      case .good: .test
      }
    // The word says it; the bar only helps the eye, also in grey print by its width.
    let bar: Double =
      switch finding.severity {
      case .fault: 6
      case .warning: 4
      default: 2
      }
    var y = head.ascent
    result.elements.append(
      .text(Scene.Text(word, at: Point(12, y), style: head, paint: .ink)))
    let title = place.isEmpty ? finding.rule : "\(finding.rule) · \(place)"
    result.elements.append(
      .text(Scene.Text(title, at: Point(indent, y), style: style, paint: .secondary)))
    y += head.descent + 4
    for (text, paint) in [
      (finding.evidence, Paint.ink), (finding.advice.isEmpty ? "" : "→ " + finding.advice, .ink),
      (finding.command ?? "", .secondary),
    ] where !text.isEmpty {
      let block = TextBlock(text, style: text == finding.command ? .label : .text, paint: paint).layout(
        Proposal(width: width))
      result.add(block, at: Point(indent, y))
      y += block.size.height + 3
    }
    result.size.height = y
    result.elements.insert(
      .rectangle(Rect(x: 0, y: 1, width: bar, height: y - 4), fill: paint, stroke: nil, radius: 0), at: 0)
    return result
  }
}
