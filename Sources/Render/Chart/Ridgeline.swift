/// Distributions one behind the other, the first at the back and highest up, all over one axis and on one scale.
///
/// ```swift
/// Ridgeline(
///   x: .values("weight", centres), rows: steps.map { .init("\($0)", shares[$0]) }, axis: Axis("weight"), title: "step")
/// ```
/// A ridge covers what stands behind it. How high a row stands says only when it was; how high a ridge rises above its row
/// is what is measured.
public struct Ridgeline: Block {
  /// One distribution.
  public struct Row: Hashable, Sendable {
    /// What the row is called at the left.
    public var label: String
    /// The heights, as many as there are places on the axis, none below zero; those that are not finite leave a gap.
    public var heights: [Double]

    /// A distribution under a name.
    public init(_ label: String, _ heights: [Double]) {
      self.label = label
      self.heights = heights
    }
  }

  /// The places of the heights, from left to right.
  public var x: Values
  /// The distributions from the back to the front.
  public var rows: [Row]
  /// The axis beneath.
  public var axis: Axis
  /// What tells the rows apart, above their names; none if empty.
  public var title: String
  /// How many rows' distances the highest ridge rises.
  public var rise: Double
  /// What the foremost ridge is filled with.
  public var paint: Paint
  /// The height of the plot itself, in points.
  public var height: Double

  /// Distributions over an axis. Traps if a row has not as many heights as there are places.
  public init(
    x: Values, rows: [Row], axis: Axis = Axis(), title: String = "", rise: Double = 3, paint: Paint = .real,
    height: Double = 140
  ) {
    precondition(rows.allSatisfy { $0.heights.count == x.count }, "a height for each place")
    precondition(rise > 0, "ridges rise")
    self.x = x
    self.rows = rows
    self.axis = axis
    self.title = title
    self.rise = rise
    self.paint = paint
    self.height = height
  }

  /// The largest height of all rows: what rises the full `rise`.
  public var largest: Double { rows.flatMap(\.heights).filter(\.isFinite).max() ?? 0 }

  /// The ridges as marks: a row's foot is at its place counted from the front, 0.
  var chart: Chart {
    let unit = largest > 0 ? rise / largest : 0
    let feet = rows.indices.map { Double(rows.count - 1 - $0) }
    // Names no nearer to each other than they can be read; the last is always among them.
    let distance = height / (Double(max(rows.count - 1, 0)) + rise)
    let step = max(1, Int(((TextStyle.label.size + 1) / distance).rounded(.up)))
    let named = rows.indices.filter { (rows.count - 1 - $0).isMultiple(of: step) }
    return Chart(
      x: axis,
      y: Axis(
        title, domain: 0...(Double(max(rows.count - 1, 0)) + rise), ticks: named.reversed().map { feet[$0] },
        tickLabels: named.reversed().map { rows[$0].label }),
      height: height
    ) {
      for (index, row) in rows.enumerated() {
        let kept = corners(row.heights.map { $0 * unit * distance })
        let x = x.selected(kept)
        let foot = Values.values("foot", kept.map { _ in feet[index] })
        let ridge = Values.values("ridge", kept.map { feet[index] + row.heights[$0] * unit })
        AreaMark(x: x, yStart: foot, yEnd: ridge).color(.paper).opacity(1)
        let isFront = index == rows.count - 1
        if isFront { AreaMark(x: x, yStart: foot, yEnd: ridge).color(paint).opacity(0.35) }
        LineMark(x: x, y: ridge).color(isFront ? paint : .secondary).lineWidth(isFront ? 1.5 : 0.75)
      }
    }
  }

  /// The places without which the line through heights in points would look different: those within an eighth of a point of the line
  /// between others are left out (Douglas and Peucker). Hundreds of bins that are nearly empty need no hundreds of points.
  private func corners(_ heights: [Double]) -> [Int] {
    guard heights.count > 2, heights.allSatisfy(\.isFinite) else { return Array(heights.indices) }
    var isKept = [Bool](repeating: false, count: heights.count)
    isKept[0] = true
    isKept[heights.count - 1] = true
    var open = [(0, heights.count - 1)]
    while let (first, last) = open.popLast() {
      guard last - first > 1 else { continue }
      let slope = (heights[last] - heights[first]) / Double(last - first)
      func distance(_ index: Int) -> Double {
        abs(heights[index] - heights[first] - slope * Double(index - first))
      }
      let farthest = (first + 1..<last).max { distance($0) < distance($1) }!
      guard distance(farthest) > 0.125 else { continue }
      isKept[farthest] = true
      open += [(first, farthest), (farthest, last)]
    }
    return isKept.indices.filter { isKept[$0] }
  }

  /// The room that the block's plot needs at its sides.
  public func plotInsets(_ proposal: Proposal) -> PlotInsets { chart.plotInsets(proposal) }

  /// Lays the block out.
  public func layout(_ proposal: Proposal) -> Fragment { chart.layout(proposal) }
}

extension Values {
  /// Some of the values, by place.
  fileprivate func selected(_ places: [Int]) -> Values {
    switch content {
    case .numbers(let numbers): Values(name, .numbers(places.map { numbers[$0] }))
    case .categories(let names): Values(name, .categories(places.map { names[$0] }))
    }
  }
}
