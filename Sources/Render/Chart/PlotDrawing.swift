/// Draws the marks of a chart into its plot.
struct PlotDrawing {
  let plan: ChartPlan
  let plot: Rect
  let x: PlotScale
  let y: PlotScale

  /// All marks, cut at the plot's edges; labels are not cut, and stand where they hide the least.
  func marks() -> [Scene.Element] {
    var inside: [Scene.Element] = []
    var labels: [Scene.Element] = []
    var placer = LabelPlacer(plot: plot)
    for case .line(let line) in plan.marks { placer.avoid(places(line.x, line.y)) }
    for (index, mark) in plan.marks.enumerated() {
      let paint = plan.paints[index]
      switch mark {
      case .line(let line): inside += elements(line, paint, plan.dashes[index])
      case .points(let points):
        inside += elements(points, paint)
        labels += self.labels(points, paint, &placer)
      case .bars(let bars):
        inside += elements(bars, paint, index: index)
        labels += self.labels(bars, index: index)
      case .area(let area): inside += elements(area, paint)
      case .rectangles(let rectangle):
        inside += elements(rectangle, paint)
        labels += self.labels(rectangle, &placer)
      case .rule(let rule): inside += elements(rule, paint)
      }
    }
    // A little beyond the edges, so that a line along one keeps its width.
    let isCut = plan.chart.x.domain != nil || plan.chart.y.domain != nil
    return (isCut ? [.clipped(to: plot.inset(by: -3), inside)] : inside) + labels
  }

  /// Where a value of y is from the page's top.
  private func level(_ value: Double) -> Double { plot.maxY - y.place(value) }

  private func places(_ xValues: Values, _ yValues: Values) -> [Point] {
    func along(_ values: Values, _ scale: PlotScale) -> [Double] {
      switch values.content {
      case .numbers(let numbers): numbers.map(scale.place)
      case .categories(let names): names.map(scale.place(of:))
      }
    }
    let isBand = if case .band = y.kind { true } else { false }
    return zip(along(xValues, x), along(yValues, y)).map {
      Point(plot.minX + $0, isBand ? plot.minY + $1 : plot.maxY - $1)
    }
  }

  /// Where a series ends at the right, or begins at the left, in points from the plot's top.
  func end(of mark: MarkContent, isStart: Bool = false) -> Double? {
    switch mark {
    case .line(let line):
      var shown = line
      if let smoothing = line.smoothing, case .numbers(let numbers) = line.y.content {
        shown.y.content = .numbers(Series.movingAverage(numbers, beta: smoothing))
      }
      let drawn = places(shown.x, shown.y).filter { $0.x.isFinite && $0.y.isFinite }
      let last = isStart ? drawn.first : drawn.last
      return last.map { min(max($0.y - plot.minY, 0), plot.height) }
    case .area(let area):
      let edges = zip(places(area.x, area.yStart), places(area.x, area.yEnd))
      let drawn = Array(edges).filter { $0.0.y.isFinite && $0.1.y.isFinite }
      let last = isStart ? drawn.first : drawn.last
      return last.map { min(max(($0.0.y + $0.1.y) / 2 - plot.minY, 0), plot.height) }
    default: return nil
    }
  }

  private func elements(_ line: LineMark, _ paint: Paint, _ dash: [Double]) -> [Scene.Element] {
    let style = line.style
    let stroke = Scene.Stroke(paint.opacity(style.opacity), width: style.lineWidth, dash: dash)
    guard let smoothing = line.smoothing, case .numbers(let numbers) = line.y.content else {
      return trace(places(line.x, line.y), stroke) + markers(line, paint)
    }
    // Smoothed first, thinned after: the other way round would smooth what thinning chose.
    let smooth = Values(line.y.name, .numbers(Series.movingAverage(numbers, beta: smoothing)))
    let faint = Scene.Stroke(paint.opacity(0.25 * style.opacity), width: 0.75)
    return trace(places(line.x, line.y), faint) + trace(places(line.x, smooth), stroke)
  }

  /// The unbroken runs of a line, each thinned; a run of one point becomes a dot.
  private func trace(_ points: [Point], _ stroke: Scene.Stroke) -> [Scene.Element] {
    let runs = points.split { !$0.x.isFinite || !$0.y.isFinite }
    var path = Path()
    var dots: [Scene.Element] = []
    for run in runs {
      if run.count == 1 {
        dots.append(
          .path(.circle(center: run.first!, radius: stroke.width), fill: stroke.paint, stroke: nil))
      } else {
        path.pieces += Path(Series.envelope(Array(run), columnWidth: 1)).pieces
      }
    }
    return (path.pieces.isEmpty ? [] : [.path(path, fill: nil, stroke: stroke)]) + dots
  }

  private func markers(_ line: LineMark, _ paint: Paint) -> [Scene.Element] {
    guard let symbol = line.style.symbol else { return [] }
    return places(line.x, line.y).filter { $0.x.isFinite && $0.y.isFinite }
      .map { symbol.element(at: $0, radius: 2.5, paint: paint.opacity(line.style.opacity)) }
  }

