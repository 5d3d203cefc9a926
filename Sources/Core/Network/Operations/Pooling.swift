/// Keeps the largest value of each window. Padding never wins.
public struct MaxPool2d: Operation {
  /// Called `MaxPool2d`, PyTorch's name; Keras writes `MaxPooling2D`, ONNX `MaxPool`.
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

  /// The window in which the largest value is looked for; never dilated.
  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: 1, padding: padding)
  }

  /// Complains of a window or stride below 1, and of padding that is negative or not less than the window:
  /// every window must touch the image.
  public var flaw: String? {
    firstFlaw(
      extentFlaw("a window", kernelSize), extentFlaw("a stride", stride),
      paddingFlaw(padding, below: kernelSize))
  }

  /// `[count, channels, h, w]` with `h = ⌊(H + p₁ + p₂ − k) / s⌋ + 1`, and w likewise; `⌈ ⌉` where it rounds
  /// up, less a last window that would begin behind the image.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images or, with its padding, smaller than the
  ///   window.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    let size = try slidingSize(of: input, through: window!, roundingUp: roundsUp)
    return [input[0], input[1], size.height, size.width]
  }
}

/// Averages each window.
public struct AvgPool2d: Operation {
  /// Called `AvgPool2d`, PyTorch's name; Keras writes `AveragePooling2D`, ONNX `AveragePool`.
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

  /// The window over which is averaged; never dilated.
  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: 1, padding: padding)
  }

  /// Complains of a window or stride below 1, and of padding that is negative or not less than the window: no
  /// average may be of padding alone.
  public var flaw: String? {
    firstFlaw(
      extentFlaw("a window", kernelSize), extentFlaw("a stride", stride),
      paddingFlaw(padding, below: kernelSize))
  }

  /// `[count, channels, h, w]` with `h = ⌊(H + p₁ + p₂ − k) / s⌋ + 1`, and w likewise: always rounded down.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images or, with its padding, smaller than the
  ///   window.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    let size = try slidingSize(of: input, through: window!)
    return [input[0], input[1], size.height, size.width]
  }
}

/// Averages each channel to one number: `[n, c, h, w]` to `[n, c]`.
public struct GlobalAvgPool2d: Operation {
  /// Called `GlobalAvgPool2d`; PyTorch builds it of `AdaptiveAvgPool2d(1)` and `Flatten`, Keras writes
  /// `GlobalAveragePooling2D`.
  public static let name = "GlobalAvgPool2d"
  /// A global average pool.
  public init() {}
  /// True: each number is the mean of all places of its channel.
  public var mixesAllPlaces: Bool { true }
  /// `[count, channels]`: height and width are gone.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    return [input[0], input[1]]
  }
}

/// Repeats every pixel `factor` times along both axes (nearest neighbour).
public struct Upsample: Operation {
  /// Called `Upsample`, as in PyTorch with its mode `nearest`; Keras writes `UpSampling2D`.
  public static let name = "Upsample"
  /// Repetitions along height and width.
  public var factor: Extent
  /// Nearest-neighbour enlargement.
  public init(factor: Extent) { self.factor = factor }
  /// Complains of a factor below 1 along either axis, or above 2¹².
  public var flaw: String? { extentFlaw("a factor", factor) }
  /// `[count, channels, H · factor.height, W · factor.width]`.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    return [input[0], input[1], input[2] * factor.height, input[3] * factor.width]
  }
  /// A window as large as its stride, the factor: each pixel spreads over a block of its own.
  public var window: Window? {
    Window(kernelSize: factor, stride: factor, dilation: 1, padding: 0, isTransposed: true)
  }
}
