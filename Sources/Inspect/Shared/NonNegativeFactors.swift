/// A matrix without negative numbers as a sum of a few products: `V ≈ W H` with `W, H ≥ 0`.
///
/// Found by hierarchical alternating least squares: one row of H or column of W after the other becomes the best there
/// is while all others stay, so the error ‖V − WH‖ never rises.
/// - Source: Cichocki and Phan 2009, "Fast local algorithms for large scale nonnegative matrix and tensor
///   factorizations", algorithm 2.
package struct NonNegativeFactors: Sendable {
  /// Columns of W: for each factor a number for every row of V, in V's unit.
  package private(set) var loadings: [[Double]]
  /// Rows of H: for each factor a number for every column of V; of length one, or all zero.
  package private(set) var factors: [[Double]]
  /// ‖V − WH‖² / ‖V‖² after each iteration; never rising.
  package private(set) var errors: [Double] = []

  /// The share of ‖V‖² that the factors hold, 0 … 1.
  package var explained: Double { 1 - (errors.last ?? 0) }

  /// Factors of a matrix, the one with the most of it first.
  ///
  /// Ends when an iteration lowers the error by less than `tolerance` of ‖V‖², or after `iterations`. Nothing in
  /// it is drawn by chance: the same matrix gives the same factors.
  /// - Parameters:
  ///   - matrix: row after row, no number negative, all finite.
  ///   - columns: the length of a row; divides the count.
  package init(
    of matrix: [Double], columns: Int, count: Int, iterations: Int = 500, tolerance: Double = 1e-8
  ) {
    precondition(
      columns > 0 && matrix.count % columns == 0, "rows of \(columns) are not \(matrix.count) numbers")
    precondition(count > 0, "\(count) factors")
    let rows = matrix.count / columns
    let transposed = (0..<columns).flatMap { column in
      (0..<rows).map { matrix[$0 * columns + column] }
    }
    let energy = matrix.reduce(0) { $0 + $1 * $1 }
    loadings = [[Double]](repeating: [Double](repeating: 0, count: rows), count: count)
    factors = Self.corners(of: matrix, columns: columns, count: count)
    guard energy > 0 else { return }

    for _ in 0..<iterations {
      Self.improve(&loadings, given: products(factors, factors), combinations(of: transposed, by: factors))
      let gram = products(loadings, loadings)
      let cross = combinations(of: matrix, by: loadings)
      Self.improve(&factors, given: gram, cross)
      // ‖V − WH‖² = ‖V‖² − 2 ⟨WᵀV, H⟩ + ⟨WᵀW, HHᵀ⟩
      let fit = zip(cross, factors).reduce(0) { $0 + product($1.0, $1.1) }
      let square = zip(gram, products(factors, factors)).reduce(0) { $0 + product($1.0, $1.1) }
      errors.append(max(0, energy - 2 * fit + square) / energy)
      if errors.count > 1, errors[errors.count - 2] - errors[errors.count - 1] < tolerance { break }
    }
    order()
  }

  /// Rows of the matrix that are far from each other: the longest, then whichever is longest without what it has in common
  /// with those before.
  ///
  /// A start by chance often gives two factors to the same large rows and none to the small; this does not.
  /// - Source: Gillis and Vavasis 2014, "Fast and robust recursive algorithms for separable nonnegative matrix
  ///   factorization", algorithm 1.
  private static func corners(of matrix: [Double], columns: Int, count: Int) -> [[Double]] {
    var rest = stride(from: 0, to: matrix.count, by: columns).map { Array(matrix[$0..<$0 + columns]) }
    let longest = rest.map { product($0, $0) }.max() ?? 0
    return (0..<count).map { _ in
      let lengths = rest.map { product($0, $0) }
      // What rounding leaves of rows that are nothing but the others is no row.
      guard let chosen = lengths.indices.max(by: { (lengths[$0], $1) < (lengths[$1], $0) }),
        lengths[chosen] > 1e-20 * longest
      else { return [Double](repeating: 0, count: columns) }
      let direction = rest[chosen]
      for row in rest.indices {
        add(direction, times: -product(rest[row], direction) / lengths[chosen], to: &rest[row])
      }
      return Array(matrix[chosen * columns..<(chosen + 1) * columns])
    }
  }

  /// Makes one row after the other the best there is, the others given: the least squares solution, cut at zero.
  /// - Parameters:
  ///   - gram: the products of the other side's rows with each other.
  ///   - cross: what the other side's rows make of the matrix.
  private static func improve(_ rows: inout [[Double]], given gram: [[Double]], _ cross: [[Double]]) {
    for index in rows.indices where gram[index][index] > 0 {
      var best = cross[index]
      for other in rows.indices where other != index {
        add(rows[other], times: -gram[index][other], to: &best)
      }
      let scale = 1 / gram[index][index]
      rows[index] = best.map { max(0, $0 * scale) }
    }
  }

  /// Rows of H get length one, their columns of W the size; the largest come first.
  private mutating func order() {
    for index in factors.indices {
      let length = product(factors[index], factors[index]).squareRoot()
      guard length > 0 else {
        loadings[index] = loadings[index].map { _ in 0 }
        continue
      }
      factors[index] = factors[index].map { $0 / length }
      loadings[index] = loadings[index].map { $0 * length }
    }
    let energies = loadings.map { product($0, $0) }
    let order = energies.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }
    loadings = order.map { loadings[$0] }
    factors = order.map { factors[$0] }
  }
}

private func product(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The products of all pairs of rows.
private func products(_ first: [[Double]], _ second: [[Double]]) -> [[Double]] {
  first.map { row in second.map { product(row, $0) } }
}

/// The rows of a matrix summed with weights: for each list of weights, one number a row, a row.
private func combinations(of matrix: [Double], by weights: [[Double]]) -> [[Double]] {
  weights.map { weights in
    let columns = matrix.count / weights.count
    var sum = [Double](repeating: 0, count: columns)
    for (row, weight) in weights.enumerated() where weight != 0 {
      add(matrix[row * columns..<(row + 1) * columns], times: weight, to: &sum)
    }
    return sum
  }
}

/// Adds a row times a number. Row by row, since sums along a row would not become vector instructions.
private func add(_ row: some RandomAccessCollection<Double>, times factor: Double, to sum: inout [Double]) {
  _ = row.withContiguousStorageIfAvailable { row in
    sum.withUnsafeMutableBufferPointer { sum in
      for index in 0..<min(row.count, sum.count) { sum[index] += factor * row[index] }
    }
  }
}
