internal import Core
internal import Render

/// Pictures side by side, each with a caption of one line, or of two where the words need them.
struct CaptionedTiles: Block {
  /// What stands under a picture: `8 → 2 0.98`, or in two lines `8 → 2` and `0.98`, or `automobile →` and `truck 0.98`.
  struct Caption {
    let first: String
    let second: String
    /// What ends the second line, and is never shortened.
    let number: String
  }

  private let tiles: ImageTiles
  private let scale: ColorScale
  private let captions: [Caption]
  private let width: Double
  private let magnification: Double

  /// - Parameters:
  ///   - captions: one for each picture.
  ///   - width: in which they stand, in points.
  init(_ tiles: ImageTiles, scale: ColorScale = .image, captions: [Caption], width: Double) {
    // Pictures of about 60 points, larger ones as means of their pixels.
    let numbers = (0..<tiles.count).flatMap { tiles.numbers(of: $0) }
    let side = max(tiles.width, tiles.height)
    self.tiles =
      side <= 64
      ? tiles
      : ImageTiles(
        numbers: numbers, count: tiles.count, channels: tiles.channels, height: tiles.height,
        width: tiles.width
      ).shrunk(toFit: 64).tiles
    self.scale = scale
    self.captions = captions
    self.width = width
    magnification = side <= 64 ? max(1, (64 / Double(side)).rounded(.down)) : 1
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let tile = Size(Double(tiles.width) * magnification, Double(tiles.height) * magnification)
    let columns = max(1, min(5, Int((width + 8) / (tile.width + 8))))
    // The whole width is used, so that captions have room.
    let gap = columns > 1 ? ((width - Double(columns) * tile.width) / Double(columns - 1)).rounded(.down) : 8
    let style = TextStyle.label
    let whole = captions.map { "\($0.first) → \($0.second) \($0.number)" }
    let room = tile.width + gap - 4
    if whole.allSatisfy({ style.width(of: $0) <= room }), gap <= 12 {
      return ImageGrid(
        tiles, scale: scale, columns: columns, magnification: magnification, gap: Int(gap),
        labels: .captions(whole)
      ).layout(proposal)
    }
    var result = Fragment(size: .zero)
    var y = 0.0
    for start in stride(from: 0, to: tiles.count, by: columns) {
      let row = Array(start..<min(start + columns, tiles.count))
      result.add(
        ImageGrid(
          tiles.selected(row), scale: scale, columns: columns, magnification: magnification, gap: Int(gap)
        ).layout(proposal), at: Point(0, y))
      y += tile.height + 4
      for (column, index) in row.enumerated() {
        let caption = captions[index]
        let x = Double(column) * (tile.width + gap)
        let end = " " + caption.number
        let names = "\(caption.first) → \(caption.second)"
        // Short names stand together, long ones have a line each.
        let lines =
          style.width(of: names) <= room
          ? [names, caption.number]
          : [
            style.shortened(caption.first, to: room - style.width(of: " →")) + " →",
            style.shortened(caption.second, to: room - style.width(of: end)) + end,
          ]
        var baseline = y + style.ascent
        for text in lines {
          result.elements.append(
            .text(Scene.Text(text, at: Point(x, baseline), style: style, paint: .secondary)))
          baseline += style.size + 2
        }
      }
      y += style.ascent + style.size + 2 + style.descent
      result.size.height = max(result.size.height, y)
      y += 10
    }
    result.size.width = max(result.size.width, width)
    return result
  }
}
