internal import Core

/// Writes handwriting-like digits, 28 × 28, each from its own stream of random numbers.
///
/// Only additions, multiplications, divisions and square roots are used, no `sin` or `exp` of a system's
/// library: the same seed gives the same bytes everywhere.
struct DigitWriter {
  static let side = 28
  static let sampleCount = side * side

  /// Where the pen has been, in pixels, and how wide it was there.
  private struct Spot {
    var place: SIMD2<Float>
    var radius: Float
    /// True where a new stroke begins.
    var isStart: Bool
  }

  private var random: RandomStream
  private var trail: [Spot] = []

  init() {
    random = RandomStream(seed: 0)
    trail.reserveCapacity(256)
  }

  /// A bell-shaped draw of mean 0 and deviation 1, never beyond ±3.5: the sum of four even ones.
  private mutating func bell() -> Float {
    (random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2) * 1.732_050_8
  }

  /// Writes a digit into 784 samples, which it sets all: black ground, white ink.
  mutating func write(
    _ digit: Int, seed: UInt64, stream: UInt64, into samples: UnsafeMutableBufferPointer<UInt8>
  ) {
    random = RandomStream(seed: seed, stream: stream)
    drawTrail(chooseStyle(digit))
    placeTrail()
    paint(samples)
  }

  private mutating func chooseStyle(_ digit: Int) -> DigitStyles.Style {
    let styles = DigitStyles.all[digit]
    var rest = random.uniform() * styles.reduce(0) { $0 + $1.weight }
    for style in styles {
      rest -= style.weight
      if rest < 0 { return style }
    }
    return styles[styles.count - 1]
  }

  /// Runs the pen along a style's strokes, unsteadily, still in units of the digit's height.
  private mutating func drawTrail(_ style: DigitStyles.Style) {
    trail.removeAll(keepingCapacity: true)
    // Most people write tidily, some do not.
    let haste = random.uniform()
    let unsteadiness = 0.009 + 0.022 * haste * haste
    // How the digit as a whole is out of shape: a curved map of the plane, the same for all of its strokes.
    let warp = style.warp * (0.16 + 0.25 * haste)
    let (bendX, skewX, crowdX) = (warp * bell(), warp * bell(), warp * bell())
    let (bendY, skewY, crowdY) = (warp * bell(), warp * bell(), warp * bell())
    for stroke in style.strokes {
      // A stroke as a whole lands a little beside its place.
      let shift = SIMD2(bell(), bell()) * 0.015
      let points = stroke.points.map { point in
        let (x, y) = (point.x - 0.3, point.y - 0.5)
        let offset = SIMD2(
          bendX * (y * y - 0.08) + skewX * x * y + crowdX * (x * x - 0.05),
          bendY * (x * x - 0.05) + skewY * x * y + crowdY * (y * y - 0.08))
        return point + offset + shift + SIMD2(bell(), bell()) * unsteadiness
      }
      let pressures = points.map { _ in 1 + 0.10 * bell() }
      run(through: points, pressures, stroke.isCorner)
    }
  }

  /// A Catmull–Rom curve through points, broken at corners.
  private mutating func run(through points: [SIMD2<Float>], _ pressures: [Float], _ isCorner: [Bool]) {
    trail.append(Spot(place: points[0], radius: 0.82 * pressures[0], isStart: true))
    let last = points.count - 1
    for index in 0..<last {
      let (begin, end) = (points[index], points[index + 1])
      let before = index == 0 || isCorner[index] ? begin + begin - end : points[index - 1]
      let after = index + 1 == last || isCorner[index + 1] ? end + end - begin : points[index + 2]
      let length = (end - begin)
      let steps = max(2, min(10, Int((length * length).sum().squareRoot() * 20 + 1)))
      for step in 1...steps {
        let t = Float(step) / Float(steps)
        let square = t * t
        let cube = square * t
        let linear: SIMD2<Float> = (end - before) * t
        let quadratic: SIMD2<Float> = (before * 2 - begin * 5 + end * 4 - after) * square
        let cubic: SIMD2<Float> = (begin * 3 - before - end * 3 + after) * cube
        let place: SIMD2<Float> = begin + (linear + quadratic + cubic) * 0.5
        let lift: Float = index + 1 == last && step == steps ? 0.78 : 1
        let pressure = pressures[index] + (pressures[index + 1] - pressures[index]) * t
        trail.append(Spot(place: place, radius: lift * pressure, isStart: false))
      }
    }
  }

