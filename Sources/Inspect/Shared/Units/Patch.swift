internal import Core
internal import Render

/// A rectangle of a picture; what lies beyond the picture's borders is paper.
package struct Patch: Hashable, Sendable {
  /// 1, or 3 for red, green and blue.
  package let channels: Int
  /// Rows.
  package let height: Int
  /// Columns.
  package let width: Int
  /// The numbers in the order channels, height, width; 0 beyond the borders.
  package let values: [Float]
  /// Which of its rows and columns are in the picture.
  package let inside: InputRegion

  /// A rectangle of a picture whose numbers are in the order channels, height, width.
  package init(
    _ picture: [Float], channels: Int, height: Int, width: Int, _ region: InputRegion
  ) {
    self.channels = channels
    (self.height, self.width) = (region.rows.count, region.columns.count)
    let rows = region.rows.clamped(to: 0..<height)
    let columns = region.columns.clamped(to: 0..<width)
    var values = [Float](repeating: 0, count: channels * region.rows.count * region.columns.count)
    for channel in 0..<channels {
      for row in rows {
        let from = (channel * height + row) * width
        let to = (channel * region.rows.count + row - region.rows.lowerBound) * region.columns.count
        for column in columns { values[to + column - region.columns.lowerBound] = picture[from + column] }
      }
    }
    self.values = values
    let (top, left) = (region.rows.lowerBound, region.columns.lowerBound)
    inside = InputRegion(
      rows: rows.lowerBound - top..<rows.upperBound - top,
      columns: columns.lowerBound - left..<columns.upperBound - left)
  }

  private init(_ values: [Float], _ channels: Int, _ height: Int, _ width: Int, _ inside: InputRegion) {
    (self.values, self.channels, self.height, self.width) = (values, channels, height, width)
    self.inside = inside
  }

  /// The numbers within the picture.
  var insideValues: [Float] {
    var result: [Float] = []
    for channel in 0..<channels {
      for row in inside.rows {
        let start = (channel * height + row) * width
        result += values[start + inside.columns.lowerBound..<start + inside.columns.upperBound]
      }
    }
    return result
  }

  /// Grey for zero, black and white at plus and minus the 99.5th percentile of its magnitudes.
  var reconstructionScale: ColorScale { .reconstruction(of: insideValues) }

  /// Made small enough for a side, each number the mean of a square.
  func shrunk(toFit side: Int) -> Patch {
    let factor = (max(height, width) + side - 1) / side
    guard factor > 1, height >= factor, width >= factor else { return self }
    let (rows, columns) = (height / factor, width / factor)
    var means = [Float](repeating: 0, count: channels * rows * columns)
    for plane in 0..<channels {
      for row in 0..<rows * factor {
        for column in 0..<columns * factor {
          means[(plane * rows + row / factor) * columns + column / factor] +=
            values[(plane * height + row) * width + column]
        }
      }
    }
    let share = 1 / Float(factor * factor)
    func shrunk(_ range: Range<Int>, _ most: Int) -> Range<Int> {
      let first = min(range.lowerBound / factor, most)
      return first..<max(first, min((range.upperBound + factor - 1) / factor, most))
    }
    return Patch(
      means.map { $0 * share }, channels, rows, columns,
      InputRegion(rows: shrunk(inside.rows, rows), columns: shrunk(inside.columns, columns)))
  }

  /// The colour of a pixel; nil beyond the picture.
  func color(row: Int, column: Int, _ scale: ColorScale) -> Color? {
    guard inside.rows.contains(row), inside.columns.contains(column) else { return nil }
    let place = row * width + column
    guard channels == 3 else { return scale.color(of: Double(values[place])) }
    let levels = (0..<3).map { scale.fraction(of: Double(values[$0 * height * width + place])) }
    guard levels.allSatisfy({ !$0.isNaN }) else { return .notANumber }
    let bytes = levels.map { Color(grey: $0).red }
    return Color(red: bytes[0], green: bytes[1], blue: bytes[2])
  }
}

extension ColorScale {
  /// The brightness of what was carried back to the pixels: grey 0, black and white at the 99.5th percentile of |v|, below
  /// and above.
  static func reconstruction(of values: [Float]) -> ColorScale {
    let (limit, clipped) = ColorScale.limit(of: values, percentile: 99.5)
    let shown = limit > 0 && limit.isFinite ? limit : 1
    return ColorScale(
      map: .grey, lower: -shown, upper: shown, kind: .image, mode: .tile, symbol: "v", percentile: 99.5,
      clippedShare: clipped)
  }

  /// The bar that stands for all reconstructions of a figure, each of which has limits of its own.
  static let allReconstructions = ColorScale(
    map: .grey, lower: -1, upper: 1, kind: .diverging, mode: .tile, symbol: "v")
}
