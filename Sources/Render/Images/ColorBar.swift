/// What the colours of a scale mean: a thin bar, its ends and zero labelled, with the scale's note.
public struct ColorBar: Block {
  /// The scale that is explained.
  public var scale: ColorScale
  /// The quantity and unit, before the note; none if empty.
  public var title: String
  /// The length of the bar in points.
  public var length: Double
  /// Whether the bar stands upright, beside its panel.
  public var isVertical: Bool
  /// Whether the note is printed.
  public var showsNote: Bool

  /// The explanation of a scale.
  public init(
    _ scale: ColorScale, title: String = "", length: Double = 160, isVertical: Bool = false,
    showsNote: Bool = true
  ) {
    self.scale = scale
    self.title = title
    self.length = length
    self.isVertical = isVertical
    self.showsNote = showsNote
  }

  private static let thickness = 8.0

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    isVertical ? upright(proposal) : level(proposal)
  }

  /// The values that are labelled: the ends, and zero where it lies between.
  private var ticks: [Double] {
    scale.lower < 0 && scale.upper > 0 ? [scale.lower, 0, scale.upper] : [scale.lower, scale.upper]
  }

  private func label(_ value: Double) -> String {
    // The ends of a scale that every tile has for itself are no numbers.
    if scale.mode == .tile, value != 0 { return value < 0 ? Numbers.minus + "max" : "max" }
    return Numbers.significant(value)
  }

  private var words: String {
    [title, showsNote ? scale.note : ""].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  private func level(_ proposal: Proposal) -> Fragment {
    let steps = max(Int(length), 2)
    var raster = Raster(width: steps, height: 1)
    for x in 0..<steps { raster[x, 0] = scale.map.color(at: Double(x) / Double(steps - 1)) }
    let style = TextStyle.label
    let bar = Rect(x: 0, y: 0, width: length, height: ColorBar.thickness)
    var result = Fragment(size: Size(length, ColorBar.thickness))
    result.elements = [
      .image(raster, in: bar), .rectangle(bar, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
    ]
    let baseline = ColorBar.thickness + 4 + style.ascent
    // Zero is left unlabelled where its label would run into that of an end.
    let room = (
      start: 3 + style.width(of: label(scale.lower)), end: length - 3 - style.width(of: label(scale.upper))
    )
    for tick in ticks {
      let fraction = scale.fraction(of: tick)
      let x = bar.minX + fraction * length
      let half = style.width(of: label(tick)) / 2
      if fraction > 0, fraction < 1, x - half < room.start || x + half > room.end { continue }
      // The labels of the ends stay within the bar's length, so that it keeps the panel's edge.
      let anchor: TextAnchor = fraction <= 0 ? .start : fraction >= 1 ? .end : .middle
      result.elements.append(
        .line(from: Point(x, bar.maxY), to: Point(x, bar.maxY + 2), stroke: .init(.secondary, width: 0.75)))
      result.elements.append(.text(label(tick), x, baseline, style, .secondary, anchor: anchor))
    }
    result.size.height = baseline + style.descent
    guard !words.isEmpty else { return result }
    let start = max(bar.maxX, result.size.width) + 12
    let beside = style.lines(of: words, width: max(proposal.width - start, 60))
    if beside.count <= 2, proposal.width - start >= 140 {
      let top = beside.count == 1 ? 1.0 : -1.0
      result.add(
        TextBlock(words, style: style, paint: .secondary).layout(Proposal(width: proposal.width - start)),
        at: Point(start, max(top, 0)))
    } else {
      result.add(
        TextBlock(words, style: style, paint: .secondary).layout(
          Proposal(width: min(proposal.width, max(result.size.width, 220)))),
        at: Point(0, result.size.height + 4))
    }
    return result
  }

  private func upright(_ proposal: Proposal) -> Fragment {
    let steps = max(Int(length), 2)
    var raster = Raster(width: 1, height: steps)
    for y in 0..<steps { raster[0, y] = scale.map.color(at: 1 - Double(y) / Double(steps - 1)) }
    let style = TextStyle.label
    let bar = Rect(x: 0, y: style.capHeight / 2, width: ColorBar.thickness, height: length)
    var result = Fragment(size: Size(bar.maxX, bar.maxY + style.capHeight / 2 + style.descent))
    result.elements = [
      .image(raster, in: bar), .rectangle(bar, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
    ]
    for tick in ticks {
      let y = bar.maxY - scale.fraction(of: tick) * length
      result.elements.append(
        .line(from: Point(bar.maxX, y), to: Point(bar.maxX + 2, y), stroke: .init(.secondary, width: 0.75)))
      result.elements.append(.text(label(tick), bar.maxX + 5, y + style.capHeight / 2, style, .secondary))
      result.size.width = max(result.size.width, bar.maxX + 5 + style.width(of: label(tick)))
    }
    if !words.isEmpty {
      let start = result.size.width + 8
      let width = min(96, max(proposal.width - start, 60))
      result.add(
        TextBlock(words, style: style, paint: .secondary).layout(Proposal(width: width)), at: Point(start, 0))
    }
    return result
  }
}
