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
  /// Distance between neighbouring places of a window.
  public var dilation: Extent

  /// Max pooling; without a stride the windows lie side by side.
  public init(
    kernelSize: Extent, stride: Extent? = nil, padding: Padding = 0, roundsUp: Bool = false,
    dilation: Extent = 1
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.roundsUp = roundsUp
    self.dilation = dilation
  }

  /// Reads its fields by their names; files from before there was a dilation have none and mean 1.
  /// - Throws: `DecodingError` if something is missing or of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kernelSize = try container.decode(Extent.self, forKey: .kernelSize)
    stride = try container.decode(Extent.self, forKey: .stride)
    padding = try container.decode(Padding.self, forKey: .padding)
    roundsUp = try container.decode(Bool.self, forKey: .roundsUp)
    dilation = try container.decodeIfPresent(Extent.self, forKey: .dilation) ?? 1
  }

  /// The window in which the largest value is looked for. One whose places all lie on padding, which dilation makes
  /// possible, has −∞ for its largest.
  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: dilation, padding: padding)
  }

  /// Complains of a window, stride or dilation below 1, and of padding that is negative or not less than the
  /// window's span.
  public var flaw: String? { poolingFlaw(kernelSize, stride, padding, dilation) }

  /// `[count, channels, h, w]` with `h = ⌊(H + p₁ + p₂ − d·(k − 1) − 1) / s⌋ + 1`, and w likewise; `⌈ ⌉` where it
  /// rounds up, less a last window that would begin behind the image.
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
  /// True if the zeros count in the average (PyTorch's default), false if only true pixels do. What lies beyond the
  /// padding, where a last window is incomplete, never counts.
  public var countsPadding: Bool
  /// True if a last, incomplete window counts (PyTorch's `ceil_mode`).
  public var roundsUp: Bool
  /// Distance between neighbouring places of a window.
  public var dilation: Extent

  /// Average pooling; without a stride the windows lie side by side.
  public init(
    kernelSize: Extent, stride: Extent? = nil, padding: Padding = 0, countsPadding: Bool = true,
    roundsUp: Bool = false, dilation: Extent = 1
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.countsPadding = countsPadding
    self.roundsUp = roundsUp
    self.dilation = dilation
  }

  /// Reads its fields by their names; files from before there were `roundsUp` and `dilation` mean false and 1.
  /// - Throws: `DecodingError` if something is missing or of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kernelSize = try container.decode(Extent.self, forKey: .kernelSize)
    stride = try container.decode(Extent.self, forKey: .stride)
    padding = try container.decode(Padding.self, forKey: .padding)
    countsPadding = try container.decode(Bool.self, forKey: .countsPadding)
    roundsUp = try container.decodeIfPresent(Bool.self, forKey: .roundsUp) ?? false
    dilation = try container.decodeIfPresent(Extent.self, forKey: .dilation) ?? 1
  }

  /// The window over which is averaged. The average of nothing, where dilation lets all places of a window lie on
  /// padding that does not count, is 0.
  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: dilation, padding: padding)
  }

  /// Complains of a window, stride or dilation below 1, and of padding that is negative or not less than the
  /// window's span.
  public var flaw: String? { poolingFlaw(kernelSize, stride, padding, dilation) }

  /// `[count, channels, h, w]` with `h = ⌊(H + p₁ + p₂ − d·(k − 1) − 1) / s⌋ + 1`, and w likewise; `⌈ ⌉` where it
  /// rounds up, less a last window that would begin behind the image.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images or, with its padding, smaller than the
  ///   window.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    let size = try slidingSize(of: input, through: window!, roundingUp: roundsUp)
    return [input[0], input[1], size.height, size.width]
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

/// What makes no sense about a pooling. The span is computed only from a window and a dilation that make sense.
private func poolingFlaw(
  _ kernelSize: Extent, _ stride: Extent, _ padding: Padding, _ dilation: Extent
) -> String? {
  let window = Window(kernelSize: kernelSize, stride: stride, dilation: dilation, padding: padding)
  return extentFlaw("a window", kernelSize) ?? extentFlaw("a stride", stride)
    ?? extentFlaw("a dilation", dilation) ?? paddingFlaw(padding, below: window.span)
}
