internal import Core

/// The nearest references of each of some queries, nearest first.
package struct NearestPoints {
  /// How many references are kept of a query: fewer where there are fewer.
  package let kept: Int
  /// Their places among the references, query by query.
  package private(set) var indices: [Int32]
  /// Their squared distances.
  package private(set) var squares: [Float]

  /// Room for the nearest of some queries, who have still to be visited.
  init(queries: Int, keeping count: Int) {
    kept = count
    indices = [Int32](repeating: -1, count: queries * count)
    squares = [Float](repeating: .infinity, count: queries * count)
  }

  /// Finds the nearest references of every query.
  /// - Parameter excludesOwn: true if queries and references are the same points, of which none is its own neighbour.
  package init(
    from queries: PointRows, to references: PointRows, keeping count: Int = 1, excludesOwn: Bool = false,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let others = references.count - (excludesOwn ? 1 : 0)
    var result = NearestPoints(queries: queries.count, keeping: max(0, min(count, others)))
    try DistanceSweep.visit(from: queries, to: references, progress: progress) { query, range, row in
      if excludesOwn, range.contains(query) { row[query - range.lowerBound] = .infinity }
      result.note(query, range, UnsafeBufferPointer(row))
    }
    self = result
  }

  /// Keeps what is nearer than the farthest that is kept: few are.
  mutating func note(_ query: Int, _ range: Range<Int>, _ row: UnsafeBufferPointer<Float>) {
    let (start, count) = (query * kept, kept)
    guard count > 0 else { return }
    indices.withUnsafeMutableBufferPointer { indices in
      squares.withUnsafeMutableBufferPointer { squares in
        var limit = squares[start + count - 1]
        for other in 0..<row.count where row[other] < limit {
          var place = start + count - 1
          while place > start, squares[place - 1] > row[other] {
            squares[place] = squares[place - 1]
            indices[place] = indices[place - 1]
            place -= 1
          }
          squares[place] = row[other]
          indices[place] = Int32(range.lowerBound + other)
          limit = squares[start + count - 1]
        }
      }
    }
  }

  /// The nearest reference of a query.
  package func nearest(_ query: Int) -> Int { Int(indices[query * kept]) }
  /// The squared distance of a query to its nearest reference.
  package func nearestSquare(_ query: Int) -> Float { squares[query * kept] }
  /// The squared distance of a query to the farthest reference that is kept: the radius of its neighbourhood.
  package func radiusSquare(_ query: Int) -> Float { squares[(query + 1) * kept - 1] }
}
