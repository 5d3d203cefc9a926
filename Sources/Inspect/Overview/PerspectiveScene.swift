internal import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Towers of sheets from left to right, the paths between them, and the classes at the end.
struct PerspectiveScene: Block {
  /// A sheet: one map, or one feature, seen at a slant.
  private struct Sheet {
    let unit: Int
    let raster: Raster
    let isOnPath: Bool
  }

  /// All sheets of one layer, one above the other.
  private struct Tower {
    let title: String
    let shape: String
    let words: String
    let limits: String
    let sheets: [Sheet]
    /// Units that are not drawn.
    let more: Int
    /// The edges of a sheet before it is laid down, in points.
    var width: Double
    var height: Double

    func scaled(_ factor: Double) -> Tower {
      var result = self
      result.width *= factor
      result.height *= factor
      return result
    }

    /// What a lying sheet takes up: its height is squeezed and leans to the right.
    var lyingWidth: Double { width + PerspectiveScene.lean * height }
    var lyingHeight: Double { PerspectiveScene.squeeze * height }
    var pitch: Double { lyingHeight + (height < 30 ? 7 : 6) }
    var totalHeight: Double { Double(sheets.count) * pitch - (pitch - lyingHeight) }
  }

  private static let lean = 0.42
  private static let squeeze = 0.5

  private let towers: [Tower]
  private let links: [[PerspectivePaths.Link]]
  private let prediction: Prediction
  private let paint: Paint
  /// The class whose paths are drawn.
  var label = 0
  /// Kinds of scales that are used.
  let kinds: Set<ColorScale.Kind>
  /// Sheets of the highest tower.
  let mostSheets: Int

  init(
    _ example: Example, _ prediction: Prediction, _ paths: PerspectivePaths, _ values: [String: Tensor],
    _ habits: LayerHabits, sheets: Int, paint: Paint
  ) {
    self.prediction = prediction
    self.paint = paint
    links = paths.links
    let input = paths.layers[0].shape
    let side = Double(max(input[1], input[2]))
    var towers: [Tower] = []
    var kinds: Set<ColorScale.Kind> = []
    for (index, layer) in paths.layers.enumerated() {
      let value = values[layer.node]!
      if index == 0 {
        let factor = 78 / side
        towers.append(
          Tower(
            title: "input", shape: layer.shape.timesDescription, words: "", limits: "",
            sheets: [Sheet(unit: 0, raster: Self.picture(example), isOnPath: true)], more: 0,
            width: Double(input[2]) * factor, height: Double(input[1]) * factor))
        continue
      }
      let isLast = index == paths.layers.count - 1
      let scale =
        isLast
        ? .diverging(of: value.elements, percentile: 100, symbol: "score")
        : habits[layer.node]?.scale ?? .activations(value.elements)
      kinds.insert(scale.kind)
      let units = Self.units(layer, value, isLast ? min(sheets, 10) : sheets, isLast ? prediction : nil)
      let plane = layer.shape.elementCount / layer.shape[0]
      var extent = (width: 18.0, height: 18.0)
      if layer.shape.rank == 3 {
        // Small maps are drawn larger than to scale, or nothing would be seen in them.
        let own = Double(max(layer.shape[1], layer.shape[2]))
        let length = 54 * min(1.2, cbrt(own / side))
        extent = (Double(layer.shape[2]) * length / own, Double(layer.shape[1]) * length / own)
      }
      towers.append(
        Tower(
          title: layer.stage?.name ?? layer.node, shape: layer.shape.timesDescription,
          words: isLast ? "scores" : Self.words(layer.stage), limits: scale.limits,
          sheets: units.map { unit in
            Sheet(
              unit: unit,
              raster: Self.raster(
                ImageTiles(
                  numbers: Array(value.elements[unit * plane..<(unit + 1) * plane]), count: 1,
                  height: layer.shape.rank == 3 ? layer.shape[1] : 1,
                  width: layer.shape.rank == 3 ? layer.shape[2] : 1), scale),
              isOnPath: layer.chosen.contains(unit))
          }, more: layer.shape[0] - units.count, width: extent.width, height: extent.height))
    }
    self.towers = towers
    self.kinds = kinds
    mostSheets = towers.map(\.sheets.count).max() ?? 0
  }

  /// What a layer does, as short as it can be said: `3 × 3 conv, ReLU`. Norms change nothing that is seen here.
  private static func words(_ stage: Stage?) -> String {
    guard let stage else { return "" }
    let activation = stage.nodes.dropFirst().last { $0.operation is any Elementwise }
    return [stage.head.operation.words, activation?.operation.words].compactMap { $0 }.joined(separator: ", ")
  }