  /// Slants, turns and stretches the trail, fits it into the 20 × 20 box that MNIST uses and puts its centre of
  /// mass into the middle of the picture.
  private mutating func placeTrail() {
    let slant = 0.20 + 0.25 * bell()
    let aspect = max(0.6, 1.18 + 0.22 * bell())
    // The half-angle's tangent gives an exact rotation without sine and cosine.
    let tangent = 0.06 * bell()
    let (cosine, sine) = (
      (1 - tangent * tangent) / (1 + tangent * tangent), 2 * tangent / (1 + tangent * tangent)
    )
    var low = SIMD2<Float>(repeating: .infinity)
    var high = -low
    for index in trail.indices {
      let point = trail[index].place
      let x = point.x * aspect - slant * (point.y - 0.5)
      let turned = SIMD2(x * cosine - point.y * sine, x * sine + point.y * cosine)
      trail[index].place = turned
      low = pointwiseMin(low, turned)
      high = pointwiseMax(high, turned)
    }
    let pen = max(0.65, 1.28 + 0.40 * bell())
    let box = 20 * (1 - 0.035 * abs(bell()))
    let scale = (box - 2 * pen) / max(high.x - low.x, high.y - low.y)
    var mass: Float = 0
    var centre = SIMD2<Float>.zero
    for index in trail.indices {
      trail[index].place *= scale
      trail[index].radius *= pen
      guard !trail[index].isStart else { continue }
      let step = trail[index].place - trail[index - 1].place
      let weight = (step * step).sum().squareRoot() * trail[index].radius
      mass += weight
      centre += (trail[index].place + trail[index - 1].place) * (0.5 * weight)
    }
    let middle = Float(Self.side) / 2
    let target = SIMD2(middle + 0.5 * bell(), middle + 0.5 * bell())
    let shift = target - centre / max(mass, 0.001)
    for index in trail.indices { trail[index].place += shift }
  }

  /// Paints the trail: each pixel by its distance to the nearest piece, with a soft edge.
  private mutating func paint(_ samples: UnsafeMutableBufferPointer<UInt8>) {
    let side = Self.side
    // Half the width of the edge, in pixels: MNIST's digits were scaled down, which blurs.
    let softness = 0.45 + 0.30 * random.uniform()
    let ink = 255.99 - 4 * random.uniform()
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.sampleCount) { depth in
      depth.initialize(repeating: -1)
      trail.withUnsafeBufferPointer { trail in
        for index in 1..<trail.count where !trail[index].isStart {
          let (begin, end) = (trail[index - 1], trail[index])
          let along = end.place - begin.place
          let inverse = 1 / max((along * along).sum(), 1e-6)
          let widening = end.radius - begin.radius
          let reach = max(begin.radius, end.radius) + softness
          let low = pointwiseMin(begin.place, end.place) - reach
          let high = pointwiseMax(begin.place, end.place) + reach
          // Pixel centres lie at half.
          let left = max(0, Int(max(0, low.x + 0.5)))
          let right = min(side - 1, Int(max(0, high.x - 0.5)))
          let top = max(0, Int(max(0, low.y + 0.5)))
          let bottom = min(side - 1, Int(max(0, high.y - 0.5)))
          guard left <= right, top <= bottom else { continue }
          for row in top...bottom {
            let y = Float(row) + 0.5 - begin.place.y
            for column in left...right {
              let x = Float(column) + 0.5 - begin.place.x
              let share = min(1, max(0, (x * along.x + y * along.y) * inverse))
              let (dx, dy) = (x - share * along.x, y - share * along.y)
              let inside = begin.radius + share * widening - (dx * dx + dy * dy).squareRoot()
              let place = row * side + column
              depth[place] = max(depth[place], inside)
            }
          }
        }
      }
      for place in 0..<Self.sampleCount {
        let t = min(1, max(0, (depth[place] + softness) / (2 * softness)))
        samples[place] = UInt8(ink * (t * t * (3 - 2 * t)))
      }
    }
  }
}
