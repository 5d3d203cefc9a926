/// How many products a transposed convolution adds up at each place of its output: where that is uneven, checkerboards begin.
///
/// Along one axis the count at output p is the number of inputs i with `0 ≤ p + padding − stride · i < kernel`; in two
/// dimensions counts multiply. It is even in the middle if, and only if, the stride divides the kernel.
///
/// ```swift
/// OverlapCount(kernel: 3, stride: 2).phases  // [2, 1]: rows and columns take turns
/// ```
/// - Source: Odena, Dumoulin & Olah, Deconvolution and Checkerboard Artifacts, Distill 2016.
public struct OverlapCount: Hashable, Sendable {
  /// Taps of the kernel along one axis.
  public let kernel: Int
  /// Places of the output from one input to the next.
  public let stride: Int
  /// Places cut off at either end.
  public let padding: Int
  /// Inputs along the axis.
  public let inputs: Int

  /// The counts of a kernel and a stride. Traps on sizes below 1, or padding that leaves nothing.
  public init(kernel: Int, stride: Int, padding: Int = 0, inputs: Int = 6) {
    precondition(kernel > 0 && stride > 0 && padding >= 0 && inputs > 0, "sizes above zero")
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.inputs = inputs
    precondition(outputs > 0, "a padding of \(padding) leaves nothing")
  }

  /// Places of the output: `(inputs − 1) · stride − 2 · padding + kernel`.
  public var outputs: Int { (inputs - 1) * stride - 2 * padding + kernel }

  /// The count at each place along one axis.
  public var counts: [Int] {
    (0..<outputs).map { place in
      (0..<inputs).count { (0..<kernel).contains(place + padding - stride * $0) }
    }
  }

  /// The count at each place of a square output, row by row.
  public var squareCounts: [Int] {
    let counts = counts
    return counts.flatMap { row in counts.map { row * $0 } }
  }

  /// What repeats far from the edges, one count for each place of a stride, from the largest.
  public var phases: [Int] {
    (0..<stride).map { phase in (kernel - phase + stride - 1) / stride }.sorted(by: >)
  }

  /// True if every place far from the edges gets as many products.
  public var isEven: Bool { kernel % stride == 0 }

  /// The counts that occur far from the edges in two dimensions, in order: 1, 2, 4.
  public var squarePhases: [Int] {
    Set(phases.flatMap { row in phases.map { row * $0 } }).sorted()
  }
}
