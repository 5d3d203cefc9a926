/// Lays a chart out: room for ticks and names first, then the plot, then the marks on it.
struct ChartLayout {
  let plan: ChartPlan
  let proposal: Proposal
  let anchors: [XAnchor]
  private let tickStyle = TextStyle.label

  init(_ chart: Chart, proposal: Proposal, anchors: [XAnchor]) {
    plan = ChartPlan(chart)
    self.proposal = proposal
    self.anchors = anchors
  }

  private var chart: Chart { plan.chart }

  /// Series that have a name, each once: the name, its paint, and how it is drawn.
  private var namedSeries: [(name: String, paint: Paint, mark: MarkContent, index: Int)] {
    var seen: Set<String> = []
    return plan.marks.enumerated().compactMap { index, mark in
      guard !mark.series.isEmpty, seen.insert(mark.series).inserted else { return nil }
      return (mark.series, plan.paints[index], mark, index)
    }
  }

  /// Where series are named.
  private var naming: SeriesNames {
    guard chart.names == .automatic else { return chart.names }
    let series = namedSeries
    let areAreas = series.allSatisfy { if case .area = $0.mark { true } else { false } }
    let haveEnds = series.allSatisfy { series in
      switch series.mark {
      case .line, .area: true
      default: false
      }
    }
    let fit = series.count <= 4 || (areAreas && Double(series.count) * EndLabel.distance <= chart.height + 8)
    return haveEnds && fit ? .ends : .legend
  }

  /// The room that the chart itself needs at its sides.
  var ownInsets: PlotInsets {
    var insets = PlotInsets()
    let naming = naming
    if let names = plan.yCategories {
      insets.left = (names.map { tickStyle.width(of: $0) }.max() ?? 0) + 8
    } else if !chart.y.isHidden {
      insets.left = (plan.yTicks.map { tickStyle.width(of: $0.label) }.max() ?? 0) + 8
    }
    if naming == .starts {
      insets = PlotInsets(
        left: (namedSeries.map { tickStyle.width(of: $0.name) }.max() ?? 0) + 10, right: insets.left)
    }
    var names = plan.marks.compactMap { mark -> String? in
      if case .rule(let rule) = mark, case .y = rule.place, !rule.label.isEmpty { rule.label } else { nil }
    }
    if naming == .ends { names += namedSeries.map(\.name) }
    if let widest = names.map({ tickStyle.width(of: $0) }).max() { insets.right += widest + 10 }
    for mark in plan.marks {
      if case .bars(let bars) = mark, case .categories = bars.y.content, !bars.labels.isEmpty {
        insets.right = max(insets.right, (bars.labels.map { tickStyle.width(of: $0) }.max() ?? 0) + 8)
      }
    }
    // The outermost tick labels reach over the plot's edges by half.
    if plan.xCategories == nil, !chart.x.isHidden, anchors.isEmpty {
      let ticks = plan.ticks(chart.x, plan.xLimits, about: 6)
      let span = plan.xLimits.upperBound - plan.xLimits.lowerBound
      if let last = ticks.last, (plan.xLimits.upperBound - last.value) / span < 0.05 {
        insets.right = max(insets.right, tickStyle.width(of: last.label) / 2)
      }
      if let first = ticks.first, (first.value - plan.xLimits.lowerBound) / span < 0.05 {
        insets.left = max(insets.left, tickStyle.width(of: first.label) / 2)
      }
    }
    return PlotInsets(left: insets.left.rounded(.up), right: insets.right.rounded(.up))
  }

