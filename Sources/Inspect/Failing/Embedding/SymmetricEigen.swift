/// The eigenvalues and eigenvectors of a symmetric matrix: Householder's reflections make it tridiagonal, implicit QL steps
/// diagonal (Wilkinson and Reinsch, Handbook for Automatic Computation II, contributions II/2 and II/4).
package struct SymmetricEigen {
  /// The eigenvalues, the largest first.
  package let values: [Double]
  /// The eigenvectors as rows in the order of the values, each of length one.
  package let vectors: [[Double]]

  /// Decomposes a matrix given row by row; of its two halves the lower is read. Traps if it is not square.
  package init(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "\(matrix.count) numbers are no matrix of \(size) × \(size)")
    let work = Tridiagonal(matrix, size)
    work.reduce()
    work.diagonalise()
    let order = (0..<size).sorted { work.diagonal[$0] > work.diagonal[$1] }
    values = order.map { work.diagonal[$0] }
    vectors = order.map { row in Array(work.rows[row * size..<(row + 1) * size]) }
  }
}

/// A matrix on its way to being diagonal.
private final class Tridiagonal {
  let size: Int
  let diagonal: UnsafeMutableBufferPointer<Double>
  /// Beside the diagonal: `beside[i]` between i − 1 and i.
  private let beside: UnsafeMutableBufferPointer<Double>
  /// The matrix at first, the transformation afterwards: eigenvectors are its rows at the end, so that rotations run along
  /// memory.
  let rows: UnsafeMutableBufferPointer<Double>

  init(_ matrix: [Double], _ size: Int) {
    self.size = size
    rows = .allocate(capacity: size * size)
    _ = rows.initialize(from: matrix)
    diagonal = .allocate(capacity: size)
    diagonal.initialize(repeating: 0)
    beside = .allocate(capacity: size)
    beside.initialize(repeating: 0)
  }

  deinit {
    rows.deallocate()
    diagonal.deallocate()
    beside.deallocate()
  }

  /// Householder's reflections, from the last row up; leaves the product of all in `rows`, transposed.
  func reduce() {
    let n = size
    guard n > 0 else { return }
    let (a, beside) = (rows, beside)
    for i in stride(from: n - 1, to: 0, by: -1) {
      let row = i * n
      var scale = 0.0
      for k in 0..<i { scale += abs(a[row + k]) }
      if i == 1 || scale == 0 {
        beside[i] = a[row + i - 1]
        diagonal[i] = 0
        continue
      }
      var h = 0.0
      for k in 0..<i {
        a[row + k] /= scale
        h += a[row + k] * a[row + k]
      }
      let f = a[row + i - 1]
      let g = f >= 0 ? -h.squareRoot() : h.squareRoot()
      beside[i] = scale * g
      h -= f * g
      a[row + i - 1] = f - g
      // beside[..<i] is A u / h: a product with the lower half, row by row.
      for j in 0..<i { beside[j] = 0 }
      for j in 0..<i {
        let other = j * n
        let factor = a[row + j]
        var sum = a[other + j] * factor
        for k in 0..<j {
          sum += a[other + k] * a[row + k]
          beside[k] += a[other + k] * factor
        }
        beside[j] += sum
      }
      var product = 0.0
      for j in 0..<i {
        beside[j] /= h
        product += beside[j] * a[row + j]
      }
      let half = product / (h + h)
      for j in 0..<i { beside[j] -= half * a[row + j] }
      for j in 0..<i {
        let (f, g, other) = (a[row + j], beside[j], j * n)
        for k in 0...j { a[other + k] -= f * beside[k] + g * a[row + k] }
      }
      for j in 0..<i { a[j * n + i] = a[row + j] / h }
      diagonal[i] = h
    }
    beside[0] = 0
    accumulate()
  }

  /// Multiplies the reflections that `reduce` left in the matrix; diagonal[i] ≠ 0 says that row i has one.
  private func accumulate() {
    let (n, a) = (size, rows)
    // The product is built in memory of its own, transposed: row k is column k.
    var product = [Double](repeating: 0, count: n * n)
    for i in 0..<n { product[i * n + i] = 1 }
    var scaled = [Double](repeating: 0, count: n)
    product.withUnsafeMutableBufferPointer { q in
      for i in 0..<n {
        if diagonal[i] != 0 {
          for k in 0..<i { scaled[k] = a[k * n + i] }
          for j in 0..<i {
            let row = q.baseAddress! + j * n
            var sum = 0.0
            for k in 0..<i { sum += a[i * n + k] * row[k] }
            for k in 0..<i { row[k] -= sum * scaled[k] }
          }
        }
        diagonal[i] = a[i * n + i]
      }
    }
    _ = rows.update(fromContentsOf: product)
  }

  /// QL steps with implicit shifts until nothing is left beside the diagonal.
  func diagonalise() {
    let n = size
    guard n > 1 else { return }
    for i in 1..<n { beside[i - 1] = beside[i] }
    beside[n - 1] = 0
    let (q, diagonal, beside) = (rows, diagonal, beside)
    for l in 0..<n {
      var tries = 0
      while true {
        var m = l
        while m < n - 1 {
          let near = abs(diagonal[m]) + abs(diagonal[m + 1])
          if abs(beside[m]) <= 0x1p-52 * near { break }
          m += 1
        }
        // Sixty steps are never needed for numbers; matrices that hold none end here.
        if m == l || tries == 60 { break }
        tries += 1
        var g = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l])
        var r = (g * g + 1).squareRoot()
        g = diagonal[m] - diagonal[l] + beside[l] / (g + (g >= 0 ? r : -r))
        var (s, c, p) = (1.0, 1.0, 0.0)
        var isBroken = false
        for i in stride(from: m - 1, through: l, by: -1) {
          let (f, b) = (s * beside[i], c * beside[i])
          r = (f * f + g * g).squareRoot()
          beside[i + 1] = r
          if r == 0 {
            diagonal[i + 1] -= p
            beside[m] = 0
            isBroken = true
            break
          }
          s = f / r
          c = g / r
          g = diagonal[i + 1] - p
          r = (diagonal[i] - g) * s + 2 * c * b
          p = s * r
          diagonal[i + 1] = g + p
          g = c * r - b
          let (upper, lower) = (q.baseAddress! + i * n, q.baseAddress! + (i + 1) * n)
          for k in 0..<n {
            let f = lower[k]
            lower[k] = s * upper[k] + c * f
            upper[k] = c * upper[k] - s * f
          }
        }
        if isBroken { continue }
        diagonal[l] -= p
        beside[l] = g
        beside[m] = 0
      }
    }
  }
}
