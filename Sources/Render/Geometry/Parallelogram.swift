/// A rectangle seen at a slant: a corner and the two edges that leave it, in points.
public struct Parallelogram: Hashable, Sendable {
  /// Where the rectangle's left top corner is.
  public var corner: Point
  /// How far and whereto its top edge goes.
  public var across: Size
  /// How far and whereto its left edge goes.
  public var down: Size

  /// A corner and two edges, in points.
  public init(corner: Point, across: Size, down: Size) {
    self.corner = corner
    self.across = across
    self.down = down
  }

  /// The place of a point of the rectangle: (0, 0) its left top, (1, 1) its right bottom corner.
  public func point(_ x: Double, _ y: Double) -> Point {
    Point(
      corner.x + x * across.width + y * down.width, corner.y + x * across.height + y * down.height)
  }

  /// Its four edges, closed.
  public var outline: Path { Path([point(0, 0), point(1, 0), point(1, 1), point(0, 1)], closed: true) }

  /// The smallest upright rectangle around it.
  public var bounds: Rect {
    let corners = [point(0, 0), point(1, 0), point(1, 1), point(0, 1)]
    let (left, right) = (corners.map(\.x).min()!, corners.map(\.x).max()!)
    let (top, bottom) = (corners.map(\.y).min()!, corners.map(\.y).max()!)
    return Rect(x: left, y: top, width: right - left, height: bottom - top)
  }

  /// The parallelogram moved.
  public func moved(x: Double = 0, y: Double = 0) -> Parallelogram {
    Parallelogram(corner: Point(corner.x + x, corner.y + y), across: across, down: down)
  }
}
