/// A chart with its scales decided: limits, ticks and the paint of every mark.
struct ChartPlan {
  let chart: Chart
  let marks: [MarkContent]
  /// The paints of the marks, in their order.
  let paints: [Paint]
  /// The dashes of the marks, in their order.
  let dashes: [[Double]]
  let xCategories: [String]?
  let yCategories: [String]?
  let xLimits: ClosedRange<Double>
  let yLimits: ClosedRange<Double>

  init(_ chart: Chart) {
    self.chart = chart
    marks = chart.marks.map(\.content)
    (paints, dashes) = ChartPlan.inks(chart.marks)
    xCategories = ChartPlan.categories(marks) { $0.x }
    yCategories = ChartPlan.categories(marks) { $0.y }
    let extents = marks.map(ChartPlan.extent)
    xLimits = ChartPlan.limits(chart.x, extents.flatMap(\.x), isWidened: false, marks: marks)
    yLimits = ChartPlan.limits(chart.y, extents.flatMap(\.y), isWidened: true, marks: marks)
  }

  private static let dashesInTurn: [[Double]] = [[], [6, 2.5], [2, 2], [8, 2.5, 2, 2.5]]

  /// Each series keeps one paint and one dash through the chart, so that it is told apart in grey print too.
  private static func inks(_ marks: [any ChartMark]) -> (paints: [Paint], dashes: [[Double]]) {
    var known: [String: Int] = [:]
    var paints: [Paint] = []
    var dashes: [[Double]] = []
    for mark in marks {
      let series = mark.content.series
      let index = known[series] ?? known.count
      known[series] = index
      paints.append(mark.style.paint ?? (series.isEmpty ? .real : .class(index)))
      var dash = mark.style.dash
      if dash.isEmpty, case .line = mark.content {
        switch paints.last!.kind {
        case .role(.fake), .role(.validation): dash = dashesInTurn[1]
        case .role(.test): dash = dashesInTurn[2]
        case .role(.real), .role(.training), .role(.ink), .role(.secondary), .role(.faint): break
        default: dash = dashesInTurn[index % dashesInTurn.count]
        }
      }
      dashes.append(dash)
    }
    return (paints, dashes)
  }

  private static func categories(_ marks: [MarkContent], _ side: (MarkContent) -> Values?) -> [String]? {
    var names: [String] = []
    var seen: Set<String> = []
    for mark in marks {
      guard case .categories(let content) = side(mark)?.content else { continue }
      for name in content where seen.insert(name).inserted { names.append(name) }
    }
    return names.isEmpty ? nil : names
  }

  /// The numbers that a mark needs room for, each way.
  private static func extent(_ mark: MarkContent) -> (x: [Double], y: [Double]) {
    func numbers(_ values: Values) -> [Double] {
      if case .numbers(let numbers) = values.content { range(numbers) } else { [] }
    }
    switch mark {
    case .line(let line): return (numbers(line.x), numbers(line.y))
    case .points(let points): return (numbers(points.x), numbers(points.y))
    case .area(let area): return (numbers(area.x), numbers(area.yStart) + numbers(area.yEnd))
    case .bars(let bars):
      var (x, y) = (numbers(bars.x), numbers(bars.y))
      if case .categories = bars.y.content {
        x.append(0)
      } else {
        y.append(0)
        // Bars over numbers stand half their width beyond their places.
        if case .numbers(let places) = bars.x.content, let low = x.min(), let high = x.max() {
          let half = barSpacing(places) / 2
          x += [low - half, high + half]
        }
      }
      return (x, y)
    case .rectangles(let rectangle):
      return (
        rectangle.x.map { [$0.lowerBound, $0.upperBound] } ?? [],
        rectangle.y.map { [$0.lowerBound, $0.upperBound] } ?? []
      )
    case .rule(let rule):
      switch rule.place {
      case .x(let value): return ([value], [])
      case .y(let value): return ([], [value])
      }
    }
  }

