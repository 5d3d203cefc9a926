/// Smoothing and thinning of long series.
public enum Series {
  /// The debiased exponential moving average.
  ///
  /// `s[t] = β s[t−1] + (1 − β) x[t]` from `s[0] = 0`, shown as `s[t] / (1 − βᵗ)`, t counted from 1, so that the first value
  /// is the first of the series and not pulled to zero. Values that are not finite give NaN and are passed over.
  /// - Source: Kingma and Ba, Adam, arXiv:1412.6980, section 3.
  public static func movingAverage(_ values: [Double], beta: Double) -> [Double] {
    var sum = 0.0
    var remaining = 1.0
    return values.map { value in
      guard value.isFinite else { return .nan }
      sum = beta * sum + (1 - beta) * value
      remaining *= beta
      return sum / (1 - remaining)
    }
  }

  /// Thins a line to the lowest and highest point in each column, in their order, so that no spike is lost.
  ///
  /// The first and last point are kept. Points must be sorted from left to right; lines of no more than two
  /// points a column are returned as they are.
  /// - Parameter columnWidth: in the units of x.
  public static func envelope(_ points: [Point], columnWidth: Double) -> [Point] {
    guard let first = points.first, let last = points.last, columnWidth > 0 else { return points }
    let columns = (last.x - first.x) / columnWidth
    guard Double(points.count) > 2 * columns + 2 else { return points }
    var kept: [Point] = [first]
    var start = 0
    while start < points.count {
      let column = ((points[start].x - first.x) / columnWidth).rounded(.down)
      var (lowest, highest) = (start, start)
      var end = start
      while end < points.count, ((points[end].x - first.x) / columnWidth).rounded(.down) == column {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      for index in Set([lowest, highest]).sorted() where points[index] != kept.last {
        kept.append(points[index])
      }
      // A column that goes back, in a line that is not sorted, still gets on.
      start = max(end, start + 1)
    }
    if kept.last != last { kept.append(last) }
    return kept
  }
}
