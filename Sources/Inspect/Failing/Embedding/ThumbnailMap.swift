internal import Core
internal import Render

/// Pictures at their places in the plane: a grid of 40 × 40, in each cell the picture that is nearest its middle.
struct ThumbnailMap: Block {
  /// Cells each way.
  static let cells = 40
  private let raster: Raster
  private let side: Double
  /// Pictures that are shown.
  let shownCount: Int

  /// The pictures of a probe at given places.
  init(_ places: [Double], of probe: Probe) {
    let (channels, height, width) = (probe.pictureShape[1], probe.pictureShape[2], probe.pictureShape[3])
    let cells = ThumbnailMap.cells
    let extent = ScatterPlot.extent(of: places)
    var nearest: [Int: (index: Int, distance: Double)] = [:]
    for index in 0..<min(places.count / 2, probe.count) {
      let across = ((places[2 * index] - extent.middle.x) / extent.reach + 1) / 2 * Double(cells)
      let down = (1 - (places[2 * index + 1] - extent.middle.y) / extent.reach) / 2 * Double(cells)
      let (column, row) = (min(max(Int(across), 0), cells - 1), min(max(Int(down), 0), cells - 1))
      let (x, y) = (across - Double(column) - 0.5, down - Double(row) - 0.5)
      let cell = row * cells + column
      if let known = nearest[cell], known.distance <= x * x + y * y { continue }
      nearest[cell] = (index, x * x + y * y)
    }
    // Larger pictures are shrunk by leaving out rows and columns.
    let factor = max(1, (max(height, width) + 31) / 32)
    let (rows, columns) = (height / factor, width / factor)
    let tile = max(rows, columns)
    var raster = Raster(width: cells * tile, height: cells * tile)
    let isColour = channels == 3
    for (cell, found) in nearest.sorted(by: { $0.key < $1.key }) {
      let (left, top) = (cell % cells * tile, cell / cells * tile)
      for row in 0..<rows {
        for column in 0..<columns {
          func sample(_ channel: Int) -> UInt8 {
            probe.pictures[
              ((found.index * channels + channel) * height + row * factor) * width + column * factor]
          }
          raster[left + column, top + row] = Color(
            red: sample(0), green: sample(isColour ? 1 : 0), blue: sample(isColour ? 2 : 0))
        }
      }
    }
    self.raster = raster
    shownCount = nearest.count
    // Half a point a pixel for pictures of digits' size: 560 points in all.
    side = min(720, Double(cells * tile) / 2)
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let side = min(side, proposal.width)
    let rect = Rect(x: 0, y: 0, width: side, height: side)
    return Fragment(size: Size(side, side), elements: [.image(raster, in: rect)], plot: rect)
  }
}
