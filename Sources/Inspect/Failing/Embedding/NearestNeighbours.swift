package import Core

/// Distances of points with many numbers to each other, by products of matrices.
struct PointDistances {
  /// How many points there are.
  let count: Int
  private let centred: Tensor
  private let squares: [Float]
  private let products: RowProducts

  /// Prepares the distances between points `[points, numbers]`.
  init(of points: Tensor) throws(NetworkError) {
    let (n, d) = (points.shape[0], points.shape[1])
    count = n
    // About their mean the points are nearest zero, and |a|² + |b|² − 2ab loses the fewest digits.
    var means = [Double](repeating: 0, count: d)
    for point in 0..<n { for place in 0..<d { means[place] += Double(points.elements[point * d + place]) } }
    for place in 0..<d { means[place] /= Double(n) }
    centred = Tensor(points.shape) { result in
      for point in 0..<n {
        for place in 0..<d {
          result[point * d + place] = Float(Double(points.elements[point * d + place]) - means[place])
        }
      }
    }
    var squares = [Float](repeating: 0, count: n)
    for point in 0..<n {
      var sum = 0.0
      for place in 0..<d {
        let value = Double(centred.elements[point * d + place])
        sum += value * value
      }
      squares[point] = Float(sum)
    }
    self.squares = squares
    products = try RowProducts(with: centred)
  }

  /// Visits the squared distances from every point to all, the point's own made infinite.
  func visit(_ body: (_ point: Int, _ row: UnsafeBufferPointer<Float>) -> Void) throws {
    var row = [Float](repeating: 0, count: count)
    try products.products(of: centred) { range, values in
      values.elements.withUnsafeBufferPointer { values in
        for point in range {
          let start = values.baseAddress! + (point - range.lowerBound) * count
          row.withUnsafeMutableBufferPointer { row in
            let own = squares[point]
            squares.withUnsafeBufferPointer { squares in
              for other in 0..<row.count { row[other] = max(0, own + squares[other] - 2 * start[other]) }
            }
            row[point] = .infinity
            body(point, UnsafeBufferPointer(row))
          }
        }
      }
    }
  }
}

/// The nearest neighbours of every point, nearest first.
struct NearestNeighbours {
  /// Neighbours of each point.
  let count: Int
  /// Indices, row by row `[points, count]`.
  private(set) var indices: [Int32]
  /// Squared distances, row by row.
  private(set) var squares: [Float]

  private init(points: Int, count: Int) {
    self.count = count
    indices = [Int32](repeating: 0, count: points * count)
    squares = [Float](repeating: .infinity, count: points * count)
  }

  /// The nearest of points with many numbers.
  init(_ distances: PointDistances, count: Int) throws {
    self.init(points: distances.count, count: min(count, distances.count - 1))
    var result = self
    try distances.visit { point, row in result.fill(point, from: row) }
    self = result
  }

  /// The nearest of points in the plane, given as x, y, x, y, ….
  init(inPlane places: [Double], count: Int) {
    let points = places.count / 2
    self.init(points: points, count: min(count, points - 1))
    let x = (0..<points).map { Float(places[2 * $0]) }
    let y = (0..<points).map { Float(places[2 * $0 + 1]) }
    var row = [Float](repeating: 0, count: points)
    for point in 0..<points {
      let (ownX, ownY) = (x[point], y[point])
      for other in 0..<points {
        let (across, up) = (x[other] - ownX, y[other] - ownY)
        row[other] = across * across + up * up
      }
      row[point] = .infinity
      row.withUnsafeBufferPointer { fill(point, from: $0) }
    }
  }

  /// Keeps the smallest of a row, sorted: few are smaller than the largest that is kept.
  private mutating func fill(_ point: Int, from row: UnsafeBufferPointer<Float>) {
    let (start, count) = (point * count, count)
    guard count > 0 else { return }
    indices.withUnsafeMutableBufferPointer { indices in
      squares.withUnsafeMutableBufferPointer { squares in
        var limit = Float.infinity
        for other in 0..<row.count where row[other] < limit {
          var place = start + count - 1
          while place > start, squares[place - 1] > row[other] {
            squares[place] = squares[place - 1]
            indices[place] = indices[place - 1]
            place -= 1
          }
          squares[place] = row[other]
          indices[place] = Int32(other)
          limit = squares[start + count - 1]
        }
      }
    }
  }

  /// The neighbours of a point, nearest first.
  subscript(point: Int) -> ArraySlice<Int32> { indices[point * count..<(point + 1) * count] }

  /// The share of points whose nearest neighbours are for their own class: each is named by a vote of its neighbours, the
  /// nearest deciding between equals.
  func accuracy(_ labels: [Int]) -> Double {
    guard !labels.isEmpty, count > 0 else { return .nan }
    var right = 0
    for point in labels.indices {
      var votes: [Int: Int] = [:]
      for other in self[point] { votes[labels[Int(other)], default: 0] += 1 }
      let most = votes.values.max()!
      let winner = self[point].first { votes[labels[Int($0)]] == most }!
      if labels[Int(winner)] == labels[point] { right += 1 }
    }
    return Double(right) / Double(labels.count)
  }
}

/// How far a picture of points in the plane can be believed.
package enum Trustworthiness {
  /// The share of nearness in the plane that is there among the points themselves, 0 … 1 (Venna and Kaski 2001).
  ///
  /// `T(k) = 1 − 2 / (n k (2n − 3k − 1)) Σ_i Σ_j max(0, r(i, j) − k)` over the k nearest neighbours j of i in the plane,
  /// r being j's rank among the neighbours of i in the original space.
  /// - Parameters:
  ///   - places: x and y of each point in turn.
  ///   - points: the points themselves, `[points, numbers]`; more than 2k of them, else the measure is not defined.
  ///   - k: neighbours that are looked at.
  /// - Returns: the measure; nil where it is not defined.
  package static func measure(_ places: [Double], of points: Tensor, k: Int = 12) throws -> Double? {
    try measure(NearestNeighbours(inPlane: places, count: k), PointDistances(of: points))
  }

  static func measure(_ near: NearestNeighbours, _ distances: PointDistances) throws -> Double? {
    let (n, k) = (distances.count, near.count)
    guard k > 0, 2 * k < n else { return nil }
    var excess = 0
    try distances.visit { point, row in
      for other in near[point] {
        let limit = row[Int(other)]
        var nearer = SIMD8<Int32>.zero
        var place = 0
        let memory = UnsafeRawPointer(row.baseAddress!)
        while place + 8 <= row.count {
          let values = memory.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self)
          nearer.replace(with: nearer &+ 1, where: values .< limit)
          place += 8
        }
        var rank = 1 + Int(nearer.wrappedSum())
        for value in row[place...] where value < limit { rank += 1 }
        excess += max(0, rank - k)
      }
    }
    return 1 - 2 * Double(excess) / (Double(n * k) * Double(2 * n - 3 * k - 1))
  }
}
