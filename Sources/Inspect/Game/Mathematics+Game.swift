#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

extension Mathematics {
  /// The share of N(0, 1) below a value.
  static func normalShare(below value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }
  /// The cosine of an angle in radians.
  static func cosine(_ angle: Double) -> Double { cos(angle) }
  /// The sine of an angle in radians.
  static func sine(_ angle: Double) -> Double { sin(angle) }
  /// The logarithm to the base of ten.
  static func decimalLogarithm(_ value: Double) -> Double { log10(value) }
}
