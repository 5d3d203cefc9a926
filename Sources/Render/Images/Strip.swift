/// Rows of pictures over an axis, with charts beneath whose x positions are the pictures' centres.
///
/// ```swift
/// Strip([.init("lerp", tiles: lerp), .init("slerp", tiles: slerp)], at: ts, axis: "t", ends: .framed) {
///   Chart(height: 70, yLabel: "‖z‖") { LineMark(x: .values("t", ts), y: .values("‖z‖", norms)) }
/// }
/// ```
public struct Strip: Block {
  /// A row of pictures; all rows are of as many.
  public struct Row: Hashable, Sendable {
    /// The name at the left; none if empty.
    public var name: String
    /// The pictures from left to right.
    public var tiles: ImageTiles
    /// A line under each picture; empty for none.
    public var captions: [String]
    /// Frames of single pictures, by index.
    public var frames: [Int: ImageGrid.Frame]

    /// A row of pictures.
    public init(
      _ name: String = "", tiles: ImageTiles, captions: [String] = [], frames: [Int: ImageGrid.Frame] = [:]
    ) {
      self.name = name
      self.tiles = tiles
      self.captions = captions
      self.frames = frames
    }
  }

  /// How the first and the last picture differ from what is between them.
  public enum Ends: Hashable, Sendable {
    /// Not at all.
    case plain
    /// They have a frame: they were given, the others made.
    case framed
  }

  /// The rows from top to bottom.
  public var rows: [Row]
  /// The value of each column on the axis; the columns' numbers where none are given.
  public var positions: [Double]
  /// The name of the axis, `t` or `step`; no axis if empty.
  public var axis: String
  /// How columns are named under the strip; the values themselves where none are given.
  public var positionLabels: [String]
  /// How numbers become colours.
  public var scale: ColorScale
  /// How the ends differ.
  public var ends: Ends
  /// Points for each pixel, a whole number; as large as fits where none is given.
  public var magnification: Int?
  /// The distance between two pictures, in points.
  public var gap: Int
  /// The charts beneath, from top to bottom; their x values are `positions`.
  public var charts: [Chart]

  /// Rows of pictures over an axis.
  public init(
    _ rows: [Row], at positions: [Double] = [], axis: String = "", positionLabels: [String] = [],
    scale: ColorScale = .image, ends: Ends = .plain, magnification: Int? = nil, gap: Int = Int(Spacing.tile),
    charts: [Chart] = []
  ) {
    self.rows = rows
    self.positions = positions
    self.axis = axis
    self.positionLabels = positionLabels
    self.scale = scale
    self.ends = ends
    self.magnification = magnification
    self.gap = gap
    self.charts = charts
  }

  public func layout(_ proposal: Proposal) -> Fragment { Fragment(size: Size(10, 10)) }
}
