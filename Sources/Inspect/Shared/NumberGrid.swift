internal import Render

/// A small grid of numbers, each printed in a cell of its colour; or empty boxes to write into.
struct NumberGrid: Block {
  let rows: Int
  let columns: Int
  /// Row by row.
  let values: [Double]
  let scale: ColorScale
  var decimals = 2
  /// The side of a cell, in points; see `NumberGrid.cell`.
  var cell: Double
  /// True for boxes to write into.
  var isBlank = false
  /// True for numbers on paper, without colours: answers as they are written.
  var isPlain = false
  /// Cells beyond the map's edge: dotted.
  var padding: Set<Int> = []
  /// Cells with a strong frame.
  var outlined: Set<Int> = []
  /// False where cells are too small for numbers.
  var printsNumbers = true

  static let style = TextStyle.label

  /// The side of cells in which all of these numbers find room.
  static func cell(for values: some Sequence<Double>, decimals: Int, atLeast side: Double = 26) -> Double {
    var widest = 0.0
    for value in values {
      widest = max(widest, style.width(of: Numbers.fixed(value, decimals: decimals), isTabular: true))
    }
    return max(side, (widest + 5).rounded(.up))
  }

  var size: Size { Size(Double(columns) * cell, Double(rows) * cell) }

  func layout(_ proposal: Proposal) -> Fragment {
    var fragment = Fragment(size: size)
    var texts: [Scene.Element] = []
    for index in values.indices {
      let rect = Rect(
        x: Double(index % columns) * cell, y: Double(index / columns) * cell, width: cell, height: cell)
      if isBlank {
        fragment.elements.append(
          .rectangle(rect, fill: .paper, stroke: .init(.secondary, width: 0.75), radius: 0))
        continue
      }
      let isPadding = padding.contains(index)
      let color = scale.color(of: values[index])
      fragment.elements.append(
        .rectangle(
          rect, fill: isPadding || isPlain ? .paper : .color(color),
          stroke: isPlain
            ? .init(.secondary, width: 0.75)
            : isPadding ? .init(.secondary, width: 0.5, dash: [1, 1.5]) : .init(.frame, width: 0.5),
          radius: 0))
      guard printsNumbers else { continue }
      texts.append(
        .text(
          Scene.Text(
            Numbers.fixed(values[index], decimals: decimals),
            at: Point(rect.midX, rect.midY + Self.style.capHeight / 2), style: Self.style,
            paint: isPadding ? .secondary : isPlain ? .ink : .color(color.readableInk), anchor: .middle,
            isTabular: true)))
    }
    fragment.elements += texts
    for index in outlined {
      let rect = Rect(
        x: Double(index % columns) * cell, y: Double(index / columns) * cell, width: cell, height: cell)
      fragment.elements.append(
        .rectangle(rect.inset(by: 1.5), fill: nil, stroke: .init(.paper, width: 3), radius: 0))
      fragment.elements.append(
        .rectangle(rect.inset(by: 0.75), fill: nil, stroke: .init(.ink, width: 2), radius: 0))
    }
    return fragment
  }
}

/// A map or picture, small, with a box where something happens.
struct MapThumb: Block {
  let width: Int
  let height: Int
  /// The colour of every pixel, row by row.
  let colors: [Color]
  /// The longer side, in points, at most; maps are magnified by whole numbers, or by one half.
  var side = 56.0
  /// Columns and rows inside the box, which may reach beyond the edge; nil for none.
  var box: (columns: Range<Int>, rows: Range<Int>)?

  /// A map of numbers.
  init(
    _ values: some RandomAccessCollection<Float>, height: Int, width: Int, scale: ColorScale,
    side: Double = 56,
    box: (columns: Range<Int>, rows: Range<Int>)? = nil
  ) {
    (self.width, self.height, self.side, self.box) = (width, height, side, box)
    colors = values.map { scale.color(of: Double($0)) }
  }

  /// Points a pixel.
  private var magnification: Double {
    let fitting = side / Double(max(width, height, 1))
    if fitting >= 1 { return fitting.rounded(.down) }
    return fitting >= 0.5 ? 0.5 : fitting
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let size = Size(Double(width) * magnification, Double(height) * magnification)
    var raster = Raster(width: width, height: height)
    for y in 0..<height { for x in 0..<width { raster[x, y] = colors[y * width + x] } }
    let rect = Rect(x: 0, y: 0, width: size.width, height: size.height)
    var fragment = Fragment(
      size: size,
      elements: [
        .image(raster, in: rect), .rectangle(rect, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
      ])
    if let box {
      var frame = Rect(
        x: Double(box.columns.lowerBound) * magnification, y: Double(box.rows.lowerBound) * magnification,
        width: Double(box.columns.count) * magnification, height: Double(box.rows.count) * magnification)
      // A single pixel is framed from outside, so that it is seen.
      if frame.width < 5 { frame = frame.inset(by: (frame.width - 5) / 2) }
      fragment.elements.append(.rectangle(frame, fill: nil, stroke: .init(.paper, width: 2.5), radius: 0))
      fragment.elements.append(.rectangle(frame, fill: nil, stroke: .init(.ink, width: 1.25), radius: 0))
    }
    return fragment
  }
}
