internal import Core
internal import Render

/// One quantity of one layer through time: ridges above, percentiles beneath.
struct DistributionPanel: Block {
  private let bins: FixedBins
  private let quantity: String
  private let snapshots: [Snapshot]
  private let moments: [Snapshot]
  private let paint: Paint

  /// - Parameters:
  ///   - snapshots: of all counts.
  ///   - moments: those of them that are drawn as ridges.
  init(
    _ bins: FixedBins, _ quantity: String, _ snapshots: [Snapshot], _ moments: [Snapshot], paint: Paint
  ) {
    self.bins = bins
    self.quantity = quantity
    self.snapshots = snapshots
    self.moments = moments
    self.paint = paint
  }

  func layout(_ proposal: Proposal) -> Fragment { content.layout(proposal) }

  private var content: VStack {
    let densities = bins.densities
    return VStack(spacing: 12) {
      if bins.isConstant {
        TextBlock(
          bins.totals.contains { $0 > 0 }
            ? "\(quantity.prefix(1).uppercased() + quantity.dropFirst()): always \(Numbers.significant(bins.percentiles.joined().first { $0.isFinite } ?? 0)); there is no spread to draw."
            : "No finite numbers.", style: .label, paint: .secondary)
      } else {
        let ridges = Ridgeline(
          x: .values(quantity, drawnCentres),
          rows: moments.map { .init(Numbers.grouped($0.step), drawn(densities[$0.index])) },
          axis: Axis(quantity), title: "step", rise: 4, paint: paint, height: 150)
        Panel(caption: caption(densities, highest: ridges.largest)) { ridges }
        fan
      }
    }
  }

  /// How many bins are drawn as one: few numbers in 128 bins would draw their own noise.
  private var together: Int {
    let numbers = bins.totals.max() ?? 0
    return numbers < 1024 ? 4 : numbers < 4096 ? 2 : 1
  }

  /// Sums over the bins that are drawn as one; the overflow bins stay alone, as wide as the others for the eye.
  private func drawn(_ values: [Double]) -> [Double] {
    guard together > 1 else { return values }
    let inner = stride(from: 1, to: values.count - 1, by: together).map { start in
      values[start..<start + together].reduce(0, +)
    }
    return [values[0]] + inner + [values[values.count - 1]]
  }

  /// The middles of what is drawn as one.
  private var drawnCentres: [Double] {
    let width = bins.width * Double(together)
    return (-1...FixedBins.count / together).map { bins.lower + (Double($0) + 0.5) * width }
  }

  private func caption(_ densities: [[Double]], highest: Double) -> String {
    let beyond = densities.map { ($0.first ?? 0) + ($0.last ?? 0) }.filter(\.isFinite).max() ?? 0
    var text =
      "Height: share in a bin, the highest ridge \(Numbers.percent(highest))\(together > 1 ? ", \(together) bins drawn together since there are few numbers" : ""); upwards is only time. "
      + "\(FixedBins.count) bins of \(Numbers.significant(bins.width, digits: 2)) from the 0.1 to the 99.9 percentile of all steps; "
      + "what lies beyond, up to \(Numbers.percent(beyond)), stands in one bin at each end."
    let lost = bins.lost.reduce(0, +)
    if lost > 0 { text += " \(Numbers.grouped(lost)) numbers are not finite and left out." }
    return text
  }

  /// Percentiles over the steps. Steps by ratio, counted from 1, so that step 0 has a place.
  private var fan: Chart {
    let places = Values.values("step", snapshots.map { Double($0.step) + 1 })
    func percentile(_ index: Int) -> Render.Values {
      .values("\(FixedBins.percentiles[index]) %", bins.percentiles.map { $0[index] })
    }
    let ticks = snapshots.map { Double($0.step) + 1 }
    return Chart(
      x: Axis(
        "step", type: .logarithmic, domain: ticks.count > 1 ? ticks[0]...ticks[ticks.count - 1] : nil,
        ticks: ticks, tickLabels: snapshots.map { Numbers.grouped($0.step) }),
      y: Axis("percentiles 0, 5, 25, 50, 75, 95, 100"), height: 90
    ) {
      AreaMark(x: places, yStart: percentile(0), yEnd: percentile(6)).color(paint).opacity(0.14)
      AreaMark(x: places, yStart: percentile(1), yEnd: percentile(5)).color(paint).opacity(0.22)
      AreaMark(x: places, yStart: percentile(2), yEnd: percentile(4)).color(paint).opacity(0.35)
      LineMark(x: places, y: percentile(3)).color(paint)
    }
  }
}
