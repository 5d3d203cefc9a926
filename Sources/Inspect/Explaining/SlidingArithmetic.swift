internal import Core

/// A convolution, transposed convolution or pooling of a small square of whole numbers, to be followed step by step.
///
/// ```swift
/// let sliding = try SlidingArithmetic(.convolution, input: 5, kernel: 3, stride: 2, padding: 1)
/// sliding.outputSide  // 3
/// ```
public struct SlidingArithmetic: Hashable, Sendable {
  /// What is done.
  public enum Kind: Hashable, Sendable {
    /// A kernel slides, products are summed.
    case convolution
    /// Every number spreads over a kernel's extent, and what overlaps adds up.
    case transposedConvolution
    /// The largest of each window is kept.
    case maximum
    /// The mean of each window is kept; zeros of the padding count.
    case mean
  }

  /// What is done.
  public let kind: Kind
  /// Rows and columns of the input.
  public let inputSide: Int
  /// Rows and columns of the kernel.
  public let kernelSide: Int
  /// Rows and columns of what comes out.
  public let outputSide: Int
  /// Places between one position of the kernel and the next; of a transposed convolution, in the output.
  public let stride: Int
  /// Zeros around the input; of a transposed convolution, rows and columns cut off the output.
  public let padding: Int
  /// Distance of the kernel's taps.
  public let dilation: Int
  /// Rows and columns added to a transposed convolution's output at the bottom and right.
  public let outputPadding: Int
  /// The numbers of the input, row by row: 1 … 3.
  public let input: [Int]
  /// The weights of the kernel, row by row: −1 … 2.
  public let kernel: [Int]

  /// The largest side that is drawn.
  public static let largestSide = 16

  /// A square of numbers, drawn by a seed, and what is done to it.
  /// - Throws: `InspectError` if the sizes make no sense or are too large to draw.
  public init(
    _ kind: Kind, input: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    outputPadding: Int = 0, seed: UInt64 = 0
  ) throws(InspectError) {
    func failure(_ reason: String) -> InspectError { InspectError(.input, "sizes", reason) }
    let limit = SlidingArithmetic.largestSide
    for (name, value, least) in [
      ("input", input, 1), ("kernel", kernel, 1), ("stride", stride, 1), ("dilation", dilation, 1),
      ("padding", padding, 0), ("output padding", outputPadding, 0),
    ] {
      guard (least...limit).contains(value) else {
        throw failure("\(name) \(value); expected \(least) to \(limit), more cannot be drawn")
      }
    }
    let span = (kernel - 1) * dilation + 1
    let side: Int
    switch kind {
    case .convolution, .maximum, .mean:
      guard outputPadding == 0 else { throw failure("only a transposed convolution has output padding") }
      guard span <= input + 2 * padding else {
        throw failure(
          "the kernel spans \(span) places, the input has \(input) and \(2 * padding) of padding; choose a smaller kernel or more padding"
        )
      }
      if kind != .convolution, padding >= span {
        throw failure("a padding of \(padding) is not less than the window’s span, \(span)")
      }
      side = (input + 2 * padding - span) / stride + 1
    case .transposedConvolution:
      guard outputPadding < max(stride, dilation) else {
        throw failure(
          "an output padding of \(outputPadding) is not less than the stride, \(stride), or the dilation, \(dilation)"
        )
      }
      side = (input - 1) * stride - 2 * padding + span + outputPadding
      guard side > 0 else { throw failure("a padding of \(padding) cuts everything away") }
    }
    guard max(side, input + 2 * padding) <= limit + 4 else {
      throw failure(
        "\(max(side, input + 2 * padding)) places a side cannot be drawn; choose a smaller input or stride")
    }
    (self.kind, inputSide, kernelSide, outputSide) = (kind, input, kernel, side)
    (self.stride, self.padding, self.dilation, self.outputPadding) = (
      stride, padding, dilation, outputPadding
    )
    var random = RandomStream(seed: seed, stream: 0)
    self.input = (0..<input * input).map { _ in 1 + Int(random.nextWord() % 3) }
    self.kernel = (0..<kernel * kernel).map { _ in Int(random.nextWord() % 4) - 1 }
  }

  /// Rows and columns from the kernel's first tap to its last: (k − 1)·d + 1.
  public var span: Int { (kernelSide - 1) * dilation + 1 }

  /// What comes out, row by row. Of a mean it is the sum of the window, not yet divided.
  public var output: [Int] {
    var result = [Int](repeating: 0, count: outputSide * outputSide)
    for y in 0..<outputSide {
      for x in 0..<outputSide {
        let taps = taps(row: y, column: x)
        switch kind {
        case .convolution, .transposedConvolution:
          result[y * outputSide + x] = taps.reduce(0) { $0 + $1.input * $1.weight }
        case .maximum: result[y * outputSide + x] = taps.map(\.input).max() ?? 0
        case .mean: result[y * outputSide + x] = taps.reduce(0) { $0 + $1.input }
        }
      }
    }
    return result
  }

  /// One product of an output: an input's number, where it stands, and the weight that meets it.
  public struct Tap: Hashable, Sendable {
    /// The input's row, from 0.
    public let row: Int
    /// The input's column, from 0.
    public let column: Int
    /// The kernel's row, from 0.
    public let kernelRow: Int
    /// The kernel's column, from 0.
    public let kernelColumn: Int
    /// The input's number.
    public let input: Int
    /// The kernel's number.
    public let weight: Int
  }

  /// What makes one number of the output; places on padding are left out.
  public func taps(row: Int, column: Int) -> [Tap] {
    let rows = sources(of: row)
    let columns = sources(of: column)
    return rows.flatMap { row in
      columns.map { column in
        Tap(
          row: row.place, column: column.place, kernelRow: row.tap, kernelColumn: column.tap,
          input: input[row.place * inputSide + column.place],
          weight: kernel[row.tap * kernelSide + column.tap])
      }
    }
  }

  /// The inputs along one axis that make an output, with the kernel's taps.
  private func sources(of output: Int) -> [(place: Int, tap: Int)] {
    (0..<kernelSide).compactMap { tap in
      guard kind == .transposedConvolution else {
        let place = output * stride + tap * dilation - padding
        return (0..<inputSide).contains(place) ? (place, tap) : nil
      }
      let distance = output + padding - tap * dilation
      guard distance >= 0, distance % stride == 0, distance / stride < inputSide else { return nil }
      return (distance / stride, tap)
    }
  }

  /// What the transposed convolution's output holds once the first inputs, in reading order, have spread.
  public func spread(after count: Int) -> [Int] {
    var result = [Int](repeating: 0, count: outputSide * outputSide)
    for index in 0..<min(count, input.count) {
      for (place, product) in reached(from: index) { result[place] += product }
    }
    return result
  }

  /// The places of the output that an input reaches, with the products that are added there.
  public func reached(from index: Int) -> [(place: Int, product: Int)] {
    let (row, column) = (index / inputSide, index % inputSide)
    var result: [(Int, Int)] = []
    for ky in 0..<kernelSide {
      for kx in 0..<kernelSide {
        let (y, x) = (row * stride + ky * dilation - padding, column * stride + kx * dilation - padding)
        guard (0..<outputSide).contains(y), (0..<outputSide).contains(x) else { continue }
        result.append((y * outputSide + x, input[index] * kernel[ky * kernelSide + kx]))
      }
    }
    return result
  }
}
