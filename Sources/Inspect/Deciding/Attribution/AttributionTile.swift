internal import Core
internal import Render

/// One map in its colours, the picture's outline drawn thinly over it; words where there is nothing to see.
struct AttributionTile: Block {
  /// The numbers, `[height, width]`.
  var map: Tensor
  var scale: ColorScale
  /// The side of the tile's longer edge, in points.
  var side: Double
  /// A picture of the same size whose outline is drawn over the map; nil for none.
  var outline: PictureOutline?
  /// What is said instead of the map; nil where there is one.
  var excuse: String?

  func layout(_ proposal: Proposal) -> Fragment {
    let (height, width) = (map.shape[0], map.shape[1])
    let factor = side / Double(max(height, width))
    let rect = Rect(x: 0, y: 0, width: Double(width) * factor, height: Double(height) * factor)
    var result = Fragment(size: rect.size)
    if let excuse {
      result.elements.append(
        .rectangle(rect.inset(by: 0.25), fill: nil, stroke: .init(.faint, width: 0.5), radius: 0))
      let style = TextStyle.note
      let lines = style.lines(of: excuse, width: rect.width - 6)
      for (index, line) in lines.enumerated() {
        let y = rect.midY + (Double(index) - Double(lines.count) / 2) * style.lineHeight + style.ascent
        result.elements.append(
          .text(
            Scene.Text(line, at: Point(rect.midX, y), style: style, paint: .secondary, anchor: .middle)))
      }
      return result
    }
    result.elements = [
      .image(raster(factor), in: rect),
      .rectangle(rect, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
    ]
    return result
  }

  private func raster(_ factor: Double) -> Raster {
    // Maps with more pixels than the tile has room for are made smaller.
    let tiles = ImageTiles(
      numbers: map.elements, count: 1, height: map.shape[0], width: map.shape[1]
    ).shrunk(toFit: max(Int(2 * side), 32)).tiles
    guard case .numbers(let numbers) = tiles.content else { return Raster(width: 0, height: 0) }
    var raster = Raster(width: tiles.width, height: tiles.height)
    for index in numbers.indices {
      raster[index % tiles.width, index / tiles.width] = scale.color(of: Double(numbers[index]))
    }
    guard let outline, factor >= 2, factor == factor.rounded() else { return raster }
    var large = raster.magnified(by: Int(factor))
    for place in outline.places(factor: Int(factor)) {
      let color = large[place.x, place.y]
      large[place.x, place.y] = color.mixed(with: color.readableInk, fraction: 0.45)
    }
    return large
  }
}

/// Where a grey picture crosses from its darker to its brighter half: the outline of what it shows.
struct PictureOutline: Hashable {
  private let isBright: [Bool]
  private let height: Int
  private let width: Int

  /// The outline of an example's picture; nil where it is no small grey picture, whose outline would be a tangle.
  init?(of example: Example) {
    guard let picture = example.picture, picture.tiles.channels == 1,
      max(picture.tiles.width, picture.tiles.height) <= 64
    else { return nil }
    let numbers = picture.tiles.numbers(of: 0)
    let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
    guard high > low else { return nil }
    isBright = numbers.map { $0 > (low + high) / 2 }
    (height, width) = (picture.tiles.height, picture.tiles.width)
  }

  /// The pixels of a picture magnified by a factor that the outline runs through: the last before a border.
  func places(factor: Int) -> [(x: Int, y: Int)] {
    var result: [(x: Int, y: Int)] = []
    for row in 0..<height {
      for column in 0..<width {
        let own = isBright[row * width + column]
        if column + 1 < width, isBright[row * width + column + 1] != own {
          for step in 0..<factor { result.append(((column + 1) * factor - 1, row * factor + step)) }
        }
        if row + 1 < height, isBright[(row + 1) * width + column] != own {
          for step in 0..<factor { result.append((column * factor + step, (row + 1) * factor - 1)) }
        }
      }
    }
    return result
  }
}

/// The example's own picture at the size of its maps.
struct AttributionPicture: Block {
  var example: Example
  var side: Double

  func layout(_ proposal: Proposal) -> Fragment {
    guard let picture = example.picture else {
      // More channels than colours: their mean.
      let shape = example.input.shape
      let plane = shape[2] * shape[3]
      let mean = Tensor([shape[2], shape[3]]) { result in
        for place in 0..<plane {
          result[place] =
            (0..<shape[1]).reduce(0) { $0 + example.input.elements[$1 * plane + place] } / Float(shape[1])
        }
      }
      return AttributionTile(map: mean, scale: .activations(mean.elements), side: side).layout(proposal)
    }
    let longer = max(picture.tiles.width, picture.tiles.height)
    let numbers = ImageTiles(
      numbers: picture.tiles.numbers(of: 0), count: 1, channels: picture.tiles.channels,
      height: picture.tiles.height, width: picture.tiles.width)
    let (tiles, shrinking) = numbers.shrunk(toFit: max(Int(2 * side), 32))
    return ImageGrid(
      tiles, scale: picture.scale, columns: 1, magnification: side / Double(longer) * Double(shrinking),
      hairlines: true
    ).layout(proposal)
  }
}

extension Attribution {
  /// The map's colours between limits.
  /// - Parameter limit: the limit shared with others; nil for the map's own.
  func scale(sharing limit: Float? = nil) -> ColorScale {
    let own = limit ?? self.limit.value
    var scale: ColorScale =
      method.isSigned
      ? .diverging(limit: Double(own), symbol: "a") : .sequential(limit: Double(own), symbol: "a")
    let beyond = map.elements.count { abs($0) > own }
    scale.clippedShare = Double(beyond) / Double(max(map.elements.count, 1))
    return scale
  }

  /// What is said instead of a map: that there is no evidence; nil where there is.
  var excuse: String? { hasEvidence ? nil : "no evidence" }

  /// The limit under a map: `±0.31` or `0 … 0.31`.
  func limitWords(_ scale: ColorScale) -> String {
    guard hasEvidence else { return "max \(Numbers.significant(Double(map.maximumMagnitude), digits: 2))" }
    return scale.limits
  }
}
