internal import Render

extension Diagnosis {
  /// The diagnosis for people: what is wrong with its evidence, what to do and what to type; what is well in a line each.
  public var text: String {
    var lines = ["\(path): \(summary)"]
    for finding in findings where finding.severity != .good {
      lines.append("")
      let place = place(of: finding)
      lines.append("\(finding.severity.rawValue)  \(finding.rule)\(place.isEmpty ? "" : "  \(place)")")
      lines += finding.evidence.wrapped(at: Self.width, indent: 2)
      if !finding.advice.isEmpty { lines += ("→ " + finding.advice).wrapped(at: Self.width, indent: 2) }
      if let command = finding.command { lines.append("  $ " + command) }
    }
    let good = findings.filter { $0.severity == .good }
    for (title, rows) in [
      ("well", good.map { ($0.rule, $0.evidence) }), ("not told", untold.map { ($0.rule, $0.reason) }),
    ] where !rows.isEmpty {
      lines += ["", title]
      let widest = rows.map(\.0.count).max()!
      for (rule, words) in rows {
        let cells = words.wrapped(at: Self.width, indent: widest + 4)
        let first = "  " + rule + String(repeating: " ", count: widest + 2 - rule.count)
        lines.append(first + cells[0].drop { $0 == " " })
        lines += cells.dropFirst()
      }
    }
    return lines.joined(separator: "\n")
  }

  /// `1 fault, 2 warnings, no notes`.
  public var summary: String {
    let (faults, warnings, notes) = (count(.fault), count(.warning), count(.note))
    if faults + warnings + notes == 0 { return "nothing wrong was found in \(count(.good)) checks" }
    func words(_ count: Int, _ name: String) -> String? {
      count == 0 ? nil : "\(count) \(name)\(count == 1 ? "" : "s")"
    }
    return [
      words(faults, "fault"), words(warnings, "warning"), words(notes, "note"),
      words(count(.good), "check").map { $0 + " well" },
    ]
    .compactMap { $0 }.joined(separator: ", ")
  }

  /// As wide as lines of text get.
  private static let width = 96
}

extension String {
  /// The text in lines of no more than `width` characters, each behind so many spaces.
  func wrapped(at width: Int, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [margin + line]
  }
}
