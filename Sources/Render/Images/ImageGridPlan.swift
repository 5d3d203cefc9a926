/// Where everything in an image grid is.
struct ImageGridPlan {
  let grid: ImageGrid
  let columns: Int
  let rows: Int
  let magnification: Int
  /// Where the first picture is.
  let left: Double
  let top: Double
  /// From one row to the next beyond the picture's height, in points.
  let rowGap: Int
  let showsLabels: Bool

  private static let labelStyle = TextStyle.label
  private static let headerStyle = TextStyle.label

  init(_ grid: ImageGrid, width: Double) {
    self.grid = grid
    let tiles = grid.tiles
    let header = grid.rowHeaders.map { ImageGridPlan.headerStyle.width(of: $0) }.max() ?? 0
    left = header > 0 ? (header + 8).rounded(.up) : 0
    top = grid.columnHeaders.isEmpty ? 0 : (ImageGridPlan.headerStyle.ascent + 5).rounded(.up)
    let room = Int(max(width - left, 1)) + grid.gap
    // As many columns as make the whole about as wide as `aspect` says, but no more than fit.
    let natural =
      (Double(tiles.count) * grid.aspect * Double(tiles.height) / Double(tiles.width)).squareRoot().rounded(
        .up)
    let most = max(1, room / (tiles.width + grid.gap))
    columns = max(1, grid.columns ?? min(Int(natural), tiles.count, most))
    rows = (tiles.count + columns - 1) / columns
    let fitting = (room / columns - grid.gap) / tiles.width
    // Larger for few pictures; a filter of three by three stays smaller than a picture.
    let wanted = tiles.count <= 16 ? 60 : tiles.count <= 36 ? 48 : 40
    magnification = max(
      1, grid.magnification ?? min(fitting, max(1, wanted / max(tiles.width, tiles.height))))
    let tileWidth = tiles.width * magnification
    switch grid.labels {
    case .none: showsLabels = false
    case .index: showsLabels = tileWidth >= 24
    case .captions: showsLabels = true
    }
    // The raster's pixels are as large as they can be while magnification and gap are whole numbers of them.
    let unit = ImageGridPlan.commonDivisor(magnification, grid.gap)
    let wantedGap = grid.gap + (showsLabels ? Int((ImageGridPlan.labelStyle.lineHeight).rounded(.up)) : 0)
    rowGap = showsLabels ? (wantedGap + unit - 1) / unit * unit : grid.gap
  }

  var tileWidth: Int { grid.tiles.width * magnification }
  var tileHeight: Int { grid.tiles.height * magnification }
  var pitch: Int { tileWidth + grid.gap }
  var rowPitch: Int { tileHeight + rowGap }

  /// The place of a picture.
  func rect(_ index: Int) -> Rect {
    Rect(
      x: left + Double(index % columns * pitch), y: top + Double(index / columns * rowPitch),
      width: Double(tileWidth), height: Double(tileHeight))
  }

  var size: Size {
    let shown = min(columns, grid.tiles.count)
    let height = Double(rows * rowPitch - rowGap)
    return Size(
      left + Double(shown * pitch - grid.gap),
      top + height
        + (showsLabels ? 3 + ImageGridPlan.labelStyle.ascent + ImageGridPlan.labelStyle.descent : 0))
  }

  func elements() -> [Scene.Element] {
    let unit = ImageGridPlan.commonDivisor(magnification, grid.gap)
    let shown = min(columns, grid.tiles.count)
    var raster = Raster(
      width: (shown * pitch - grid.gap) / unit, height: (rows * rowPitch - rowGap) / unit)
    for index in 0..<grid.tiles.count {
      grid.tiles.draw(
        index, into: &raster, x: index % columns * pitch / unit, y: index / columns * rowPitch / unit,
        factor: magnification / unit, scale: grid.scale)
    }
    var elements: [Scene.Element] = [
      .image(
        raster,
        in: Rect(
          x: left, y: top, width: Double(raster.width * unit), height: Double(raster.height * unit)))
    ]
    if grid.hairlines ?? (grid.scale.kind != .sequential) {
      var path = Path()
      for index in 0..<grid.tiles.count { path.add(rect(index).inset(by: -0.25)) }
      elements.append(.path(path, fill: nil, stroke: .init(.frame, width: 0.5)))
    }
    for (index, frame) in grid.frames.sorted(by: { $0.key < $1.key }) where index < grid.tiles.count {
      elements.append(
        .rectangle(
          rect(index).inset(by: -frame.width / 2 - 0.25), fill: nil,
          stroke: .init(frame.paint, width: frame.width, dash: frame.dash), radius: 0))
    }
    return elements + labels() + headers()
  }

  private func labels() -> [Scene.Element] {
    guard showsLabels else { return [] }
    let style = ImageGridPlan.labelStyle
    return (0..<grid.tiles.count).compactMap { index in
      let place = rect(index)
      let baseline = place.maxY + 3 + style.ascent
      switch grid.labels {
      case .none: return nil
      case .index: return .text("\(index)", place.minX, baseline, style, .secondary)
      case .captions(let captions):
        guard index < captions.count, !captions[index].isEmpty else { return nil }
        let text = style.shortened(captions[index], to: Double(tileWidth + max(0, grid.gap - 2)))
        return .text(text, place.minX, baseline, style, .secondary)
      }
    }
  }

  private func headers() -> [Scene.Element] {
    let style = ImageGridPlan.headerStyle
    var elements: [Scene.Element] = []
    for (row, header) in grid.rowHeaders.prefix(rows).enumerated() {
      let place = rect(row * columns)
      elements.append(
        .text(header, left - 8, place.midY + style.capHeight / 2, style, .secondary, anchor: .end))
    }
    // Where headers are wider than their columns, every second, third … is printed.
    let widest = grid.columnHeaders.map { style.width(of: $0) }.max() ?? 0
    let step = max(1, Int(((widest + 4) / Double(pitch)).rounded(.up)))
    for (column, header) in grid.columnHeaders.prefix(columns).enumerated() where column % step == 0 {
      let x = left + Double(column * pitch) + Double(tileWidth) / 2
      elements.append(.text(header, x, style.ascent, style, .secondary, anchor: .middle))
    }
    return elements
  }

  static func commonDivisor(_ first: Int, _ second: Int) -> Int {
    var (a, b) = (max(first, 1), max(second, 0))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
