internal import Core
internal import Render

/// Rows of pictures, each row on a scale of its own, their columns aligned; a name at the left of each row, a line under each picture.
struct PictureRows: Block {
  struct Row {
    var name: String
    var tiles: ImageTiles
    var scale = ColorScale.image
    var captions: [String] = []
  }

  var rows: [Row]
  var columnHeaders: [String] = []
  /// Points for each pixel; as large as fits, at most about 96 points a picture, where none is given.
  var magnification: Double?
  var gap = 6

  func layout(_ proposal: Proposal) -> Fragment {
    guard let first = rows.first, first.tiles.count > 0 else { return Fragment(size: .zero) }
    let style = TextStyle.label
    // A name may have two lines.
    let names = rows.map { $0.name.split(separator: "\n").map(String.init) }
    let left = names.joined().map { (style.width(of: $0) + 8).rounded(.up) }.max() ?? 0
    let columns = first.tiles.count
    let factor = magnification ?? fitting(proposal.width - left, columns, first.tiles.width)
    let top = columnHeaders.isEmpty ? 0 : style.lineHeight
    var result = Fragment(size: .zero)
    let pitch = Double(first.tiles.width) * factor + Double(gap)
    for (column, header) in columnHeaders.prefix(columns).enumerated() {
      result.elements.append(
        .text(
          Scene.Text(
            header, at: Point(left + Double(column) * pitch + (pitch - Double(gap)) / 2, style.ascent),
            style: style, paint: .secondary, anchor: .middle)))
    }
    var y = top
    for (row, lines) in zip(rows, names) {
      let grid = ImageGrid(
        row.tiles, scale: row.scale, columns: columns, magnification: factor, gap: gap,
        labels: row.captions.isEmpty ? .none : .captions(row.captions), hairlines: true
      ).layout(Proposal(width: proposal.width))
      let middle = y + Double(row.tiles.height) * factor / 2
      for (index, line) in lines.enumerated() {
        let offset = (Double(index) - Double(lines.count - 1) / 2) * style.lineHeight
        result.elements.append(
          .text(
            Scene.Text(
              line, at: Point(left - 8, middle + offset + style.capHeight / 2), style: style, paint: .ink,
              anchor: .end)))
      }
      result.add(grid, at: Point(left, y))
      y += grid.size.height + Double(gap)
    }
    result.size.height = max(result.size.height, y - Double(gap))
    result.plot = Rect(x: left, y: top, width: result.size.width - left, height: result.size.height - top)
    return result
  }

  /// A whole number of points for each pixel, or a half for large pictures.
  private func fitting(_ room: Double, _ columns: Int, _ width: Int) -> Double {
    let most = min(96, (room - Double((columns - 1) * gap)) / Double(columns))
    let factor = most / Double(width)
    return factor >= 1 ? factor.rounded(.down) : max(0.5, (factor * 2).rounded(.down) / 2)
  }
}

extension Tensor {
  /// Pictures `[count, channels, height, width]` with the mean of their channels in place of the channels.
  var meanOfChannels: Tensor {
    guard shape.rank == 4, shape[1] > 1 else { return self }
    let (channels, plane) = (shape[1], shape[2] * shape[3])
    return Tensor([shape[0], 1, shape[2], shape[3]]) { result in
      for picture in 0..<shape[0] {
        for place in 0..<plane {
          var sum: Float = 0
          for channel in 0..<channels { sum += elements[(picture * channels + channel) * plane + place] }
          result[picture * plane + place] = sum / Float(channels)
        }
      }
    }
  }
}
