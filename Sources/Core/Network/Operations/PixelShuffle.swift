/// Makes images larger by laying channels side by side: `[n, c·f², h, w]` to `[n, c, h·f, w·f]`.
public struct PixelShuffle: Operation {
  /// How the channels of one block of pixels lie.
  public enum Order: String, Hashable, Sendable, Codable {
    /// The f² channels of a block are neighbours: channel `c·f² + y·f + x` becomes the pixels (y, x) of channel c. PyTorch's
    /// order, ONNX's `CRD`.
    case channelFirst
    /// The channels of a pixel are neighbours: channel `(y·f + x)·C + c` does. TensorFlow's order, ONNX's `DCR`.
    case blockFirst
  }

  /// Called `PixelShuffle`, as in PyTorch; ONNX writes `DepthToSpace`.
  public static let name = "PixelShuffle"
  /// Rows and columns of a block.
  public var factor: Int
  /// How the channels of a block lie.
  public var order: Order

  /// A shuffle of blocks of `factor` × `factor` pixels.
  public init(factor: Int, order: Order = .channelFirst) {
    self.factor = factor
    self.order = order
  }

  /// Complains of a factor below 1 or above 2¹².
  public var flaw: String? { extentFlaw("a factor", Extent(factor)) }
  /// A window as large as its stride: each pixel spreads over a block of its own.
  public var window: Window? {
    Window(
      kernelSize: Extent(factor), stride: Extent(factor), dilation: 1, padding: 0, isTransposed: true)
  }

  /// `[count, channels / factor², H · factor, W · factor]`.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images whose channels fill blocks.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    guard input[1] % (factor * factor) == 0 else {
      throw ShapeMismatch("\(input[1]) channels do not fill blocks of \(factor) × \(factor)")
    }
    return [input[0], input[1] / (factor * factor), input[2] * factor, input[3] * factor]
  }
}

/// Makes images smaller by piling their pixels up in channels: `[n, c, h·f, w·f]` to `[n, c·f², h, w]`.
public struct PixelUnshuffle: Operation {
  /// Called `PixelUnshuffle`, as in PyTorch; ONNX writes `SpaceToDepth`, in the order `blockFirst`.
  public static let name = "PixelUnshuffle"
  /// Rows and columns of a block.
  public var factor: Int
  /// How the channels of a block lie.
  public var order: PixelShuffle.Order

  /// What `PixelShuffle` of the same factor and order undoes.
  public init(factor: Int, order: PixelShuffle.Order = .channelFirst) {
    self.factor = factor
    self.order = order
  }

  /// Complains of a factor below 1 or above 2¹².
  public var flaw: String? { extentFlaw("a factor", Extent(factor)) }
  /// A window as large as its stride: each block becomes one pixel.
  public var window: Window? {
    Window(kernelSize: Extent(factor), stride: Extent(factor), dilation: 1, padding: 0)
  }

  /// `[count, channels · factor², H / factor, W / factor]`.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images that are whole blocks.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    guard input[2] % factor == 0, input[3] % factor == 0 else {
      throw ShapeMismatch("\(input[2]) × \(input[3]) pixels are no whole blocks of \(factor) × \(factor)")
    }
    return [input[0], input[1] * factor * factor, input[2] / factor, input[3] / factor]
  }
}
