internal import Core
internal import Render

/// One row of a wall: a picture and one class's score.
struct AttributionRow {
  let subject: AttributionSubject
  let target: Int
  /// False for the second class of a mistake.
  let isFirst: Bool
  let maps: [AttributionMethod: Attribution]
}

/// The wall itself: words and picture at the left, then a map for each method; a single row becomes a gallery of large maps.
struct AttributionTable: Block {
  let rows: [AttributionRow]
  let methods: [AttributionMethod]
  let specimen: Specimen
  let classes: Int
  /// What stands under each method's name.
  let notes: [String]
  private let limits: [AttributionMethod: Float]
  private let rowLimits: [[Bool: Float]]
  private let sharing: AttributionWall.Sharing

  init(
    rows: [AttributionRow], methods: [AttributionMethod], specimen: Specimen, classes: Int, notes: [String],
    sharing: AttributionWall.Sharing
  ) {
    (self.rows, self.methods, self.specimen) = (rows, methods, specimen)
    (self.classes, self.notes, self.sharing) = (classes, notes, sharing)
    func limit(_ maps: [Attribution]) -> Float { Attribution.limit(of: maps.flatMap(\.map.elements)).value }
    limits =
      sharing == .column
      ? Dictionary(
        uniqueKeysWithValues: methods.map { method in (method, limit(rows.compactMap { $0.maps[method] })) })
      : [:]
    rowLimits =
      sharing == .row
      ? rows.map { row in
        let maps = methods.compactMap { row.maps[$0] }
        return [
          true: limit(maps.filter(\.method.isSigned)), false: limit(maps.filter { !$0.method.isSigned }),
        ]
      } : []
  }

  /// The colours of a map.
  func scale(of map: Attribution) -> ColorScale {
    switch sharing {
    case .none: return map.scale()
    case .column: return map.scale(sharing: limits[map.method])
    case .row:
      let row = rows.firstIndex { $0.maps[map.method] == map }
      return map.scale(sharing: row.flatMap { rowLimits[$0][map.method.isSigned] })
    }
  }

  func layout(_ proposal: Proposal) -> Fragment { rows.count == 1 ? gallery(proposal) : table(proposal) }

  private var pictureSize: (height: Double, width: Double) {
    let shape = specimen.model.network.inputs[0].shape
    return (Double(shape[1]), Double(shape[2]))
  }

  /// The longer side of a tile in points, a whole number for each pixel where that is possible.
  private func side(fitting room: Double, most: Double) -> Double {
    let pixels = max(pictureSize.height, pictureSize.width)
    let factor = min(room, most) / pixels
    if factor >= 1 { return pixels * factor.rounded(.down) }
    return min(room, most).rounded(.down)
  }

  private func tile(_ row: AttributionRow, _ method: AttributionMethod, side: Double) -> (
    tile: AttributionTile, caption: String
  ) {
    guard let map = row.maps[method] else {
      let shape = specimen.model.network.inputs[0].shape
      return (
        AttributionTile(
          map: Tensor([shape[1], shape[2]]), scale: .probability, side: side, excuse: "no convolution"),
        ""
      )
    }
    let scale = scale(of: map)
    return (
      AttributionTile(
        map: map.map, scale: scale, side: side, outline: PictureOutline(of: row.subject.example),
        excuse: map.excuse),
      map.limitWords(scale)
    )
  }

  // MARK: One row

  private func gallery(_ proposal: Proposal) -> Fragment {
    let row = rows[0]
    let cells = methods.count + 1
    let columns = cells <= 4 ? cells : cells <= 8 ? (cells + 1) / 2 : 5
    let gap = Spacing.panel
    let side = side(fitting: (proposal.width - gap * Double(columns - 1)) / Double(columns), most: 176)
    return Grid(columns: columns, spacing: gap) {
      Cell(
        title: row.subject.label.map { "a “\(specimen.className($0, of: classes))”" }
          ?? "the picture", note: words(row),
        caption: "", side: side, content: AttributionPicture(example: row.subject.example, side: side))
      for (method, note) in zip(methods, notes) {
        let (tile, caption) = tile(row, method, side: side)
        Cell(title: method.title, note: note, caption: caption, side: side, content: tile)
      }
    }.layout(proposal)
  }

  /// `said “4” 0.998; score of “9”`
  private func words(_ row: AttributionRow) -> String {
    let said =
      "said “\(specimen.className(row.subject.said, of: classes))” \(Numbers.fixed(row.subject.probability, decimals: 3))"
    return row.target == row.subject.said
      ? said : said + "; maps for “\(specimen.className(row.target, of: classes))”"
  }

  /// A title over a tile, its note between them, its limit beneath.
  private struct Cell: Block {
    let title: String
    let note: String
    let caption: String
    let side: Double
    let content: any Block

    func layout(_ proposal: Proposal) -> Fragment {
      let (heading, label) = (TextStyle.heading, TextStyle.label)
      var result = Fragment(size: Size(side, 0))
      result.elements.append(
        .text(Scene.Text(heading.shortened(title, to: side), at: Point(0, heading.ascent), style: heading)))
      var y = heading.lineHeight
      result.elements.append(
        .text(
          Scene.Text(
            label.shortened(note, to: side), at: Point(0, y + label.ascent), style: label, paint: .secondary))
      )
      y += label.lineHeight + 4
      let body = content.layout(Proposal(width: side))
      result.add(body, at: Point(0, y))
      y += body.size.height + 4
      result.elements.append(
        .text(Scene.Text(caption, at: Point(0, y + label.ascent), style: label, paint: .secondary)))
      result.size = Size(max(side, body.size.width), y + label.ascent + label.descent)
      return result
    }
  }

