#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The functions of mathematics that the figures need, by their names in words.
enum Mathematics {
  /// The natural logarithm.
  static func logarithm(_ value: Double) -> Double { log(value) }
  /// A score as a probability: `1 / (1 + e⁻ˣ)`.
  static func logistic(_ score: Double) -> Double { 1 / (1 + exp(-score)) }
  /// eˣ.
  static func exponential(_ value: Double) -> Double { exp(value) }
}
