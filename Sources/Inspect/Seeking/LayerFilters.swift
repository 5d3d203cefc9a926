internal import Core
public import Render

/// The filters of a deeper layer as a matrix of kernels: a row for each output, a column for each channel that is read,
/// both ordered by ‖W‖₂, with bars of it at the sides.
public struct LayerFilters: Hashable, Sendable {
  /// The layer's name; nil for the first that has filters.
  public var layer: String?
  /// The most rows and columns that are shown: the strongest.
  public var limit: Int
  /// The colours' theme.
  public var theme: Theme

  /// Filters of a layer.
  public init(layer: String? = nil, limit: Int = 32, theme: Theme = .light) {
    precondition(limit > 0, "a matrix of \(limit) rows")
    self.layer = layer
    self.limit = limit
    self.theme = theme
  }

  /// Draws the matrix.
  /// - Throws: `InspectError` listing the layers with filters if this one has none.
  public func figure(of specimen: Specimen) throws -> Figure {
    let bank = try FilterBank(layer: layer, of: specimen)
    let rowNorms = (0..<bank.outputs).map { bank.norm(output: $0) }
    let columnNorms = (0..<bank.inputs).map { bank.norm(input: $0) }
    let rows = Array(strongestFirst(rowNorms).prefix(limit))
    let columns = Array(strongestFirst(columnNorms).prefix(limit))
    let places = rows.flatMap { row in columns.map { FilterBank.Place(output: row, input: $0) } }
    let scale = bank.scale
    let energy = rows.reduce(0) { sum, row in
      columns.reduce(sum) { $0 + power(bank.norm(.init(output: row, input: $1))) }
    }
    let total = rowNorms.reduce(0) { $0 + power($1) }

    let isWhole = rows.count == bank.outputs && columns.count == bank.inputs
    let source = specimen.sourceName(of: bank.node)
    var facts = [
      bank.node,
      "\(Numbers.grouped(bank.outputs)) filters × \(Numbers.grouped(bank.inputs)) channels of \(bank.extent)",
    ]
    if !isWhole {
      facts.append(
        "the strongest \(rows.count) × \(columns.count) shown, \(Numbers.percent(total > 0 ? energy / total : 1, decimals: 0)) of the energy Σw²"
      )
    }
    if let moment = specimen.moment { facts.append(moment.facts) }
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    let recipe = specimen.provenance.recipe(
      "filters",
      entries: specimen.options + [
        .init("layer", .string(bank.node)),
        limit == 32 ? nil : .init("limit", .integer(limit)), .theme(theme),
      ])
    return Figure(
      "How \(bank.node) combines what \(source) gives it", facts: facts.joined(separator: " · "),
      reading:
        "Each row is one filter, each column one map of \(source) that it reads; strong rows stand at the top, strong columns at the left. "
        + "A pale column is a map that hardly matters here, a row with few dark kernels a filter that listens to few maps.",
      description:
        "\(bank.outputs) by \(bank.inputs) kernels of \(bank.extent). Filter \(rows[0]) is the strongest, norm "
        + "\(Numbers.significant(rowNorms[rows[0]])), \(Numbers.significant(rowNorms[rows[0]] / max(median(rowNorms), 1e-12), digits: 2)) times the median; "
        + "channel \(columns[0]) of \(source) is read most, norm \(Numbers.significant(columnNorms[columns[0]])).",
      recipe: recipe,
      numbers: [
        (
          "filters",
          NumberTable(
            columns: ["filter", "norm"], numbers: rowNorms.indices.map { [Double($0), rowNorms[$0]] })
        ),
        (
          "channels",
          NumberTable(
            columns: ["channel", "norm"], numbers: columnNorms.indices.map { [Double($0), columnNorms[$0]] })
        ),
        ("kernels", bank.table(places)),
      ], theme: theme
    ) {
      KernelMatrix(
        tiles: bank.tiles(places), scale: scale, rows: rows, columns: columns,
        rowBars: rows.map { rowNorms[$0] }, columnBars: columns.map { columnNorms[$0] },
        rowTitle: "filter of \(bank.node)",
        columnTitle: "map of \(source)")
      ColorBar(scale, title: "weight")
    }
  }
}

