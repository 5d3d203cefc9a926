internal import Core
internal import Render

/// One layer's units through training: a row for each, a column for each moment, the picture that leads at the end behind it.
struct FeatureHistoryBlock: Block {
  let history: FeatureHistory
  let moments: [Snapshot]

  /// The side that pieces are shrunk to.
  private static let largest = 72

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    let pixels = max(history.extent.height, history.extent.width)
    let factor = (pixels + FeatureHistoryBlock.largest - 1) / FeatureHistoryBlock.largest
    let header = (history.units.map { style.width(of: "unit \($0)") }.max() ?? 0) + 10
    let between = 14.0
    let gap = 12
    let columns = Double(moments.count)
    let room = (proposal.width - header - between - (columns - 1) * Double(gap)) / (columns + 1)
    let magnification = PatchGrid.magnification(
      pixels: pixels / factor, wanted: min(room, pixels >= 14 ? 64 : 56))
    let side = Size(
      Double(history.extent.width / factor) * magnification,
      Double(history.extent.height / factor) * magnification)
    let pitch = max(side.width, 40) + Double(gap)

    let caption =
      "\(history.units.count) of \(Numbers.grouped(history.layer.units)) \(history.layer.hasPlaces ? "maps" : "features"), each place sees \(history.extent.height) × \(history.extent.width) pixels"
      + (factor > 1 ? " (shown with the mean of \(factor) × \(factor) as one)" : "")
    var result = LayerHeading(name: history.layer.words, words: caption).layout(proposal)
    var y = result.size.height + Spacing.caption
    func put(
      _ string: String, _ x: Double, _ baseline: Double, _ paint: Paint, _ anchor: TextAnchor = .start
    ) {
      result.elements.append(
        .text(Scene.Text(string, at: Point(x, baseline), style: style, paint: paint, anchor: anchor)))
    }
    let end = header + columns * pitch - Double(gap) + between
    put("step", header - 10, y + style.ascent, .secondary, .end)
    for (column, moment) in moments.enumerated() {
      put(
        Numbers.grouped(moment.step), header + Double(column) * pitch + side.width / 2, y + style.ascent,
        .secondary, .middle)
    }
    put("leads", end + side.width / 2, y + style.ascent, .secondary, .middle)
    y += style.ascent + style.descent + 9
    for (row, unit) in history.units.enumerated() {
      put("unit \(unit)", header - 10, y + side.height / 2 + style.capHeight / 2, .ink, .end)
      for column in moments.indices {
        let cell = history.cells[row][column]
        let x = header + Double(column) * pitch
        var tile = PatchGrid.Tile(patch: cell.reconstruction?.shrunk(toFit: FeatureHistoryBlock.largest))
        if let reconstruction = cell.reconstruction { tile.scale = reconstruction.reconstructionScale }
        let place = Rect(x: x, y: y, width: side.width, height: side.height)
        if cell.isDead {
          let frame = ImageGrid.Frame.dead
          result.elements.append(
            .rectangle(
              place.inset(by: 0.5), fill: nil,
              stroke: .init(frame.paint, width: frame.width, dash: frame.dash), radius: 0))
        } else {
          result.add(
            PatchGrid(tiles: [tile], columns: 1, magnification: magnification).layout(proposal),
            at: Point(x, y))
        }
        if history.jumped(row, column) {
          let points = [
            Point(place.midX - 3, place.minY - 5), Point(place.midX + 3, place.minY - 5),
            Point(place.midX, place.minY - 1.5),
          ]
          result.elements.append(.path(Path(points, closed: true), fill: .ink, stroke: nil))
        }
        let answer = Double(cell.answer.value)
        let value = Numbers.fixed(answer, decimals: abs(answer) < 10 ? 2 : 1)
        put(
          cell.isDead ? "dead" : value, place.midX, place.maxY + 3 + style.ascent, .secondary, .middle)
      }
      if let patch = history.lastPatches[row] {
        let tile = PatchGrid.Tile(patch: patch.shrunk(toFit: FeatureHistoryBlock.largest))
        result.add(
          PatchGrid(tiles: [tile], columns: 1, magnification: magnification).layout(proposal),
          at: Point(end, y))
      }
      y += side.height + 3 + style.ascent + style.descent + 9
    }
    result.size = Size(max(result.size.width, end + side.width), y - 9)
    return result
  }
}
