/// One row of a layer diagram.
struct DiagramRow {
  let plan: DiagramPlan
  let slots: [DiagramPlan.Slot]
  let isLast: Bool

  private let style = TextStyle.label
  private let note = TextStyle.note
  /// Between an arrow's ends and the blocks.
  private let air = 5.0
  /// From one arc to the next above it.
  private let arcDistance = 14.0

  init(plan: DiagramPlan, slots: [DiagramPlan.Slot], isLast: Bool) {
    self.plan = plan
    self.slots = slots
    self.isLast = isLast
  }

  private func layer(_ slot: DiagramPlan.Slot) -> LayerDiagram.Layer { plan.diagram.layers[slot.layer] }

  /// The connections of which both ends are in this row, each with its level above the names.
  private var arcs: [(skip: LayerDiagram.Skip, level: Int)] {
    let inRow = Set(slots.map(\.layer))
    var placed: [(skip: LayerDiagram.Skip, level: Int)] = []
    let here = plan.diagram.skips.filter {
      inRow.contains($0.from) && inRow.contains($0.to) && $0.from < $0.to
    }
    for skip in here.sorted(by: { ($0.to - $0.from, $0.from) < ($1.to - $1.from, $1.from) }) {
      let crossing = placed.filter { $0.skip.from < skip.to && skip.from < $0.skip.to }
      placed.append((skip, (crossing.map(\.level).max() ?? -1) + 1))
    }
    return placed
  }

  func fragment() -> Fragment {
    let arcs = arcs
    let arcRoom = arcs.map { Double($0.level + 1) * arcDistance }.max().map { $0 + 8 } ?? 0
    let operationLines = slots.map { DiagramPlan.operationLines(layer($0)).count }.max() ?? 0
    let blocks = slots.map { plan.blockSize(layer($0)).height }.max() ?? 0
    // Above the middle: half the highest block, or the lines on the arrows.
    let half = max(blocks / 2, Double(operationLines) * (note.size + 2) + 6)
    let nameLine = arcRoom + style.ascent
    let middle = (nameLine + style.descent + 6 + half).rounded()
    var result = Fragment(size: Size((slots.last?.start ?? 0) + (slots.last?.width ?? 0), 0))
    var y = middle + max(blocks / 2, half) + 6
    for slot in slots { addBlock(slot, middle: middle, nameLine: nameLine, to: &result) }
    for slot in slots { addArrow(to: slot, middle: middle, in: &result) }
    if !isLast, let last = slots.last {
      let x = last.middle + plan.blockSize(layer(last)).width / 2 + air
      let end = max(last.start + last.width, x + 14)
      result.elements.append(
        .line(from: Point(x, middle), to: Point(end, middle), stroke: .init(.secondary, width: 1)))
      result.size.width = max(result.size.width, end)
    }
    for arc in arcs { addArc(arc.skip, level: arc.level, top: arcRoom, middle: middle, to: &result) }
    addDistantSkips(middle: middle, to: &result)
    y += style.ascent
    for slot in slots {
      result.elements.append(
        .text(DiagramPlan.shape(layer(slot)), slot.middle, y, style, .ink, anchor: .middle))
    }
    for (row, name) in plan.diagram.factNames.enumerated() {
      y += style.lineHeight
      result.elements.append(.text(name, 0, y, style, .secondary))
      for slot in slots where row < layer(slot).facts.count {
        result.elements.append(
          .text(layer(slot).facts[row], slot.middle, y, style, .secondary, anchor: .middle, isTabular: true))
      }
    }
    result.size.height = y + style.descent
    addThumbnails(at: y + style.descent + 8, to: &result)
    return result
  }

  private func addBlock(
    _ slot: DiagramPlan.Slot, middle: Double, nameLine: Double, to result: inout Fragment
  ) {
    let layer = layer(slot)
    let size = plan.blockSize(layer)
    let rect = Rect(
      x: slot.middle - size.width / 2, y: middle - size.height / 2, width: size.width, height: size.height)
    result.elements.append(
      .rectangle(rect, fill: layer.paint.opacity(0.2), stroke: .init(layer.paint, width: 1), radius: 0))
    result.elements.append(.text(layer.name, slot.middle, nameLine, style, .ink, anchor: .middle))
  }

