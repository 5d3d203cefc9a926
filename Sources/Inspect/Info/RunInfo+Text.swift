internal import Render

extension RunInfo {
  /// The description as text: facts, a table for each network, what is recorded.
  public var text: String {
    var lines = [
      "\(path): a run by \(tool), begun \(created), \(state)",
      "seed \(seed) · \(Numbers.grouped(recordedSteps)) steps recorded · \(snapshots.count) snapshots"
        + " · \(Numbers.grouped(probePictures)) probe pictures",
    ]
    for network in networks {
      lines += ["", "\(network.name) (\(network.role))"]
      lines += aligned(network.rows, leftAligned: 3)
    }
    lines += ["", "snapshots at steps \(snapshots.map(Numbers.grouped).joined(separator: " · "))"]
    if !metrics.isEmpty { lines.append("metrics every step: \(metrics.joined(separator: ", "))") }
    if !evaluations.isEmpty { lines.append("evaluations: \(evaluations.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }
}

/// Rows as lines in columns of even width: the first few to the left, numbers to the right.
private func aligned(_ rows: [[String]], leftAligned: Int) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    let cells = row.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - row[column].count)
      return column < leftAligned ? row[column] + padding : padding + row[column]
    }
    let line = "  " + cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
