internal import Core
internal import Render

/// Where maps of all layers stand: tiles of one size on one grid, so that a map's places are found one above the other.
struct MapRaster {
  /// The side of a tile, in points.
  let tile: Double
  /// Tiles side by side.
  let columns: Int
  /// Between tiles, in points.
  let gap = 4.0

  /// A grid for values of given shapes.
  /// - Parameters:
  ///   - width: the room there is, in points.
  ///   - wanted: the side that tiles are about to have.
  init(_ shapes: [Shape], width: Double, wanted: Double) {
    let largest = Double(
      min(shapes.filter { $0.rank == 3 }.map { max($0[1], $0[2]) }.max() ?? 28, MapBand.largestMap))
    // The largest maps at a whole magnification; half as large, or less, if they are wider than the room.
    var magnification = max(1, (wanted / largest).rounded(.down))
    while largest * magnification > width, magnification > 0.5 { magnification -= 0.5 }
    tile = largest * magnification
    let fitting = max(1, Int((width + gap) / (tile + gap)))
    // Powers of two are easier to count.
    columns = [32, 16, 8, 4].first { $0 <= fitting && fitting < $0 + $0 / 2 } ?? fitting
  }

  /// The width of a full row, in points.
  var width: Double { Double(columns) * (tile + gap) - gap }
}

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
  /// Rows and columns of a map that one pixel shows the mean of.
  private let shrinking: Int
  private let frames: [Int: ImageGrid.Frame]
  private let captions: [String]
  private let raster: MapRaster

  /// The largest side that maps are shown with; larger ones are shrunk.
  static let largestMap = 128

  /// The band of a node's value `[channels, height, width]` or `[features]`.
  /// - Parameters:
  ///   - picture: black and white, if the value is a picture that was made.
  ///   - names: what the features are called; empty where they have no names.
  init(
    _ node: Network.Node, value: Tensor, habit: LayerHabits.Habit?, picture: ColorScale?, names: [String],
    raster: MapRaster, most: Int
  ) {
    name = node.name
    operation = node.operation.words
    shape = value.shape
    self.raster = raster
    count = value.shape[0]
    shownCount = min(count, value.shape.rank == 3 ? most : max(most, 256))
    scale =
      picture ?? (node.operation is Sigmoid ? .probability : habit?.scale ?? .activations(value.elements))
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
    if picture != nil {
      (tiles, shrinking) = (value.pictureTile, 1)
    } else if value.shape.rank == 3 {
      (tiles, shrinking) = value.maps(shownCount).shrunk(toFit: MapBand.largestMap)
    } else {
      // A feature is a cell.
      tiles = ImageTiles(
        numbers: Array(value.elements.prefix(shownCount)), count: shownCount, height: 1, width: 1)
      shrinking = 1
    }
    captions = names.count == count && shape.rank == 1 ? names : []
    let hasFrames = value.shape.rank == 3
    frames = Dictionary(
      uniqueKeysWithValues: dead.prefix(shownCount).indices.filter { hasFrames && dead[$0] }.map {
        ($0, .dead)
      })
  }

  /// True for maps, false for features without places.
  var isMaps: Bool { shape.rank == 3 }

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
    if shrinking > 1 { words += ", a pixel the mean of \(shrinking) × \(shrinking)" }
    if silentCount > 0 { words += ", \(silentCount) silent here" }
    if deadCount > 0 { words += ", \(deadCount) dead" }
    return words
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let pixels = Double(max(tiles.width, tiles.height))
    var (columns, side) = (raster.columns, raster.tile)
    if scale.kind == .image {
      side = max(side, 112)
    } else if shape.rank == 1, count > 16 {
      // Features stand two to a map's place.
      columns = 2 * raster.columns
      side = max(4, (raster.tile - raster.gap) / 2)
    }
    let magnification = max(0.5, (2 * side / pixels).rounded(.down) / 2)
    let grid = ImageGrid(
      tiles, scale: scale, columns: min(columns, tiles.count),
      magnification: magnification >= 2 ? magnification.rounded(.down) : magnification, gap: Int(raster.gap),
      labels: captions.isEmpty ? .none : .captions(captions), frames: frames,
      hairlines: isSigned || scale.kind == .image)
    var result = heading(width: raster.width)
    let top = result.size.height + 6
    result.add(grid.layout(proposal), at: Point(0, top))
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