  /// Where the arrow that leads to a block starts and ends.
  private func arrow(to slot: DiagramPlan.Slot) -> (start: Double, end: Double)? {
    guard slot.layer > 0 else { return nil }
    let end = slot.middle - plan.blockSize(layer(slot)).width / 2 - air
    guard let before = slots.first(where: { $0.layer == slot.layer - 1 }) else { return (slot.gapStart, end) }
    return (before.middle + plan.blockSize(layer(before)).width / 2 + air, end)
  }

  private func addArrow(to slot: DiagramPlan.Slot, middle: Double, in result: inout Fragment) {
    guard let (start, end) = arrow(to: slot) else { return }
    let layer = layer(slot)
    // Thin for no weight, up to 5 points for the strongest.
    let width = layer.weight.map { 0.75 + 4.25 * min(max($0, 0), 1) } ?? 1
    let head = 3 + width
    result.elements.append(
      .line(
        from: Point(start, middle), to: Point(end - head, middle), stroke: .init(.secondary, width: width)))
    result.elements.append(
      .path(
        Path(
          [
            Point(end, middle), Point(end - head - 1, middle - head * 0.75),
            Point(end - head - 1, middle + head * 0.75),
          ],
          closed: true), fill: .secondary, stroke: nil))
    let lines = DiagramPlan.operationLines(layer)
    let center = (start + end) / 2
    for (index, line) in lines.enumerated() {
      let y = middle - 4 - width / 2 - note.descent - Double(lines.count - 1 - index) * (note.size + 2)
      result.elements.append(.text(line, center, y, note, .secondary, anchor: .middle, hasHalo: true))
    }
  }

  private func addArc(
    _ skip: LayerDiagram.Skip, level: Int, top: Double, middle: Double, to result: inout Fragment
  ) {
    guard let from = slots.first(where: { $0.layer == skip.from }),
      let to = slots.first(where: { $0.layer == skip.to })
    else { return }
    let start = from.start + from.width + 5
    let end = to.start - 5
    let y = top - 10 - Double(level) * arcDistance
    let radius = 5.0
    var path = Path()
    path.pieces = [
      .move(Point(start, middle)), .line(Point(start, y + radius)),
      .curve(control1: Point(start, y), control2: Point(start, y), to: Point(start + radius, y)),
      .line(Point(end - radius, y)),
      .curve(control1: Point(end, y), control2: Point(end, y), to: Point(end, y + radius)),
      .line(Point(end, middle)),
    ]
    result.elements.append(.path(path, fill: nil, stroke: .init(.secondary, width: 1)))
    result.elements.append(
      .path(.circle(center: Point(start, middle), radius: 1.75), fill: .secondary, stroke: nil))
    result.elements.append(
      .path(.circle(center: Point(end, middle), radius: 3), fill: .paper, stroke: .init(.secondary, width: 1))
    )
    if !skip.label.isEmpty {
      result.elements.append(
        .text(
          skip.label, (start + end) / 2, y + note.capHeight / 2, note, .secondary, anchor: .middle,
          hasHalo: true))
    }
  }

  /// Connections that come from another row are named where they enter.
  private func addDistantSkips(middle: Double, to result: inout Fragment) {
    let inRow = Set(slots.map(\.layer))
    for skip in plan.diagram.skips where inRow.contains(skip.to) && !inRow.contains(skip.from) {
      guard let to = slots.first(where: { $0.layer == skip.to }), skip.from >= 0,
        skip.from < plan.diagram.layers.count
      else { continue }
      let x = to.start - 5
      result.elements.append(
        .line(from: Point(x, middle + 16), to: Point(x, middle), stroke: .init(.secondary, width: 1)))
      result.elements.append(
        .path(.circle(center: Point(x, middle), radius: 3), fill: .paper, stroke: .init(.secondary, width: 1))
      )
      result.elements.append(
        .text(
          "from " + plan.diagram.layers[skip.from].name, x + 3, middle + 18 + note.ascent, note, .secondary,
          anchor: .end, hasHalo: true))
    }
  }

  private func addThumbnails(at y: Double, to result: inout Fragment) {
    for slot in slots {
      guard let tiles = layer(slot).thumbnails, tiles.count > 0 else { continue }
      let factor = DiagramPlan.thumbnailFactor(tiles, size: plan.diagram.thumbnailSize)
      let grid = ImageGrid(
        tiles, scale: layer(slot).thumbnailScale, columns: 1, magnification: factor, gap: 3)
      let fragment = grid.layout(Proposal(width: slot.width))
      result.add(fragment, at: Point((slot.middle - fragment.size.width / 2).rounded(), y.rounded(.up)))
    }
  }
}
