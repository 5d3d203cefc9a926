package import Core

/// The directions in which points differ most: principal components by the eigenvectors of the covariance matrix.
///
/// ```swift
/// let components = PrincipalComponents(of: features, count: 2)
/// print(components.varianceShares)  // how much of the points' variance two directions hold
/// ```
/// Of fewer points than numbers the matrix of their scalar products is decomposed instead, which has the same values.
package struct PrincipalComponents {
  /// Where the points are along the components, row by row: `[points, components]`.
  package let coordinates: [Double]
  /// Components that were kept.
  package let count: Int
  /// The variance along every component there is, not only those that were kept, the largest first; with n − 1 as
  /// divisor.
  package let variances: [Double]

  /// The share of all variance along each component.
  package var varianceShares: [Double] {
    let total = variances.reduce(0, +)
    return variances.map { total > 0 ? $0 / total : 0 }
  }

  /// The largest side of a matrix that is decomposed: some seconds of work.
  package static let largestSide = 1500

  /// Analyses points `[points, numbers]`, at least two; nil if both are more than `largestSide`.
  package init?(of points: Tensor, count: Int) {
    let (n, d) = (points.shape[0], points.shape[1])
    guard n > 1, d > 0, min(n, d) <= Self.largestSide else { return nil }
    let centred = CentredPoints(points)
    let side = min(n, d)
    let kept = min(count, side)
    self.count = kept
    let eigen = SymmetricEigen(
      d <= n ? centred.products(ofColumns: true) : centred.products(ofColumns: false), size: side)
    variances = eigen.values.map { max(0, $0) / Double(n - 1) }
    var coordinates = [Double](repeating: 0, count: n * kept)
    for component in 0..<kept {
      var column = [Double](repeating: 0, count: n)
      let vector = eigen.vectors[component]
      if d <= n {
        for point in 0..<n {
          var sum = 0.0
          for place in 0..<d { sum += centred.elements[point * d + place] * vector[place] }
          column[point] = sum
        }
      } else {
        let length = max(0, eigen.values[component]).squareRoot()
        for point in 0..<n { column[point] = vector[point] * length }
      }
      // A direction has no sign: the one in which the farthest point is on the positive side, as scikit-learn has it.
      let farthest = column.max { abs($0) < abs($1) } ?? 0
      for point in 0..<n {
        coordinates[point * kept + component] = farthest < 0 ? -column[point] : column[point]
      }
    }
    self.coordinates = coordinates
  }
}

/// Points with their mean taken off, in double precision.
private struct CentredPoints {
  let count: Int
  let length: Int
  var elements: [Double]

  init(_ points: Tensor) {
    (count, length) = (points.shape[0], points.shape[1])
    elements = points.elements.map(Double.init)
    var means = [Double](repeating: 0, count: length)
    for point in 0..<count {
      for place in 0..<length { means[place] += elements[point * length + place] }
    }
    for place in 0..<length { means[place] /= Double(count) }
    for point in 0..<count {
      for place in 0..<length { elements[point * length + place] -= means[place] }
    }
  }

  /// Scalar products of all columns with each other, or of all rows.
  func products(ofColumns: Bool) -> [Double] {
    let side = ofColumns ? length : count
    let others = ofColumns ? count : length
    var result = [Double](repeating: 0, count: side * side)
    var line = [Double](repeating: 0, count: side)
    result.withUnsafeMutableBufferPointer { result in
      line.withUnsafeMutableBufferPointer { line in
        for other in 0..<others {
          for index in 0..<side {
            line[index] = ofColumns ? elements[other * length + index] : elements[index * length + other]
          }
          for row in 0..<side {
            let factor = line[row]
            if factor == 0 { continue }
            let target = result.baseAddress! + row * side
            for column in 0...row { target[column] += factor * line[column] }
          }
        }
      }
      for row in 0..<side {
        for column in 0..<row { result[column * side + row] = result[row * side + column] }
      }
    }
    return result
  }
}
