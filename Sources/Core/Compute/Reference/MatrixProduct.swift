/// A matrix in memory that may be read by rows or by columns: element (i, k) lies at
/// `start + i · rowStep + k · columnStep`.
struct MatrixView {
  var start = 0
  var rowStep: Int
  var columnStep: Int

  /// A matrix stored row by row.
  static func stored(columns: Int, from start: Int = 0) -> MatrixView {
    MatrixView(start: start, rowStep: columns, columnStep: 1)
  }

  /// The transpose of a matrix stored row by row with so many columns.
  static func transposed(columns: Int, from start: Int = 0) -> MatrixView {
    MatrixView(start: start, rowStep: 1, columnStep: columns)
  }
}

/// Adds the product of two matrices to a third: `c[i, j] += Σₖ a[i, k] · b[k, j]`.
///
/// `b` and `c` are stored row by row, so the innermost loop updates a row of `c` by a row of `b`, which vectorises
/// where a sum of products would not; four rows of `b` at a time, so that `c` is read and written less.
/// - Parameters:
///   - view: how `a` lies in memory.
///   - bStart: where `b` begins; it has `inner` rows of `columns`.
///   - cStart: where `c` begins; it has `rows` rows of `columns`.
@inline(__always)
func addProduct<Scalar: ReferenceScalar>(
  _ a: Span<Scalar>, _ view: MatrixView, _ b: Span<Scalar>, from bStart: Int = 0,
  to c: inout MutableSpan<Scalar>, at cStart: Int = 0, rows: Int, inner: Int, columns: Int
) {
  for i in 0..<rows {
    let rowStart = cStart + i * columns
    var row = c._mutatingExtracting(rowStart..<rowStart + columns)
    func factor(_ k: Int) -> Scalar { a[view.start + i * view.rowStep + k * view.columnStep] }
    var k = 0
    while k + 4 <= inner {
      let (f0, f1, f2, f3) = (factor(k), factor(k + 1), factor(k + 2), factor(k + 3))
      let start = bStart + k * columns
      let b0 = b.extracting(start..<start + columns)
      let b1 = b.extracting(start + columns..<start + 2 * columns)
      let b2 = b.extracting(start + 2 * columns..<start + 3 * columns)
      let b3 = b.extracting(start + 3 * columns..<start + 4 * columns)
      for j in 0..<row.count { row[j] += (f0 * b0[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j]) }
      k += 4
    }
    while k < inner {
      let factor = factor(k)
      let start = bStart + k * columns
      let bRow = b.extracting(start..<start + columns)
      for j in 0..<row.count { row[j] += factor * bRow[j] }
      k += 1
    }
  }
}

/// The transpose of a matrix stored row by row.
func transposed<Scalar: ReferenceScalar>(_ matrix: [Scalar], rows: Int, columns: Int) -> [Scalar] {
  var result = [Scalar](repeating: 0, count: matrix.count)
  for i in 0..<rows {
    for j in 0..<columns { result[j * rows + i] = matrix[i * columns + j] }
  }
  return result
}
