/// Slides learned kernels over an image and sums the products.
///
/// `out[n, o, y, x] = bias[o] + Σ in[n, i, y·s + ky·d − p, x·s + kx·d − p] · weight[o, i, ky, kx]`
///
/// The weight has shape `[outputChannels, inputChannels / groups, height, width]`.
public struct Conv2d: Operation {
  /// Called `Conv2d`, PyTorch's name; Keras writes `Conv2D`, ONNX `Conv`.
  public static let name = "Conv2d"
  /// Channels in.
  public var inputChannels: Int
  /// Channels out: one kernel for each.
  public var outputChannels: Int
  /// The kernel's rows and columns.
  public var kernelSize: Extent
  /// Steps between outputs.
  public var stride: Extent
  /// Zeros around the image; the sides may differ.
  public var padding: Padding
  /// Distance between neighbouring taps.
  public var dilation: Extent
  /// Groups of channels that see only themselves.
  public var groups: Int
  /// True if a number is added to every output channel.
  public var hasBias: Bool

  /// A convolution. Traps if the groups do not divide both channel counts.
  public init(
    inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1,
    padding: Padding = 0, dilation: Extent = 1, groups: Int = 1, hasBias: Bool = true
  ) {
    precondition(
      groups > 0 && inputChannels % groups == 0 && outputChannels % groups == 0,
      "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
  }

  /// The kernel as a window that gathers into one output, with this stride, dilation and padding.
  public var window: Window? {
    Window(kernelSize: kernelSize, stride: stride, dilation: dilation, padding: padding)
  }

  /// Complains of counts, kernels, strides or dilations below 1, negative padding, groups that do not divide
  /// the channels, more than 2²⁸ channels or 2¹² places.
  public var flaw: String? {
    firstFlaw(
      countFlaw("input channels", inputChannels), countFlaw("output channels", outputChannels),
      extentFlaw("a kernel", kernelSize), extentFlaw("a stride", stride), extentFlaw("a dilation", dilation),
      paddingFlaw(padding), groupsFlaw(groups, inputChannels, outputChannels))
  }

  private var fanIn: Int { inputChannels / groups * kernelSize.height * kernelSize.width }

  /// `weight` `[outputChannels, inputChannels / groups, height, width]`, then `bias` `[outputChannels]` if it
  /// has one. Fan-in: inputChannels / groups · height · width.
  public var parameters: [ParameterDeclaration] {
    let weight = ParameterDeclaration(
      "weight", [outputChannels, inputChannels / groups, kernelSize.height, kernelSize.width],
      .weight(fanIn: fanIn))
    let bias = ParameterDeclaration("bias", [outputChannels], .bias(fanIn: fanIn))
    return hasBias ? [weight, bias] : [weight]
  }

  /// `[count, outputChannels, h, w]` with `h = ⌊(H + p₁ + p₂ − d·(k − 1) − 1) / s⌋ + 1`, and w likewise.
  /// - Throws: `ShapeMismatch` if the input is not `[count, inputChannels, H, W]` or, with its padding,
  ///   smaller than the kernel's span.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage(channels: inputChannels)
    let size = try slidingSize(of: input, through: self.window!)
    return [input[0], outputChannels, size.height, size.width]
  }

  /// One for each tap of each output: `n·o·h·w · inputChannels / groups · kh·kw`; taps on padding count too.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount * fanIn }
}

