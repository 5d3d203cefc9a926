internal import Core
internal import Render

/// Pixels at a number of points each, with a window framed.
struct Photo: Block {
  let raster: Raster
  let window: Rect?
  let unit: Double

  init(_ raster: Raster, window: Rect? = nil, unit: Double) {
    self.raster = raster
    self.window = window
    self.unit = unit
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let rect = Rect(x: 0, y: 0, width: Double(raster.width) * unit, height: Double(raster.height) * unit)
    var fragment = Fragment(
      size: rect.size,
      elements: [
        .image(raster, in: rect), .rectangle(rect, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
      ])
    if let window {
      fragment.elements.append(.rectangle(window, fill: nil, stroke: .init(.paper, width: 3), radius: 0))
      fragment.elements.append(.rectangle(window, fill: nil, stroke: .init(.ink, width: 1.5), radius: 0))
    }
    return fragment
  }
}

/// A sign or a short result between grids, in the middle of their height.
struct Sign: Block {
  let string: String
  let height: Double
  var isStrong = false

  init(_ string: String, height: Double, isStrong: Bool = false) {
    self.string = string
    self.height = height
    self.isStrong = isStrong
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let style: TextStyle = isStrong ? .heading : .text
    return Fragment(
      size: Size(style.width(of: string), height),
      elements: [
        .text(Scene.Text(string, at: Point(0, height / 2 + style.capHeight / 2), style: style))
      ])
  }
}

/// How large a photograph is shown: half a point a pixel, a whole one where it is small; shrunk where it is large.
struct Shown {
  /// Columns and rows that are shown.
  let width: Int
  let height: Int
  /// Points for each of them.
  let unit: Double
  private let full: (width: Int, height: Int)

  private static let side = 344.0

  init(width: Int, height: Int) {
    full = (width, height)
    let longest = Double(max(width, height))
    unit = longest * 1 <= Shown.side ? (Shown.side / longest).rounded(.down) : 0.5
    let factor = min(1, Shown.side / (longest * unit))
    self.width = max(1, Int((Double(width) * factor).rounded()))
    self.height = max(1, Int((Double(height) * factor).rounded()))
  }

  private var isShrunk: Bool { width != full.width }

  func words(_ picture: Picture) -> String {
    "\(picture.size) pixels" + (isShrunk ? ", shrunk to \(width) × \(height) for showing" : "")
  }

  func picture(_ grey: Picture) -> Raster {
    let small = isShrunk ? grey.resized(width: width, height: height) : grey
    var raster = Raster(width: width, height: height)
    for y in 0..<height { for x in 0..<width { raster[x, y] = Color(grey: Double(small[0, y, x]) / 255) } }
    return raster
  }

  /// Numbers through a scale; where they are shrunk a pixel shows their mean.
  func raster(_ numbers: [Float], _ scale: ColorScale) -> Raster {
    var raster = Raster(width: width, height: height)
    for y in 0..<height {
      let rows = y * full.height / height..<max((y + 1) * full.height / height, y * full.height / height + 1)
      for x in 0..<width {
        let columns = x * full.width / width..<max((x + 1) * full.width / width, x * full.width / width + 1)
        var sum = 0.0
        for row in rows { for column in columns { sum += Double(numbers[row * full.width + column]) } }
        raster[x, y] = scale.color(of: sum / Double(rows.count * columns.count))
      }
    }
    return raster
  }

  /// Where the kernel lies at a place, in points; never so small that it is not seen.
  func frame(_ place: MapPlace, _ kernel: ImageKernel) -> Rect {
    let (horizontal, vertical) = (
      Double(width) / Double(full.width) * unit, Double(height) / Double(full.height) * unit
    )
    let middle = Point((Double(place.column) + 0.5) * horizontal, (Double(place.row) + 0.5) * vertical)
    let size = Size(max(8, Double(kernel.columns) * horizontal), max(8, Double(kernel.rows) * vertical))
    return Rect(
      x: min(max(middle.x - size.width / 2, 0), Double(width) * unit - size.width),
      y: min(max(middle.y - size.height / 2, 0), Double(height) * unit - size.height), width: size.width,
      height: size.height)
  }
}
