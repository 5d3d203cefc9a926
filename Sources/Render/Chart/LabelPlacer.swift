/// Finds places for labels inside a plot that hide the least of its lines.
struct LabelPlacer {
  /// Where labels may stand.
  let plot: Rect
  /// Places on lines and points, a few points apart.
  private var obstacles: [Point] = []
  /// Labels that stand already.
  private var taken: [Rect] = []

  init(plot: Rect) { self.plot = plot }

  /// Adds a line, sampled finely enough that no label slips between two samples.
  mutating func avoid(_ points: [Point]) {
    var last: Point?
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        last = nil
        continue
      }
      // A line far beyond the plot would be sampled without end; where it is there hides nothing.
      let point = Point(
        min(max(point.x, plot.minX - plot.width), plot.maxX + plot.width),
        min(max(point.y, plot.minY - plot.height), plot.maxY + plot.height))
      if let last {
        let distance = max(abs(point.x - last.x), abs(point.y - last.y))
        for step in stride(from: 3.0, to: distance, by: 3) {
          let fraction = step / distance
          obstacles.append(
            Point(last.x + fraction * (point.x - last.x), last.y + fraction * (point.y - last.y)))
        }
      }
      obstacles.append(point)
      last = point
    }
  }

  /// The first of the places that hides the least, pushed into the plot from side to side.
  /// - Parameter candidates: where the label's left top corner would be.
  mutating func place(_ size: Size, candidates: [Point]) -> Rect {
    var best: (rect: Rect, cost: Double)?
    for candidate in candidates {
      let x = min(max(candidate.x, plot.minX + 2), max(plot.maxX - size.width - 2, plot.minX + 2))
      let rect = Rect(x: x, y: candidate.y, width: size.width, height: size.height)
      var cost = Double(
        obstacles.count { rect.minX < $0.x && $0.x < rect.maxX && rect.minY < $0.y && $0.y < rect.maxY })
      cost += 100 * Double(taken.count { $0.overlaps(rect) })
      if rect.minY < plot.minY - 1 || rect.maxY > plot.maxY + 1 { cost += 1000 }
      if cost < best?.cost ?? .infinity { best = (rect, cost) }
    }
    let rect = best?.rect ?? Rect(x: plot.minX, y: plot.minY, width: size.width, height: size.height)
    taken.append(rect)
    return rect
  }
}
