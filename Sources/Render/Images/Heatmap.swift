/// A matrix of numbers as coloured cells, with names at its sides and the numbers in the cells where they fit.
///
/// ```swift
/// Heatmap(shares, rows: 10, columns: 10, scale: .probability, rowLabels: digits, columnLabels: digits,
///   texts: counts.map(Numbers.grouped), outlined: Set((0..<10).map { .init(row: $0, column: $0) }))
/// ```
public struct Heatmap: Block {
  /// A cell of the matrix.
  public struct Cell: Hashable, Sendable {
    /// The row from the top, from 0.
    public var row: Int
    /// The column from the left, from 0.
    public var column: Int

    /// A cell by its row and column.
    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// The numbers, row by row.
  public var values: [Double]
  /// How many rows.
  public var rows: Int
  /// How many columns.
  public var columns: Int
  /// How numbers become colours.
  public var scale: ColorScale
  /// Names of the rows; empty for none.
  public var rowLabels: [String]
  /// Names of the columns; empty for none.
  public var columnLabels: [String]
  /// What the rows are.
  public var rowTitle: String
  /// What the columns are.
  public var columnTitle: String
  /// What is printed in the cells, row by row; empty for nothing.
  public var texts: [String]
  /// Cells with an outline.
  public var outlined: Set<Cell>
  /// The width of a cell in points; what fits where none is given.
  public var cellSize: Double?
  /// Whether a colour bar stands at the right.
  public var showsColorBar: Bool

  /// A matrix row by row. Traps if the numbers do not fill it.
  public init(
    _ values: [Double], rows: Int, columns: Int, scale: ColorScale, rowLabels: [String] = [],
    columnLabels: [String] = [], rowTitle: String = "", columnTitle: String = "", texts: [String] = [],
    outlined: Set<Cell> = [], cellSize: Double? = nil, showsColorBar: Bool = true
  ) {
    precondition(values.count == rows * columns, "\(values.count) numbers do not fill \(rows) × \(columns)")
    precondition(texts.isEmpty || texts.count == values.count, "a text for each cell, or none")
    self.values = values
    self.rows = rows
    self.columns = columns
    self.scale = scale
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.texts = texts
    self.outlined = outlined
    self.cellSize = cellSize
    self.showsColorBar = showsColorBar
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    guard rows > 0, columns > 0 else { return Fragment(size: .zero) }
    let style = TextStyle.label
    let bar = showsColorBar ? ColorBar(scale, length: 96, isVertical: true) : nil
    let barWidth = bar.map { $0.layout(Proposal(width: 160)).size.width + Spacing.panel } ?? 0
    let names = rowLabels.map { style.width(of: $0) }.max() ?? 0
    let left = (rowTitle.isEmpty ? 0 : style.size + 8) + (names > 0 ? names + 6 : 0)
    let room = (proposal.width - left - barWidth) / Double(columns)
    // Cells wide enough for what is printed in them, no wider than they need be.
    let widest = texts.map { style.width(of: $0) }.max() ?? 0
    let cell = (cellSize ?? max(4, min(room, max(widest + 8, 24), 44))).rounded(.down)
    let plot = Rect(x: left.rounded(.up), y: 0, width: cell * Double(columns), height: cell * Double(rows))
    var raster = Raster(width: columns, height: rows)
    for row in 0..<rows {
      for column in 0..<columns { raster[column, row] = scale.color(of: values[row * columns + column]) }
    }
    var result = Fragment(size: Size(plot.maxX, plot.maxY), plot: plot)
    result.elements = [.image(raster, in: plot)]
    if cell >= 12 { result.elements.append(seams(plot, cell)) }
    result.elements += cellTexts(plot, cell) + outlines(plot, cell)
    addRowNames(to: &result, plot, cell)
    addColumnNames(to: &result, plot, cell)
    if let bar {
      result.add(bar.layout(Proposal(width: 160)), at: Point(plot.maxX + Spacing.panel, -style.capHeight / 2))
    }
    return result
  }

