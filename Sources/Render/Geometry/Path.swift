/// An outline or a line made of straight and curved pieces, in points.
public struct Path: Hashable, Sendable {
  /// One piece of a path.
  public enum Piece: Hashable, Sendable {
    /// Starts a new line at a place.
    case move(Point)
    /// A straight line to a place.
    case line(Point)
    /// A cubic curve to a place by way of two control points.
    case curve(control1: Point, control2: Point, to: Point)
    /// A straight line back to the last start.
    case close
  }

  /// The pieces in order.
  public var pieces: [Piece] = []

  /// An empty path.
  public init() {}

  /// A line through places, closed on request. Places that are not finite break the line.
  public init(_ points: [Point], closed: Bool = false) {
    var isBroken = true
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isBroken = true
        continue
      }
      pieces.append(isBroken ? .move(point) : .line(point))
      isBroken = false
    }
    if closed, !pieces.isEmpty { pieces.append(.close) }
  }

  /// The outline of a rectangle, added as a closed line.
  public mutating func add(_ rect: Rect) {
    pieces.append(.move(Point(rect.minX, rect.minY)))
    pieces.append(.line(Point(rect.maxX, rect.minY)))
    pieces.append(.line(Point(rect.maxX, rect.maxY)))
    pieces.append(.line(Point(rect.minX, rect.maxY)))
    pieces.append(.close)
  }

  /// A straight line between two places, added.
  public mutating func addLine(_ start: Point, _ end: Point) {
    pieces.append(.move(start))
    pieces.append(.line(end))
  }

  /// A circle, as four curves.
  public static func circle(center: Point, radius: Double) -> Path {
    let k = 0.5522847498 * radius
    let (x, y, r) = (center.x, center.y, radius)
    var path = Path()
    path.pieces = [
      .move(Point(x + r, y)),
      .curve(control1: Point(x + r, y + k), control2: Point(x + k, y + r), to: Point(x, y + r)),
      .curve(control1: Point(x - k, y + r), control2: Point(x - r, y + k), to: Point(x - r, y)),
      .curve(control1: Point(x - r, y - k), control2: Point(x - k, y - r), to: Point(x, y - r)),
      .curve(control1: Point(x + k, y - r), control2: Point(x + r, y - k), to: Point(x + r, y)),
      .close,
    ]
    return path
  }

  /// The path moved.
  public func moved(x: Double, y: Double) -> Path {
    func shift(_ point: Point) -> Point { Point(point.x + x, point.y + y) }
    var result = Path()
    result.pieces = pieces.map { piece in
      switch piece {
      case .move(let point): .move(shift(point))
      case .line(let point): .line(shift(point))
      case .curve(let first, let second, let end):
        .curve(control1: shift(first), control2: shift(second), to: shift(end))
      case .close: .close
      }
    }
    return result
  }

  /// The rectangle around all places and control points; nothing for an empty path.
  public var bounds: Rect? {
    var points: [Point] = []
    for piece in pieces {
      switch piece {
      case .move(let point), .line(let point): points.append(point)
      case .curve(let first, let second, let end): points += [first, second, end]
      case .close: break
      }
    }
    guard let first = points.first else { return nil }
    var (left, right, top, bottom) = (first.x, first.x, first.y, first.y)
    for point in points {
      left = min(left, point.x)
      right = max(right, point.x)
      top = min(top, point.y)
      bottom = max(bottom, point.y)
    }
    return Rect(x: left, y: top, width: right - left, height: bottom - top)
  }
}