  // MARK: Several rows

  private func table(_ proposal: Proposal) -> Fragment {
    let (heading, label, text) = (TextStyle.heading, TextStyle.label, TextStyle.text)
    let names = rows.map { name(of: $0) }
    let left = (names.flatMap { $0 }.map { text.width(of: $0.string) }.max() ?? 0).rounded(.up) + 10
    let gap = 10.0
    let columns = Double(methods.count + 1)
    let side = side(
      fitting: (proposal.width - left - gap * (columns - 1)) / columns, most: rows.count > 12 ? 60 : 84)
    let pitch = max(side, 56) + gap
    // Headings over their columns, in as many lines as they need, standing on one base line.
    let headings = methods.map { heading.lines(of: $0.title, width: pitch - 8) }
    let notes = notes.map { label.lines(of: $0, width: pitch - 8) }
    let titleHeight = Double(headings.map(\.count).max() ?? 1) * heading.lineHeight
    let top = titleHeight + Double(notes.map(\.count).max() ?? 1) * label.lineHeight + 6
    var result = Fragment(size: .zero)
    func put(_ string: String, _ x: Double, _ y: Double, _ style: TextStyle, _ paint: Paint) {
      result.elements.append(.text(Scene.Text(string, at: Point(x, y), style: style, paint: paint)))
    }
    func x(_ column: Int) -> Double { left + Double(column) * pitch }
    put("picture", x(0), titleHeight - heading.lineHeight + heading.ascent, heading, .ink)
    for (column, (lines, notes)) in zip(headings, notes).enumerated() {
      for (index, line) in lines.enumerated() {
        let y = titleHeight - Double(lines.count - index) * heading.lineHeight + heading.ascent
        put(line, x(column + 1), y, heading, .ink)
      }
      for (index, line) in notes.enumerated() {
        put(
          line, x(column + 1), titleHeight + Double(index) * label.lineHeight + label.ascent, label,
          .secondary)
      }
    }
    var y = top
    let height = side * pictureSize.height / max(pictureSize.height, pictureSize.width)
    for (row, name) in zip(rows, names) {
      for (index, line) in name.enumerated() {
        put(line.string, 0, y + Double(index) * text.lineHeight + text.ascent, text, line.paint)
      }
      if row.isFirst {
        result.add(
          AttributionPicture(example: row.subject.example, side: side).layout(Proposal(width: side)),
          at: Point(x(0), y))
      }
      for (column, method) in methods.enumerated() {
        let (tile, caption) = tile(row, method, side: side)
        result.add(tile.layout(Proposal(width: side)), at: Point(x(column + 1), y))
        put(caption, x(column + 1), y + height + 3 + label.ascent, label, .secondary)
      }
      y += max(height + 3 + label.ascent + label.descent, Double(name.count) * text.lineHeight) + 8
    }
    result.size = Size(x(methods.count) + pitch - gap, y - 8)
    return result
  }

  /// What stands at the left of a row.
  private func name(of row: AttributionRow) -> [(string: String, paint: Paint)] {
    let subject = row.subject
    let target = specimen.className(row.target, of: classes)
    func short(_ name: String) -> String { TextStyle.text.shortened(name, to: 70) }
    guard row.isFirst else { return [("for “\(short(target))”", .ink), ("the truth", .secondary)] }
    let said = specimen.className(subject.said, of: classes)
    var lines: [(string: String, paint: Paint)] = []
    if let label = subject.label {
      lines.append(("a “\(short(specimen.className(label, of: classes)))”", .ink))
    }
    lines.append(("said “\(short(said))”", subject.isMistake ? .fake : .secondary))
    lines.append((Numbers.fixed(subject.probability, decimals: 3), subject.isMistake ? .fake : .secondary))
    if row.target != subject.said || subject.isMistake { lines.append(("for “\(short(target))”", .ink)) }
    return lines
  }
}

/// A thin bar of colours with words at its ends.
struct AttributionLegend: Block {
  let map: ColorMap
  /// What the lower end, the middle and the upper end are.
  let labels: [String]

  func layout(_ proposal: Proposal) -> Fragment {
    let length = min(150, proposal.width)
    var raster = Raster(width: Int(length), height: 1)
    for x in 0..<raster.width { raster[x, 0] = map.color(at: Double(x) / Double(max(raster.width - 1, 1))) }
    let bar = Rect(x: 0, y: 2, width: length, height: 8)
    let style = TextStyle.label
    var result = Fragment(size: Size(length, bar.maxY + 4 + style.ascent + style.descent))
    result.elements = [
      .image(raster, in: bar), .rectangle(bar, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
    ]
    let anchors: [(x: Double, anchor: TextAnchor)] = [(0, .start), (length / 2, .middle), (length, .end)]
    for (label, place) in zip(labels, anchors) where !label.isEmpty {
      result.elements.append(
        .text(
          Scene.Text(
            label, at: Point(place.x, bar.maxY + 4 + style.ascent), style: style, paint: .secondary,
            anchor: place.anchor)))
    }
    return result
  }
}