  private static func range(_ numbers: [Double]) -> [Double] {
    // Positive ones apart, for log axes.
    let finite = numbers.lazy.filter(\.isFinite)
    return [finite.min(), finite.max(), finite.filter { $0 > 0 }.min()].compactMap { $0 }
  }

  /// The smallest distance of two neighbouring places.
  static func barSpacing(_ places: [Double]) -> Double {
    let sorted = places.filter(\.isFinite).sorted()
    return zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.min() ?? 1
  }

  private static func limits(
    _ axis: Axis, _ numbers: [Double], isWidened: Bool, marks: [MarkContent]
  ) -> ClosedRange<Double> {
    if let domain = axis.domain, domain.lowerBound < domain.upperBound,
      axis.type == .linear || domain.lowerBound > 0
    {
      return domain
    }
    if axis.type == .logarithmic {
      let positive = numbers.filter { $0 > 0 && $0.isFinite }
      guard let low = positive.min(), let high = positive.max() else { return 0.1...1 }
      if high / low < 1.01 { return low / 2...high * 2 }
      guard isWidened else { return low...high }
      // A little air, by ratio.
      let air = power(high / low, 0.04)
      return low / air...high * air
    }
    var low = numbers.min() ?? 0
    var high = numbers.max() ?? 1
    if axis.includesZero { (low, high) = (min(low, 0), max(high, 0)) }
    if low == high {
      let half = low == 0 ? 0.5 : abs(low) * 0.05
      (low, high) = (low - half, high + half)
    }
    if !isWidened {
      // Points would be cut in half at the edges.
      let hasOnlyPoints =
        marks.contains { if case .points = $0 { true } else { false } }
        && !marks.contains { mark in
          switch mark {
          case .line, .area, .bars: true
          default: false
          }
        }
      let air = hasOnlyPoints ? (high - low) * 0.03 : 0
      return low - air...high + air
    }
    let step = Ticks.step(low, high, about: 5)
    let widened = (low / step + 1e-9).rounded(.down) * step...(high / step - 1e-9).rounded(.up) * step
    return widened.lowerBound < widened.upperBound ? widened : low...high
  }

  /// Ticks with what they say.
  func ticks(_ axis: Axis, _ limits: ClosedRange<Double>, about count: Int) -> [(
    value: Double, label: String
  )] {
    if let ticks = axis.ticks {
      let labels = axis.tickLabels?.count == ticks.count ? axis.tickLabels! : Ticks.labels(ticks)
      return zip(ticks, labels).filter { limits.contains($0.0) }.map { ($0, $1) }
    }
    let isLogarithmic = axis.type == .logarithmic
    let ticks =
      isLogarithmic
      ? Ticks.logarithmic(limits.lowerBound, limits.upperBound, about: count)
      : Ticks.linear(limits.lowerBound, limits.upperBound, about: count)
    return Array(zip(ticks, Ticks.labels(ticks, isLogarithmic: isLogarithmic)))
  }

  var yTicks: [(value: Double, label: String)] {
    ticks(chart.y, yLimits, about: max(2, Int((chart.height / 36).rounded())))
  }
}

extension MarkContent {
  /// The name of the series; empty if it has none.
  var series: String {
    switch self {
    case .line(let mark): mark.series
    case .points(let mark): mark.series
    case .bars(let mark): mark.series
    case .area(let mark): mark.series
    case .rectangles, .rule: ""
    }
  }

  var x: Values? {
    switch self {
    case .line(let mark): mark.x
    case .points(let mark): mark.x
    case .bars(let mark): mark.x
    case .area(let mark): mark.x
    case .rectangles, .rule: nil
    }
  }

  var y: Values? {
    switch self {
    case .line(let mark): mark.y
    case .points(let mark): mark.y
    case .bars(let mark): mark.y
    case .area(let mark): mark.yEnd
    case .rectangles, .rule: nil
    }
  }
}
