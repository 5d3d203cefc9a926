package import Core

/// How a drawn stroke lies in its picture: measured from the picture's moments, in pixels.
///
/// With the weights w(x, y) of light or dark on its ground, and y counted upwards from the lowest row:
/// - slant: `μ₁₁ / μ₀₂`, the sideways shift for each row upwards, as in deskewing: 0 upright, positive leaning to the right;
/// - thickness: the area over half the perimeter, `2 Σ w / Σ |∇w|`: of a long stroke its width. The gradient is that of
///   squares of 2 × 2 pixels, right for level, upright and diagonal edges, and for soft ones (no threshold decides);
/// - width: `√(12 μ₂₀ / μ₀₀)`, the width of an even bar that is spread as far.
package struct PictureMoments: Hashable, Sendable {
  /// The sum of all weights: pixels of full brightness.
  package let area: Double
  /// Sideways shift for each row upwards; 0 for a picture without strokes.
  package let slant: Double
  /// The width of the stroke, in pixels; 0 for a picture without strokes.
  package let thickness: Double
  /// The width of what is drawn, in pixels; 0 for a picture without strokes.
  package let width: Double

  /// Fainter than this is ground: a generator's black is never quite black, and far from the middle a little light weighs much.
  package static let ground: Float = 0.1

  /// The moments of a picture `[channels, height, width]` in brightness 0 … 1, the mean over colours.
  /// - Parameter isDark: whether strokes are dark on light ground.
  package init(_ picture: Tensor, isDark: Bool = false) {
    let (channels, height, width) = (picture.shape[0], picture.shape[1], picture.shape[2])
    let plane = height * width
    var weights = [Double](repeating: 0, count: plane)
    for place in 0..<plane {
      var level: Float = 0
      for channel in 0..<channels { level += picture.elements[channel * plane + place] }
      level /= Float(channels)
      if isDark { level = 1 - level }
      weights[place] = level >= Self.ground ? Double(level) : 0
    }
    var (m00, m10, m01) = (0.0, 0.0, 0.0)
    for y in 0..<height {
      for x in 0..<width {
        let weight = weights[y * width + x]
        m00 += weight
        m10 += weight * Double(x)
        m01 += weight * Double(y)
      }
    }
    area = m00
    guard m00 > 0 else {
      (slant, thickness, self.width) = (0, 0, 0)
      return
    }
    let (middleX, middleY) = (m10 / m00, m01 / m00)
    var (mu20, mu11, mu02) = (0.0, 0.0, 0.0)
    for y in 0..<height {
      for x in 0..<width {
        let weight = weights[y * width + x]
        let (dx, dy) = (Double(x) - middleX, middleY - Double(y))
        mu20 += weight * dx * dx
        mu11 += weight * dx * dy
        mu02 += weight * dy * dy
      }
    }
    slant = mu02 > 1e-9 * m00 ? mu11 / mu02 : 0
    self.width = (12 * mu20 / m00).squareRoot()
    var perimeter = 0.0
    // Beyond the edge there is ground, so that a stroke that is cut off has an edge there.
    func weight(_ y: Int, _ x: Int) -> Double {
      y >= 0 && y < height && x >= 0 && x < width ? weights[y * width + x] : 0
    }
    for y in -1..<height {
      for x in -1..<width {
        let (a, b, c, d) = (weight(y, x), weight(y, x + 1), weight(y + 1, x), weight(y + 1, x + 1))
        let (across, down) = ((b + d - a - c) / 2, (c + d - a - b) / 2)
        perimeter += (across * across + down * down).squareRoot()
      }
    }
    thickness = perimeter > 0 ? 2 * m00 / perimeter : 0
  }

  /// Whether strokes are dark on light ground: whether the pictures' edges are brighter than one half, on the whole.
  package static func areDark(_ pictures: Tensor) -> Bool {
    let (height, width) = (pictures.shape[2], pictures.shape[3])
    let plane = height * width
    var (sum, count) = (0.0, 0)
    for start in stride(from: 0, to: pictures.elements.count, by: plane) {
      for place in 0..<plane {
        let (y, x) = (place / width, place % width)
        guard y == 0 || x == 0 || y == height - 1 || x == width - 1 else { continue }
        sum += Double(pictures.elements[start + place])
        count += 1
      }
    }
    return sum > 0.5 * Double(count)
  }
}
