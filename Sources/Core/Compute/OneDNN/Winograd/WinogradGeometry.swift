#if canImport(COneDNN)
internal import CKernels

/// A convolution between a big picture and a small one, taken apart into correlations of a few taps on grids of places: 3 × 3 taps at
/// stride 1, or 4 × 4 at stride 2, which are four correlations of 2 × 2 taps, one for each phase of the big picture.
///
/// A convolution gathers from the big picture into the small one, a transposed convolution spreads the small one over the
/// big; the gradient at the input goes the other way. Of r taps five points make m = 6 − r results along each axis, so that
/// 25 products do for 64 (r = 2) or 81 (r = 3).
struct WinogradGeometry {
  /// A grid of places along one axis: where it is read or written, and the taps that meet there.
  struct Line {
    var offset: Int
    var spacing: Int
    var taps: [Int] = []
  }

  /// The correlations that make up one grid of results.
  struct Product {
    /// Where the results lie.
    let results: kernels_grid
    /// What is read, and by which taps (rows, columns); the sums of all are the results.
    let terms: [(grid: kernels_grid, rows: [Int], columns: [Int])]
  }

  /// Examples, channels, height, width.
  let big: [Int]
  let small: [Int]
  let kernel: Int
  let stride: Int
  let padding: (top: Int, left: Int)

  /// Points along an axis, of a square of them.
  static let points = 5
  /// Points of a tile.
  static let pointCount = points * points
  /// Taps of each correlation along an axis.
  var taps: Int { kernel / stride }
  /// The distance of two points' numbers in memory. A power of two would put all points' into the same few places of a cache.
  static func apart(_ count: Int) -> Int { (count + 15) / 16 * 16 + 16 }
  /// Results of a tile along an axis.
  var step: Int { WinogradGeometry.points + 1 - taps }

  /// Nil where stock primitives are the better way: other kernels, channels that fill no blocks, tiles that are too few to
  /// pay for the transformed weights or that stick out too far.
  init?(_ operation: Conv2d, from input: Shape, to output: Shape) {
    self.init(
      big: input.extents, small: output.extents, operation.kernelSize, operation.stride, operation.dilation,
      operation.groups, operation.padding)
  }

  /// As for a convolution.
  init?(_ operation: ConvTranspose2d, from input: Shape, to output: Shape) {
    self.init(
      big: output.extents, small: input.extents, operation.kernelSize, operation.stride, operation.dilation,
      operation.groups, operation.padding)
  }

  private init?(
    big: [Int], small: [Int], _ kernel: Extent, _ stride: Extent, _ dilation: Extent, _ groups: Int,
    _ padding: Padding
  ) {
    guard kernel.height == kernel.width, stride.height == stride.width, groups == 1, dilation == 1,
      (kernel.height, stride.height) == (3, 1) || (kernel.height, stride.height) == (4, 2),
      let width = VectorLoops.table?.width, big[1] % width == 0, small[1] % width == 0
    else { return nil }
    (self.big, self.small) = (big, small)
    (self.kernel, self.stride) = (kernel.height, stride.height)
    self.padding = (padding.top, padding.left)
    let products =
      tileCount * WinogradGeometry.pointCount * stride.height * stride.width
    let plain = small[0] * small[2] * small[3] * kernel.height * kernel.width
    guard tileCount >= 16, Double(plain) > 1.5 * Double(products) else { return nil }
  }

  /// Tiles on the small picture.
  var gatheringTiles: kernels_tiles { tiles(height: small[2], width: small[3]) }
  /// Tiles on each phase of the big picture.
  var spreadingTiles: kernels_tiles {
    tiles(height: (big[2] + stride - 1) / stride, width: (big[3] + stride - 1) / stride)
  }
  private var tileCount: Int { small[0] * gatheringTiles.rows * gatheringTiles.columns }

  private func tiles(height: Int, width: Int) -> kernels_tiles {
    kernels_tiles(rows: (height + step - 1) / step, columns: (width + step - 1) / step, step: step)
  }

  /// From the big picture into the small one: result `u` reads `u·stride + tap − padding`.
  var gathering: [Product] {
    func lines(_ padding: Int) -> [Line] {
      (0..<stride).map { phase in
        Line(
          offset: phase - padding, spacing: stride,
          taps: Array(Swift.stride(from: phase, to: kernel, by: stride)))
      }
    }
    let result = kernels_grid(top: 0, left: 0, spacing: 1)
    return [Product(results: result, terms: pairs(lines(padding.top), lines(padding.left)).map(Self.term))]
  }

  /// From the small picture into the big one: small place `j` and a tap meet at `j·stride + tap − padding`. Each phase of
  /// the big picture sees every stride-th tap, the last of them first.
  var spreading: [Product] {
    func lines(_ padding: Int) -> [Line] {
      (0..<stride).map { phase in
        let first = (phase + padding) % stride
        return Line(
          offset: (phase + padding) / stride - (taps - 1), spacing: 1,
          taps: Swift.stride(from: first, to: kernel, by: stride).reversed())
      }
    }
    let rows = lines(padding.top)
    let columns = lines(padding.left)
    return rows.indices.flatMap { row in
      columns.indices.map { column in
        Product(
          results: kernels_grid(top: row, left: column, spacing: stride),
          terms: [Self.term((rows[row], columns[column]))])
      }
    }
  }

  private func pairs(_ rows: [Line], _ columns: [Line]) -> [(Line, Line)] {
    rows.flatMap { row in columns.map { (row, $0) } }
  }

  private static func term(_ lines: (Line, Line)) -> (grid: kernels_grid, rows: [Int], columns: [Int]) {
    let (row, column) = lines
    return (
      kernels_grid(top: row.offset, left: column.offset, spacing: row.spacing), row.taps, column.taps
    )
  }

  /// The weight in its blocks, with the taps of one correlation.
  func filters(_ weight: BlockedTensor, rows: [Int], columns: [Int]) -> kernels_filters {
    func three(_ taps: [Int]) -> (Int, Int, Int) { (taps[0], taps[1], taps.count > 2 ? taps[2] : 0) }
    return kernels_filters(
      values: weight.floats.baseAddress!, small: small[1], big: big[1], taps: kernel * kernel, kernel: kernel,
      rows: three(rows), columns: three(columns))
  }
}
#endif
