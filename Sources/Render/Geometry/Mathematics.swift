#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// `base` to the power of `exponent`.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The logarithm to base 10.
func decimalLogarithm(_ value: Double) -> Double { log10(value) }

/// The natural logarithm.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
