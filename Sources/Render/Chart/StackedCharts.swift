/// Charts one beneath the other over one x axis, their plots aligned.
///
/// ```swift
/// StackedCharts(x: Axis("step"), top: TopAxis("epoch", unit: 468)) {
///   Chart(y: Axis("loss, nats")) { … }
///   Chart(y: .probability("accuracy")) { … }
/// }
/// ```
public struct StackedCharts: Block {
  /// The axis that all share, drawn under the last.
  public var x: Axis
  /// The axis above the first, if there is one.
  public var top: TopAxis?
  /// The charts from top to bottom; their own x axes give way.
  public var charts: [Chart]
  /// The distance between two, in points.
  public var spacing: Double

  /// Charts over one x axis.
  public init(
    x: Axis, top: TopAxis? = nil, spacing: Double = 12, @ChartBuilder _ charts: () -> [Chart]
  ) {
    self.x = x
    self.top = top
    self.charts = charts()
    self.spacing = spacing
  }

  /// The charts with the shared axis: the limits that all need, labels under the last only.
  private var aligned: VStack {
    var shared = charts.map { chart in
      var chart = chart
      chart.x = x
      chart.x.isHidden = true
      chart.top = nil
      return chart
    }
    let limits = shared.map { ChartPlan($0).xLimits }
    if let low = limits.map(\.lowerBound).min(), let high = limits.map(\.upperBound).max() {
      for index in shared.indices { shared[index].x.domain = x.domain ?? low...high }
      shared[0].top = top
      shared[shared.count - 1].x.isHidden = x.isHidden
    }
    return VStack(spacing: spacing) { shared as [any Block] }
  }

  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets { aligned.plotInsets(proposal) }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment { aligned.layout(proposal) }
}

/// Writes charts one after the other, with `if` and `for`.
@resultBuilder
public enum ChartBuilder {
  /// One chart.
  public static func buildExpression(_ chart: Chart) -> [Chart] { [chart] }
  /// Charts made beforehand.
  public static func buildExpression(_ charts: [Chart]) -> [Chart] { charts }
  /// What stands one after the other.
  public static func buildBlock(_ parts: [Chart]...) -> [Chart] { parts.flatMap { $0 } }
  /// An `if` without `else`.
  public static func buildOptional(_ part: [Chart]?) -> [Chart] { part ?? [] }
  /// An `if` that holds.
  public static func buildEither(first: [Chart]) -> [Chart] { first }
  /// An `else`.
  public static func buildEither(second: [Chart]) -> [Chart] { second }
  /// A `for`.
  public static func buildArray(_ parts: [[Chart]]) -> [Chart] { parts.flatMap { $0 } }
}
