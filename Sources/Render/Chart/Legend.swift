/// Names of series beside what they are drawn in, in a row that wraps.
public struct Legend: Block {
  /// One name.
  public struct Item: Hashable, Sendable {
    /// The name.
    public var name: String
    /// What the series is drawn in.
    public var paint: Paint
    /// What stands for it: a symbol, or nothing for a line.
    public var symbol: Symbol?
    /// The line's dash.
    public var dash: [Double]

    /// A name of a series.
    public init(_ name: String, paint: Paint, symbol: Symbol? = .square, dash: [Double] = []) {
      self.name = name
      self.paint = paint
      self.symbol = symbol
      self.dash = dash
    }
  }

  /// The names in order.
  public var items: [Item]

  /// Names of series.
  public init(_ items: [Item]) { self.items = items }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    var result = Fragment(size: Size(0, items.isEmpty ? 0 : style.ascent + style.descent))
    var (x, y) = (0.0, 0.0)
    for item in items {
      let swatch = item.symbol == nil ? 18.0 : 8.0
      let width = swatch + 5 + style.width(of: item.name)
      if x > 0, x + width > proposal.width {
        x = 0
        y += style.lineHeight
      }
      let middle = y + style.ascent - style.capHeight / 2
      if let symbol = item.symbol {
        result.elements.append(symbol.element(at: Point(x + 4, middle), radius: 3.5, paint: item.paint))
      } else {
        result.elements.append(
          .line(
            from: Point(x, middle), to: Point(x + swatch, middle),
            stroke: .init(item.paint, width: 1.5, dash: item.dash)))
      }
      result.elements.append(.text(item.name, x + swatch + 5, y + style.ascent, style, .secondary))
      result.size.width = max(result.size.width, x + width)
      result.size.height = y + style.ascent + style.descent
      x += width + 14
    }
    return result
  }
}

extension MarkContent {
  /// What stands for the mark in a legend; nothing for a line.
  var legendSymbol: Symbol? {
    switch self {
    case .line(let line): line.style.symbol
    case .points(let points): points.style.symbol ?? .circle
    default: .square
    }
  }
}

extension Symbol {
  /// The symbol about a place.
  func element(at center: Point, radius: Double, paint: Paint) -> Scene.Element {
    let (x, y, r) = (center.x, center.y, radius)
    switch self {
    case .circle: return .path(.circle(center: center, radius: r), fill: paint, stroke: nil)
    case .ring:
      return .path(.circle(center: center, radius: r), fill: .paper, stroke: .init(paint, width: 1.5))
    case .square:
      let side = r * 1.8
      return .rectangle(
        Rect(x: x - side / 2, y: y - side / 2, width: side, height: side), fill: paint, stroke: nil, radius: 0
      )
    case .triangle:
      let points = [
        Point(x, y - r * 1.15), Point(x + r * 1.05, y + r * 0.8), Point(x - r * 1.05, y + r * 0.8),
      ]
      return .path(Path(points, closed: true), fill: paint, stroke: nil)
    case .diamond:
      let points = [
        Point(x, y - r * 1.25), Point(x + r * 1.25, y), Point(x, y + r * 1.25), Point(x - r * 1.25, y),
      ]
      return .path(Path(points, closed: true), fill: paint, stroke: nil)
    case .cross:
      var path = Path()
      path.addLine(Point(x - r, y - r), Point(x + r, y + r))
      path.addLine(Point(x - r, y + r), Point(x + r, y - r))
      return .path(path, fill: nil, stroke: .init(paint, width: 1.5))
    }
  }
}