  func fragment() -> Fragment {
    let insets = ownInsets.union(proposal.plotInsets)
    let width = chart.width ?? proposal.width
    let plotWidth = max(width - insets.left - insets.right, 24).rounded(.down)
    var result = Fragment(size: Size(insets.left + plotWidth + insets.right, 0))
    var y = 0.0
    if !chart.title.isEmpty {
      result.add(TextBlock(chart.title, style: .heading).layout(Proposal(width: width)), at: .zero)
      y = result.size.height + 6
    }
    if naming == .legend, !namedSeries.isEmpty {
      let legend = Legend(
        namedSeries.map { series in
          Legend.Item(
            series.name, paint: series.paint, symbol: series.mark.legendSymbol,
            dash: plan.dashes[series.index])
        }
      ).layout(Proposal(width: width))
      result.add(legend, at: Point(0, y))
      y += legend.size.height + 10
    }
    if !chart.y.label.isEmpty || !(chart.top?.label ?? "").isEmpty {
      if !chart.y.label.isEmpty {
        result.elements.append(.text(chart.y.label, 0, y + tickStyle.ascent, tickStyle, .secondary))
        result.size.width = max(result.size.width, tickStyle.width(of: chart.y.label))
      }
      if let top = chart.top {
        result.elements.append(
          .text(top.label, insets.left + plotWidth, y + tickStyle.ascent, tickStyle, .secondary, anchor: .end)
        )
      }
      y += tickStyle.ascent + tickStyle.descent + 4
    }
    if chart.top != nil {
      y += tickStyle.ascent + tickStyle.descent + 5
    } else {
      y += tickStyle.capHeight / 2
    }
    let plot = Rect(x: insets.left, y: y.rounded(.up), width: plotWidth, height: chart.height)
    result.plot = plot
    result.size.height = plot.maxY + tickStyle.capHeight / 2

    let drawing = PlotDrawing(
      plan: plan, plot: plot,
      x: plan.xCategories.map { PlotScale(.band($0), 0, 1, length: plotWidth) }
        ?? PlotScale(
          chart.x.type == .logarithmic ? .logarithmic : .linear, plan.xLimits.lowerBound,
          plan.xLimits.upperBound, length: plotWidth, anchors: anchors),
      y: plan.yCategories.map { PlotScale(.band($0), 0, 1, length: chart.height) }
        ?? PlotScale(
          chart.y.type == .logarithmic ? .logarithmic : .linear, plan.yLimits.lowerBound,
          plan.yLimits.upperBound, length: chart.height))
    addYAxis(to: &result, drawing)
    result.elements += drawing.marks()
    addXAxis(to: &result, drawing)
    addTopAxis(to: &result, drawing)
    addEndLabels(to: &result, drawing)
    return result
  }

  private func addYAxis(to result: inout Fragment, _ drawing: PlotDrawing) {
    let plot = drawing.plot
    if let names = plan.yCategories {
      for name in names {
        let y = plot.minY + drawing.y.place(of: name) + tickStyle.capHeight / 2
        result.elements.append(.text(name, plot.minX - 8, y, tickStyle, .ink, anchor: .end))
      }
      return
    }
    guard !chart.y.isHidden else { return }
    var path = Path()
    for tick in plan.yTicks {
      let y = plot.maxY - drawing.y.place(tick.value)
      path.addLine(Point(plot.minX, y), Point(plot.maxX, y))
      let isRight = naming == .starts
      result.elements.append(
        .text(
          tick.label, isRight ? plot.maxX + 6 : plot.minX - 6, y + tickStyle.capHeight / 2, tickStyle,
          .secondary, anchor: isRight ? .start : .end, isTabular: true))
    }
    result.elements.append(.path(path, fill: nil, stroke: .init(.faint, width: 0.5)))
  }

  private func addXAxis(to result: inout Fragment, _ drawing: PlotDrawing) {
    let plot = drawing.plot
    let stroke = Scene.Stroke(.secondary, width: 0.75)
    if plan.yCategories == nil {
      result.elements.append(
        .line(from: Point(plot.minX, plot.maxY), to: Point(plot.maxX, plot.maxY), stroke: stroke))
    }
    guard !chart.x.isHidden else { return }
    var y = plot.maxY + 6 + tickStyle.ascent
    if let names = plan.xCategories {
      let widest = names.map { tickStyle.width(of: $0) }.max() ?? 0
      let isUpright = widest + 4 > drawing.x.bandWidth
      for name in names {
        let x = plot.minX + drawing.x.place(of: name)
        result.elements.append(
          isUpright
            ? .text(
              name, x + tickStyle.capHeight / 2, plot.maxY + 5, tickStyle, .secondary, anchor: .end,
              isVertical: true)
            : .text(name, x, y, tickStyle, .secondary, anchor: .middle))
      }
      if isUpright { y = plot.maxY + 5 + widest - tickStyle.descent }
    } else {
      let ticks =
        anchors.isEmpty
        ? plan.ticks(chart.x, plan.xLimits, about: max(2, Int((plot.width / 90).rounded())))
        : zip(anchors, Ticks.labels(anchors.map(\.value))).map { ($0.value, $1) }
      var end = -Double.infinity
      for tick in ticks {
        let x = plot.minX + drawing.x.place(tick.value)
        let half = tickStyle.width(of: tick.label) / 2
        guard x.isFinite else { continue }
        result.elements.append(.line(from: Point(x, plot.maxY), to: Point(x, plot.maxY + 3), stroke: stroke))
        guard x - half > end + 4 else { continue }
        result.elements.append(.text(tick.label, x, y, tickStyle, .secondary, anchor: .middle))
        end = x + half
      }
    }
    if !chart.x.label.isEmpty {
      y += tickStyle.lineHeight
      result.elements.append(.text(chart.x.label, plot.maxX, y, tickStyle, .secondary, anchor: .end))
    }
    result.size.height = max(result.size.height, y + tickStyle.descent)
  }

