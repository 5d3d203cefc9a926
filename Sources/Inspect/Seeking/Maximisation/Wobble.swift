package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// A picture shifted, turned and scaled a little: what excites a unit however it is held is no accident of single pixels.
///
/// Lucid's chain pad – jitter – scale – rotate – jitter is one affine map, read once by bilinear sampling; around the
/// picture all is grey (0.5).
package struct Wobble: Hashable, Sendable {
  /// From a place of the result, about the middle, to the place of the picture that it shows.
  package private(set) var cosine: Float = 1
  package private(set) var sine: Float = 0
  package private(set) var shiftX: Float = 0
  package private(set) var shiftY: Float = 0

  /// The picture as it is.
  package static let none = Wobble()

  /// How much pictures are moved: Lucid's numbers scaled to a picture's size.
  package struct Range: Hashable, Sendable {
    /// Steps of a pixel in which the picture is shifted before it is turned, and after.
    package let before: Int
    package let after: Int

    /// At 28 pixels 2, 2 and 1; for larger pictures in proportion.
    package init(side: Int) {
      before = max(1, (2 * side + 14) / 28)
      after = max(1, (side + 14) / 28)
    }

    /// Percent by which the scale changes, either way.
    package static let percent = 5
    /// Degrees by which it is turned, either way.
    package static let degrees = 5
  }

  /// A random one. Always draws four numbers, so that every step of a stream begins at the same place.
  package init(drawing random: inout RandomStream, _ range: Range) {
    func integer(_ count: Int) -> Int { Int(random.nextWord() % UInt32(count)) }
    let first = random.nextWord()
    let scale = 1 + Float(integer(2 * Range.percent + 1) - Range.percent) / 100
    // Lucid adds five more zeros to its list of angles: every third picture or so stands upright.
    let angle = min(integer(2 * Range.degrees + 6), 2 * Range.degrees + 1)
    let degrees = angle == 2 * Range.degrees + 1 ? 0 : angle - Range.degrees
    let last = random.nextWord()
    func offset(_ word: UInt32, _ steps: Int) -> Float { Float(Int(word) % (steps + 1)) - Float(steps) / 2 }
    self.init(
      scale: scale, degrees: Float(degrees),
      before: (offset(first & 0xFFFF, range.before), offset(first >> 16, range.before)),
      after: (offset(last & 0xFFFF, range.after), offset(last >> 16, range.after)))
  }

  /// A given one: shifted, scaled and turned, then shifted again.
  package init(scale: Float, degrees: Float, before: (x: Float, y: Float), after: (x: Float, y: Float)) {
    let angle = degrees * .pi / 180
    cosine = cos(angle) / scale
    sine = sin(angle) / scale
    shiftX = cosine * after.x - sine * after.y + before.x
    shiftY = sine * after.x + cosine * after.y + before.y
  }

  private init() {}
}

/// Planes with a rim of grey wide enough that whatever lies outside of it is grey as well.
struct RimmedPlane {
  let height: Int
  let width: Int
  /// Two, so that a place that lies outside is moved to where all four neighbours are grey.
  static let rim = 2
  static let grey: Float = 0.5

  var stride: Int { width + 2 * Self.rim }
  var count: Int { stride * (height + 2 * Self.rim) }
  /// Where the picture's first pixel is.
  var start: Int { Self.rim * stride + Self.rim }

  /// Visits each pixel of the result with the place of its left top neighbour and its weights.
  @inline(__always)
  private func sample(_ wobble: Wobble, _ visit: (Int, Int, Float, Float) -> Void) {
    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    let (farX, farY) = (Float(width) + 0.5, Float(height) + 0.5)
    for y in 0..<height {
      let dy = Float(y) - middleY
      for x in 0..<width {
        let dx = Float(x) - middleX
        let sourceX = wobble.cosine * dx - wobble.sine * dy + middleX + wobble.shiftX
        let sourceY = wobble.sine * dx + wobble.cosine * dy + middleY + wobble.shiftY
        // Never negative, so that cutting off is rounding down.
        let placeX = min(max(sourceX, -1.5), farX) + Float(Self.rim)
        let placeY = min(max(sourceY, -1.5), farY) + Float(Self.rim)
        let (left, top) = (Int32(placeX), Int32(placeY))
        visit(
          y * width + x, Int(top) * stride + Int(left), placeX - Float(left), placeY - Float(top))
      }
    }
  }

  /// A rimmed plane through a wobble, `scale · sample + offset`.
  func read(
    _ plane: UnsafePointer<Float>, _ wobble: Wobble, scale: Float, offset: Float,
    into result: UnsafeMutablePointer<Float>
  ) {
    let stride = stride
    sample(wobble) { place, corner, right, down in
      let at = plane + corner
      let top = at[0] + right * (at[1] - at[0])
      let bottom = at[stride] + right * (at[stride + 1] - at[stride])
      result[place] = scale * (top + down * (bottom - top)) + offset
    }
  }

  /// The gradient at the result, spread over the rimmed plane: the adjoint of `read`. What falls on the rim is for nobody.
  func spread(
    _ gradient: UnsafePointer<Float>, _ wobble: Wobble, scale: Float,
    into plane: UnsafeMutablePointer<Float>
  ) {
    let stride = stride
    plane.update(repeating: 0, count: count)
    sample(wobble) { place, corner, right, down in
      let at = plane + corner
      let share = scale * gradient[place]
      let (bottom, top) = (share * down, share * (1 - down))
      at[0] += top * (1 - right)
      at[1] += top * right
      at[stride] += bottom * (1 - right)
      at[stride + 1] += bottom * right
    }
  }
}
