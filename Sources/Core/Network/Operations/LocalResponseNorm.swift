/// Divides each number by what its neighbours in the next channels hold (Krizhevsky et al. 2012).
///
/// `out[c] = in[c] / (k + α / size · Σ in[j]²)^β` with j from `c − size / 2` to `c + (size − 1) / 2`, rounded down, as far
/// as there are channels. ONNX sums from `c − (size − 1) / 2` to `c + size / 2`, which is the same for an odd size.
public struct LocalResponseNorm: Operation {
  /// Called `LocalResponseNorm`, as in PyTorch; ONNX writes `LRN`.
  public static let name = "LocalResponseNorm"
  /// Channels that are summed over.
  public var size: Int
  /// α, before it is divided by the size.
  public var alpha: Float
  /// β, the exponent.
  public var beta: Float
  /// k, which keeps the divisor from zero.
  public var k: Float
  /// A norm over neighbouring channels.
  public init(size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }
  /// Complains of a size outside 1 … 2²⁸, of constants that are not finite.
  public var flaw: String? {
    firstFlaw(
      countFlaw("a size", size), finiteFlaw("alpha", alpha), finiteFlaw("beta", beta), finiteFlaw("k", k))
  }
  /// The input's shape `[count, channels, …]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, of rank 2 or more.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 2 else { throw ShapeMismatch("expected [count, channels, …], found \(input)") }
    return input
  }
  /// One for each number and each neighbour.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    output.elementCount * min(size, output[1])
  }
}
