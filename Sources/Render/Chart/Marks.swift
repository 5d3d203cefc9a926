/// How a mark is drawn.
public struct MarkStyle: Hashable, Sendable {
  /// What it is drawn in; the next class colour where none is given.
  public var paint: Paint?
  /// The width of its line in points.
  public var lineWidth: Double = 1.5
  /// Lengths of strokes and gaps in turn, in points; empty for an unbroken line.
  public var dash: [Double] = []
  /// How much it covers, 0 … 1.
  public var opacity: Double = 1
  /// What marks a point; nothing for the chart's choice.
  public var symbol: Symbol?

  /// The usual style.
  public init() {}
}

/// What marks a point.
public enum Symbol: Hashable, Sendable, CaseIterable {
  /// A disc.
  case circle
  /// A square.
  case square
  /// A triangle.
  case triangle
  /// A diamond.
  case diamond
  /// A ring.
  case ring
  /// A cross.
  case cross
}

/// A mark of a chart. The marks are the structures below.
public protocol ChartMark: Sendable {
  /// How the mark is drawn.
  var style: MarkStyle { get set }
  /// The mark as the chart sees it.
  var content: MarkContent { get }
}

extension ChartMark {
  /// The mark in a paint.
  public func color(_ paint: Paint) -> Self { with { $0.paint = paint } }
  /// The mark with a line of another width, in points.
  public func lineWidth(_ width: Double) -> Self { with { $0.lineWidth = width } }
  /// The mark with a broken line.
  public func dash(_ dash: [Double]) -> Self { with { $0.dash = dash } }
  /// The mark covering less.
  public func opacity(_ opacity: Double) -> Self { with { $0.opacity = opacity } }
  /// The mark with a symbol at its points.
  public func symbol(_ symbol: Symbol) -> Self { with { $0.symbol = symbol } }

  private func with(_ change: (inout MarkStyle) -> Void) -> Self {
    var copy = self
    change(&copy.style)
    return copy
  }
}

/// What a chart sees of a mark.
public enum MarkContent: Hashable, Sendable {
  /// A line.
  case line(LineMark)
  /// Points.
  case points(PointMark)
  /// Bars.
  case bars(BarMark)
  /// A band between two lines.
  case area(AreaMark)
  /// Rectangles.
  case rectangles(RectangleMark)
  /// A straight line through the whole plot.
  case rule(RuleMark)
}

/// A line through values, in their order.
///
/// Long lines are thinned to the lowest and highest value in every pixel, so that no spike is lost.
public struct LineMark: ChartMark, Hashable {
  /// Where its points are from left to right.
  public var x: Values
  /// Where its points are from bottom to top.
  public var y: Values
  /// The name of the line, printed at its end or in the legend; none if empty.
  public var series: String
  /// How the mark is drawn.
  public var style = MarkStyle()
  /// The memory β of the smoothed line, 0 ..< 1; with it the values themselves are drawn faintly beneath.
  public var smoothing: Double?

  /// A line through values.
  public init(x: Values, y: Values, series: String = "") {
    self.x = x
    self.y = y
    self.series = series
  }

  /// The line smoothed by a debiased exponential moving average, computed before anything is thinned.
  public func smoothed(_ beta: Double) -> LineMark {
    precondition(beta >= 0 && beta < 1, "a smoothing of \(beta)")
    var copy = self
    copy.smoothing = beta
    return copy
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .line(self) }
}

/// Single points, each with a label if there are labels.
public struct PointMark: ChartMark, Hashable {
  /// Where they are from left to right.
  public var x: Values
  /// Where they are from bottom to top.
  public var y: Values
  /// The name of the points in the legend; none if empty.
  public var series: String
  /// A label beside each point; empty for none.
  public var labels: [String]
  /// How the mark is drawn.
  public var style = MarkStyle()

  /// Points at values.
  public init(x: Values, y: Values, series: String = "", labels: [String] = []) {
    self.x = x
    self.y = y
    self.series = series
    self.labels = labels
  }

  /// One point with a label: the best value of a curve.
  public init(x: Double, y: Double, label: String) {
    self.init(x: .values("x", [x]), y: .values("y", [y]), labels: [label])
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .points(self) }
}

/// Bars: upright where y are numbers over categories or numbers, lying where x are numbers and y categories.
public struct BarMark: ChartMark, Hashable {
  /// Lengths or places from left to right.
  public var x: Values
  /// Lengths or places from bottom to top.
  public var y: Values
  /// The name of the bars in the legend; bars of several series stand side by side.
  public var series: String
  /// What is printed at the end of each bar; empty for nothing.
  public var labels: [String]
  /// The paint of each bar where they differ; empty for the style's.
  public var paints: [Paint]
  /// How the mark is drawn.
  public var style = MarkStyle()

