package import Core
package import Render

/// The arithmetic of a convolution or a transposed convolution as two small grids: where the kernel lies, and which
/// number it makes.
///
/// A transposed convolution is drawn as what it equals: zeros are put between the numbers, as many as the stride asks
/// for, and around them, and an ordinary kernel slides over (Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4).
package struct ConvolutionSketch: Block {
  /// One axis of the sketch.
  package struct Axis: Hashable, Sendable {
    /// Cells with numbers that were given.
    package let given: [Int]
    /// All cells, zeros between and around included.
    package let total: Int
    /// Cells from the kernel's first tap to its last, and the distance of its taps.
    let span: Int
    let dilation: Int
    /// From one place of the kernel to the next.
    let stride: Int
    /// Places of the kernel: numbers that are made.
    package var made: Int { (total - span) / stride + 1 }

    /// The cells under the kernel's taps at a place.
    func taps(at place: Int) -> Set<Int> {
      Set(Swift.stride(from: place * stride, to: place * stride + span, by: dilation))
    }
  }

  package let rows: Axis
  package let columns: Axis
  package let paint: Paint

  private static let cell = 9.0
  private static let mostCells = 14

  /// A sketch of an operation on a small input; nil for operations that are no convolution, or too large to sketch.
  /// - Parameter input: the shape that it really has, `[channels, height, width]`.
  package init?(_ operation: any Operation, input: Shape, paint: Paint) {
    guard let window = operation.window, input.rank == 3, operation is Conv2d || operation is ConvTranspose2d
    else { return nil }
    let padding = window.padding
    let extra = (operation as? ConvTranspose2d)?.outputPadding ?? 0
    let rows = ConvolutionSketch.axis(
      input[1], window.span.height, window.dilation.height, window.stride.height,
      (padding.top, padding.bottom),
      extra.height, window.isTransposed)
    let columns = ConvolutionSketch.axis(
      input[2], window.span.width, window.dilation.width, window.stride.width, (padding.left, padding.right),
      extra.width, window.isTransposed)
    guard let rows, let columns else { return nil }
    self.rows = rows
    self.columns = columns
    self.paint = paint
  }

  private static func axis(
    _ extent: Int, _ span: Int, _ dilation: Int, _ stride: Int, _ padding: (before: Int, after: Int),
    _ extra: Int,
    _ isTransposed: Bool
  ) -> Axis? {
    // As small an input as shows three steps of the kernel, smaller where that is too large to draw.
    for steps in [3, 2, 1] {
      if isTransposed {
        let count = min(steps, extent)
        let (before, after) = (span - 1 - padding.before, span - 1 - padding.after + extra)
        let total = (count - 1) * stride + 1 + before + after
        guard before >= 0, after >= 0, total <= mostCells, total >= span else { continue }
        return Axis(
          given: (0..<count).map { before + $0 * stride }, total: total, span: span, dilation: dilation,
          stride: 1)
      }
      let count = min((steps - 1) * stride + span - padding.before - padding.after, extent)
      let total = count + padding.before + padding.after
      guard count > 0, total <= mostCells, total >= span else { continue }
      return Axis(
        given: Array(padding.before..<padding.before + count), total: total, span: span, dilation: dilation,
        stride: stride)
    }
    return nil
  }

  /// What becomes of what: `3 × 3 become 6 × 6`.
  package var words: String {
    let isOne = rows.given.count * columns.given.count == 1
    return
      "\(rows.given.count) × \(columns.given.count) \(isOne ? "becomes" : "become") \(rows.made) × \(columns.made)"
  }

  /// What is done to the numbers, in words.
  package var zeros: String {
    let isSpread = [rows, columns].contains { axis in
      zip(axis.given, axis.given.dropFirst()).contains { $1 - $0 > 1 }
    }
    let isPadded = [rows, columns].contains { $0.given[0] > 0 || $0.given[$0.given.count - 1] < $0.total - 1 }
    switch (isSpread, isPadded) {
    case (true, true):
      return "Zeros (dots) are put between and around the numbers, then the kernel slides over"
    case (true, false): return "Zeros (dots) are put between the numbers, then the kernel slides over"
    case (false, true): return "Zeros (dots) are put around the numbers, then the kernel slides over"
    case (false, false): return "The kernel slides over the numbers"
    }
  }

  package func layout(_ proposal: Proposal) -> Fragment {
    let cell = ConvolutionSketch.cell
    let source = Size(Double(columns.total) * cell, Double(rows.total) * cell)
    let target = Size(Double(columns.made) * cell, Double(rows.made) * cell)
    let height = max(source.height, target.height)
    let left = Point(0.5, ((height - source.height) / 2).rounded() + 0.5)
    let right = Point(source.width + 36.5, ((height - target.height) / 2).rounded() + 0.5)
    // The second place of the kernel, where there is one: it shows the step as well as the border.
    let place = (row: min(1, rows.made - 1), column: min(1, columns.made - 1))
    func square(_ origin: Point, _ row: Int, _ column: Int) -> Rect {
      Rect(x: origin.x + Double(column) * cell, y: origin.y + Double(row) * cell, width: cell, height: cell)
    }

    var fragment = Fragment(size: Size(right.x + target.width + 0.5, height + 1))
    var zeros = Path()
    var given = Path()
    var dots = Path()
    let (tapRows, tapColumns) = (rows.taps(at: place.row), columns.taps(at: place.column))
    var taps = Path()
    for row in 0..<rows.total {
      for column in 0..<columns.total {
        let rect = square(left, row, column)
        if tapRows.contains(row), tapColumns.contains(column) { taps.add(rect) }
        if rows.given.contains(row), columns.given.contains(column) {
          given.add(rect)
        } else {
          zeros.add(rect)
          dots.pieces += Path.circle(center: Point(rect.midX, rect.midY), radius: 0.6).pieces
        }
      }
    }
    let faint = Scene.Stroke(.secondary.opacity(0.55), width: 0.5, dash: [1, 1.5])
    fragment.elements.append(.path(taps, fill: .secondary.opacity(0.22), stroke: nil))
    if !zeros.pieces.isEmpty {
      fragment.elements.append(.path(zeros, fill: nil, stroke: faint))
      fragment.elements.append(.path(dots, fill: .secondary.opacity(0.7), stroke: nil))
    }
    fragment.elements.append(.path(given, fill: paint.opacity(0.45), stroke: .init(paint, width: 0.75)))

    let window = Rect(
      x: left.x + Double(place.column * columns.stride) * cell,
      y: left.y + Double(place.row * rows.stride) * cell,
      width: Double(columns.span) * cell, height: Double(rows.span) * cell)
    fragment.elements.append(.rectangle(window, fill: nil, stroke: .init(.ink, width: 1.25), radius: 0))
    let made = square(right, place.row, place.column)
    var beams = Path()
    beams.addLine(Point(window.maxX, window.minY), Point(made.minX, made.minY))
    beams.addLine(Point(window.maxX, window.maxY), Point(made.minX, made.maxY))
    fragment.elements.append(.path(beams, fill: nil, stroke: .init(.ink, width: 0.5)))
    var outputs = Path()
    for row in 0..<rows.made {
      for column in 0..<columns.made { outputs.add(square(right, row, column)) }
    }
    fragment.elements.append(.path(outputs, fill: .paper, stroke: .init(paint, width: 0.75)))
    fragment.elements.append(
      .rectangle(made, fill: paint.opacity(0.8), stroke: .init(.ink, width: 1.25), radius: 0))
    return fragment
  }
}
