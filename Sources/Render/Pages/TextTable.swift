/// Texts in rows and columns with thin lines between the rows; a column is as wide as its texts need, and all wrap where
/// there is not room enough. A row in which only the first column says something is a heading.
public struct TextTable: Block {
  /// The header and rows.
  public var table: NumberTable
  /// The distance between two columns, in points.
  public var gap = 14.0

  /// Texts in rows and columns. A header that is empty throughout is left out.
  public init(_ table: NumberTable) { self.table = table }

  private func isHeading(_ row: [String]) -> Bool { row.count > 1 && row.dropFirst().allSatisfy(\.isEmpty) }

  /// The widths of columns: as wanted where there is room; else the wide ones less.
  package func widths(_ room: Double) -> [Double] {
    let wanted = table.columns.indices.map { column in
      let cells = table.rows.filter { !isHeading($0) }.map { TextStyle.text.width(of: $0[column]) }
      return max(TextStyle.heading.width(of: table.columns[column]), cells.max() ?? 0) + 0.5
    }
    let room = room - gap * Double(max(wanted.count - 1, 0))
    // From the narrowest on, each gets what it wants as long as that is no more than its share of what is left.
    var (left, widths) = (room, wanted)
    for (place, column) in wanted.indices.sorted(by: { wanted[$0] < wanted[$1] }).enumerated() {
      widths[column] = min(wanted[column], left / Double(wanted.count - place))
      left -= widths[column]
    }
    return widths
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    let widths = widths(proposal.width)
    let total = widths.reduce(0, +) + gap * Double(max(widths.count - 1, 0))
    var result = Fragment(size: Size(total, 0))
    func add(_ cells: [String], style: TextStyle) {
      let top = result.size.height + 4
      var (x, bottom) = (0.0, top)
      let isAcross = isHeading(cells)
      for (cell, width) in isAcross ? [(cells[0], total)] : Array(zip(cells, widths)) {
        let fragment = TextBlock(style.broken(cell, to: width), style: style).layout(Proposal(width: width))
        result.add(fragment, at: Point(x, top))
        bottom = max(bottom, top + fragment.size.height)
        x += width + gap
      }
      bottom += 4
      result.elements.append(
        .line(from: Point(0, bottom), to: Point(total, bottom), stroke: .init(.faint, width: 0.5)))
      result.size.height = bottom
    }
    if table.columns.contains(where: { !$0.isEmpty }) { add(table.columns, style: .heading) }
    for row in table.rows { add(row, style: isHeading(row) ? .heading : .text) }
    return result
  }
}

extension TextStyle {
  /// The text with spaces in words that are wider than `width` points: a hash has nowhere else to break.
  fileprivate func broken(_ string: String, to width: Double) -> String {
    guard self.width(of: string) > width else { return string }
    return string.split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard self.width(of: String(word)) > width else { return String(word) }
      var pieces = [""]
      for character in word {
        let longer = pieces[pieces.count - 1] + String(character)
        if self.width(of: longer) <= width || pieces[pieces.count - 1].isEmpty {
          pieces[pieces.count - 1] = longer
        } else {
          pieces.append(String(character))
        }
      }
      return pieces.joined(separator: " ")
    }.joined(separator: " ")
  }
}
