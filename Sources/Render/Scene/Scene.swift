/// A finished drawing as a list of what to draw, in points: all that the outputs see.
///
/// Tests read it: which texts are there, where lines run, what a limit says.
public struct Scene: Hashable, Sendable {
  /// How a line is drawn.
  public struct Stroke: Hashable, Sendable {
    /// What it is drawn in.
    public var paint: Paint
    /// The width in points.
    public var width: Double
    /// Lengths of strokes and gaps in turn, in points; empty for an unbroken line.
    public var dash: [Double]

    /// A line of a given paint, width and dash.
    public init(_ paint: Paint, width: Double = 1, dash: [Double] = []) {
      self.paint = paint
      self.width = width
      self.dash = dash
    }
  }

  /// A line of text at a place.
  public struct Text: Hashable, Sendable {
    /// What it says.
    public var string: String
    /// Where its baseline starts, has its middle or ends, by `anchor`.
    public var position: Point
    /// Its size and weight.
    public var style: TextStyle
    /// What it is drawn in.
    public var paint: Paint
    /// Which point of the baseline the position names.
    public var anchor: TextAnchor
    /// Whether it reads from the bottom up, turned by a quarter.
    public var isVertical: Bool
    /// Whether all digits are of the same width.
    public var isTabular: Bool
    /// Whether a rim of paper keeps what is beneath away from the letters.
    public var hasHalo: Bool

    /// A line of text at a place.
    public init(
      _ string: String, at position: Point, style: TextStyle, paint: Paint = .ink,
      anchor: TextAnchor = .start, isVertical: Bool = false, isTabular: Bool = false,
      hasHalo: Bool = false
    ) {
      self.string = string
      self.position = position
      self.style = style
      self.paint = paint
      self.anchor = anchor
      self.isVertical = isVertical
      self.isTabular = isTabular
      self.hasHalo = hasHalo
    }

    /// The rectangle that its letters can reach: advance width by ascent and descent.
    public var bounds: Rect {
      let width = style.width(of: string, isTabular: isTabular)
      let shift: Double =
        switch anchor {
        case .start: 0
        case .middle: -width / 2
        case .end: -width
        }
      if isVertical {
        return Rect(
          x: position.x - style.ascent, y: position.y - shift - width,
          width: style.ascent + style.descent, height: width)
      }
      return Rect(
        x: position.x + shift, y: position.y - style.ascent, width: width,
        height: style.ascent + style.descent)
    }
  }

  /// One thing to draw.
  public indirect enum Element: Hashable, Sendable {
    /// A rectangle, filled, outlined or both, its corners rounded by a radius in points.
    case rectangle(Rect, fill: Paint?, stroke: Stroke?, radius: Double)
    /// A straight line.
    case line(from: Point, to: Point, stroke: Stroke)
    /// A line or outline, filled, stroked or both.
    case path(Path, fill: Paint?, stroke: Stroke?)
    /// A line of text.
    case text(Text)
    /// Pixels magnified into a rectangle, nearest neighbour.
    case image(Raster, in: Rect)
    /// Pixels magnified into a parallelogram, nearest neighbour: a picture seen at a slant.
    case slanted(Raster, in: Parallelogram)
    /// Elements of which only what lies inside a rectangle is seen.
    case clipped(to: Rect, [Element])
  }

  /// The width of the line of paper around letters that have a halo, half of it outside them, in points.
  static let haloWidth = 3.0

  /// The extent of the drawing, in points.
  public var size: Size
  /// What to draw, from the ground up.
  public var elements: [Element]

  /// A drawing of given extent.
  public init(size: Size, elements: [Element]) {
    self.size = size
    self.elements = elements
  }

  /// All elements, those inside clips too, in drawing order.
  public var flattened: [Element] {
    func flatten(_ elements: [Element]) -> [Element] {
      elements.flatMap { element -> [Element] in
        if case .clipped(_, let inner) = element { flatten(inner) } else { [element] }
      }
    }
    return flatten(elements)
  }

  /// All texts, in drawing order.
  public var texts: [Text] {
    flattened.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// All images with the rectangles they fill, in drawing order; not those that are seen at a slant.
  public var images: [(raster: Raster, rect: Rect)] {
    flattened.compactMap { if case .image(let raster, let rect) = $0 { (raster, rect) } else { nil } }
  }

  /// All images that are seen at a slant, in drawing order.
  public var slantedImages: [(raster: Raster, place: Parallelogram)] {
    flattened.compactMap { if case .slanted(let raster, let place) = $0 { (raster, place) } else { nil } }
  }
}

extension Scene.Element {
  /// The element moved, in points.
  public func moved(x: Double, y: Double) -> Scene.Element {
    func shift(_ point: Point) -> Point { Point(point.x + x, point.y + y) }
    switch self {
    case .rectangle(let rect, let fill, let stroke, let radius):
      return .rectangle(rect.moved(x: x, y: y), fill: fill, stroke: stroke, radius: radius)
    case .line(let from, let to, let stroke):
      return .line(from: shift(from), to: shift(to), stroke: stroke)
    case .path(let path, let fill, let stroke):
      return .path(path.moved(x: x, y: y), fill: fill, stroke: stroke)
    case .text(var text):
      text.position = shift(text.position)
      return .text(text)
    case .image(let raster, let rect):
      return .image(raster, in: rect.moved(x: x, y: y))
    case .slanted(let raster, let place):
      return .slanted(raster, in: place.moved(x: x, y: y))
    case .clipped(let rect, let elements):
      return .clipped(to: rect.moved(x: x, y: y), elements.map { $0.moved(x: x, y: y) })
    }
  }

  /// A text with its defaults, for short.
  static func text(
    _ string: String, _ x: Double, _ y: Double, _ style: TextStyle, _ paint: Paint = .ink,
    anchor: TextAnchor = .start, isVertical: Bool = false, isTabular: Bool = false,
    hasHalo: Bool = false
  ) -> Scene.Element {
    .text(
      Scene.Text(
        string, at: Point(x, y), style: style, paint: paint, anchor: anchor,
        isVertical: isVertical, isTabular: isTabular, hasHalo: hasHalo))
  }
}