  /// Thin lines of paper between the cells.
  private func seams(_ plot: Rect, _ cell: Double) -> Scene.Element {
    var path = Path()
    for column in stride(from: 1, to: columns, by: 1) {
      let x = plot.minX + Double(column) * cell
      path.addLine(Point(x, plot.minY), Point(x, plot.maxY))
    }
    for row in stride(from: 1, to: rows, by: 1) {
      let y = plot.minY + Double(row) * cell
      path.addLine(Point(plot.minX, y), Point(plot.maxX, y))
    }
    return .path(path, fill: nil, stroke: .init(.paper, width: 1))
  }

  private func cellTexts(_ plot: Rect, _ cell: Double) -> [Scene.Element] {
    let style = TextStyle.label
    guard !texts.isEmpty, cell >= style.size + 2 else { return [] }
    return texts.indices.compactMap { index in
      let text = texts[index]
      guard !text.isEmpty, style.width(of: text, isTabular: true) <= cell - 2 else { return nil }
      let (row, column) = (index / columns, index % columns)
      return .text(
        text, plot.minX + (Double(column) + 0.5) * cell,
        plot.minY + (Double(row) + 0.5) * cell + style.capHeight / 2, style,
        .color(scale.color(of: values[index]).readableInk), anchor: .middle, isTabular: true)
    }
  }

  private func outlines(_ plot: Rect, _ cell: Double) -> [Scene.Element] {
    outlined.sorted { ($0.row, $0.column) < ($1.row, $1.column) }.map { place in
      let rect = Rect(
        x: plot.minX + Double(place.column) * cell, y: plot.minY + Double(place.row) * cell, width: cell,
        height: cell)
      return .rectangle(rect.inset(by: 0.5), fill: nil, stroke: .init(.ink, width: 1), radius: 0)
    }
  }

  private func addRowNames(to result: inout Fragment, _ plot: Rect, _ cell: Double) {
    let style = TextStyle.label
    let step = max(1, Int(((style.size + 2) / cell).rounded(.up)))
    for (row, name) in rowLabels.prefix(rows).enumerated() where row % step == 0 {
      let y = plot.minY + (Double(row) + 0.5) * cell + style.capHeight / 2
      result.elements.append(.text(name, plot.minX - 6, y, style, .secondary, anchor: .end))
    }
    if !rowTitle.isEmpty {
      result.elements.append(
        .text(rowTitle, style.ascent, plot.midY, style, .secondary, anchor: .middle, isVertical: true))
    }
  }

  private func addColumnNames(to result: inout Fragment, _ plot: Rect, _ cell: Double) {
    let style = TextStyle.label
    let widest = columnLabels.map { style.width(of: $0) }.max() ?? 0
    var y = plot.maxY
    if !columnLabels.isEmpty {
      // Names wider than a cell stand upright where cells are wide enough for a line of them.
      let isUpright = widest + 2 > cell && cell >= style.size + 1
      let step = isUpright ? 1 : max(1, Int(((widest + 4) / cell).rounded(.up)))
      for (column, name) in columnLabels.prefix(columns).enumerated() where column % step == 0 {
        let x = plot.minX + (Double(column) + 0.5) * cell
        result.elements.append(
          isUpright
            ? .text(name, x + style.capHeight / 2, y + 5, style, .secondary, anchor: .end, isVertical: true)
            : .text(name, x, y + 5 + style.ascent, style, .secondary, anchor: .middle))
      }
      y += 5 + (isUpright ? widest : style.ascent + style.descent)
    }
    if !columnTitle.isEmpty {
      result.elements.append(
        .text(columnTitle, plot.midX, y + 4 + style.ascent, style, .secondary, anchor: .middle))
      y += 4 + style.ascent + style.descent
    }
    result.size.height = max(result.size.height, y)
  }
}
