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

  public func layout(_ proposal: Proposal) -> Fragment { Fragment(size: Size(10, 10)) }
}
