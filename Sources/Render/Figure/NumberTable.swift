/// The numbers behind a picture: a header and rows, written as CSV.
public struct NumberTable: Hashable, Sendable {
  /// The names of the columns.
  public var columns: [String]
  /// The rows, each as long as `columns`.
  public var rows: [[String]]

  /// A table of texts.
  public init(columns: [String], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// A table of numbers, each written so that it reads back exactly.
  public init(columns: [String], numbers: [[Double]]) {
    self.init(columns: columns, rows: numbers.map { $0.map(NumberTable.text) })
  }

  /// A number so that it reads back exactly, whole numbers without a point.
  public static func text(_ number: Double) -> String {
    if number == number.rounded(), number.magnitude < 1e15 { return String(Int64(number)) }
    return "\(number)"
  }

  /// The table as comma-separated values (RFC 4180, lines ended by a line feed).
  public var csv: String {
    func field(_ text: String) -> String {
      let needsQuotes = text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
      return needsQuotes
        ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\"" : text
    }
    return ([columns] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }
}
