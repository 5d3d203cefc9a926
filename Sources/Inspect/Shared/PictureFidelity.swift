package import Core

/// How near one picture is to another: the signal-to-noise ratio, and structural similarity.
package enum PictureFidelity {
  /// The peak signal-to-noise ratio of two pictures in brightness 0 … 1, `10 log₁₀(1 / mean squared error)`, in decibels;
  /// infinite for equal pictures. Traps if the shapes differ.
  package static func psnr(_ first: Tensor, _ second: Tensor) -> Double {
    let error = meanSquaredError(first, second)
    return error > 0 ? -10 * Mathematics.logarithm(error) / Mathematics.logarithm(10) : .infinity
  }

  /// The mean of the squared differences. Traps if the shapes differ.
  package static func meanSquaredError(_ first: Tensor, _ second: Tensor) -> Double {
    let distance = first.distance(to: second)
    return distance * distance / Double(max(first.shape.elementCount, 1))
  }

  /// The structural similarity of two pictures `[channels, height, width]` in brightness 0 … 1. Traps if the shapes differ.
  package static func ssim(_ first: Tensor, _ second: Tensor) -> Double {
    StructuralWindows(first).similarity(to: StructuralWindows(second))
  }
}

/// The means and variances of a picture's windows of 7 × 7, kept so that it can be held against many others.
///
/// `SSIM = (2 μ₁ μ₂ + c₁)(2 σ₁₂ + c₂) / ((μ₁² + μ₂² + c₁)(σ₁² + σ₂² + c₂))` with c₁ = 0.01², c₂ = 0.03², windows of even weight and
/// variances over n − 1, the mean over all windows and channels (Wang et al. 2004; as scikit-image has it).
package struct StructuralWindows: Sendable {
  private let numbers: [Double]
  private let means: [Double]
  private let variances: [Double]
  private let shape: Shape
  private let rows: Int
  private let columns: Int

  /// The windows of a picture `[channels, height, width]`; of a smaller one than 7 × 7 the whole picture is one.
  package init(_ picture: Tensor) {
    precondition(picture.shape.rank == 3, "a picture is [channels, height, width], not \(picture.shape)")
    shape = picture.shape
    (rows, columns) = (min(7, shape[1]), min(7, shape[2]))
    numbers = picture.elements.map(Double.init)
    let count = Double(rows * columns)
    means = Self.sums(of: numbers, numbers.map { _ in 1 }, shape, rows, columns).map { $0 / count }
    let squares = Self.sums(of: numbers, numbers, shape, rows, columns)
    variances = zip(squares, means).map { max($0 - count * $1 * $1, 0) / max(count - 1, 1) }
  }

  /// The structural similarity to another picture: 1 for the same one. Traps if the shapes differ.
  package func similarity(to other: StructuralWindows) -> Double {
    precondition(shape == other.shape, "pictures of \(shape) and \(other.shape)")
    let count = Double(rows * columns)
    guard count > 1 else { return numbers == other.numbers ? 1 : 0 }
    let products = Self.sums(of: numbers, other.numbers, shape, rows, columns)
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    var total = 0.0
    for index in products.indices {
      let (a, b) = (means[index], other.means[index])
      let covariance = (products[index] - count * a * b) / (count - 1)
      total +=
        (2 * a * b + c1) * (2 * covariance + c2)
        / ((a * a + b * b + c1) * (variances[index] + other.variances[index] + c2))
    }
    return total / Double(products.count)
  }

  /// The sums of products over all windows: first along rows, then down columns, each by adding what enters and taking away
  /// what leaves.
  private static func sums(
    of first: [Double], _ second: [Double], _ shape: Shape, _ rows: Int, _ columns: Int
  ) -> [Double] {
    let (height, width) = (shape[1], shape[2])
    let (down, across) = (height - rows + 1, width - columns + 1)
    return [Double](unsafeUninitializedCapacity: shape[0] * down * across) { result, count in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: height * across) { level in
        for channel in 0..<shape[0] {
          for y in 0..<height {
            let start = (channel * height + y) * width
            var sum = 0.0
            for x in 0..<width {
              sum += first[start + x] * second[start + x]
              if x >= columns { sum -= first[start + x - columns] * second[start + x - columns] }
              if x >= columns - 1 { level[y * across + x - columns + 1] = sum }
            }
          }
          for x in 0..<across {
            var sum = 0.0
            for y in 0..<height {
              sum += level[y * across + x]
              if y >= rows { sum -= level[(y - rows) * across + x] }
              if y >= rows - 1 { result[(channel * down + y - rows + 1) * across + x] = sum }
            }
          }
        }
      }
      count = shape[0] * down * across
    }
  }
}
