internal import Core
public import Render

/// Which units a classifier misses, and for which classes: units × classes, each cell the change of the accuracy when the unit
/// is set to zero.
///
/// ```swift
/// let figure = try AblationFigure(layer: "conv2").figure(of: specimen)
/// ```
public struct AblationFigure: Hashable, Sendable {
  /// The layer whose units are silenced; nil for the last convolution.
  public var layer: String?
  /// How many units are shown at most, those with the largest effect; all are in the numbers.
  public var units: Int
  /// How many pictures are tried, evenly spread over all; nil for all.
  public var tried: Int?
  /// The colours' theme.
  public var theme: Theme

  /// An ablation table.
  public init(layer: String? = nil, units: Int = 32, tried: Int? = nil, theme: Theme = .light) {
    precondition(units > 0, "\(units) units")
    precondition(tried.map { $0 > 0 } ?? true, "\(tried ?? 0) pictures")
    self.layer = layer
    self.units = units
    self.tried = tried
    self.theme = theme
  }

  /// Silences every unit of a layer in turn and draws what that did.
  /// - Throws: `InspectError` if there are no labelled pictures or no such layer, `NetworkError` if the network cannot be run.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let ablation = try Ablation(of: specimen, layer: layer, pictures: tried, progress: progress)
    // Those with the largest effect; among them the greatest loss first.
    let shown = ablation.byEffect.prefix(units).sorted {
      ($0.change, -$0.lossChange, $0.index) < ($1.change, -$1.lossChange, $1.index)
    }
    let facts = [
      "\(ablation.layer) (\(ablation.words))",
      shown.count < ablation.units.count
        ? "the \(shown.count) of \(Numbers.grouped(ablation.units.count)) units with the largest effect"
        : "\(ablation.units.count) units",
      "\(Numbers.grouped(ablation.count)) pictures, \(Numbers.percent(ablation.accuracy)) right with all units",
      specimen.moment?.facts ?? "",
    ]
    return Figure(
      "What is lost without one unit", facts: facts.filter { !$0.isEmpty }.joined(separator: " · "),
      reading: reading(ablation, shown.count),
      description: description(ablation, shown),
      recipe: specimen.provenance.recipe(
        "ablation",
        entries: specimen.options + [
          .init("layer", .string(ablation.layer)), units == 32 ? nil : .init("units", .integer(units)),
          tried.map { .init("tried", .integer($0)) }, .theme(theme),
        ]),
      numbers: [("units", table(ablation))], theme: theme
    ) {
      heatmaps(ablation, shown)
    }
  }

  /// Two scales: a class has a tenth of the pictures, and its changes are larger.
  private func heatmaps(_ ablation: Ablation, _ shown: [Ablation.Unit]) -> VStack {
    let classes = ablation.classNames.count
    let names = classes <= 40 ? ablation.classNames : []
    func scale(_ values: [Double]) -> ColorScale {
      .diverging(
        limit: 100 * (values.filter { !$0.isNaN }.map(abs).max() ?? 0), mode: .global, symbol: "change")
    }
    let wholeScale = scale(ablation.units.map(\.change))
    let classScale = scale(ablation.units.flatMap(\.classChanges))
    // Classes without pictures are left white.
    let values = shown.flatMap { $0.classChanges.map { $0.isNaN ? 0 : 100 * $0 } }
    let cell = classes <= 12 ? 24.0 : max(5, min(20, 400 / Double(classes)))
    return VStack {
      PlotRow(spacing: 16) {
        Chart(
          x: Axis("loss without it, change in nats"), width: 250, height: cell * Double(shown.count)
        ) {
          BarMark(
            x: .values("loss change", shown.map(\.lossChange)),
            y: .values("unit", shown.map { "unit \($0.index)" }),
            paints: shown.map { $0.lossChange < 0 ? .secondary : .ink })
        }
        Heatmap(
          shown.map { 100 * $0.change }, rows: shown.count, columns: 1, scale: wholeScale,
          columnLabels: ["all"], texts: shown.map { points($0.change) }, cellSize: cell, showsColorBar: false)
        Heatmap(
          values, rows: shown.count, columns: classes, scale: classScale, columnLabels: names,
          columnTitle: "class", texts: values.map { points($0 / 100) }, cellSize: cell, showsColorBar: false)
      }
      HStack(spacing: 32) {
        ColorBar(wholeScale, title: "accuracy on all pictures, change in points", length: 120)
        ColorBar(classScale, title: "on one class, change in points", length: 120)
      }
    }
  }

  /// A change in percentage points; nothing for none.
  private func points(_ change: Double) -> String {
    let text = Numbers.fixed(100 * change, decimals: abs(change) < 0.0995 ? 1 : 0)
    return change == 0 ? "" : change > 0 ? "+" + text : text
  }

  private func reading(_ ablation: Ablation, _ shown: Int) -> String {
    let counts = ablation.classCounts.filter { $0 > 0 }
    let share = counts.max().map { Numbers.significant(100 / Double($0), digits: 2) } ?? "?"
    return
      "A row is the network with that one unit set to zero everywhere, a cell how its accuracy changes: blue is worse without "
      + "it, red better, white no different. A row that is blue in one place is a unit that one class needs; mostly white rows "
      + "are units that others can stand in for. Bars show what no answer may: how much less sure of the truth it is. "
      + "One picture of a class is \(share) \(share == "1" ? "point" : "points")."
  }

  private func description(_ ablation: Ablation, _ shown: [Ablation.Unit]) -> String {
    guard let worst = shown.first else { return "" }
    var text =
      "Without unit \(worst.index) of \(ablation.layer) the accuracy changes most: \(points(worst.change).isEmpty ? "0" : points(worst.change)) percentage points of \(Numbers.percent(ablation.accuracy))."
    let cells = shown.flatMap { unit in
      unit.classChanges.enumerated().filter { !$0.element.isNaN }.map { (unit.index, $0.offset, $0.element) }
    }
    if let cell = cells.min(by: { $0.2 < $1.2 }), cell.2 < 0 {
      text +=
        " The largest loss of a class: “\(ablation.classNames[cell.1])” without unit \(cell.0), \(points(cell.2)) points."
    }
    let idle = ablation.units.count { $0.change == 0 && $0.largestClassChange == 0 }
    text += " \(idle) of \(ablation.units.count) units change no accuracy at all."
    return text
  }

  private func table(_ ablation: Ablation) -> NumberTable {
    func text(_ number: Double) -> String { number.isNaN ? "" : NumberTable.text(number) }
    return NumberTable(
      columns: ["unit", "accuracy change", "loss change"] + ablation.classNames,
      rows: [
        ["none", text(ablation.accuracy), ""] + ablation.classAccuracies.map(text)
      ]
        + ablation.byEffect.map { unit in
          [String(unit.index), text(unit.change), text(unit.lossChange)] + unit.classChanges.map(text)
        })
  }
}

/// Blocks side by side whose plots begin at one height.
private struct PlotRow: Block {
  let spacing: Double
  let blocks: [any Block]

  init(spacing: Double, @BlockBuilder _ blocks: () -> [any Block]) {
    self.spacing = spacing
    self.blocks = blocks()
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let fragments = blocks.map { $0.layout(proposal) }
    let top = fragments.map { $0.plot?.minY ?? 0 }.max() ?? 0
    var result = Fragment(size: .zero)
    var x = 0.0
    for fragment in fragments {
      result.add(fragment, at: Point(x, top - (fragment.plot?.minY ?? 0)))
      x += fragment.size.width + spacing
    }
    return result
  }
}