/// Kernels in rows and columns, with bars for each row at the right and for each column above.
private struct KernelMatrix: Block {
  let tiles: ImageTiles
  let scale: ColorScale
  let rows: [Int]
  let columns: [Int]
  let rowBars: [Double]
  let columnBars: [Double]
  let rowTitle: String
  let columnTitle: String

  /// The longest bar, in points.
  private let longest = 32.0

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    let side = style.ascent + style.descent + 6
    let gap = 3
    let room = proposal.width - side - longest - 70
    let pixels = Double(max(tiles.width, 1))
    let fitting = (room / Double(columns.count) - Double(gap)) / pixels
    let wanted = 36 / pixels
    let factor = max(1, (2 * min(fitting, wanted)).rounded(.down) / 2)
    let grid = ImageGrid(
      tiles, scale: scale, columns: columns.count,
      magnification: factor >= 2 ? factor.rounded(.down) : factor, gap: gap,
      rowHeaders: rows.map(String.init), columnHeaders: columns.map(String.init), hairlines: false)
    let inner = grid.layout(Proposal(width: room + 40))
    guard let plot = inner.plot else { return inner }
    let pitch = Size(
      (plot.width + Double(gap)) / Double(columns.count), (plot.height + Double(gap)) / Double(rows.count))
    let tile = Size(pitch.width - Double(gap), pitch.height - Double(gap))

    let top = style.ascent + style.descent + 4 + longest + 3
    var result = Fragment(size: .zero)
    result.add(inner, at: Point(side, top))
    let area = plot.moved(x: side, y: top)
    func text(_ string: String, _ point: Point, anchor: TextAnchor = .start, isVertical: Bool = false) {
      result.elements.append(
        .text(
          Scene.Text(
            string, at: point, style: style, paint: .secondary, anchor: anchor, isVertical: isVertical)))
    }
    text(rowTitle, Point(style.ascent, area.midY), anchor: .middle, isVertical: true)
    text(columnTitle, Point(area.minX, style.ascent))
    // Bars of rows and columns share one scale: ‖W‖₂ each.
    let largest = max(max(rowBars.max() ?? 0, columnBars.max() ?? 0), .leastNormalMagnitude)
    let foot = top - 3
    for (index, value) in columnBars.enumerated() {
      let height = longest * value / largest
      let bar = Rect(
        x: area.minX + Double(index) * pitch.width, y: foot - height, width: tile.width, height: height)
      result.elements.append(.rectangle(bar, fill: .secondary, stroke: nil, radius: 0))
    }
    for (index, value) in rowBars.enumerated() {
      let bar = Rect(
        x: area.maxX + 5, y: area.minY + Double(index) * pitch.height, width: longest * value / largest,
        height: tile.height)
      result.elements.append(.rectangle(bar, fill: .secondary, stroke: nil, radius: 0))
    }
    let end = area.maxX + 5 + longest
    text("‖W‖₂", Point(area.maxX + 5, area.minY - 8 - style.lineHeight))
    text("full bar \(Numbers.significant(largest, digits: 2))", Point(area.maxX + 5, area.minY - 8))
    result.size.width = max(end, area.maxX + 5 + style.width(of: "full bar 0.00"))
    result.plot = area
    return result
  }
}

extension Specimen {
  /// What a layer reads, in the words of a figure: the stage before it, or the input.
  func sourceName(of node: String) -> String {
    let network = model.network
    guard let reader = network.nodes.first(where: { $0.name == node }) else { return "its input" }
    return network.stages.first { $0.output == reader.inputs[0] }?.name ?? reader.inputs[0]
  }
}

/// Places from the largest value to the smallest; the first of equals first.
private func strongestFirst(_ values: [Double]) -> [Int] {
  values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
}

private func power(_ value: Double) -> Double { value * value }

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
