#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A way from one latent to another.
public enum Interpolation: String, Hashable, Sendable, CaseIterable, Codable {
  /// The great circle, `sin((1 − t)ω) / sin ω · a + sin(tω) / sin ω · b` with ω the angle between a and b: between latents
  /// of equal norm it keeps that norm (White 2016, arXiv:1609.04468).
  case slerp
  /// The straight line, `(1 − t) a + t b`: halfway between independent latents it is shorter by √2.
  case lerp

  /// The latent at a place of the way from `start`, 0, to `end`, 1; the ends are exact.
  ///
  /// Latents on one line through the origin span no circle: between them slerp is the straight line.
  /// Traps if the shapes differ.
  public func latent(from start: Tensor, to end: Tensor, at place: Double) -> Tensor {
    precondition(start.shape == end.shape, "latents of \(start.shape) and \(end.shape)")
    if place == 0 { return start }
    if place == 1 { return end }
    let weights = weights(start, end, place)
    return Tensor(start.shape) { elements in
      for index in elements.indices {
        elements[index] = Float(
          weights.start * Double(start.elements[index]) + weights.end * Double(end.elements[index]))
      }
    }
  }

  /// True if two latents lie on one line through the origin, or one is the origin: they span no circle.
  public static func areCollinear(_ first: Tensor, _ second: Tensor) -> Bool {
    sin(angle(between: first, second)) < 1e-4
  }

  /// The angle between two latents as seen from the origin, in radians, 0 … π; 0 where one is the origin.
  public static func angle(between first: Tensor, _ second: Tensor) -> Double {
    let norms = first.norm * second.norm
    guard norms > 0 else { return 0 }
    var product = 0.0
    for (a, b) in zip(first.elements, second.elements) { product += Double(a) * Double(b) }
    return acos(min(max(product / norms, -1), 1))
  }

  private func weights(_ start: Tensor, _ end: Tensor, _ place: Double) -> (start: Double, end: Double) {
    let angle = Interpolation.angle(between: start, end)
    guard self == .slerp, sin(angle) >= 1e-4 else { return (1 - place, place) }
    return (sin((1 - place) * angle) / sin(angle), sin(place * angle) / sin(angle))
  }
}

extension Tensor {
  /// The Euclidean length: the root of the sum of squares, summed in double precision.
  public var norm: Double { elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }

  /// The Euclidean distance to a tensor of the same shape. Traps if the shapes differ.
  public func distance(to other: Tensor) -> Double {
    precondition(shape == other.shape, "a distance between \(shape) and \(other.shape)")
    var sum = 0.0
    for (a, b) in zip(elements, other.elements) {
      let difference = Double(a) - Double(b)
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}

/// The lengths of draws from N(0, I): nearly all of a normal distribution of many dimensions lies in a thin shell.
public struct NormalShell: Hashable, Sendable {
  /// The dimensions, at least 1.
  public let dimensions: Int
  /// The mean length, `√2 Γ((d + 1) / 2) / Γ(d / 2)`, a little under √d: 9.975 for d = 100.
  public let mean: Double
  /// The standard deviation of the length, near √½ whatever the dimensions.
  public let deviation: Double

  /// The shell of a number of dimensions. Traps on fewer than one.
  public init(dimensions: Int) {
    precondition(dimensions > 0, "a shell of \(dimensions) dimensions")
    self.dimensions = dimensions
    // Γ(x + 1) = x Γ(x) turns the quotient into a recurrence: two dimensions more multiply it by (d + 1) / d.
    var mean = dimensions % 2 == 1 ? (2 / Double.pi).squareRoot() : (Double.pi / 2).squareRoot()
    for lower in stride(from: 2 - dimensions % 2, to: dimensions, by: 2) {
      mean *= Double(lower + 1) / Double(lower)
    }
    self.mean = mean
    deviation = (Double(dimensions) - mean * mean).squareRoot()
  }

  /// The mean ± 2 standard deviations: about 95 % of all draws.
  public var usual: ClosedRange<Double> { max(mean - 2 * deviation, 0)...mean + 2 * deviation }
}
