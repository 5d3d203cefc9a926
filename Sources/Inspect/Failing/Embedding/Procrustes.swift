/// Turning one picture of points onto another: which rotation or reflection brings them nearest.
package enum Procrustes {
  /// Points in the plane turned, or mirrored and turned, about their mean so that they lie as near as can be to others, whose
  /// mean they get; their size stays (Schönemann 1966).
  /// - Parameters:
  ///   - places: x and y of each point in turn.
  ///   - target: where they should be; as many.
  package static func aligned(_ places: [Double], to target: [Double]) -> [Double] {
    precondition(places.count == target.count && places.count % 2 == 0, "points and targets come in pairs")
    let (from, to) = (mean(places), mean(target))
    // M = Σ target · placeᵀ; its orthogonal factor is the best turn. Of 2 × 2 it is the rotation by
    // atan2(c − b, a + d) or the reflection by atan2(b + c, a − d), whichever keeps more of it.
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    for index in stride(from: 0, to: places.count, by: 2) {
      let (x, y) = (places[index] - from.x, places[index + 1] - from.y)
      let (u, v) = (target[index] - to.x, target[index + 1] - to.y)
      a += u * x
      b += u * y
      c += v * x
      d += v * y
    }
    let turned = SIMD2(a + d, c - b)
    let mirrored = SIMD2(a - d, b + c)
    let isMirrored = length(mirrored) > length(turned)
    let kept = isMirrored ? mirrored : turned
    let size = length(kept)
    let (cosine, sine) = size > 0 ? (kept.x / size, kept.y / size) : (1, 0)
    var result = places
    for index in stride(from: 0, to: places.count, by: 2) {
      let (x, y) = (places[index] - from.x, places[index + 1] - from.y)
      if isMirrored {
        result[index] = cosine * x + sine * y + to.x
        result[index + 1] = sine * x - cosine * y + to.y
      } else {
        result[index] = cosine * x - sine * y + to.x
        result[index + 1] = sine * x + cosine * y + to.y
      }
    }
    return result
  }

  private static func mean(_ places: [Double]) -> SIMD2<Double> {
    let count = max(places.count / 2, 1)
    var sum = SIMD2<Double>.zero
    for index in stride(from: 0, to: places.count, by: 2) { sum += SIMD2(places[index], places[index + 1]) }
    return sum / Double(count)
  }

  private static func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
}
