/// Who goes with whom so that the sum of all costs is the least: the Hungarian algorithm.
///
/// Each row gets a column of its own. Rows are taken in one after the other; for each the cheapest chain of exchanges is
/// looked for that frees a column, among costs reduced by a price for every row and column, so that no reduced cost is
/// negative (Kuhn 1955; in this form, O(rows² · columns), Jonker and Volgenant 1987).
package enum OptimalAssignment {
  /// The column of every row; nil for rows that are left over where there are more rows than columns.
  /// - Parameters:
  ///   - costs: `rows · columns` finite numbers, row by row.
  ///   - rows: how many are to be served.
  ///   - columns: how many there are to choose from.
  package static func minimising(_ costs: [Double], rows: Int, columns: Int) -> [Int?] {
    precondition(costs.count == rows * columns, "\(costs.count) costs for \(rows) × \(columns)")
    guard rows > columns else { return served(costs, rows, columns) }
    // With the parts exchanged every column gets a row; the rows that none of them chose are left over.
    var turned = [Double](repeating: 0, count: costs.count)
    for row in 0..<rows {
      for column in 0..<columns { turned[column * rows + row] = costs[row * columns + column] }
    }
    var result = [Int?](repeating: nil, count: rows)
    for (column, row) in served(turned, columns, rows).enumerated() { result[row!] = column }
    return result
  }

  private static func served(_ costs: [Double], _ rows: Int, _ columns: Int) -> [Int?] {
    // Place 0 stands for "none yet": of the columns it is the one that the new row holds for the time being.
    var rowPrice = [Double](repeating: 0, count: rows + 1)
    var columnPrice = [Double](repeating: 0, count: columns + 1)
    var holder = [Int](repeating: 0, count: columns + 1)
    var cameFrom = [Int](repeating: 0, count: columns + 1)
    for row in 1...max(rows, 1) where rows > 0 {
      holder[0] = row
      var column = 0
      var cheapest = [Double](repeating: .infinity, count: columns + 1)
      var isSettled = [Bool](repeating: false, count: columns + 1)
      // The cheapest way to a column that nobody holds, one settled column a round.
      repeat {
        isSettled[column] = true
        let from = holder[column]
        let start = (from - 1) * columns - 1
        var (next, step) = (0, Double.infinity)
        for other in 1...columns where !isSettled[other] {
          let reduced = costs[start + other] - rowPrice[from] - columnPrice[other]
          if reduced < cheapest[other] {
            cheapest[other] = reduced
            cameFrom[other] = column
          }
          if cheapest[other] < step { (next, step) = (other, cheapest[other]) }
        }
        for other in 0...columns {
          if isSettled[other] {
            rowPrice[holder[other]] += step
            columnPrice[other] -= step
          } else {
            cheapest[other] -= step
          }
        }
        column = next
      } while holder[column] != 0
      // Along that way everybody moves on by one.
      while column != 0 {
        holder[column] = holder[cameFrom[column]]
        column = cameFrom[column]
      }
    }
    var result = [Int?](repeating: nil, count: rows)
    for column in 1...max(columns, 1) where column <= columns && holder[column] > 0 {
      result[holder[column] - 1] = column - 1
    }
    return result
  }
}
