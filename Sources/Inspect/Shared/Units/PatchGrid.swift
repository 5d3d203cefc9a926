internal import Core
internal import Render

/// Patches in rows and columns, magnified by a whole number, each on its own scale, as one embedded image.
struct PatchGrid: Block {
  /// A patch with what is drawn about it.
  struct Tile {
    /// What is shown; nil for an empty place.
    var patch: Patch?
    var scale = ColorScale.image
    /// A line beneath.
    var caption = ""
    /// A rectangle of the patch that is outlined, in its pixels.
    var box: InputRegion?
    /// Whether a small mark stands above.
    var isMarked = false
    /// Whether it is framed as that of a unit which never answers.
    var isDead = false
  }

  var tiles: [Tile]
  var columns: Int
  /// Points for each pixel, a multiple of one half.
  var magnification: Double
  var gap = 2
  /// From one row to the next without the gap, in points, if that is more than a patch is high.
  var rowHeight = 0.0
  var columnHeaders: [String] = []

  static let style = TextStyle.label

  /// The largest magnification for patches of a side that are to be about as large as wanted, in points.
  static func magnification(pixels: Int, wanted: Double) -> Double {
    let factor = wanted / Double(max(pixels, 1))
    return factor >= 2 ? factor.rounded(.down) : max(0.5, (2 * factor).rounded(.down) / 2)
  }

  private var extent: (height: Int, width: Int) {
    tiles.lazy.compactMap(\.patch).first.map { ($0.height, $0.width) } ?? (8, 8)
  }

  func layout(_ proposal: Proposal) -> Fragment {
    guard !tiles.isEmpty else { return Fragment(size: .zero) }
    let style = PatchGrid.style
    let size = Size(Double(extent.width) * magnification, Double(extent.height) * magnification)
    let hasCaptions = tiles.contains { !$0.caption.isEmpty }
    let marks = tiles.contains(where: \.isMarked) ? 4.0 : 0
    let pitch = Size(
      size.width + Double(gap),
      max(size.height, rowHeight) + Double(gap) + marks + (hasCaptions ? style.lineHeight : 0))
    let top = (columnHeaders.isEmpty ? 0 : (style.ascent + 5).rounded(.up)) + marks
    let rows = (tiles.count + columns - 1) / columns
    func rect(_ index: Int) -> Rect {
      Rect(
        x: Double(index % columns) * pitch.width, y: top + Double(index / columns) * pitch.height,
        width: size.width, height: size.height)
    }
    let shownColumns = min(columns, tiles.count)
    var result = Fragment(
      size: Size(
        Double(shownColumns) * pitch.width - Double(gap),
        top + Double(rows) * pitch.height - Double(gap) - marks + (hasCaptions ? style.descent : 0)))
    result.plot = Rect(x: 0, y: top, width: result.size.width, height: result.size.height - top)
    // A row of patches is one image, its pixels as large as patches and gaps allow.
    let factor = max(1, Int((2 * magnification).rounded()))
    let unit = commonDivisor(factor, 2 * gap)
    for row in 0..<rows {
      var raster = Raster(
        width: (shownColumns * (extent.width * factor + 2 * gap) - 2 * gap) / unit,
        height: extent.height * factor / unit)
      for column in 0..<shownColumns where row * columns + column < tiles.count {
        let tile = tiles[row * columns + column]
        guard let patch = tile.patch else { continue }
        draw(
          patch, tile.scale, into: &raster, x: column * (extent.width * factor + 2 * gap) / unit,
          factor: factor / unit)
      }
      let place = rect(row * columns)
      result.elements.append(
        .image(
          raster,
          in: Rect(
            x: 0, y: place.minY, width: Double(raster.width * unit) / 2,
            height: Double(raster.height * unit) / 2)))
    }
    var (frames, borders) = (Path(), [Scene.Element]())
    for (index, tile) in tiles.enumerated() {
      let place = rect(index)
      if tile.isDead {
        let frame = ImageGrid.Frame.dead
        result.elements.append(
          .rectangle(
            place.inset(by: 0.5), fill: nil, stroke: .init(frame.paint, width: frame.width, dash: frame.dash),
            radius: 0))
      } else if tile.patch != nil {
        frames.add(place.inset(by: -0.25))
        if let border = border(of: tile, in: place) { borders.append(border) }
      }
    }
    if !frames.pieces.isEmpty {
      result.elements.append(.path(frames, fill: nil, stroke: .init(.frame, width: 0.5)))
    }
    result.elements += borders
    for (index, tile) in tiles.enumerated() {
      let place = rect(index)
      if let box = tile.box { result.elements += outline(box, in: place) }
      if tile.isMarked {
        let points = [
          Point(place.midX - 3, place.minY - 4.5), Point(place.midX + 3, place.minY - 4.5),
          Point(place.midX, place.minY - 1),
        ]
        result.elements.append(.path(Path(points, closed: true), fill: .ink, stroke: nil))
      }
      if !tile.caption.isEmpty {
        let text = style.shortened(tile.caption, to: place.width + Double(max(0, gap - 2)))
        result.elements.append(
          .text(
            Scene.Text(
              text, at: Point(place.minX, place.maxY + 3 + style.ascent), style: style, paint: .secondary)))
      }
    }
    for (column, header) in columnHeaders.prefix(columns).enumerated() {
      result.elements.append(
        .text(
          Scene.Text(
            header, at: Point(rect(column).midX, style.ascent), style: style, paint: .secondary,
            anchor: .middle)))
    }
    return result
  }

  /// The picture's border, where a patch reaches beyond it: on dark paper black pixels would not be told from it.
  private func border(of tile: Tile, in place: Rect) -> Scene.Element? {
    guard let patch = tile.patch,
      patch.inside.rows.count < patch.height || patch.inside.columns.count < patch.width
    else { return nil }
    let shown = Rect(
      x: place.minX + Double(patch.inside.columns.lowerBound) * magnification,
      y: place.minY + Double(patch.inside.rows.lowerBound) * magnification,
      width: Double(patch.inside.columns.count) * magnification,
      height: Double(patch.inside.rows.count) * magnification)
    return .rectangle(shown.inset(by: -0.25), fill: nil, stroke: .init(.secondary, width: 0.5), radius: 0)
  }

  /// The outline of a part of a patch, seen on dark and light pictures alike.
  private func outline(_ box: InputRegion, in place: Rect) -> [Scene.Element] {
    let shown = Rect(
      x: place.minX + Double(box.columns.lowerBound) * magnification,
      y: place.minY + Double(box.rows.lowerBound) * magnification,
      width: Double(box.columns.count) * magnification, height: Double(box.rows.count) * magnification)
    return [
      .clipped(
        to: place.inset(by: -1),
        [
          .rectangle(shown, fill: nil, stroke: .init(.color(.white), width: 2), radius: 0),
          .rectangle(shown, fill: nil, stroke: .init(.fake, width: 1), radius: 0),
        ])
    ]
  }

  private func draw(_ patch: Patch, _ scale: ColorScale, into raster: inout Raster, x: Int, factor: Int) {
    for row in 0..<patch.height {
      for column in 0..<patch.width {
        guard let color = patch.color(row: row, column: column, scale) else { continue }
        for dy in 0..<factor {
          for dx in 0..<factor {
            raster[x + column * factor + dx, row * factor + dy] = color
          }
        }
      }
    }
  }
}

private func commonDivisor(_ first: Int, _ second: Int) -> Int {
  var (a, b) = (first, second)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
