#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension RandomStream {
  /// Two independent draws from the standard normal distribution, by the Box–Muller transform.
  mutating func normalPair() -> (Float, Float) {
    // 1 − u lies in (0, 1], so the logarithm is finite.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Float.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Fills memory with draws from the normal distribution.
  package mutating func fillNormal(
    _ buffer: UnsafeMutableBufferPointer<Float>, mean: Float = 0, deviation: Float = 1
  ) {
    var index = 0
    while index + 1 < buffer.count {
      let (first, second) = normalPair()
      buffer[index] = mean + deviation * first
      buffer[index + 1] = mean + deviation * second
      index += 2
    }
    if index < buffer.count { buffer[index] = mean + deviation * normalPair().0 }
  }

  /// A tensor of independent draws from the normal distribution of a mean and a standard deviation.
  public mutating func normal(_ shape: Shape, mean: Float = 0, deviation: Float = 1) -> Tensor {
    Tensor(shape) { fillNormal($0, mean: mean, deviation: deviation) }
  }

  /// A tensor of independent draws, even over a range.
  public mutating func uniform(_ shape: Shape, in range: ClosedRange<Float>) -> Tensor {
    Tensor(shape) { buffer in for index in buffer.indices { buffer[index] = uniform(in: range) } }
  }
}
