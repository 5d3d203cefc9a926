import Core
import Foundation
import Inspect
import Testing

/// A table of costs of `Fixtures/Comparing/assignments.json` with SciPy's answer.
private struct AssignmentCase: Decodable, CustomTestStringConvertible {
  let name: String
  let rows: Int
  let columns: Int
  let costs: [Double]
  /// The least sum there is.
  let sum: Double
  /// The column of every row, −1 for those left over.
  let assignment: [Int]
  var testDescription: String { name }

  private struct File: Decodable { let cases: [AssignmentCase] }

  static let all: [AssignmentCase] = {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = checkout.appending(path: "Fixtures/Comparing/assignments.json")
    return try! JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }()
}

@Suite struct OptimalAssignmentTests {
  @Test(arguments: AssignmentCase.all) private func theSumIsSciPysToTheLastBit(_ known: AssignmentCase) {
    let found = OptimalAssignment.minimising(known.costs, rows: known.rows, columns: known.columns)
    #expect(found.count == known.rows)
    let columns = found.compactMap { $0 }
    #expect(columns.count == min(known.rows, known.columns))
    #expect(Set(columns).count == columns.count, "a column for one row only")
    let sum = found.enumerated().reduce(0.0) { total, pair in
      total + (pair.element.map { known.costs[pair.offset * known.columns + $0] } ?? 0)
    }
    #expect(sum == known.sum)
    // Costs drawn from a wide range leave one best assignment.
    if known.name == "large" || known.name == "filters" {
      #expect(found.map { $0 ?? -1 } == known.assignment)
    }
  }

  @Test func noRowsAndNoColumnsAreServed() {
    #expect(OptimalAssignment.minimising([], rows: 0, columns: 0) == [])
    #expect(OptimalAssignment.minimising([], rows: 0, columns: 3) == [])
    #expect(OptimalAssignment.minimising([], rows: 2, columns: 0) == [nil, nil])
  }

  @Test(arguments: 0..<12) func noExchangeOfAllThereAreIsCheaper(_ seed: UInt64) {
    var random = RandomStream(seed: seed)
    let count = 6
    let costs = (0..<count * count).map { _ in Double(random.uniform(in: -1...1)) }
    func sum(_ order: [Int]) -> Double {
      order.enumerated().reduce(0) { $0 + costs[$1.offset * count + $1.element] }
    }
    func all(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in all(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    let best = all(Array(0..<count)).map(sum).min()!
    let found = OptimalAssignment.minimising(costs, rows: count, columns: count).map { $0! }
    #expect(abs(sum(found) - best) < 1e-12)
  }
}
