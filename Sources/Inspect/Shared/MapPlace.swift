/// A place of a map or picture: column and row, from 0 at the left top.
///
/// ```swift
/// MapPlace("7,9")  // column 7, row 9
/// ```
public struct MapPlace: Hashable, Sendable, LosslessStringConvertible {
  /// The column, from 0 at the left.
  public var column: Int
  /// The row, from 0 at the top.
  public var row: Int

  /// A place of a column and a row.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  /// A place as the command line has it, `x,y`: column, then row; nil for anything else.
  public init?(_ description: String) {
    let parts = description.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let column = parts[0], let row = parts[1], column >= 0, row >= 0 else {
      return nil
    }
    self.init(column: column, row: row)
  }

  /// The place as the command line has it: `7,9`.
  public var description: String { "\(column),\(row)" }

  /// The place in words: `column 7, row 9`.
  var words: String { "column \(column), row \(row)" }
}
