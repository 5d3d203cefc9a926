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

  public func layout(_ proposal: Proposal) -> Fragment { Fragment(size: Size(10, 10)) }
}
