internal import Core
internal import Render

/// One layer's maps of one example: a line that says which, with its colours at the right, over the maps.
struct MapBand: Block {
  let name: String
  let operation: String
  /// Maps or features in all, and those that are shown.
  let count: Int
  let shownCount: Int
  let scale: ColorScale
  /// Maps that are zero for every probe picture.
  let deadCount: Int
  /// Maps that are zero for this example.
  let silentCount: Int
  let rows: [[String]]
  private let shape: Shape
  private let tiles: ImageTiles
  private let frames: [Int: ImageGrid.Frame]
  private let captions: [String]
  private let tileSize: Double

  /// The band of a node's value `[channels, height, width]` or `[features]`.
  init(
    _ node: Network.Node, value: Tensor, habits: LayerHabits, isAnswer: Bool, role: RunRole,
    classNames: [String],
    tileSize: Double, most: Int
  ) {
    name = node.name
    operation = node.operation.words
    shape = value.shape
    count = value.shape[0]
    let isPicture = isAnswer && role == .generator && value.shape.rank == 3
    let limit = value.shape.rank == 3 ? most : max(most, 256)
    shownCount = min(count, limit)
    let habit = habits[node.name]
    switch node.operation {
    case is Tanh where isPicture: scale = .image(-1...1)
    case is Sigmoid where isPicture: scale = .image(0...1)
    case is Sigmoid: scale = .probability
    default: scale = habit?.scale ?? .activations(value.elements)
    }
    let plane = value.shape.elementCount / max(count, 1)
    let maps = (0..<count).map { value.elements[$0 * plane..<($0 + 1) * plane] }
    let isRectified = scale.kind == .sequential
    let dead = isRectified ? (habit?.highest ?? []).map { $0 <= 0 } : []
    deadCount = dead.count { $0 }
    silentCount = isRectified ? maps.count { $0.allSatisfy { $0 == 0 } } : 0
    let scale = scale
    rows = maps.enumerated().map { index, map in
      let mean = map.reduce(0) { $0 + Double($1) } / Double(max(map.count, 1))
      return [
        node.name, String(index), "\(map.min() ?? 0)", NumberTable.text(mean), "\(map.max() ?? 0)",
        NumberTable.text(scale.upper),
      ]
    }
    if value.shape.rank == 3 {
      tiles = value.maps(shownCount)
      self.tileSize = tileSize
      captions = []
      frames = Dictionary(
        uniqueKeysWithValues: dead.prefix(shownCount).indices.filter { dead[$0] }.map { ($0, .dead) })
    } else {
      // A feature is a cell; those of the answer carry their classes' names.
      tiles = ImageTiles(
        numbers: Array(value.elements.prefix(shownCount)), count: shownCount, height: 1, width: 1)
      self.tileSize = count <= 16 ? 28 : 10
      captions = isAnswer && classNames.count == count ? classNames : []
      frames = [:]
    }
  }

  /// True if blue and red stand for signs.
  var isSigned: Bool { scale.kind == .diverging }

  /// The band in a sentence: `conv1 (3 × 3 conv): 32 maps of 28 × 28, values up to 2.3, map 7 the strongest.`
  var description: String {
    let values = rows.compactMap { Double($0[4]) }
    let strongest = values.indices.max { values[$0] < values[$1] } ?? 0
    let what = shape.rank == 3 ? "map" : "feature"
    return
      "\(name) (\(operation)): \(words), up to \(Numbers.significant(values.isEmpty ? 0 : values[strongest])), \(what) \(strongest) the strongest."
  }

  /// `32 maps of 28 × 28, 3 silent here, 1 dead`.
  private var words: String {
    let isMaps = shape.rank == 3
    var words =
      isMaps
      ? "\(Numbers.grouped(count)) \(count == 1 ? "map" : "maps") of \(shape[1]) × \(shape[2])"
      : "\(Numbers.grouped(count)) \(count == 1 ? "feature" : "features")"
    if shownCount < count { words = "first \(shownCount) of " + words }
    if silentCount > 0 { words += ", \(silentCount) silent here" }
    if deadCount > 0 { words += ", \(deadCount) dead" }
    return words
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let pixels = Double(max(tiles.width, tiles.height))
    let magnification = max(0.5, (2 * tileSize / pixels).rounded(.down) / 2)
    let gap = shape.rank == 3 || count <= 16 ? 4 : 2
    let pitch = Double(tiles.width) * magnification + Double(gap)
    let fitting = max(1, Int((proposal.width + Double(gap)) / pitch))
    // Rows of 16 or 8 let maps of different layers be found one above the other.
    let columns = [64, 48, 32, 16, 8].first { $0 <= fitting && fitting < $0 + $0 / 2 } ?? fitting
    let grid = ImageGrid(
      tiles, scale: scale, columns: min(columns, shownCount), magnification: magnification, gap: gap,
      labels: captions.isEmpty ? .none : .captions(captions), frames: frames,
      hairlines: isSigned || scale.kind == .image)
    let maps = grid.layout(proposal)
    let heading = heading(width: max(maps.size.width, min(proposal.width, 420)))
    var result = heading
    result.add(maps, at: Point(0, heading.size.height + 6))
    return result
  }

  /// Name, operation and counts at the left, the colour bar with its limits at the right.
  private func heading(width: Double) -> Fragment {
    let (bold, style) = (TextStyle.heading, TextStyle.label)
    var result = Fragment(size: Size(width, bold.ascent + bold.descent))
    func put(_ string: String, _ x: Double, _ style: TextStyle, _ paint: Paint, _ anchor: TextAnchor = .start)
    {
      result.elements.append(
        .text(Scene.Text(string, at: Point(x, bold.ascent), style: style, paint: paint, anchor: anchor)))
    }
    put(name, 0, bold, .ink)
    put("\(operation) · \(words)", bold.width(of: name) + 8, style, .secondary)
    let upper =
      scale.kind == .image
      ? "white \(Numbers.significant(scale.upper))" : Numbers.significant(scale.upper, digits: 2)
    let lower =
      scale.kind == .image
      ? "black \(Numbers.significant(scale.lower))" : Numbers.significant(scale.lower, digits: 2)
    let length = 56.0
    var end = width
    if scale.kind != .image, scale.clippedShare != nil {
      put(scale.clipped, end, style, .secondary, .end)
      end -= style.width(of: scale.clipped) + 10
    }
    put(upper, end, style, .secondary, .end)
    let bar = Rect(x: end - style.width(of: upper) - 4 - length, y: bold.ascent - 7, width: length, height: 7)
    var raster = Raster(width: Int(length), height: 1)
    for x in 0..<raster.width { raster[x, 0] = scale.map.color(at: Double(x) / Double(raster.width - 1)) }
    result.elements.append(.image(raster, in: bar))
    result.elements.append(.rectangle(bar, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0))
    put(lower, bar.minX - 4, style, .secondary, .end)
    return result
  }
}
