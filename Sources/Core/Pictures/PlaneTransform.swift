#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What moves, turns or enlarges a picture about its middle.
///
/// The middle is `((width − 1) / 2, (height − 1) / 2)` where pixels' centres lie at whole numbers, so that half a turn of a
/// picture puts every pixel on another.
public struct PlaneTransform: Hashable, Sendable {
  /// Pixels to the right.
  public var right: Double
  /// Pixels downwards.
  public var down: Double
  /// How much larger; positive.
  public var scale: Double
  /// Degrees against the clock, as one sees the picture.
  public var degrees: Double

  /// A transform: first enlarged, then turned, then moved. Traps if the scale is not positive.
  public init(right: Double = 0, down: Double = 0, scale: Double = 1, degrees: Double = 0) {
    precondition(scale > 0 && scale.isFinite, "a picture becomes \(scale) times as large")
    self.right = right
    self.down = down
    self.scale = scale
    self.degrees = degrees
  }

  /// A move down by pixels, up if negative.
  public static func down(_ pixels: Double) -> PlaneTransform { PlaneTransform(down: pixels) }
  /// An enlargement.
  public static func scaled(_ factor: Double) -> PlaneTransform { PlaneTransform(scale: factor) }
  /// A turn against the clock.
  public static func turned(_ degrees: Double) -> PlaneTransform { PlaneTransform(degrees: degrees) }

  /// Cosine and sine, exact for quarters of a turn, so that these move pixels and blend none.
  private var direction: (cosine: Double, sine: Double) {
    let turn = degrees.truncatingRemainder(dividingBy: 360)
    switch turn < 0 ? turn + 360 : turn {
    case 0: return (1, 0)
    case 90: return (0, 1)
    case 180: return (-1, 0)
    case 270: return (0, -1)
    default: return (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    }
  }

  /// Where a pixel of the new picture comes from, both counted from the middle: `x = a·x' + b·y' + c`, `y = d·x' + e·y' + f`.
  var inverse: (a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
    let (cosine, sine) = direction
    // y points down, so a turn against the clock is (c, s; −s, c); its inverse is the transpose.
    let (a, b, d, e) = (cosine / scale, -sine / scale, sine / scale, cosine / scale)
    return (a, b, -(a * right + b * down), d, e, -(d * right + e * down))
  }
}

/// What lies beyond the edges of a picture.
public enum PictureSurroundings: Hashable, Sendable {
  /// A number for each channel, or one for all.
  case constant([Float])
  /// The nearest pixel of the edge.
  case edge
}

extension Tensor {
  /// Pictures `[count, channels, height, width]` by some transforms: `[count · transforms, channels, height, width]`, a picture's
  /// transforms one after the other.
  ///
  /// Bilinear: a pixel is blended of the four about the place that it comes from, those beyond the edges from the surroundings.
  /// A pixel that comes from a pixel's very centre is that pixel. Traps if this is no batch of pictures, or a number is missing
  /// for a channel.
  public func transformed(
    by transforms: [PlaneTransform], surroundings: PictureSurroundings
  ) -> Tensor {
    precondition(shape.rank == 4, "pictures are [count, channels, height, width], not \(shape)")
    let (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
    if case .constant(let values) = surroundings {
      precondition(
        values.count == 1 || values.count == channels, "\(values.count) numbers for \(channels) channels")
    }
    let plane = height * width
    return Tensor([count * transforms.count, channels, height, width]) { result in
      elements.withUnsafeBufferPointer { source in
        for (which, transform) in transforms.enumerated() {
          let map = SamplingMap(transform, height: height, width: width)
          for picture in 0..<count {
            for channel in 0..<channels {
              let from = UnsafeBufferPointer(
                rebasing: source[
                  (picture * channels + channel) * plane..<(picture * channels + channel + 1) * plane])
              let start = ((picture * transforms.count + which) * channels + channel) * plane
              let to = UnsafeMutableBufferPointer(rebasing: result[start..<start + plane])
              switch surroundings {
              case .edge: map.fill(to, from: from, beyond: nil)
              case .constant(let values):
                map.fill(to, from: from, beyond: values.count == 1 ? values[0] : values[channel])
              }
            }
          }
        }
      }
    }
  }
}

/// For every pixel of the new picture the place that it comes from.
private struct SamplingMap {
  private let height: Int
  private let width: Int
  /// The upper left of the four pixels, and how far the place is from it.
  private var rows: [Int32] = []
  private var columns: [Int32] = []
  private var rowShares: [Float] = []
  private var columnShares: [Float] = []

  init(_ transform: PlaneTransform, height: Int, width: Int) {
    self.height = height
    self.width = width
    let map = transform.inverse
    let (middleX, middleY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) = (Double(column) - middleX, Double(row) - middleY)
        let (place, share) = Self.split(map.a * x + map.b * y + map.c + middleX, below: width)
        columns.append(place)
        columnShares.append(share)
        let (other, part) = Self.split(map.d * x + map.e * y + map.f + middleY, below: height)
        rows.append(other)
        rowShares.append(part)
      }
    }
  }

  /// A place as the pixel before it and the rest; a place a hair beside a pixel's centre is that centre.
  private static func split(_ place: Double, below extent: Int) -> (Int32, Float) {
    // What is far outside needs no exact place.
    let place = min(max(place, -2), Double(extent) + 1)
    let nearest = place.rounded()
    if abs(place - nearest) < 1e-9 { return (Int32(nearest), 0) }
    let before = place.rounded(.down)
    return (Int32(before), Float(place - before))
  }

  func fill(
    _ result: UnsafeMutableBufferPointer<Float>, from source: UnsafeBufferPointer<Float>, beyond: Float?
  ) {
    func pixel(_ row: Int, _ column: Int) -> Float {
      if row >= 0, row < height, column >= 0, column < width { return source[row * width + column] }
      if let beyond { return beyond }
      return source[min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1)]
    }
    for index in result.indices {
      let (row, column) = (Int(rows[index]), Int(columns[index]))
      let (down, right) = (rowShares[index], columnShares[index])
      var upper = pixel(row, column)
      if right > 0 { upper += right * (pixel(row, column + 1) - upper) }
      if down > 0 {
        var lower = pixel(row + 1, column)
        if right > 0 { lower += right * (pixel(row + 1, column + 1) - lower) }
        upper += down * (lower - upper)
      }
      result[index] = upper
    }
  }
}
