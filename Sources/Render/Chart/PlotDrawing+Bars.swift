extension PlotDrawing {
  /// One bar: its rectangle, and where its label stands.
  private struct Bar {
    let rect: Rect
    let index: Int
    /// Whether it reaches from zero to the right or upwards.
    let isPositive: Bool
  }

  /// The series of bars that stand side by side, in order.
  private var barSeries: [String] {
    var names: [String] = []
    for case .bars(let bars) in plan.marks where !names.contains(bars.series) { names.append(bars.series) }
    return names
  }

  private func bars(_ mark: BarMark) -> [Bar] {
    let series = barSeries
    let count = Double(series.count)
    let offset = Double(series.firstIndex(of: mark.series) ?? 0)
    if case .categories(let names) = mark.y.content, case .numbers(let lengths) = mark.x.content {
      let room = y.bandWidth * 0.72
      return zip(names, lengths).enumerated().compactMap { index, bar in
        let (start, end) = (plot.minX + x.place(min(max(0, x.lower), x.upper)), plot.minX + x.place(bar.1))
        let top = plot.minY + y.place(of: bar.0) - room / 2 + room / count * offset
        guard end.isFinite, start.isFinite, top.isFinite else { return nil }
        return Bar(
          rect: Rect(x: min(start, end), y: top, width: abs(end - start), height: room / count), index: index,
          isPositive: end >= start)
      }
    }
    guard case .numbers(let heights) = mark.y.content else { return [] }
    let centers: [Double]
    let room: Double
    switch mark.x.content {
    case .categories(let names):
      centers = names.map { plot.minX + x.place(of: $0) }
      room = x.bandWidth * 0.72
    case .numbers(let numbers):
      centers = numbers.map { plot.minX + x.place($0) }
      let spacing = ChartPlan.barSpacing(numbers)
      room = max(1, (x.place(x.lower + spacing) - x.place(x.lower)) * 0.9)
    }
    let zero = y.kind == .logarithmic ? plot.maxY : plot.maxY - y.place(min(max(0, y.lower), y.upper))
    return zip(centers, heights).enumerated().compactMap { index, bar in
      let end = plot.maxY - y.place(bar.1)
      guard end.isFinite, bar.0.isFinite else { return nil }
      return Bar(
        rect: Rect(
          x: bar.0 - room / 2 + room / count * offset, y: min(zero, end), width: room / count,
          height: abs(zero - end)),
        index: index, isPositive: end <= zero)
    }
  }

  func elements(_ mark: BarMark, _ paint: Paint, index: Int) -> [Scene.Element] {
    let bars = bars(mark)
    guard mark.paints.count == mark.x.count else {
      // Bars of one paint are one outline: a histogram stays small.
      var path = Path()
      for bar in bars { path.add(bar.rect) }
      return path.pieces.isEmpty ? [] : [.path(path, fill: paint.opacity(mark.style.opacity), stroke: nil)]
    }
    return bars.map { bar in
      .rectangle(bar.rect, fill: mark.paints[bar.index].opacity(mark.style.opacity), stroke: nil, radius: 0)
    }
  }

  func labels(_ mark: BarMark, index: Int) -> [Scene.Element] {
    guard !mark.labels.isEmpty else { return [] }
    let style = TextStyle.label
    let isLying = if case .categories = mark.y.content { true } else { false }
    return bars(mark).compactMap { bar in
      guard bar.index < mark.labels.count, !mark.labels[bar.index].isEmpty else { return nil }
      let text = mark.labels[bar.index]
      if isLying {
        let x = bar.isPositive ? bar.rect.maxX + 5 : bar.rect.minX - 5
        return .text(
          text, x, bar.rect.midY + style.capHeight / 2, style, .secondary,
          anchor: bar.isPositive ? .start : .end, isTabular: true, hasHalo: true)
      }
      let y = bar.isPositive ? bar.rect.minY - 4 : bar.rect.maxY + 4 + style.ascent
      return .text(text, bar.rect.midX, y, style, .secondary, anchor: .middle, hasHalo: true)
    }
  }
}
