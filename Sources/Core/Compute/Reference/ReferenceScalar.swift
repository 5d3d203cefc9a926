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
  /// eˣ − 1, exact near 0.
  static func exponentialMinusOne(_ x: Self) -> Self
  /// The natural logarithm of x.
  static func logarithm(_ x: Self) -> Self
  /// The natural logarithm of 1 + x, exact near 0.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  /// The hyperbolic tangent of x.
  static func hyperbolicTangent(_ x: Self) -> Self
  /// The error function of x.
  static func errorFunction(_ x: Self) -> Self
  /// x to the power of y.
  static func power(_ x: Self, _ y: Self) -> Self
  /// The sine of x radians.
  static func sine(_ x: Self) -> Self
  /// The cosine of x radians.
  static func cosine(_ x: Self) -> Self
}

extension Float: ReferenceScalar {
  /// eˣ by the C library's `expf`, in single precision.
  public static func exponential(_ x: Float) -> Float { exp(x) }
  /// eˣ − 1 by the C library's `expm1f`, in single precision.
  public static func exponentialMinusOne(_ x: Float) -> Float { expm1(x) }
  /// ln x by the C library's `logf`, in single precision.
  public static func logarithm(_ x: Float) -> Float { log(x) }
  /// ln(1 + x) by the C library's `log1pf`, in single precision.
  public static func logarithmOfOnePlus(_ x: Float) -> Float { log1p(x) }
  /// tanh x by the C library's `tanhf`, in single precision.
  public static func hyperbolicTangent(_ x: Float) -> Float { tanh(x) }
  /// erf x by the C library's `erff`, in single precision.
  public static func errorFunction(_ x: Float) -> Float { erf(x) }
  /// xʸ by the C library's `powf`, in single precision.
  public static func power(_ x: Float, _ y: Float) -> Float { pow(x, y) }
  /// sin x by the C library's `sinf`, in single precision.
  public static func sine(_ x: Float) -> Float { sin(x) }
  /// cos x by the C library's `cosf`, in single precision.
  public static func cosine(_ x: Float) -> Float { cos(x) }
}

extension Double: ReferenceScalar {
  /// eˣ by the C library's `exp`, in double precision.
  public static func exponential(_ x: Double) -> Double { exp(x) }
  /// eˣ − 1 by the C library's `expm1`, in double precision.
  public static func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
  /// ln x by the C library's `log`, in double precision.
  public static func logarithm(_ x: Double) -> Double { log(x) }
  /// ln(1 + x) by the C library's `log1p`, in double precision.
  public static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }
  /// tanh x by the C library's `tanh`, in double precision.
  public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  /// erf x by the C library's `erf`, in double precision.
  public static func errorFunction(_ x: Double) -> Double { erf(x) }
  /// xʸ by the C library's `pow`, in double precision.
  public static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
  /// sin x by the C library's `sin`, in double precision.
  public static func sine(_ x: Double) -> Double { sin(x) }
  /// cos x by the C library's `cos`, in double precision.
  public static func cosine(_ x: Double) -> Double { cos(x) }
}
