/// Distances on the 4-point grid.
public enum Spacing {
  /// Between the figure's edge and its content.
  public static let margin = 20.0
  /// Between panels.
  public static let panel = 16.0
  /// Between a panel and its caption.
  public static let caption = 8.0
  /// Between tiles.
  public static let tile = 4.0
  /// The step of the grid.
  public static let unit = 4.0
}

/// What a block is told when it is laid out.
public struct Proposal: Hashable, Sendable {
  /// The width that is there, in points; a block that cannot be narrower may be wider.
  public var width: Double
  /// The colours' theme: a block may not choose colours by it, only dashes and markers.
  public var theme: Theme
  /// The room that a chart leaves at least at the left and right of its plot, so that stacked plots align.
  public var plotInsets: PlotInsets

  /// A proposal of a width.
  public init(width: Double, theme: Theme = .light, plotInsets: PlotInsets = PlotInsets()) {
    self.width = width
    self.theme = theme
    self.plotInsets = plotInsets
  }
}

/// The room at the left and right of a plot: for its ticks and for the names of its lines.
public struct PlotInsets: Hashable, Sendable {
  /// At the left, in points.
  public var left: Double
  /// At the right, in points.
  public var right: Double

  /// Room in points.
  public init(left: Double = 0, right: Double = 0) {
    self.left = left
    self.right = right
  }

  /// The larger of the two on each side.
  public func union(_ other: PlotInsets) -> PlotInsets {
    PlotInsets(left: max(left, other.left), right: max(right, other.right))
  }
}

/// A block laid out: its extent and what it draws, its left top corner at (0, 0).
public struct Fragment: Hashable, Sendable {
  /// The extent, in points.
  public var size: Size
  /// What is drawn, inside the extent.
  public var elements: [Scene.Element]
  /// Where the numbers themselves are drawn, without ticks and labels; other blocks align with it.
  public var plot: Rect?

  /// A laid-out block.
  public init(size: Size, elements: [Scene.Element] = [], plot: Rect? = nil) {
    self.size = size
    self.elements = elements
    self.plot = plot
  }

  /// Adds another fragment at a place and grows around it.
  public mutating func add(_ other: Fragment, at place: Point) {
    elements += other.elements.map { $0.moved(x: place.x, y: place.y) }
    size.width = max(size.width, place.x + other.size.width)
    size.height = max(size.height, place.y + other.size.height)
  }
}

/// A part of a figure that can be laid out: a chart, a gallery, a text, a stack of such.
public protocol Block: Sendable {
  /// Lays the block out in the width that is there.
  func layout(_ proposal: Proposal) -> Fragment
  /// The room that the block's plot needs at its sides; none for blocks without a plot.
  func plotInsets(_ proposal: Proposal) -> PlotInsets
}

extension Block {
  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets { PlotInsets() }
}

/// Writes blocks one beneath the other, with `if`, `for` and `switch`.
@resultBuilder
public enum BlockBuilder {
  /// One block.
  public static func buildExpression(_ block: any Block) -> [any Block] { [block] }
  /// Blocks made beforehand.
  public static func buildExpression(_ blocks: [any Block]) -> [any Block] { blocks }
  /// What stands one after the other.
  public static func buildBlock(_ parts: [any Block]...) -> [any Block] { parts.flatMap { $0 } }
  /// An `if` without `else`.
  public static func buildOptional(_ part: [any Block]?) -> [any Block] { part ?? [] }
  /// An `if` that holds.
  public static func buildEither(first: [any Block]) -> [any Block] { first }
  /// An `else`.
  public static func buildEither(second: [any Block]) -> [any Block] { second }
  /// A `for`.
  public static func buildArray(_ parts: [[any Block]]) -> [any Block] { parts.flatMap { $0 } }
}
