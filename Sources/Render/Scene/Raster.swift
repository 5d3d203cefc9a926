/// Pixels: red, green, blue and coverage, eight bits each, row by row from the top. A value.
public struct Raster: Hashable, Sendable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// Four bytes a pixel: red, green, blue, coverage (not premultiplied).
  public private(set) var bytes: [UInt8]

  /// A picture of transparent pixels. Traps on negative extents.
  public init(width: Int, height: Int) {
    precondition(width >= 0 && height >= 0, "a raster of \(width) × \(height) pixels")
    self.width = width
    self.height = height
    bytes = [UInt8](repeating: 0, count: width * height * 4)
  }

  /// The colour of a pixel; reading a transparent one gives black. Setting makes it opaque.
  public subscript(x: Int, y: Int) -> Color {
    get {
      let at = (y * width + x) * 4
      return Color(red: bytes[at], green: bytes[at + 1], blue: bytes[at + 2])
    }
    set {
      let at = (y * width + x) * 4
      bytes[at] = newValue.red
      bytes[at + 1] = newValue.green
      bytes[at + 2] = newValue.blue
      bytes[at + 3] = 255
    }
  }

  /// Gives a rectangle of pixels one colour.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
    for row in y..<y + height {
      var at = (row * self.width + x) * 4
      for _ in 0..<width {
        bytes[at] = color.red
        bytes[at + 1] = color.green
        bytes[at + 2] = color.blue
        bytes[at + 3] = 255
        at += 4
      }
    }
  }

  /// Gives a row other pixels, four bytes each, as many as the picture is wide.
  mutating func replaceRow(_ y: Int, with pixels: ArraySlice<UInt8>) {
    precondition(pixels.count == width * 4, "a row of \(pixels.count) bytes, \(width) pixels wide")
    bytes.replaceSubrange(y * width * 4..<(y + 1) * width * 4, with: pixels)
  }

  /// Whether a pixel covers what is beneath.
  public func isOpaque(_ x: Int, _ y: Int) -> Bool { bytes[(y * width + x) * 4 + 3] == 255 }

  /// Each pixel as a square of `factor` by `factor` pixels.
  public func magnified(by factor: Int) -> Raster {
    guard factor > 1 else { return self }
    var result = Raster(width: width * factor, height: height * factor)
    var row = [UInt8](repeating: 0, count: width * factor * 4)
    for y in 0..<height {
      for x in 0..<width {
        let from = (y * width + x) * 4
        for copy in 0..<factor {
          let to = (x * factor + copy) * 4
          for channel in 0..<4 { row[to + channel] = bytes[from + channel] }
        }
      }
      for copy in 0..<factor {
        let start = (y * factor + copy) * row.count
        result.bytes.replaceSubrange(start..<start + row.count, with: row)
      }
    }
    return result
  }
}
