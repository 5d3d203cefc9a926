/// Keeps the largest value of each window. Padding never wins.
public struct MaxPool2d: Operation {
  public static let name = "MaxPool2d"
  /// The window's rows and columns.
  public var kernelSize: Extent
  /// Steps between windows.
  public var stride: Extent
  /// Places around the image that hold nothing.
  public var padding: Padding
  /// True if a last, incomplete window counts (PyTorch's `ceil_mode`).
  public var roundsUp: Bool

  /// Max pooling; without a stride the windows lie side by side.
  public init(kernelSize: Extent, stride: Extent? = nil, padding: Padding = 0, roundsUp: Bool = false) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.roundsUp = roundsUp
  }

  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: 1, padding: padding)
  }

  public var flaw: String? {
    firstFlaw(
      extentFlaw("a window", kernelSize), extentFlaw("a stride", stride),
      paddingFlaw(padding, below: kernelSize))
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    let size = try slidingSize(of: input, through: window!, roundingUp: roundsUp)
    return [input[0], input[1], size.height, size.width]
  }
}

/// Averages each window.
public struct AvgPool2d: Operation {
  public static let name = "AvgPool2d"
  /// The window's rows and columns.
  public var kernelSize: Extent
  /// Steps between windows.
  public var stride: Extent
  /// Zeros around the image.
  public var padding: Padding
  /// True if the zeros count in the average (PyTorch's default), false if only true pixels do.
  public var countsPadding: Bool

  /// Average pooling; without a stride the windows lie side by side.
  public init(kernelSize: Extent, stride: Extent? = nil, padding: Padding = 0, countsPadding: Bool = true) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.countsPadding = countsPadding
  }

  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: 1, padding: padding)
  }

  public var flaw: String? {
    firstFlaw(
      extentFlaw("a window", kernelSize), extentFlaw("a stride", stride),
      paddingFlaw(padding, below: kernelSize))
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    let size = try slidingSize(of: input, through: window!)
    return [input[0], input[1], size.height, size.width]
  }
}

/// Averages each channel to one number: `[n, c, h, w]` to `[n, c]`.
public struct GlobalAvgPool2d: Operation {
  public static let name = "GlobalAvgPool2d"
  /// A global average pool.
  public init() {}
  public var mixesAllPlaces: Bool { true }
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    return [input[0], input[1]]
  }
}

/// Repeats every pixel `factor` times along both axes (nearest neighbour).
public struct Upsample: Operation {
  public static let name = "Upsample"
  /// Repetitions along height and width.
  public var factor: Extent
  /// Nearest-neighbour enlargement.
  public init(factor: Extent) { self.factor = factor }
  public var flaw: String? { extentFlaw("a factor", factor) }
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    return [input[0], input[1], input[2] * factor.height, input[3] * factor.width]
  }
  public var window: Window? {
    Window(kernelSize: factor, stride: factor, dilation: 1, padding: 0, isTransposed: true)
  }
}