  private func addTopAxis(to result: inout Fragment, _ drawing: PlotDrawing) {
    guard let top = chart.top, top.unit > 0, plan.xCategories == nil else { return }
    let plot = drawing.plot
    let stroke = Scene.Stroke(.secondary, width: 0.75)
    let limits = plan.xLimits.lowerBound / top.unit...plan.xLimits.upperBound / top.unit
    let count = max(2, Int((plot.width / 70).rounded()))
    let ticks =
      chart.x.type == .logarithmic
      ? Ticks.logarithmic(limits.lowerBound, limits.upperBound, about: count)
      : Ticks.linear(limits.lowerBound, limits.upperBound, about: count).filter { $0 == $0.rounded() }
    var end = -Double.infinity
    for (tick, label) in zip(ticks, Ticks.labels(ticks)) {
      let x = plot.minX + drawing.x.place(tick * top.unit)
      let half = tickStyle.width(of: label) / 2
      guard x.isFinite else { continue }
      result.elements.append(.line(from: Point(x, plot.minY), to: Point(x, plot.minY - 3), stroke: stroke))
      guard x - half > end + 4 else { continue }
      result.elements.append(
        .text(label, x, plot.minY - 5 - tickStyle.descent, tickStyle, .secondary, anchor: .middle))
      end = x + half
    }
  }

  private func addEndLabels(to result: inout Fragment, _ drawing: PlotDrawing) {
    let plot = drawing.plot
    let naming = naming
    func named(_ place: (MarkContent) -> Double?) -> [EndLabel] {
      namedSeries.compactMap { series in
        place(series.mark).map { EndLabel(text: series.name, paint: series.paint, wanted: $0, place: $0) }
      }
    }
    if naming == .starts {
      put(named { drawing.end(of: $0, isStart: true) }, at: plot.minX, isLeft: true, in: plot, to: &result)
    }
    var labels = naming == .ends ? named { drawing.end(of: $0) } : []
    for case .rule(let rule) in plan.marks {
      guard case .y(let value) = rule.place, !rule.label.isEmpty else { continue }
      let place = plot.height - drawing.y.place(value)
      guard place.isFinite, place >= -0.5, place <= plot.height + 0.5 else { continue }
      labels.append(EndLabel(text: rule.label, paint: .secondary, wanted: place, place: place))
    }
    // Behind the ticks, where these stand at the right.
    let ticks = naming == .starts ? plan.yTicks.map { tickStyle.width(of: $0.label) + 6 }.max() ?? 0 : 0
    put(labels, at: plot.maxX + ticks, isLeft: false, in: plot, to: &result)
  }

  /// Names beside a plot, each as near its line as the others let it.
  private func put(
    _ labels: [EndLabel], at edge: Double, isLeft: Bool, in plot: Rect, to result: inout Fragment
  ) {
    let outwards = isLeft ? -1.0 : 1.0
    for label in EndLabel.spread(labels, height: plot.height) {
      let x = edge + 8 * outwards
      // A name that had to give way keeps a thread to its line.
      if abs(label.place - label.wanted) > 3 {
        result.elements.append(
          .line(
            from: Point(edge + outwards, plot.minY + label.wanted),
            to: Point(x - outwards, plot.minY + label.place),
            stroke: .init(label.paint.opacity(0.6), width: 0.5)))
      }
      result.elements.append(
        .text(
          label.text, x, plot.minY + label.place + tickStyle.capHeight / 2, tickStyle, label.paint,
          anchor: isLeft ? .end : .start))
    }
  }
}