  /// Bars from zero.
  public init(x: Values, y: Values, series: String = "", labels: [String] = [], paints: [Paint] = []) {
    self.x = x
    self.y = y
    self.series = series
    self.labels = labels
    self.paints = paints
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .bars(self) }
}

/// The band between a lower and an upper line: a spread, or a share in a stack.
public struct AreaMark: ChartMark, Hashable {
  /// Where its edges are from left to right.
  public var x: Values
  /// The lower edge.
  public var yStart: Values
  /// The upper edge.
  public var yEnd: Values
  /// The name of the band; none if empty.
  public var series: String
  /// How the mark is drawn.
  public var style = MarkStyle()

  /// The band between two edges.
  public init(x: Values, yStart: Values, yEnd: Values, series: String = "") {
    self.x = x
    self.yStart = yStart
    self.yEnd = yEnd
    self.series = series
    style.opacity = 0.18
  }

  /// The bands of shares stacked one on the other, from the first at the bottom.
  /// - Parameter shares: a name and its numbers, all as long as `x`.
  public static func stacked(
    x: Values, shares: [(series: String, numbers: [Double])], paints: [Paint] = []
  ) -> [AreaMark] {
    var base = [Double](repeating: 0, count: x.count)
    return shares.enumerated().map { index, share in
      precondition(share.numbers.count == base.count, "shares as long as x")
      let top = zip(base, share.numbers).map(+)
      var mark = AreaMark(
        x: x, yStart: .values("start", base), yEnd: .values("end", top), series: share.series)
      mark.style.opacity = 0.85
      mark.style.paint = index < paints.count ? paints[index] : .class(index)
      base = top
      return mark
    }
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .area(self) }
}

/// Rectangles between two values each way; an open side reaches the edge of the plot.
public struct RectangleMark: ChartMark, Hashable {
  /// From left to right; nothing for the whole width.
  public var x: ClosedRange<Double>?
  /// From bottom to top; nothing for the whole height.
  public var y: ClosedRange<Double>?
  /// What is printed in its left top corner; none if empty.
  public var label: String
  /// How the mark is drawn.
  public var style = MarkStyle()

  /// A rectangle between values.
  public init(x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, label: String = "") {
    self.x = x
    self.y = y
    self.label = label
    style.opacity = 0.12
    style.paint = .secondary
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .rectangles(self) }
}

/// A thin dashed line at a value, its name on it: ln 2, one half, the end of an epoch.
public struct RuleMark: ChartMark, Hashable {
  /// The value, on either axis.
  public enum Place: Hashable, Sendable {
    /// An upright line at a value of x.
    case x(Double)
    /// A level line at a value of y.
    case y(Double)
  }

  /// Where it is.
  public var place: Place
  /// Its name; none if empty.
  public var label: String
  /// How the mark is drawn.
  public var style: MarkStyle

  /// A level line at a value of y.
  public init(y: Double, label: String = "") { self.init(.y(y), label: label) }
  /// An upright line at a value of x.
  public init(x: Double, label: String = "") { self.init(.x(x), label: label) }

  private init(_ place: Place, label: String) {
    self.place = place
    self.label = label
    style = MarkStyle()
    style.paint = .secondary
    style.lineWidth = 0.75
    style.dash = [3, 3]
  }

  /// The mark as the chart sees it.
  public var content: MarkContent { .rule(self) }
}

/// Writes marks one after the other, with `if`, `for` and `switch`.
@resultBuilder
public enum MarkBuilder {
  /// One mark.
  public static func buildExpression(_ mark: any ChartMark) -> [any ChartMark] { [mark] }
  /// Marks made beforehand.
  public static func buildExpression(_ marks: [any ChartMark]) -> [any ChartMark] { marks }
  /// What stands one after the other.
  public static func buildBlock(_ parts: [any ChartMark]...) -> [any ChartMark] { parts.flatMap { $0 } }
  /// An `if` without `else`.
  public static func buildOptional(_ part: [any ChartMark]?) -> [any ChartMark] { part ?? [] }
  /// An `if` that holds.
  public static func buildEither(first: [any ChartMark]) -> [any ChartMark] { first }
  /// An `else`.
  public static func buildEither(second: [any ChartMark]) -> [any ChartMark] { second }
  /// A `for`.
  public static func buildArray(_ parts: [[any ChartMark]]) -> [any ChartMark] { parts.flatMap { $0 } }
}
