internal import Core
internal import Render

/// Pictures for a sheet of many: as they are, or brought to a side by the means of squares of pixels.
struct SmallTiles {
  /// The pictures of each group.
  let tiles: [ImageTiles]
  private let factor: Int

  /// - Parameters:
  ///   - groups: brightness, `[count, channels, height, width]`, all of one picture shape.
  ///   - side: the longest side that stays as it is.
  init(_ groups: [Tensor], side: Int) {
    let shrunk = groups.map { Sampling.tiles($0).shrunk(toFit: side) }
    tiles = shrunk.map(\.tiles)
    factor = shrunk.first?.factor ?? 1
  }

  /// That pictures were made smaller; empty if they were not.
  var fact: String { factor > 1 ? "every \(factor) × \(factor) pixels shown as their mean" : "" }

  /// Points for each pixel of which so many pictures fit side by side: whole, and pictures of about 56 points.
  func magnification(columns: Int, room: Double, gap: Double = Spacing.tile, wanted: Double = 58) -> Double {
    let width = Double(tiles.first?.width ?? 1)
    return max(1, (min((room + gap) / Double(columns) - gap, wanted) / width).rounded(.down))
  }
}
