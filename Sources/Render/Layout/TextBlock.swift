/// Text that wraps at the width that is there.
public struct TextBlock: Block {
  /// What it says; a line break starts a new line.
  public var string: String
  /// Its size and weight.
  public var style: TextStyle
  /// What it is drawn in.
  public var paint: Paint
  /// The width at which it wraps, in points; the proposed width where none is given.
  public var maximumWidth: Double?

  /// Text of a style.
  public init(
    _ string: String, style: TextStyle = .text, paint: Paint = .ink, maximumWidth: Double? = nil
  ) {
    self.string = string
    self.style = style
    self.paint = paint
    self.maximumWidth = maximumWidth
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    guard !string.isEmpty else { return Fragment(size: .zero) }
    let lines = style.lines(of: string, width: min(proposal.width, maximumWidth ?? .infinity))
    let elements = lines.enumerated().map { index, line in
      Scene.Element.text(line, 0, style.ascent + Double(index) * style.lineHeight, style, paint)
    }
    return Fragment(
      size: Size(
        lines.map { style.width(of: $0) }.max() ?? 0,
        style.ascent + style.descent + Double(lines.count - 1) * style.lineHeight),
      elements: elements)
  }
}

/// Room of a given extent in which nothing is drawn.
public struct Space: Block {
  /// The extent, in points.
  public var size: Size

  /// Room of an extent in points.
  public init(width: Double = 0, height: Double = 0) { size = Size(width, height) }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment { Fragment(size: size) }
}

/// A part of a figure with a heading above and a caption beneath.
public struct Panel: Block {
  /// What the panel shows; none if empty.
  public var title: String
  /// A line beneath, in secondary ink; none if empty.
  public var caption: String
  /// The content.
  public var content: VStack

  /// A panel of blocks one beneath the other.
  public init(_ title: String = "", caption: String = "", @BlockBuilder _ content: () -> [any Block]) {
    self.title = title
    self.caption = caption
    self.content = VStack(spacing: Spacing.caption, content)
  }

  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets { content.plotInsets(proposal) }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    let body = content.layout(proposal)
    // A caption wraps at its panel's width unless that is very narrow.
    let width = min(proposal.width, max(body.size.width, 120))
    var result = Fragment(size: .zero)
    var y = 0.0
    if !title.isEmpty {
      let heading = TextBlock(title, style: .heading).layout(Proposal(width: width))
      result.add(heading, at: .zero)
      y = heading.size.height + Spacing.caption
    }
    result.add(body, at: Point(0, y))
    result.plot = body.plot?.moved(y: y)
    if !caption.isEmpty {
      y += body.size.height + Spacing.caption
      result.add(
        TextBlock(caption, style: .label, paint: .secondary).layout(Proposal(width: width)), at: Point(0, y))
    }
    return result
  }
}
