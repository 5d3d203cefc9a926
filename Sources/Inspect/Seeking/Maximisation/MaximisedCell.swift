internal import Core
internal import Render

/// One unit: painted pictures, real pictures, composed kernel, and how much each excites it.
struct MaximisedCell: Sendable {
  let name: String
  let reached: Float
  let real: Float?
  let limit: Float?
  /// What a full bar stands for.
  let scale: Float
  let isCompact: Bool
  let painted: ImageTiles
  let strongest: ImageTiles?
  let kernel: ImageTiles?

  /// The side that blocks of pictures are about to have, in points.
  private var side: Int { isCompact ? 80 : 84 }

  private func grid(
    _ tiles: ImageTiles, scale: ColorScale, columns: Int, side: Int, gap: Int = 4
  ) -> ImageGrid {
    let (tiles, _) = tiles.shrunk(toFit: side)
    let pixels = max(tiles.width, tiles.height)
    // Whole points for a pixel, or one and a half: two and a half would look uneven.
    let halves = max(2, 2 * side / pixels)
    return ImageGrid(
      tiles, scale: scale, columns: columns,
      magnification: Double(halves >= 4 ? halves / 2 * 2 : halves) / 2, gap: gap)
  }

  /// The blocks of pictures, laid out, in the order of the columns.
  func blocks() -> [Fragment] {
    let room = Proposal(width: Figure.standardWidth)
    // Four starts make a square where there is little room.
    let columns = isCompact ? (painted.count > 1 ? 2 : 1) : painted.count
    var result = [
      grid(painted, scale: .image, columns: columns, side: isCompact && painted.count > 1 ? 42 : side)
        .layout(room)
    ]
    if let strongest {
      // Three rows and their gaps make one side; a whole small picture keeps its pixels.
      result.append(grid(strongest, scale: .image, columns: 3, side: max((side - 8) / 3, 28)).layout(room))
    }
    if let kernel {
      result.append(
        grid(kernel, scale: .ownWeights(channels: kernel.channels), columns: 1, side: side).layout(room))
    }
    return result
  }

  /// Name and numbers with their bars, in a column of a width.
  func words(width: Double) -> Fragment {
    var result = Fragment(size: Size(width, 0))
    let style = TextStyle.label
    var y = TextStyle.heading.ascent
    result.elements.append(
      .text(
        Scene.Text(
          TextStyle.heading.shortened(name, to: width), at: Point(0, y), style: .heading)))
    y += 5
    func bar(_ value: Float, _ word: String, _ paint: Paint) {
      y += style.ascent + 2
      result.elements.append(
        .text(
          Scene.Text(
            "\(word) \(Numbers.significant(Double(value), digits: 2))", at: Point(0, y), style: style,
            paint: .secondary)))
      y += style.descent + 1
      let length = width * Double(max(0, min(1, value / scale)))
      result.elements.append(
        .rectangle(Rect(x: 0, y: y, width: length, height: 3), fill: paint, stroke: nil, radius: 0))
      y += 3
    }
    bar(reached, "painted", .fake)
    if let real { bar(real, "real", .real) }
    if let limit {
      y += style.ascent + 4
      result.elements.append(
        .text(
          Scene.Text(
            "kernel ±\(Numbers.significant(Double(limit), digits: 2))", at: Point(0, y), style: style,
            paint: .secondary)))
      y += style.descent
    }
    result.size.height = y
    return result
  }
}

/// Units one beneath the other, the same kind of picture always in the same column; many of them side by side.
struct MaximisedWall: Block {
  let cells: [MaximisedCell]
  let isCompact: Bool
  /// Real pictures that were looked at; nil if there are none.
  let realCount: Int?

  private var wordsWidth: Double { isCompact ? 66 : 74 }
  private var gap: Double { isCompact ? 12 : 16 }

  func layout(_ proposal: Proposal) -> Fragment {
    let blocks = cells.map { $0.blocks() }
    guard let first = blocks.first else { return Fragment(size: .zero) }
    let words = cells.map { $0.words(width: wordsWidth) }
    // Columns are as wide as their widest block.
    let widths = first.indices.map { column in blocks.map { $0[column].size.width }.max() ?? 0 }
    let pitch = wordsWidth + gap * 0.75 + widths.reduce(0) { $0 + $1 + gap }
    let columns = isCompact ? max(1, Int((proposal.width + gap) / pitch)) : 1
    let apart =
      columns > 1 ? max(0, (proposal.width + gap - Double(columns) * pitch) / Double(columns - 1)) : 0
    var result = Fragment(size: .zero)
    var top = 0.0
    if !isCompact {
      var shown = ["painted by gradient ascent"]
      if let realCount { shown.append("top nine of \(Numbers.grouped(realCount))") }
      shown.append("composed kernel")
      var x = wordsWidth + gap * 0.75
      for (index, width) in widths.enumerated() {
        let text = TextBlock(shown[index], style: .label, paint: .secondary)
          .layout(Proposal(width: max(width + gap - 6, 60)))
        result.add(text, at: Point(x, 0))
        top = max(top, text.size.height)
        x += width + gap
      }
      top += 6
    }
    var y = top
    for start in stride(from: 0, to: cells.count, by: columns) {
      var height = 0.0
      for index in start..<min(start + columns, cells.count) {
        var x = Double(index - start) * (pitch + min(apart, 24))
        result.add(words[index], at: Point(x, y))
        height = max(height, words[index].size.height)
        x += wordsWidth + gap * 0.75
        for (block, width) in zip(blocks[index], widths) {
          result.add(block, at: Point(x, y))
          x += width + gap
          height = max(height, block.size.height)
        }
      }
      y += height + 12
    }
    result.size.height = y - 12
    return result
  }
}