  private func elements(_ points: PointMark, _ paint: Paint) -> [Scene.Element] {
    let isSingle = points.x.count == 1
    let symbol = points.style.symbol ?? (isSingle ? .ring : .circle)
    return places(points.x, points.y).filter { $0.x.isFinite && $0.y.isFinite }
      .map {
        symbol.element(at: $0, radius: isSingle ? 3.5 : 2.25, paint: paint.opacity(points.style.opacity))
      }
  }

  private func labels(_ points: PointMark, _ paint: Paint, _ placer: inout LabelPlacer) -> [Scene.Element] {
    guard !points.labels.isEmpty else { return [] }
    let style = TextStyle.label
    let places = places(points.x, points.y)
    placer.avoid(places.flatMap { [$0, Point(.nan, .nan)] })
    return zip(places, points.labels).compactMap { place, label in
      guard place.x.isFinite, place.y.isFinite, !label.isEmpty else { return nil }
      let size = Size(style.width(of: label), style.ascent + style.descent)
      let middle = place.x - size.width / 2
      let rect = placer.place(
        size,
        candidates: [
          Point(middle, place.y - 7 - size.height), Point(middle, place.y + 7),
          Point(place.x + 8, place.y - size.height / 2),
          Point(place.x - 8 - size.width, place.y - size.height / 2),
          Point(place.x + 4, place.y - 9 - size.height), Point(place.x + 4, place.y + 9),
          Point(middle, place.y - 14 - size.height), Point(middle, place.y + 14),
        ])
      return .text(label, rect.minX, rect.minY + style.ascent, style, paint, hasHalo: true)
    }
  }

  private func labels(_ mark: RectangleMark, _ placer: inout LabelPlacer) -> [Scene.Element] {
    guard !mark.label.isEmpty, let rect = rect(mark) else { return [] }
    let style = TextStyle.note
    let size = Size(style.width(of: mark.label), style.ascent + style.descent)
    let sides = [rect.minX + 4, rect.maxX - 4 - size.width, rect.midX - size.width / 2]
    let heights =
      (rect.height >= size.height + 4 ? [rect.minY + 3, rect.maxY - 3 - size.height] : [])
      + [rect.maxY + 2, rect.minY - 2 - size.height]
    let place = placer.place(size, candidates: heights.flatMap { y in sides.map { Point($0, y) } })
    return [.text(mark.label, place.minX, place.minY + style.ascent, style, .secondary, hasHalo: true)]
  }

  private func elements(_ area: AreaMark, _ paint: Paint) -> [Scene.Element] {
    let edges = Array(zip(places(area.x, area.yStart), places(area.x, area.yEnd)))
    var path = Path()
    for run in edges.split(whereSeparator: { !$0.0.x.isFinite || !$0.0.y.isFinite || !$0.1.y.isFinite }) {
      let upper = Series.envelope(run.map(\.1), columnWidth: 1)
      let lower = Series.envelope(run.map(\.0), columnWidth: 1)
      path.pieces += Path(upper + lower.reversed(), closed: true).pieces
    }
    return path.pieces.isEmpty ? [] : [.path(path, fill: paint.opacity(area.style.opacity), stroke: nil)]
  }

  private func rect(_ mark: RectangleMark) -> Rect? {
    let left = mark.x.map { plot.minX + x.place($0.lowerBound) } ?? plot.minX
    let right = mark.x.map { plot.minX + x.place($0.upperBound) } ?? plot.maxX
    let top = mark.y.map { level($0.upperBound) } ?? plot.minY
    let bottom = mark.y.map { level($0.lowerBound) } ?? plot.maxY
    guard left.isFinite, right.isFinite, top.isFinite, bottom.isFinite else { return nil }
    return Rect(x: left, y: top, width: right - left, height: bottom - top)
  }

  private func elements(_ mark: RectangleMark, _ paint: Paint) -> [Scene.Element] {
    guard let rect = rect(mark) else { return [] }
    return [.rectangle(rect, fill: paint.opacity(mark.style.opacity), stroke: nil, radius: 0)]
  }

  private func elements(_ rule: RuleMark, _ paint: Paint) -> [Scene.Element] {
    let stroke = Scene.Stroke(
      paint.opacity(rule.style.opacity), width: rule.style.lineWidth, dash: rule.style.dash)
    switch rule.place {
    case .y(let value):
      let y = level(value)
      guard y.isFinite else { return [] }
      return [.line(from: Point(plot.minX, y), to: Point(plot.maxX, y), stroke: stroke)]
    case .x(let value):
      let x = plot.minX + self.x.place(value)
      guard x.isFinite else { return [] }
      var elements: [Scene.Element] = [
        .line(from: Point(x, plot.minY), to: Point(x, plot.maxY), stroke: stroke)
      ]
      if !rule.label.isEmpty {
        let isLeft = x + 4 + TextStyle.note.width(of: rule.label) > plot.maxX
        elements.append(
          .text(
            rule.label, isLeft ? x - 4 : x + 4, plot.minY + TextStyle.note.ascent, .note, paint,
            anchor: isLeft ? .end : .start, hasHalo: true))
      }
      return elements
    }
  }
}
