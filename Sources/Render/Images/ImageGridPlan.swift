/// Where everything in an image grid is. Lengths are whole half points: pixels of a bitmap of two pixels a point.
struct ImageGridPlan {
  let grid: ImageGrid
  let columns: Int
  let rows: Int
  /// Half points for each pixel of a picture.
  let factor: Int
  /// Between two pictures, in half points.
  let gap: Int
  /// From one row to the next beyond the picture's height, in half points.
  let rowGap: Int
  /// Where the first picture is, in points.
  let left: Double
  let top: Double
  let showsLabels: Bool

  private static let style = TextStyle.label

  init(_ grid: ImageGrid, width: Double) {
    self.grid = grid
    let tiles = grid.tiles
    let style = ImageGridPlan.style
    let header = grid.rowHeaders.map { style.width(of: $0) }.max() ?? 0
    left = header > 0 ? (header + 8).rounded(.up) : 0
    top = grid.columnHeaders.isEmpty ? 0 : (style.ascent + 5).rounded(.up)
    gap = 2 * grid.gap
    let room = Int(max(2 * (width - left), 1)) + gap
    // As many columns as make the whole about as wide as `aspect` says, but no more than fit.
    let natural =
      (Double(tiles.count) * grid.aspect * Double(tiles.height) / Double(tiles.width)).squareRoot().rounded(
        .up)
    let most = max(1, room / (2 * tiles.width + gap))
    columns = max(1, grid.columns ?? min(Int(natural), tiles.count, most))
    rows = (tiles.count + columns - 1) / columns
    // Larger for few pictures.
    let wanted = tiles.count <= 16 ? 60 : tiles.count <= 36 ? 48 : 40
    factor =
      grid.magnification.map { max(1, Int((2 * $0).rounded())) }
      ?? ImageGridPlan.factor(
        fitting: room / columns - gap, wanted: 2 * wanted, pixels: max(tiles.width, tiles.height),
        width: tiles.width)
    let shown = Double(tiles.width * factor) / 2
    switch grid.labels {
    case .none: showsLabels = false
    case .index: showsLabels = shown >= 24
    case .captions: showsLabels = true
    }
    let unit = ImageGridPlan.commonDivisor(factor, gap)
    let labelled = gap + 2 * Int(style.lineHeight.rounded(.up))
    rowGap = showsLabels ? (labelled + unit - 1) / unit * unit : gap
  }

  /// The largest factor that fits and is not much larger than wanted: whole points for a pixel, or one and a half.
  static func factor(fitting: Int, wanted: Int, pixels: Int, width: Int) -> Int {
    let factor = min(fitting / width, max(2, wanted / pixels))
    // Two and a half points a pixel would only look uneven; one and a half is worth having over one.
    return factor >= 4 ? factor / 2 * 2 : max(2, factor)
  }

  private var tileWidth: Int { grid.tiles.width * factor }
  private var tileHeight: Int { grid.tiles.height * factor }
  private var pitch: Int { tileWidth + gap }
  private var rowPitch: Int { tileHeight + rowGap }
  private var shownColumns: Int { min(columns, grid.tiles.count) }

  /// The place of a picture, in points.
  func rect(_ index: Int) -> Rect {
    Rect(
      x: left + Double(index % columns * pitch) / 2, y: top + Double(index / columns * rowPitch) / 2,
      width: Double(tileWidth) / 2, height: Double(tileHeight) / 2)
  }

  /// The extent in points.
  var size: Size {
    let style = ImageGridPlan.style
    return Size(
      left + Double(shownColumns * pitch - gap) / 2,
      top + Double(rows * rowPitch - rowGap) / 2 + (showsLabels ? 4 + style.ascent + style.descent : 0))
  }

  func elements() -> [Scene.Element] {
    // The raster's pixels are as large as they can be while pictures and gaps are whole numbers of them.
    let unit = ImageGridPlan.commonDivisor(ImageGridPlan.commonDivisor(factor, gap), rowGap)
    var raster = Raster(
      width: (shownColumns * pitch - gap) / unit, height: (rows * rowPitch - rowGap) / unit)
    for index in 0..<grid.tiles.count {
      grid.tiles.draw(
        index, into: &raster, x: index % columns * pitch / unit, y: index / columns * rowPitch / unit,
        factor: factor / unit, scale: grid.scale)
    }
    let place = Rect(
      x: left, y: top, width: Double(raster.width * unit) / 2, height: Double(raster.height * unit) / 2)
    return [.image(raster, in: place)] + frames() + labels() + headers()
  }

  private func frames() -> [Scene.Element] {
    var elements: [Scene.Element] = []
    if grid.hairlines ?? (grid.scale.kind != .sequential) {
      var path = Path()
      for index in 0..<grid.tiles.count where grid.frames[index] == nil {
        path.add(rect(index).inset(by: -0.25))
      }
      if !path.pieces.isEmpty {
        elements.append(.path(path, fill: nil, stroke: .init(.frame, width: 0.5)))
      }
    }
    for (index, frame) in grid.frames.sorted(by: { $0.key < $1.key }) where index < grid.tiles.count {
      // A point of paper between picture and frame, where the gap leaves room for both.
      let air = min(1, max(0, Double(grid.gap) / 2 - frame.width))
      elements.append(
        .rectangle(
          rect(index).inset(by: -frame.width / 2 - air), fill: nil,
          stroke: .init(frame.paint, width: frame.width, dash: frame.dash), radius: 0))
    }
    return elements
  }

  private func labels() -> [Scene.Element] {
    guard showsLabels else { return [] }
    let style = ImageGridPlan.style
    return (0..<grid.tiles.count).compactMap { index in
      let place = rect(index)
      let baseline = place.maxY + 4 + style.ascent
      switch grid.labels {
      case .none: return nil
      case .index: return .text("\(index)", place.minX, baseline, style, .secondary)
      case .captions(let captions):
        guard index < captions.count, !captions[index].isEmpty else { return nil }
        let text = style.shortened(captions[index], to: place.width + Double(max(0, grid.gap - 2)))
        return .text(text, place.minX, baseline, style, .secondary)
      }
    }
  }

  private func headers() -> [Scene.Element] {
    let style = ImageGridPlan.style
    var elements: [Scene.Element] = []
    for (row, header) in grid.rowHeaders.prefix(rows).enumerated() {
      let y = rect(row * columns).midY + style.capHeight / 2
      elements.append(.text(header, left - 8, y, style, .secondary, anchor: .end))
    }
    // Where headers are wider than their columns, every second, third … is printed.
    let widest = grid.columnHeaders.map { style.width(of: $0) }.max() ?? 0
    let step = max(1, Int(((widest + 4) / (Double(pitch) / 2)).rounded(.up)))
    for (column, header) in grid.columnHeaders.prefix(columns).enumerated() where column % step == 0 {
      elements.append(.text(header, rect(column).midX, style.ascent, style, .secondary, anchor: .middle))
    }
    return elements
  }

  static func commonDivisor(_ first: Int, _ second: Int) -> Int {
    var (a, b) = (max(first, 1), max(second, 0))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