  /// Which units are drawn: those on paths, then those that answer most, in their own order; of classes the likeliest.
  private static func units(
    _ layer: PerspectivePaths.Layer, _ value: Tensor, _ most: Int, _ prediction: Prediction?
  ) -> [Int] {
    let count = layer.shape[0]
    if count <= most { return Array(0..<count) }
    if let prediction {
      var units = prediction.ranking(of: 0).map(\.class).filter { !layer.chosen.contains($0) }
      units = layer.chosen + units
      return units.prefix(most).sorted()
    }
    let plane = layer.shape.elementCount / count
    let strength = (0..<count).map { unit in
      value.elements[unit * plane..<(unit + 1) * plane].reduce(0) { $0 + Double(abs($1)) }
    }
    let others = (0..<count).filter { !layer.chosen.contains($0) }
      .sorted { (strength[$0], $1) > (strength[$1], $0) }
    return (layer.chosen + others).prefix(most).sorted()
  }

  private static func raster(_ tiles: ImageTiles, _ scale: ColorScale) -> Raster {
    let (tiles, _) = tiles.shrunk(toFit: 96)
    var raster = Raster(width: tiles.width, height: tiles.height)
    for (place, number) in tiles.numbers(of: 0).enumerated() {
      raster[place % tiles.width, place / tiles.width] = scale.color(of: Double(number))
    }
    return raster
  }

  private static func picture(_ example: Example) -> Raster {
    let (tiles, scale) = example.picture!
    let numbers = ImageTiles(
      numbers: tiles.numbers(of: 0), count: 1, channels: tiles.channels, height: tiles.height,
      width: tiles.width
    ).shrunk(toFit: 224).tiles
    var raster = Raster(width: numbers.width, height: numbers.height)
    let levels = numbers.numbers(of: 0).map { Color(grey: scale.fraction(of: Double($0))).red }
    let plane = numbers.width * numbers.height
    for place in 0..<plane {
      let color =
        numbers.channels == 1
        ? Color(red: levels[place], green: levels[place], blue: levels[place])
        : Color(red: levels[place], green: levels[plane + place], blue: levels[2 * plane + place])
      raster[place % numbers.width, place / numbers.width] = color
    }
    return raster
  }

  // MARK: Layout

  private static let barsWidth = 86.0
  /// A tower is no narrower than its words.
  private static let leastWidth = 56.0
  private static let leastGap = 22.0
  private static let header = 46.0

  func layout(_ proposal: Proposal) -> Fragment {
    let names = TextStyle.label
    let classNames = self.towers[self.towers.count - 1].sheets.map { prediction.classNames[$0.unit] }
    let nameWidth = min(70, classNames.map { names.width(of: $0) }.max() ?? 0)
    let ending = 10 + nameWidth + 6 + Self.barsWidth
    // Where there are many large sheets all become smaller, until they fit or would no longer be seen.
    var towers = self.towers
    var widths: [Double] = []
    var free = 0.0
    for factor in stride(from: 1.0, through: 0.6, by: -0.05) {
      towers = self.towers.map { $0.scaled(factor) }
      widths = towers.map { max($0.lyingWidth, Self.leastWidth) }
      free = proposal.width - widths.reduce(0, +) - ending
      if free >= Self.leastGap * Double(towers.count - 1) { break }
    }
    let gap = max(Self.leastGap, free / Double(max(towers.count - 1, 1)))
    let height = towers.map(\.totalHeight).max() ?? 0
    let middle = Self.header + height / 2

    // Where every sheet lies.
    var places: [[Parallelogram]] = []
    var x = 0.0
    for (tower, width) in zip(towers, widths) {
      let top = middle - tower.totalHeight / 2
      let left = x + (width - tower.lyingWidth) / 2
      places.append(
        tower.sheets.indices.map { index in
          Parallelogram(
            corner: Point(left + Self.lean * tower.height, top + Double(index) * tower.pitch),
            across: Size(tower.width, 0), down: Size(-Self.lean * tower.height, tower.lyingHeight))
        })
      x += width + gap
    }

    var result = Fragment(size: .zero)
    for index in links.indices { result.elements += lines(index, places) }
    for (tower, places) in zip(towers, places) {
      for (sheet, place) in zip(tower.sheets, places) {
        result.elements.append(.slanted(sheet.raster, in: place))
        result.elements.append(
          .path(
            place.outline, fill: nil,
            stroke: sheet.isOnPath ? .init(paint, width: 1.5) : .init(.frame, width: 0.5)))
      }
    }
    for (index, tower) in towers.enumerated() {
      result.elements += labels(tower, places[index], isFirst: index == 0, room: widths[index] + gap - 4)
    }
    let end = places[places.count - 1]
    result.elements += bars(end, nameWidth)
    let right = (end.first?.bounds.maxX ?? 0) + ending
    let foot = (places.joined().map(\.bounds.maxY).max() ?? 0) + 6 + 2 * names.lineHeight
    result.size = Size(max(right, proposal.width), foot)
    return result
  }

