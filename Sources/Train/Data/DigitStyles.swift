/// The ways people write the ten digits, as the paths of a pen.
///
/// A stroke is a list of x, y in hundredths of the digit's height, y downward. The pen runs smoothly through
/// the points; a point that stands twice is a corner.
enum DigitStyles {
  /// One way to write a digit.
  struct Style {
    /// How often it is taken, among the styles of its digit.
    let weight: Float
    /// How far it may be out of shape, against the usual: a bent stick is soon no one any more.
    let warp: Float
    let strokes: [DigitStroke]

    init(_ weight: Float, warp: Float = 1, _ strokes: [Int]...) {
      self.weight = weight
      self.warp = warp
      self.strokes = strokes.map(DigitStroke.init)
    }
  }

  /// The styles of each digit, 0 to 9.
  static let all: [[Style]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  private static let zero: [Style] = [
    // Round, closed at the top.
    Style(
      4, warp: 0.55,
      [38, 0, 20, 6, 8, 22, 2, 46, 5, 72, 16, 92, 34, 100, 54, 92, 66, 72, 70, 46, 64, 20, 52, 6, 36, 1]),
    // Slim.
    Style(
      3, warp: 0.55,
      [28, 0, 16, 7, 7, 24, 2, 50, 4, 78, 12, 95, 24, 100, 36, 92, 44, 72, 48, 44, 45, 18, 38, 5, 26, 0]),
    // Begun at the right, its end crossing the beginning.
    Style(
      3, warp: 0.55,
      [
        56, 10, 42, 3, 24, 8, 10, 26, 2, 54, 4, 80, 16, 97, 34, 98, 50, 84, 60, 60, 62, 34, 54, 14, 38, 2, 30,
        0,
      ]),
    // Left open at the top.
    Style(
      1, warp: 0.55, [26, 6, 12, 20, 4, 44, 4, 70, 14, 92, 32, 100, 50, 90, 60, 66, 62, 38, 54, 16, 42, 6]),
    // Wide.
    Style(
      1.2, warp: 0.55,
      [46, 4, 24, 8, 6, 28, 0, 52, 8, 76, 26, 92, 50, 96, 72, 82, 84, 58, 84, 34, 72, 14, 48, 3]),
  ]

  private static let one: [Style] = [
    // A plain stick, in three bends.
    Style(6, warp: 0.5, [12, 0, 11, 34, 10, 66, 9, 100]),
    Style(2, warp: 0.5, [16, 0, 10, 32, 7, 66, 8, 100]),
    Style(2, warp: 0.5, [8, 0, 12, 34, 12, 68, 8, 100]),
    // With an upstroke.
    Style(2, warp: 0.5, [0, 24, 14, 13, 25, 0, 25, 0, 24, 50, 22, 100]),
    Style(1, warp: 0.5, [6, 12, 16, 8, 24, 0, 24, 0, 22, 50, 22, 100]),
    // With an upstroke and a base.
    Style(0.8, warp: 0.5, [4, 22, 16, 12, 28, 0, 28, 0, 28, 50, 27, 97], [0, 98, 28, 98, 54, 96]),
  ]

  private static let two: [Style] = [
    // A corner at the foot.
    Style(3, [4, 22, 18, 4, 40, 1, 55, 16, 50, 42, 28, 72, 0, 98, 0, 98, 32, 96, 66, 97]),
    // A loop at the foot.
    Style(3, [4, 18, 22, 2, 46, 4, 54, 24, 42, 56, 22, 86, 4, 98, 0, 86, 14, 78, 36, 88, 68, 96]),
    // A large loop at the foot, lying down.
    Style(2, [8, 20, 28, 4, 50, 8, 52, 30, 36, 62, 16, 88, 2, 96, -4, 82, 8, 70, 30, 78, 62, 96]),
    // A round back and a wavy foot.
    Style(2, [2, 28, 10, 6, 34, 0, 54, 14, 52, 38, 34, 64, 8, 90, 8, 90, 28, 86, 46, 96, 70, 90]),
    // A small head and a long foot.
    Style(1.5, [8, 12, 26, 0, 44, 8, 44, 32, 26, 66, 2, 96, 2, 96, 40, 92, 78, 94]),
    // A narrow one with a foot that falls.
    Style(1, [0, 14, 20, 2, 38, 12, 38, 36, 24, 64, 6, 86, 6, 86, 26, 88, 50, 100]),
  ]

  private static let three: [Style] = [
    // Two bows that meet in a corner.
    Style(4, [4, 12, 24, 0, 48, 8, 48, 30, 22, 46, 22, 46, 50, 54, 58, 76, 38, 98, 12, 96, 0, 84]),
    // The bows joined by a small loop.
    Style(2, [2, 16, 22, 0, 46, 8, 44, 32, 24, 48, 14, 46, 26, 42, 50, 56, 56, 80, 34, 100, 4, 92]),
    // A large lower bow.
    Style(2, [10, 6, 30, 0, 46, 10, 42, 28, 24, 40, 24, 40, 54, 46, 66, 68, 50, 94, 20, 100, 0, 88]),
    // A flat top.
    Style(0.8, [4, 3, 30, 2, 54, 2, 54, 2, 38, 22, 22, 40, 22, 40, 48, 48, 56, 74, 36, 98, 0, 94]),
    // Shallow bows.
    Style(1.5, [0, 4, 28, 2, 44, 14, 38, 34, 20, 46, 20, 46, 40, 56, 44, 76, 30, 94, 2, 100]),
  ]

  private static let four: [Style] = [
    // Open, two strokes.
    Style(4, [12, 2, 6, 26, 2, 50, 2, 50, 28, 54, 64, 48], [54, 2, 50, 48, 46, 100]),
    // Open, round at the left.
    Style(3, [8, 2, 0, 30, 8, 50, 32, 52, 56, 40], [60, 4, 54, 46, 46, 100]),
    // Closed, the diagonal and the stem meeting at the top.
    Style(2, [44, 0, 24, 30, 0, 62, 0, 62, 34, 62, 66, 60], [44, 0, 44, 50, 42, 100]),
    // In one stroke, as a nine with corners.
    Style(1.5, [6, 4, 2, 30, 14, 46, 36, 42, 52, 8, 52, 8, 48, 50, 42, 100]),
    // Open and wide, the stem short above the bar.
    Style(1.5, [16, 4, 8, 30, 0, 56, 0, 56, 34, 58, 74, 56], [52, 24, 50, 60, 46, 100]),
  ]

  private static let five: [Style] = [
    // Stem and bow, then the bar.
    Style(3, [14, 4, 10, 40, 10, 40, 36, 36, 58, 54, 54, 84, 30, 100, 0, 92], [14, 4, 36, 3, 62, 0]),
    // In one stroke from the right.
    Style(3, [62, 2, 40, 3, 16, 6, 16, 6, 8, 40, 8, 40, 34, 38, 54, 58, 48, 86, 24, 100, 0, 90]),
    // In one smooth stroke.
    Style(2, [58, 0, 30, 6, 14, 22, 16, 40, 42, 52, 48, 76, 30, 98, 0, 96]),
    // A bar that flies off to the right.
    Style(1.2, [12, 12, 8, 44, 8, 44, 34, 44, 48, 62, 42, 88, 20, 100, 0, 96], [14, 12, 40, 6, 74, 2]),
    // A small bow low down.
    Style(1, [54, 0, 14, 2, 14, 2, 8, 50, 8, 50, 30, 48, 46, 64, 40, 90, 18, 100, 0, 94]),
  ]

  private static let six: [Style] = [
    // A bent back and a round belly.
    Style(4, [48, 0, 20, 24, 4, 62, 10, 92, 32, 100, 54, 84, 48, 64, 26, 60, 6, 78]),
    // A straight back.
    Style(2, [34, 0, 16, 34, 4, 72, 12, 96, 32, 98, 44, 80, 34, 66, 16, 70, 4, 84]),
    // A large belly.
    Style(2, [40, 0, 14, 24, 2, 60, 12, 94, 40, 98, 60, 76, 50, 52, 26, 50, 6, 70]),
    // A small belly that does not quite close.
    Style(1.2, [44, 2, 18, 30, 6, 66, 14, 92, 34, 98, 50, 86, 44, 72, 26, 72, 16, 80]),
    // A back that leans over.
    Style(1, [66, 0, 34, 20, 8, 56, 4, 88, 26, 100, 48, 88, 48, 70, 28, 66, 8, 80]),
  ]

  private static let seven: [Style] = [
    // Bar and leg.
    Style(4, [0, 6, 28, 6, 58, 2, 58, 2, 44, 34, 32, 66, 22, 100]),
    // With a hook at the left.
    Style(2, [0, 20, 4, 6, 4, 6, 30, 6, 60, 2, 60, 2, 42, 44, 26, 100]),
    // A round shoulder.
    Style(3, [0, 14, 18, 4, 44, 2, 52, 14, 42, 46, 32, 72, 26, 100]),
    // With a bar across.
    Style(1.5, [2, 6, 30, 6, 58, 2, 58, 2, 40, 46, 24, 100], [12, 52, 36, 50, 60, 46]),
    // A steep leg.
    Style(1.5, [0, 8, 22, 8, 46, 2, 46, 2, 42, 50, 40, 100]),
  ]

  private static let eight: [Style] = [
    // In one stroke, begun at the upper right.
    Style(4, [50, 12, 28, 1, 10, 16, 22, 40, 46, 64, 44, 92, 20, 100, 4, 84, 16, 60, 44, 34, 50, 12]),
    // Two rings, one on the other.
    Style(2, [28, 46, 8, 30, 16, 4, 38, 2, 48, 22, 28, 46, 6, 66, 10, 94, 34, 100, 50, 76, 28, 46]),
    // A slim one.
    Style(2, [40, 8, 20, 2, 10, 18, 22, 44, 36, 72, 28, 98, 10, 96, 6, 76, 22, 50, 38, 24, 38, 8]),
    // Open at the top.
    Style(1.5, [54, 4, 26, 2, 8, 18, 26, 42, 48, 68, 38, 96, 14, 98, 6, 78, 26, 52, 56, 22, 60, 6]),
    // A small belly under a large head.
    Style(
      1.5, [54, 14, 34, 0, 12, 10, 10, 30, 28, 48, 40, 70, 32, 96, 14, 98, 8, 80, 24, 58, 50, 36, 56, 16]),
    // A small head on a large belly.
    Style(1.5, [44, 12, 28, 2, 16, 14, 24, 36, 54, 58, 56, 86, 30, 100, 4, 88, 10, 62, 38, 36, 46, 14]),
  ]

  private static let nine: [Style] = [
    // A ring and a straight stem.
    Style(4, [50, 10, 26, 1, 4, 20, 10, 44, 34, 42, 50, 12, 50, 12, 48, 54, 44, 100]),
    // A ring and a stem that bends.
    Style(3, [46, 10, 24, 2, 6, 18, 8, 40, 32, 44, 48, 16, 50, 10, 46, 42, 36, 74, 22, 100]),
    // A hook at the foot.
    Style(1.2, [48, 12, 26, 0, 4, 20, 12, 44, 36, 42, 52, 14, 52, 14, 54, 60, 44, 92, 22, 100, 4, 92]),
    // A flat ring.
    Style(1.5, [54, 8, 24, 4, 2, 18, 8, 34, 34, 34, 54, 10, 54, 10, 46, 52, 36, 100]),
    // A ring that does not quite close.
    Style(1, [40, 4, 16, 8, 2, 30, 14, 46, 34, 40, 46, 16, 48, 8, 48, 52, 46, 100]),
  ]
}

/// One path of the pen: the points it runs through, and which of them are corners.
struct DigitStroke {
  let points: [SIMD2<Float>]
  let isCorner: [Bool]

  /// A stroke of x, y in hundredths; a point that stands twice is a corner.
  init(hundredths: [Int]) {
    var points: [SIMD2<Float>] = []
    var isCorner: [Bool] = []
    for index in stride(from: 0, to: hundredths.count, by: 2) {
      let point = SIMD2(Float(hundredths[index]), Float(hundredths[index + 1])) / 100
      if point == points.last {
        isCorner[isCorner.count - 1] = true
      } else {
        points.append(point)
        isCorner.append(false)
      }
    }
    self.points = points
    self.isCorner = isCorner
  }
}
