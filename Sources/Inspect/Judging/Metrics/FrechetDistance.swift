package import Core

/// The mean and covariance of features, in double precision.
package struct FeatureStatistics {
  /// How many points there were.
  package let count: Int
  /// The mean of each number.
  package let mean: [Double]
  /// The covariances row by row, with n − 1 as divisor.
  package let covariance: [Double]

  /// Numbers of a point.
  package var dimensions: Int { mean.count }

  /// Statistics that are known.
  package init(count: Int, mean: [Double], covariance: [Double]) {
    precondition(covariance.count == mean.count * mean.count, "covariances of \(mean.count) numbers")
    (self.count, self.mean, self.covariance) = (count, mean, covariance)
  }

  /// The statistics of points `[points, numbers]`, at least two.
  package init(of points: Tensor) {
    let (n, d) = (points.shape[0], points.shape[1])
    precondition(n > 1 && d > 0, "\(n) points of \(d) numbers have no covariance")
    count = n
    var mean = [Double](repeating: 0, count: d)
    var covariance = [Double](repeating: 0, count: d * d)
    var line = [Double](repeating: 0, count: d)
    points.elements.withUnsafeBufferPointer { points in
      for point in 0..<n { for place in 0..<d { mean[place] += Double(points[point * d + place]) } }
      for place in 0..<d { mean[place] /= Double(n) }
      covariance.withUnsafeMutableBufferPointer { covariance in
        line.withUnsafeMutableBufferPointer { line in
          for point in 0..<n {
            for place in 0..<d { line[place] = Double(points[point * d + place]) - mean[place] }
            for row in 0..<d where line[row] != 0 {
              let (factor, target) = (line[row], covariance.baseAddress! + row * d)
              for column in 0...row { target[column] += factor * line[column] }
            }
          }
        }
        for row in 0..<d {
          for column in 0...row {
            covariance[row * d + column] /= Double(n - 1)
            covariance[column * d + row] = covariance[row * d + column]
          }
        }
      }
    }
    self.mean = mean
    self.covariance = covariance
  }
}

/// The Fréchet distance of features to those of real pictures: how far apart two normal distributions are that have the
/// same means and covariances (Heusel et al. 2017).
///
/// `‖μr − μg‖² + Tr(Σr + Σg − 2 (Σr Σg)^½)`, the last trace as the sum of the roots of the eigenvalues of `S Σg S`, where `S = Σr^½`:
/// a symmetric matrix, whose eigenvalues below zero are rounding and taken as zero.
package struct FrechetDistance {
  /// Numbers of a point beyond which decomposing the covariance would take minutes.
  package static let mostDimensions = 1500

  private let real: FeatureStatistics
  /// Σr^½, row by row.
  private let root: [Double]

  /// Prepares distances to the features of real pictures.
  package init(to real: FeatureStatistics) {
    self.real = real
    let d = real.dimensions
    let eigen = SymmetricEigen(real.covariance, size: d)
    var root = [Double](repeating: 0, count: d * d)
    root.withUnsafeMutableBufferPointer { root in
      for (value, vector) in zip(eigen.values, eigen.vectors) where value > 0 {
        let length = value.squareRoot()
        vector.withUnsafeBufferPointer { vector in
          for row in 0..<d {
            let (factor, target) = (length * vector[row], root.baseAddress! + row * d)
            for column in 0..<d { target[column] += factor * vector[column] }
          }
        }
      }
    }
    self.root = root
  }

  /// The distance of other features, of as many numbers each.
  package func distance(from other: FeatureStatistics) -> Double {
    let d = real.dimensions
    precondition(other.dimensions == d, "features of \(d) and of \(other.dimensions) numbers")
    var shift = 0.0
    for (a, b) in zip(real.mean, other.mean) { shift += (a - b) * (a - b) }
    let inner = Self.product(Self.product(root, other.covariance, d), root, d)
    let values = SymmetricEigen(inner, size: d).values
    var spread = 0.0
    for place in 0..<d { spread += real.covariance[place * (d + 1)] + other.covariance[place * (d + 1)] }
    return shift + spread - 2 * values.reduce(0) { $0 + max(0, $1).squareRoot() }
  }

  private static func product(_ a: [Double], _ b: [Double], _ d: Int) -> [Double] {
    var result = [Double](repeating: 0, count: d * d)
    result.withUnsafeMutableBufferPointer { result in
      b.withUnsafeBufferPointer { b in
        for row in 0..<d {
          let target = result.baseAddress! + row * d
          for inner in 0..<d {
            let (factor, line) = (a[row * d + inner], b.baseAddress! + inner * d)
            for column in 0..<d { target[column] += factor * line[column] }
          }
        }
      }
    }
    return result
  }
}
