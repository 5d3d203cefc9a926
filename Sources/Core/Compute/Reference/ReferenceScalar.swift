#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A precision in which the reference executor can compute: `Float`, as networks run, or `Double`, in which
/// gradients are checked by finite differences.
public protocol ReferenceScalar: BinaryFloatingPoint, Sendable {
  /// eˣ.
  static func exponential(_ x: Self) -> Self
  /// The hyperbolic tangent of x.
  static func hyperbolicTangent(_ x: Self) -> Self
}

extension Float: ReferenceScalar {
  /// eˣ by the C library's `expf`, in single precision.
  public static func exponential(_ x: Float) -> Float { exp(x) }
  /// tanh x by the C library's `tanhf`, in single precision.
  public static func hyperbolicTangent(_ x: Float) -> Float { tanh(x) }
}

extension Double: ReferenceScalar {
  /// eˣ by the C library's `exp`, in double precision.
  public static func exponential(_ x: Double) -> Double { exp(x) }
  /// tanh x by the C library's `tanh`, in double precision.
  public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
}