/// Spreads every input over a kernel-sized patch of the output: the transpose of a convolution's linear map.
///
/// Inputs `s` apart in the output overlap where kernels are larger than the stride, and overlaps add up.
/// Output size: `(in − 1)·s − p₁ − p₂ + (k − 1)·d + 1 + outputPadding`.
/// The weight has shape `[inputChannels, outputChannels / groups, height, width]`.
public struct ConvTranspose2d: Operation {
  /// Called `ConvTranspose2d`, PyTorch's name; Keras writes `Conv2DTranspose`, ONNX `ConvTranspose`.
  public static let name = "ConvTranspose2d"
  /// Channels in.
  public var inputChannels: Int
  /// Channels out.
  public var outputChannels: Int
  /// The kernel's rows and columns.
  public var kernelSize: Extent
  /// Steps in the output from one input to the next.
  public var stride: Extent
  /// Rows and columns cut off the output; the sides may differ.
  public var padding: Padding
  /// Rows and columns added at the bottom and right, less than the stride or the dilation.
  public var outputPadding: Extent
  /// Distance between neighbouring taps.
  public var dilation: Extent
  /// Groups of channels that see only themselves.
  public var groups: Int
  /// True if a number is added to every output channel.
  public var hasBias: Bool

  /// A transposed convolution. Traps if the groups do not divide both channel counts.
  public init(
    inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1,
    padding: Padding = 0, outputPadding: Extent = 0, dilation: Extent = 1, groups: Int = 1,
    hasBias: Bool = true
  ) {
    precondition(
      groups > 0 && inputChannels % groups == 0 && outputChannels % groups == 0,
      "\(groups) groups do not divide \(inputChannels) and \(outputChannels) channels")
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
  }

  /// The kernel as a window that one input spreads over, with steps counted in the output.
  public var window: Window? {
    Window(
      kernelSize: kernelSize, stride: stride, dilation: dilation, padding: padding, isTransposed: true)
  }

  /// Complains of what `Conv2d` complains of, and of output padding that is negative; whether it is small
  /// enough is checked by `outputShape`.
  public var flaw: String? {
    firstFlaw(
      countFlaw("input channels", inputChannels), countFlaw("output channels", outputChannels),
      extentFlaw("a kernel", kernelSize), extentFlaw("a stride", stride), extentFlaw("a dilation", dilation),
      paddingFlaw(padding), extentFlaw("output padding", outputPadding, atLeast: 0),
      groupsFlaw(groups, inputChannels, outputChannels))
  }

  // PyTorch counts a transposed kernel's fan-in along its second axis; kept, so that the same seeds of
  // thought (Kaiming's bound) give the same spread.
  private var fanIn: Int { outputChannels / groups * kernelSize.height * kernelSize.width }

  /// `weight` `[inputChannels, outputChannels / groups, height, width]`, inputs first, then `bias`
  /// `[outputChannels]` if it has one. Fan-in: outputChannels / groups · height · width.
  public var parameters: [ParameterDeclaration] {
    let weight = ParameterDeclaration(
      "weight", [inputChannels, outputChannels / groups, kernelSize.height, kernelSize.width],
      .weight(fanIn: fanIn))
    let bias = ParameterDeclaration("bias", [outputChannels], .bias(fanIn: fanIn))
    return hasBias ? [weight, bias] : [weight]
  }

  /// `[count, outputChannels, h, w]` with `h = (H − 1)·s − p₁ − p₂ + d·(k − 1) + 1 + outputPadding` and w
  /// likewise.
  /// - Throws: `ShapeMismatch` if the input is not `[count, inputChannels, H, W]`, if padding leaves nothing,
  ///   or if output padding is not less than the larger of stride and dilation.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage(channels: inputChannels)
    let span = window!.span
    let height =
      (input[2] - 1) * stride.height - padding.top - padding.bottom + span.height + outputPadding.height
    let width =
      (input[3] - 1) * stride.width - padding.left - padding.right + span.width + outputPadding.width
    guard height > 0, width > 0 else {
      throw ShapeMismatch("padding cuts everything away: the output would be \(height) × \(width)")
    }
    guard outputPadding.height < max(stride.height, dilation.height),
      outputPadding.width < max(stride.width, dilation.width)
    else { throw ShapeMismatch("output padding \(outputPadding) is not smaller than stride \(stride)") }
    return [input[0], outputChannels, height, width]
  }

  /// One for each tap of each *input*: `n·i·H·W · outputChannels / groups · kh·kw`; taps that padding cuts
  /// off count too.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { inputs[0].elementCount * fanIn }
}
