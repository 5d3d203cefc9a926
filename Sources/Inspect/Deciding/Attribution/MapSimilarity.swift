internal import Core

/// How alike two maps of one size are.
package enum MapSimilarity {
  /// Spearman's rank correlation: 1 where both put the pixels in the same order, 0 where the orders have nothing to do with
  /// each other. Equal numbers share their mean rank; 0 where one map is constant and has no order.
  package static func spearman(_ first: [Float], _ second: [Float]) -> Double {
    precondition(first.count == second.count, "\(first.count) and \(second.count) numbers")
    let (a, b) = (ranks(first), ranks(second))
    let mean = Double(first.count - 1) / 2
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for index in a.indices {
      product += (a[index] - mean) * (b[index] - mean)
      squareA += (a[index] - mean) * (a[index] - mean)
      squareB += (b[index] - mean) * (b[index] - mean)
    }
    guard squareA > 0, squareB > 0 else { return 0 }
    return product / (squareA * squareB).squareRoot()
  }

  /// The rank of each number from 0, the mean of their ranks for equal ones.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
      start = end + 1
    }
    return ranks
  }

  /// Structural similarity (Wang et al. 2004), the mean over all windows of 7 × 7 of even weight: 1 for equal maps.
  /// - Parameters:
  ///   - first: numbers within 0 … 1, row by row.
  ///   - second: as many.
  package static func structural(_ first: [Float], _ second: [Float], height: Int, width: Int) -> Double {
    precondition(
      first.count == height * width && second.count == height * width, "maps of \(height) × \(width)")
    let (rows, columns) = (min(7, height), min(7, width))
    let count = Double(rows * columns)
    guard count > 1 else { return first == second ? 1 : 0 }
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    var (total, windows) = (0.0, 0)
    for top in 0...(height - rows) {
      for left in 0...(width - columns) {
        var (sumA, sumB, squareA, squareB, product) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in top..<top + rows {
          for index in row * width + left..<row * width + left + columns {
            let (a, b) = (Double(first[index]), Double(second[index]))
            sumA += a
            sumB += b
            squareA += a * a
            squareB += b * b
            product += a * b
          }
        }
        let (meanA, meanB) = (sumA / count, sumB / count)
        let varianceA = max(squareA - sumA * meanA, 0) / (count - 1)
        let varianceB = max(squareB - sumB * meanB, 0) / (count - 1)
        let covariance = (product - sumA * meanB) / (count - 1)
        total +=
          (2 * meanA * meanB + c1) * (2 * covariance + c2)
          / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
        windows += 1
      }
    }
    return total / Double(windows)
  }
}

extension Attribution {
  /// How alike two maps are as they are shown, with their signs: rank correlation, and structural similarity, each map by its
  /// largest magnitude. The magnitudes alone would not do: from black, integrated gradients are 0 wherever the picture is,
  /// whatever the network.
  package func similarity(to other: Attribution) -> (spearman: Double, structural: Double) {
    /// A map within 0 … 1: zero is one half where there are signs.
    func unit(_ map: Tensor) -> [Float] {
      let largest = max(map.maximumMagnitude, .leastNormalMagnitude)
      return map.elements.map { method.isSigned ? 0.5 + 0.5 * $0 / largest : $0 / largest }
    }
    return (
      MapSimilarity.spearman(map.elements, other.map.elements),
      MapSimilarity.structural(unit(map), unit(other.map), height: map.shape[0], width: map.shape[1])
    )
  }
}
