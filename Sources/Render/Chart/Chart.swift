/// How numbers become places on an axis.
public enum ScaleType: Hashable, Sendable {
  /// Equal differences are equal distances.
  case linear
  /// Equal ratios are equal distances; values not above zero are left out.
  case logarithmic
}

/// What an axis says.
public struct Axis: Hashable, Sendable {
  /// The quantity and unit; none if empty.
  public var label: String
  /// How numbers become places.
  public var type: ScaleType
  /// The lowest and highest value; from the data, widened to round numbers, where none is given.
  public var domain: ClosedRange<Double>?
  /// Whether zero is always included.
  public var includesZero: Bool
  /// Where ticks are; at round numbers where none are given.
  public var ticks: [Double]?
  /// What the ticks say, as many as `ticks`; the numbers where none are given.
  public var tickLabels: [String]?
  /// Whether ticks and their labels are drawn.
  public var isHidden: Bool

  /// An axis.
  public init(
    _ label: String = "", type: ScaleType = .linear, domain: ClosedRange<Double>? = nil,
    includesZero: Bool = false, ticks: [Double]? = nil, tickLabels: [String]? = nil, isHidden: Bool = false
  ) {
    self.label = label
    self.type = type
    self.domain = domain
    self.includesZero = includesZero
    self.ticks = ticks
    self.tickLabels = tickLabels
    self.isHidden = isHidden
  }

  /// Probabilities: always 0 … 1.
  public static func probability(_ label: String) -> Axis {
    Axis(label, domain: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1])
  }
}

/// A second x axis above the plot that counts the same in another unit: epochs over steps.
public struct TopAxis: Hashable, Sendable {
  /// The unit, `epoch`.
  public var label: String
  /// How many of the lower axis make one of the upper.
  public var unit: Double

  /// An axis on which `unit` of the lower axis count as one.
  public init(_ label: String, unit: Double) {
    self.label = label
    self.unit = unit
  }
}

/// Where the names of series stand.
public enum SeriesNames: Hashable, Sendable {
  /// At the right ends of a few lines, else in a legend above.
  case automatic
  /// At the right ends of the lines, however many.
  case ends
  /// At the left ends of the lines, where they begin; the ticks of y stand at the right.
  case starts
  /// In a legend above.
  case legend
  /// Nowhere: something else in the figure names them.
  case none
}

/// Marks over axes, in the words of Swift Charts.
///
/// ```swift
/// Chart(x: Axis("step"), y: Axis("loss, nats", type: .logarithmic), height: 160) {
///   LineMark(x: .values("step", steps), y: .values("loss", loss), series: "training").color(.training).smoothed(0.95)
///   RuleMark(y: 0.6931, label: "ln 2")
/// }
/// ```
public struct Chart: Block {
  /// The axis beneath.
  public var x: Axis
  /// The axis at the left.
  public var y: Axis
  /// The axis above, if there is one.
  public var top: TopAxis?
  /// The height of the plot itself, in points.
  public var height: Double
  /// The width of the whole chart in points; the proposed width where none is given.
  public var width: Double?
  /// The marks from the ground up.
  public var marks: [any ChartMark]
  /// A heading above the plot; none if empty.
  public var title: String
  /// Where the names of series stand.
  public var names = SeriesNames.automatic

  /// Marks over axes.
  public init(
    _ title: String = "", x: Axis = Axis(), y: Axis = Axis(), top: TopAxis? = nil, width: Double? = nil,
    height: Double = 160, @MarkBuilder _ marks: () -> [any ChartMark]
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.top = top
    self.width = width
    self.height = height
    self.marks = marks()
  }

  /// The chart with the names of its series elsewhere.
  public func names(_ names: SeriesNames) -> Chart {
    var chart = self
    chart.names = names
    return chart
  }

  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets {
    ChartLayout(self, proposal: proposal, anchors: []).ownInsets
  }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment { layout(proposal, anchors: []) }

  /// Lays the chart out with given places for some values of x, from the plot's left edge.
  func layout(_ proposal: Proposal, anchors: [XAnchor]) -> Fragment {
    ChartLayout(self, proposal: proposal, anchors: anchors).fragment()
  }
}
