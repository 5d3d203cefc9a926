/// Where everything in a layer diagram is: slots for blocks, gaps for arrows, as many rows as it takes.
struct DiagramPlan {
  /// A block's place in its row.
  struct Slot {
    let layer: Int
    /// The left edge of the gap for the arrow that leads here.
    let gapStart: Double
    /// The left edge of the slot.
    let start: Double
    let width: Double
    var middle: Double { start + width / 2 }
  }

  let diagram: LayerDiagram
  let header: Double
  let rows: [[Slot]]
  let pointsPerChannel: Double
  let pointsPerRow: Double

  static let style = TextStyle.label
  /// The thinnest that a block is drawn.
  private static let thinnest = 2.0
  /// The widest block.
  private static let widest = 56.0
  /// The room of an arrow without a name.
  private static let shortestArrow = 22.0

  init(_ diagram: LayerDiagram, width: Double) {
    self.diagram = diagram
    let names = diagram.factNames.map { DiagramPlan.style.width(of: $0) }.max() ?? 0
    header = names > 0 ? (names + 12).rounded(.up) : 0
    pointsPerChannel = DiagramPlan.widest / Double(max(diagram.layers.map(\.channels).max() ?? 1, 1))
    pointsPerRow = diagram.height / Double(max(diagram.layers.map(\.height).max() ?? 1, 1))
    rows = DiagramPlan.rows(diagram, header: header, width: width, pointsPerChannel: pointsPerChannel)
  }

  /// The lines of an operation's name, broken so that they are about as long as a shape.
  static func operationLines(_ layer: LayerDiagram.Layer) -> [String] {
    layer.operation.isEmpty ? [] : TextStyle.note.lines(of: layer.operation, width: 58)
  }

  static func shape(_ layer: LayerDiagram.Layer) -> String {
    layer.shape
      ?? (layer.height == 1 && layer.width == 1
        ? Numbers.grouped(layer.channels) : Numbers.shape([layer.channels, layer.height, layer.width]))
  }

  private static func rows(
    _ diagram: LayerDiagram, header: Double, width: Double, pointsPerChannel: Double
  ) -> [[Slot]] {
    // Natural widths first; then as many rows as they need, evenly filled.
    let starts = Set(diagram.skips.map(\.from))
    let ends = Set(diagram.skips.map(\.to))
    var gaps: [Double] = []
    var widths: [Double] = []
    for (index, layer) in diagram.layers.enumerated() {
      let words = operationLines(layer).map { TextStyle.note.width(of: $0) }.max() ?? 0
      var gap = index == 0 ? 0 : max(shortestArrow, words + 12)
      if index > 0, starts.contains(index - 1) { gap += 10 }
      if ends.contains(index) { gap += 10 }
      let texts = [layer.name, shape(layer)] + layer.facts
      let block = max(Double(layer.channels) * pointsPerChannel, thinnest)
      let thumbnail =
        layer.thumbnails.map {
          Double($0.width) * thumbnailFactor($0, size: diagram.thumbnailSize) + 4
        } ?? 0
      gaps.append(gap)
      widths.append(max(texts.map { style.width(of: $0) }.max() ?? 0, block, thumbnail).rounded(.up))
    }
    let room = max(width - header, 120)
    func fill(_ limit: Double) -> [[Slot]] {
      var rows: [[Slot]] = [[]]
      var x = 0.0
      for index in widths.indices {
        // A row that goes on begins with the end of the arrow from the row before.
        let gap = rows[rows.count - 1].isEmpty && index > 0 ? max(gaps[index], shortestArrow) : gaps[index]
        if !rows[rows.count - 1].isEmpty, x + gap + widths[index] > limit {
          rows.append([])
          x = 0
        }
        let before = rows[rows.count - 1].isEmpty && index > 0 ? max(gaps[index], shortestArrow) : gap
        rows[rows.count - 1].append(
          Slot(layer: index, gapStart: header + x, start: header + x + before, width: widths[index]))
        x += before + widths[index]
      }
      return rows
    }
    let needed = fill(room).count
    // The narrowest limit that needs no more rows fills them evenly.
    guard needed > 1 else { return fill(room) }
    var (low, high) = (room / 2, room)
    for _ in 0..<12 {
      let middle = (low + high) / 2
      if fill(middle).count > needed { low = middle } else { high = middle }
    }
    return fill(high)
  }

  static func thumbnailFactor(_ tiles: ImageTiles, size: Double) -> Double {
    let factor = (size * 2 / Double(max(tiles.width, tiles.height))).rounded(.down) / 2
    return factor >= 2 ? factor.rounded(.down) : max(1, factor)
  }

  func fragment() -> Fragment {
    var result = Fragment(size: .zero)
    for (index, row) in rows.enumerated() {
      let y = index == 0 ? 0 : result.size.height + 20
      result.add(
        DiagramRow(plan: self, slots: row, isLast: index == rows.count - 1).fragment(), at: Point(0, y))
    }
    let style = TextStyle.note
    let widest = Numbers.grouped(diagram.layers.map(\.channels).max() ?? 0)
    let highest = Numbers.grouped(diagram.layers.map(\.height).max() ?? 0)
    let note =
      "Blocks to scale: width for channels (widest \(widest)), height for rows of the map (highest \(highest)); "
      + "thinner than \(Int(DiagramPlan.thinnest)) points drawn as \(Int(DiagramPlan.thinnest))."
    let block = TextBlock(note, style: style, paint: .secondary).layout(
      Proposal(width: max(result.size.width, 240)))
    result.add(block, at: Point(0, result.size.height + 12))
    return result
  }

  /// The extent of a layer's block, in points.
  func blockSize(_ layer: LayerDiagram.Layer) -> Size {
    Size(
      max(Double(layer.channels) * pointsPerChannel, DiagramPlan.thinnest),
      max(Double(layer.height) * pointsPerRow, DiagramPlan.thinnest))
  }
}
