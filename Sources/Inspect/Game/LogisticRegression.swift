internal import Core
internal import Render

/// Which of some features speak for a yes: logistic regression with an L2 penalty, fitted to the optimum.
///
/// Minimises `½ ‖w‖² + C · Σ log(1 + e^(−y (w·x + b)))`, y = ±1, b without penalty (scikit-learn's `LogisticRegression(C=…)`), by Newton's method
/// with steps halved where they would not lower it. In double precision.
package struct LogisticRegression: Hashable, Sendable {
  /// The weight of each feature: above 0 it speaks for a yes.
  package let weights: [Double]
  /// The score where all features are 0.
  package let bias: Double
  /// Newton steps that were taken.
  package let iterations: Int

  /// Fits examples.
  /// - Parameters:
  ///   - features: `[examples, features]`, row by row, finite.
  ///   - answers: the right answer of each example; both must occur.
  ///   - strength: C: how much the examples count against the penalty, above 0.
  package init(_ features: [Float], count: Int, answers: [Bool], strength: Double = 1) {
    let size = features.count / max(answers.count, 1)
    precondition(
      count == answers.count && features.count == count * size && count > 0,
      "\(features.count) features of \(count)")
    precondition(
      answers.contains(true) && answers.contains(false) && strength > 0,
      "answers of both kinds, C \(strength)")
    let problem = LogisticProblem(features, answers, size: size, strength: strength)
    // The last place is the bias.
    var solution = [Double](repeating: 0, count: size + 1)
    var (loss, gradient, hessian) = problem.derivatives(at: solution)
    var iterations = 0
    while iterations < 60 {
      iterations += 1
      let step = hessian.solved(for: gradient)
      // How much a full step promises to gain, twice: below this nothing is left to do.
      let promise = zip(step, gradient).reduce(0.0) { $0 + $1.0 * $1.1 }
      if promise < 1e-14 * max(1, loss) { break }
      var length = 1.0
      while length > 1e-9 {
        let tried = zip(solution, step).map { $0 - length * $1 }
        if problem.loss(at: tried) < loss {
          solution = tried
          break
        }
        length /= 2
      }
      if length <= 1e-9 { break }
      (loss, gradient, hessian) = problem.derivatives(at: solution)
    }
    weights = Array(solution[..<size])
    bias = solution[size]
    self.iterations = iterations
  }

  /// The probability of a yes.
  package func probability(of example: ArraySlice<Float>) -> Double {
    var score = bias
    for (weight, feature) in zip(weights, example) { score += weight * Double(feature) }
    return Mathematics.logistic(score)
  }
}

/// The examples, and what they say of a set of weights.
private struct LogisticProblem {
  let features: [Float]
  let answers: [Bool]
  let size: Int
  let strength: Double

  init(_ features: [Float], _ answers: [Bool], size: Int, strength: Double) {
    (self.features, self.answers, self.size, self.strength) = (features, answers, size, strength)
  }

  private func score(_ example: Int, _ weights: [Double], _ features: UnsafeBufferPointer<Float>) -> Double {
    var sum = weights[size]
    let start = example * size
    for index in 0..<size { sum += weights[index] * Double(features[start + index]) }
    return sum
  }

  func loss(at weights: [Double]) -> Double {
    var loss = 0.0
    for index in 0..<size { loss += weights[index] * weights[index] / 2 }
    features.withUnsafeBufferPointer { features in
      for example in answers.indices {
        let score = score(example, weights, features)
        loss += strength * Opponents.loss(answers[example] ? score : -score)
      }
    }
    return loss
  }

  func derivatives(at weights: [Double]) -> (loss: Double, gradient: [Double], hessian: SymmetricMatrix) {
    let all = size + 1
    var gradient = [Double](repeating: 0, count: all)
    var hessian = [Double](repeating: 0, count: all * all)
    var row = [Double](repeating: 1, count: all)
    features.withUnsafeBufferPointer { features in
      hessian.withUnsafeMutableBufferPointer { hessian in
        for example in answers.indices {
          let probability = Mathematics.logistic(score(example, weights, features))
          for index in 0..<size { row[index] = Double(features[example * size + index]) }
          let error = strength * (probability - (answers[example] ? 1 : 0))
          let curvature = strength * probability * (1 - probability)
          for first in 0..<all {
            gradient[first] += error * row[first]
            let factor = curvature * row[first]
            guard factor != 0 else { continue }
            for second in 0...first { hessian[first * all + second] += factor * row[second] }
          }
        }
      }
    }
    for index in 0..<size {
      gradient[index] += weights[index]
      hessian[index * all + index] += 1
    }
    return (loss(at: weights), gradient, SymmetricMatrix(size: all, lower: hessian))
  }
}

/// A symmetric matrix with positive eigenvalues, its lower triangle row by row.
private struct SymmetricMatrix {
  let size: Int
  let lower: [Double]

  /// The x of `matrix · x = right`, by Cholesky's decomposition; what is not positive on the diagonal is held just above 0.
  func solved(for right: [Double]) -> [Double] {
    var factor = lower
    for column in 0..<size {
      var pivot = factor[column * size + column]
      for index in 0..<column { pivot -= factor[column * size + index] * factor[column * size + index] }
      let root = max(pivot, 1e-12).squareRoot()
      factor[column * size + column] = root
      for row in column + 1..<max(size, column + 1) {
        var sum = factor[row * size + column]
        for index in 0..<column { sum -= factor[row * size + index] * factor[column * size + index] }
        factor[row * size + column] = sum / root
      }
    }
    var result = right
    for row in 0..<size {
      for index in 0..<row { result[row] -= factor[row * size + index] * result[index] }
      result[row] /= factor[row * size + row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for index in row + 1..<max(size, row + 1) { result[row] -= factor[index * size + row] * result[index] }
      result[row] /= factor[row * size + row]
    }
    return result
  }
}
