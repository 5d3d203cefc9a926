/// Pictures in rows and columns, magnified by a whole number, as one embedded image with frames and labels over it.
///
/// ```swift
/// ImageGrid(ImageTiles(numbers: weights, count: 64, height: 5, width: 5), scale: scale, labels: .index)
/// ```
public struct ImageGrid: Block {
  /// What stands under each picture.
  public enum Labels: Hashable, Sendable {
    /// Nothing.
    case none
    /// The picture's index, where tiles are at least 24 points wide.
    case index
    /// A text for each picture.
    case captions([String])
  }

  /// A frame around a picture that is different.
  public struct Frame: Hashable, Sendable {
    /// What it is drawn in.
    public var paint: Paint
    /// Its width in points.
    public var width: Double
    /// The lengths of strokes and gaps in turn; empty for an unbroken line.
    public var dash: [Double]

    /// A frame of a paint and width.
    public init(_ paint: Paint = .ink, width: Double = 1, dash: [Double] = []) {
      self.paint = paint
      self.width = width
      self.dash = dash
    }

    /// Units that never answer.
    public static let dead = Frame(.secondary, width: 0.75, dash: [2, 2])
    /// Pictures that were given, among pictures that were made.
    public static let given = Frame(.ink, width: 1)
    /// Pictures that are wrong.
    public static let wrong = Frame(.fake, width: 1)
  }

  /// The pictures.
  public var tiles: ImageTiles
  /// How their numbers become colours; pixels are shown as they are.
  public var scale: ColorScale
  /// How many stand side by side; as many as make the grid about square where none is given.
  public var columns: Int?
  /// Points for each pixel, a multiple of one half (whole pixels in a bitmap of two pixels a point); as large as
  /// looks well and fits where none is given.
  public var magnification: Double?
  /// The distance between two pictures, in points.
  public var gap: Int
  /// What stands under each picture.
  public var labels: Labels
  /// Names of the rows, at the left; empty for none.
  public var rowHeaders: [String]
  /// Names of the columns, above; empty for none.
  public var columnHeaders: [String]
  /// Frames of single pictures, by index.
  public var frames: [Int: Frame]
  /// Whether every picture has a hairline around it; where none is given, if a border could be lost.
  public var hairlines: Bool?
  /// How much wider than high the grid should become where no columns are given.
  public var aspect: Double

  /// A grid of pictures.
  public init(
    _ tiles: ImageTiles, scale: ColorScale = .image, columns: Int? = nil, magnification: Double? = nil,
    gap: Int = Int(Spacing.tile), labels: Labels = .none, rowHeaders: [String] = [],
    columnHeaders: [String] = [], frames: [Int: Frame] = [:], hairlines: Bool? = nil, aspect: Double = 1
  ) {
    self.tiles = tiles
    self.scale = scale
    self.columns = columns
    self.magnification = magnification
    self.gap = gap
    self.labels = labels
    self.rowHeaders = rowHeaders
    self.columnHeaders = columnHeaders
    self.frames = frames
    self.hairlines = hairlines
    self.aspect = aspect
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    guard tiles.count > 0 else { return Fragment(size: .zero) }
    let plan = ImageGridPlan(self, width: proposal.width)
    return Fragment(
      size: plan.size, elements: plan.elements(),
      plot: Rect(
        x: plan.left, y: plan.top, width: plan.size.width - plan.left, height: plan.size.height - plan.top))
  }
}