  /// The paths between a tower and the next, the strongest on top.
  private func lines(_ index: Int, _ places: [[Parallelogram]]) -> [Scene.Element] {
    let strongest = links[index].first.map { _ in links[index].map(\.contribution).max()! } ?? 0
    guard strongest > 0 else { return [] }
    return links[index].reversed().compactMap { link in
      guard let from = towers[index].sheets.firstIndex(where: { $0.unit == link.from }),
        let to = towers[index + 1].sheets.firstIndex(where: { $0.unit == link.to })
      else { return nil }
      let share = link.contribution / strongest
      let start = places[index][from].point(1, 0.5)
      let end = places[index + 1][to].point(0, 0.5)
      let bend = (end.x - start.x) * 0.5
      var path = Path()
      path.pieces = [
        .move(start),
        .curve(
          control1: Point(start.x + bend, start.y), control2: Point(end.x - bend, end.y), to: end),
      ]
      return .path(
        path, fill: nil, stroke: .init(paint.opacity(0.35 + 0.5 * share), width: 0.75 + 3.25 * share))
    }
  }

  private func labels(
    _ tower: Tower, _ places: [Parallelogram], isFirst: Bool, room: Double
  ) -> [Scene.Element] {
    guard let first = places.first, let last = places.last else { return [] }
    let style = TextStyle.label
    // Above a lying sheet its top edge is what one sees: the words stand over the tower's middle.
    let x = (first.bounds.minX + first.bounds.maxX) / 2
    func text(_ string: String, _ y: Double, _ style: TextStyle, _ paint: Paint) -> Scene.Element {
      let shown = style.shortened(string, to: room)
      // Nothing may stand out at the left.
      let half = style.width(of: shown) / 2
      return .text(
        Scene.Text(
          shown, at: Point(max(x, half), y), style: style, paint: paint, anchor: .middle))
    }
    var y = first.bounds.minY - 8 - (tower.words.isEmpty ? 1 : 2) * style.lineHeight
    var elements = [text(tower.title, y, .heading, .ink)]
    y += style.lineHeight
    elements.append(text(tower.shape, y, style, .secondary))
    if !tower.words.isEmpty {
      y += style.lineHeight
      elements.append(text(tower.words, y, style, .secondary))
    }
    y = last.bounds.maxY + 5 + style.ascent
    if tower.more > 0 {
      elements.append(text("and \(Numbers.grouped(tower.more)) more", y, style, .secondary))
      y += style.lineHeight
    }
    if !tower.limits.isEmpty { elements.append(text(tower.limits, y, style, .secondary)) }
    // The number of a map on a path, in the corner that a leaning sheet leaves free.
    guard !isFirst else { return elements }
    for (sheet, place) in zip(tower.sheets, places) where sheet.isOnPath && tower.height >= 30 {
      elements.append(
        .text(
          Scene.Text(
            String(sheet.unit), at: Point(place.corner.x - 4, place.corner.y + TextStyle.note.ascent - 1),
            style: .note, paint: paint, anchor: .end, hasHalo: true)))
    }
    return elements
  }

  /// What is said of each class, beside its score.
  private func bars(_ places: [Parallelogram], _ nameWidth: Double) -> [Scene.Element] {
    guard let tower = towers.last else { return [] }
    let style = TextStyle.label
    let answer = prediction.top(0).class
    return zip(tower.sheets, places).flatMap { sheet, place -> [Scene.Element] in
      let probability = Double(prediction.probabilities.elements[sheet.unit])
      let isShown = sheet.unit == label
      let (x, y) = (place.bounds.maxX + 10, place.bounds.midY)
      let start = x + nameWidth + 6
      let length = 58 * probability
      var elements: [Scene.Element] = [
        .text(
          Scene.Text(
            style.shortened(prediction.classNames[sheet.unit], to: nameWidth),
            at: Point(x, y + style.capHeight / 2), style: style,
            paint: sheet.unit == answer ? .ink : .secondary))
      ]
      if length > 0.25 {
        elements.append(
          .rectangle(
            Rect(x: start, y: y - 4, width: length, height: 8), fill: isShown ? paint : .secondary,
            stroke: nil, radius: 0))
      }
      if probability >= 0.0005 {
        elements.append(
          .text(
            Scene.Text(
              Numbers.fixed(probability, decimals: 3),
              at: Point(start + length + 4, y + style.capHeight / 2), style: style,
              paint: isShown ? .ink : .secondary, isTabular: true)))
      }
      return elements
    }
  }
}
