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
  /// Points for each pixel, a multiple of one half; as large as fits where none is given.
  public var magnification: Double?
  /// The distance between two pictures, in points; 4, or less where that makes room for larger pictures.
  public var gap: Int?
  /// The charts beneath, from top to bottom; their x values are `positions`.
  public var charts: [Chart]

  /// Rows of pictures over an axis.
  public init(
    _ rows: [Row], at positions: [Double] = [], axis: String = "", positionLabels: [String] = [],
    scale: ColorScale = .image, ends: Ends = .plain, magnification: Double? = nil, gap: Int? = nil,
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

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment {
    let count = rows.map(\.tiles.count).max() ?? 0
    guard let shape = rows.first?.tiles, count > 0 else { return Fragment(size: .zero) }
    let style = TextStyle.label
    let insets = charts.reduce(proposal.plotInsets) { $0.union($1.plotInsets(proposal)) }
    let header = max(
      rows.map { style.width(of: $0.name) }.max() ?? 0, axis.isEmpty ? 0 : style.width(of: axis))
    let left = max(header > 0 ? header + 8 : 0, insets.left).rounded(.up)
    let room = Int(2 * (proposal.width - left - insets.right))
    // The smallest gap from 4 to 2 points that lets the pictures be larger.
    let choices = (gap.map { [$0] } ?? [4, 3, 2]).map { gap in
      let fitting = (room + 2 * gap) / count - 2 * gap
      let wanted = max(128, 6 * shape.width)
      return (
        gap: gap,
        factor: ImageGridPlan.factor(
          fitting: fitting, wanted: wanted, pixels: shape.width, width: shape.width)
      )
    }
    let choice = choices.max { ($0.factor, $0.gap) < ($1.factor, $1.gap) }!
    let (gap, factor) = (choice.gap, magnification ?? Double(choice.factor) / 2)
    let tileWidth = Double(shape.width) * factor
    let pitch = tileWidth + Double(gap)
    let centers = (0..<count).map { left + Double($0) * pitch + tileWidth / 2 }
    let right = left + Double(count) * pitch - Double(gap)

    // Frames of neighbouring rows keep clear of each other.
    let between = ends == .framed ? max(Double(gap), 6) : Double(gap)
    var result = Fragment(size: .zero)
    var y = 0.0
    for row in rows {
      var frames = row.frames
      if ends == .framed {
        frames[0] = frames[0] ?? .given
        frames[row.tiles.count - 1] = frames[row.tiles.count - 1] ?? .given
      }
      let grid = ImageGrid(
        row.tiles, scale: scale, columns: count, magnification: factor, gap: gap,
        labels: row.captions.isEmpty ? .none : .captions(row.captions), frames: frames)
      let fragment = grid.layout(Proposal(width: proposal.width))
      result.add(fragment, at: Point(left, y))
      if !row.name.isEmpty {
        let middle = y + Double(shape.height) * factor / 2
        result.elements.append(
          .text(row.name, left - 8, middle + style.capHeight / 2, style, .ink, anchor: .end))
      }
      y += fragment.size.height + (row.captions.isEmpty ? between : Spacing.caption)
    }
    if !rows.isEmpty { y -= rows.last!.captions.isEmpty ? between : Spacing.caption }
    if !axis.isEmpty {
      y += 6
      addAxis(to: &result, centers: centers, left: left, y: y, pitch: pitch)
      y = result.size.height
    }
    let values = positions.count == count ? positions : (0..<count).map(Double.init)
    for chart in charts {
      y += Spacing.caption + 4
      var inner = proposal
      inner.width = right + insets.right
      inner.plotInsets = PlotInsets(left: left, right: insets.right)
      let anchors = zip(values, centers).map { XAnchor(value: $0, place: $1 - left) }
      let fragment = chart.layout(inner, anchors: anchors)
      result.add(fragment, at: Point(0, y))
      y += fragment.size.height
    }
    result.plot = Rect(x: left, y: 0, width: right - left, height: y)
    return result
  }

  private func addAxis(
    to result: inout Fragment, centers: [Double], left: Double, y: Double, pitch: Double
  ) {
    let style = TextStyle.label
    let values = positions.count == centers.count ? positions : centers.indices.map(Double.init)
    let labels =
      positionLabels.count == centers.count
      ? positionLabels : values.map { Numbers.significant($0, digits: 4) }
    let stroke = Scene.Stroke(.secondary, width: 0.75)
    result.elements.append(.line(from: Point(centers[0], y), to: Point(centers.last!, y), stroke: stroke))
    let widest = labels.map { style.width(of: $0) }.max() ?? 0
    let step = max(1, Int(((widest + 4) / pitch).rounded(.up)))
    let baseline = y + 6 + style.ascent
    for (index, center) in centers.enumerated() {
      result.elements.append(.line(from: Point(center, y), to: Point(center, y + 3), stroke: stroke))
      // The last column is always named; its neighbour gives way.
      let isLast = index == centers.count - 1
      guard isLast || (index % step == 0 && centers.count - 1 - index >= step) else { continue }
      result.elements.append(.text(labels[index], center, baseline, style, .secondary, anchor: .middle))
    }
    result.elements.append(.text(axis, left - 8, baseline, style, .secondary, anchor: .end))
    result.size.width = max(result.size.width, centers.last! + widest / 2)
    result.size.height = max(result.size.height, baseline + style.descent)
  }
}
