#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How near points are to each other, as t-SNE sees it: probabilities over pairs, of near pairs alone, row by row.
struct NeighbourProbabilities {
  /// Where each point's row starts; one more than points.
  let starts: [Int]
  /// The other point of a pair.
  let others: [Int32]
  /// The pair's probability; all together are 1.
  let values: [Float]

  /// Probabilities of the nearest neighbours of every point, of a perplexity each, made symmetric.
  init(_ near: NearestNeighbours, points: Int, perplexity: Double) {
    let k = near.count
    var conditional = [Double](repeating: 0, count: points * k)
    for point in 0..<points {
      Self.conditional(
        near.squares[point * k..<(point + 1) * k], perplexity, into: &conditional[point * k..<(point + 1) * k]
      )
    }
    // p(i, j) = (p(j|i) + p(i|j)) / 2n: each pair stands in the rows of both.
    var rows = [[(other: Int32, value: Double)]](repeating: [], count: points)
    for point in 0..<points {
      for place in 0..<k {
        let (other, value) = (near.indices[point * k + place], conditional[point * k + place])
        rows[point].append((other, value))
        rows[Int(other)].append((Int32(point), value))
      }
    }
    var starts = [0]
    var others: [Int32] = []
    var values: [Float] = []
    others.reserveCapacity(2 * points * k)
    values.reserveCapacity(2 * points * k)
    for row in rows {
      let sorted = row.sorted { $0.other < $1.other }
      var place = 0
      while place < sorted.count {
        var sum = sorted[place].value
        let other = sorted[place].other
        place += 1
        while place < sorted.count, sorted[place].other == other {
          sum += sorted[place].value
          place += 1
        }
        others.append(other)
        values.append(Float(sum / Double(2 * points)))
      }
      starts.append(others.count)
    }
    (self.starts, self.others, self.values) = (starts, others, values)
  }

  /// The probabilities of a point's neighbours: Gaussian, of a width that gives the perplexity 2^H.
  private static func conditional(
    _ squares: ArraySlice<Float>, _ perplexity: Double, into result: inout ArraySlice<Double>
  ) {
    let wanted = log(perplexity)
    let nearest = Double(squares.min() ?? 0)
    var (precision, low, high) = (1.0, -Double.infinity, Double.infinity)
    for _ in 0..<100 {
      var (sum, weighted) = (0.0, 0.0)
      for (place, square) in zip(result.indices, squares) {
        // Less the nearest, so that not all powers are zero.
        let distance = Double(square) - nearest
        let power = exp(-distance * precision)
        result[place] = power
        sum += power
        weighted += distance * power
      }
      for place in result.indices { result[place] /= sum }
      let excess = log(sum) + precision * weighted / sum - wanted
      if abs(excess) < 1e-5 { return }
      if excess > 0 {
        low = precision
        precision = high == .infinity ? precision * 2 : (precision + high) / 2
      } else {
        high = precision
        precision = low == -.infinity ? precision / 2 : (precision + low) / 2
      }
    }
  }
}
