internal import Core
internal import Render

/// One layer's units, each with its two blocks of nine.
struct LayerTopsBlock: Block {
  let layer: LayerTops

  /// The side that pieces are shrunk to.
  static let largest = 64

  func layout(_ proposal: Proposal) -> Fragment {
    let pixels = max(layer.extent.height, layer.extent.width)
    let factor = (pixels + LayerTopsBlock.largest - 1) / LayerTopsBlock.largest
    let wanted = pixels >= 40 ? 34.0 : pixels >= 14 ? 28 : 24
    let magnification = PatchGrid.magnification(pixels: pixels / factor, wanted: wanted)
    let side = Double(layer.extent.width / factor) * magnification
    let width = 2 * (3 * side + 6) + UnitTopBlock.between
    let columns = max(1, Int((proposal.width + Spacing.panel) / (width + Spacing.panel)))
    let words = layer.layer
    let shapeWords =
      words.hasPlaces
      ? "\(Numbers.grouped(words.units)) maps of \(words.shape[1]) × \(words.shape[2])"
      : "\(Numbers.grouped(words.units)) features"
    let caption =
      "\(shapeWords), each place sees \(layer.extent.height) × \(layer.extent.width) pixels"
      + (factor > 1 ? " (shown with the mean of \(factor) × \(factor) as one)" : "")
    return VStack(spacing: Spacing.caption, alignsPlots: false) {
      LayerHeading(name: words.words, words: caption)
      UnitTopGrid(
        blocks: layer.tops.map { UnitTopBlock(top: $0, magnification: magnification, side: side) },
        columns: columns)
    }.layout(proposal)
  }
}

/// A layer's name with facts behind it.
struct LayerHeading: Block {
  let name: String
  let words: String

  func layout(_ proposal: Proposal) -> Fragment {
    let (bold, style) = (TextStyle.heading, TextStyle.label)
    let start = bold.width(of: name) + 8
    var result = Fragment(size: Size(start + style.width(of: words), bold.ascent + bold.descent))
    result.elements = [
      .text(Scene.Text(name, at: Point(0, bold.ascent), style: bold)),
      .text(Scene.Text(words, at: Point(start, bold.ascent), style: style, paint: .secondary)),
    ]
    return result
  }
}

/// Units in rows, with a little more room between rows than between a unit's own parts.
private struct UnitTopGrid: Block {
  let blocks: [UnitTopBlock]
  let columns: Int

  func layout(_ proposal: Proposal) -> Fragment {
    var result = Fragment(size: .zero)
    let fragments = blocks.map { $0.layout(proposal) }
    let width = fragments.map(\.size.width).max() ?? 0
    var y = 0.0
    for start in stride(from: 0, to: fragments.count, by: columns) {
      let row = fragments[start..<min(start + columns, fragments.count)]
      for (column, fragment) in row.enumerated() {
        result.add(fragment, at: Point(Double(column) * (width + Spacing.panel), y))
      }
      y += (row.map(\.size.height).max() ?? 0) + 12
    }
    return result
  }
}

/// One unit: its name and strongest answer, nine reconstructions beside nine pieces of pictures, and the limits.
private struct UnitTopBlock: Block {
  let top: UnitTop
  let magnification: Double
  let side: Double

  /// Between the two blocks of nine, in points.
  static let between = 8.0

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    let width = 2 * (3 * side + 6) + UnitTopBlock.between
    var result = Fragment(size: Size(width, style.ascent + style.descent))
    func put(_ string: String, _ x: Double, _ y: Double, _ paint: Paint, _ anchor: TextAnchor = .start) {
      result.elements.append(
        .text(Scene.Text(string, at: Point(x, y), style: style, paint: paint, anchor: anchor)))
    }
    put("unit \(top.unit)", 0, style.ascent, .ink)
    let highest = top.answers.first.map { Numbers.significant(Double($0.value), digits: 3) } ?? ""
    put(top.isDead ? "at most \(highest)" : "up to \(highest)", width, style.ascent, .secondary, .end)
    let y = style.ascent + style.descent + 3
    if top.isDead {
      let room = Rect(x: 0, y: y, width: width, height: 3 * side + 6)
      let frame = ImageGrid.Frame.dead
      result.elements.append(
        .rectangle(
          room.inset(by: 0.5), fill: nil, stroke: .init(frame.paint, width: frame.width, dash: frame.dash),
          radius: 0))
      put("dead: no picture excites it", room.midX, room.midY + style.capHeight / 2, .secondary, .middle)
      result.size.height = room.maxY + 3 + style.ascent + style.descent
      return result
    }
    func grid(_ patches: [Patch], _ scale: (Patch) -> ColorScale) -> Fragment {
      PatchGrid(
        tiles: patches.map {
          .init(patch: $0.shrunk(toFit: LayerTopsBlock.largest), scale: scale($0))
        }, columns: 3, magnification: magnification, gap: 3
      ).layout(proposal)
    }
    let left = grid(top.reconstructions) { $0.reconstructionScale }
    let right = grid(top.patches) { _ in .image }
    result.add(left, at: Point(0, y))
    result.add(right, at: Point(3 * side + 6 + UnitTopBlock.between, y))
    let foot = y + 3 * side + 6 + 3
    put(LayerTops.limits(of: top), 0, foot + style.ascent, .secondary)
    result.size.height = foot + style.ascent + style.descent
    return result
  }
}
