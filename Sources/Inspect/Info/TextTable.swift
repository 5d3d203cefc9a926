extension [[String]] {
  /// Rows as lines in columns of even width: the first few to the left, numbers to the right.
  func aligned(leftAligned: Int) -> [String] {
    guard let first else { return [] }
    let widths = first.indices.map { column in map { $0[column].count }.max() ?? 0 }
    return map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column < leftAligned ? row[column] + padding : padding + row[column]
      }
      let line = "  " + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
