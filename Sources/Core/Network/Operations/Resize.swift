/// Gives images another size by looking between their pixels.
///
/// Each pixel of the result looks at a place `x` of the input, along both axes alike, and takes the pixel there (`nearest`) or a
/// sum of the pixels around it (`linear`, `cubic`), weighted by their distance. Outside of the image stand its edges. With
/// `s` for the scale (the result's size over the input's), `n` and `m` for the sizes of input and result and `i` for the
/// place in the result, `coordinates` says which:
///
/// `halfPixel (i + ½)/s − ½ · asymmetric i/s · alignCorners i·(n − 1)/(m − 1) · pytorchHalfPixel` as `halfPixel`, but 0 for
/// one pixel `· halfPixelSymmetric (i + ½)/s − ½ + n/2·(1 − m/(s·n))`
///
/// Source: ONNX's operator Resize, version 19. Keras' `bilinear` is `linear` with its defaults; its `bicubic` has the
/// coefficient −0.5 and excludes what is outside.
public struct Resize: Operation {
  /// Enlargement along height and width.
  public struct Scale: Hashable, Sendable, Codable {
    /// Rows of the result for each row of the input.
    public var height: Double
    /// Columns of the result for each column of the input.
    public var width: Double
    /// A scale of two factors.
    public init(height: Double, width: Double) {
      self.height = height
      self.width = width
    }
  }
  /// What is taken from around a place.
  public enum Mode: String, Hashable, Sendable, Codable {
    /// The nearest pixel.
    case nearest
    /// Two pixels along each axis, by their distance (bilinear).
    case linear
    /// Four pixels along each axis, by Keys' kernel (bicubic).
    case cubic
  }
  /// Which place of the input a pixel of the result looks at.
  public enum Coordinates: String, Hashable, Sendable, Codable {
    /// Pixels are squares, and the images' edges lie on each other.
    case halfPixel
    /// The first pixels lie on each other.
    case asymmetric
    /// Pixels are points, and the first and last of both images lie on each other.
    case alignCorners
    /// As `halfPixel`, but a single pixel looks at the first.
    case pytorchHalfPixel
    /// As `halfPixel`, but with the images' centres on each other where the size is no multiple.
    case halfPixelSymmetric
  }
  /// Which pixel is the nearest.
  public enum Rounding: String, Hashable, Sendable, Codable {
    /// The one before.
    case floor
    /// The one behind.
    case ceiling
    /// The nearer one, of two equally near the one before.
    case roundPreferFloor
    /// The nearer one, of two equally near the one behind.
    case roundPreferCeiling
  }

  /// Called `Resize`, as in ONNX; PyTorch writes `Upsample` or `interpolate`, Keras `UpSampling2D` and `Resizing`.
  public static let name = "Resize"
  /// The result's rows and columns.
  public var size: Extent
  /// The scale to compute places with, if it is not the result's size over the input's.
  public var scale: Scale?
  /// What is taken from around a place.
  public var mode: Mode
  /// Which place is looked at.
  public var coordinates: Coordinates
  /// Which pixel is the nearest; plays no part in other modes.
  public var rounding: Rounding
  /// The coefficient `a` of the cubic kernel: −0.75, or −0.5 as in Keys' paper.
  public var cubicCoefficient: Float
  /// True if pixels outside of the image weigh nothing, and the others more for it.
  public var excludesOutside: Bool
  /// True if the kernel is widened by as much as the image becomes smaller; plays no part in the mode `nearest`.
  public var antialiases: Bool

  /// A resizing; without further words as ONNX has it.
  public init(
    size: Extent, scale: Scale? = nil, mode: Mode = .nearest, coordinates: Coordinates = .halfPixel,
    rounding: Rounding = .roundPreferFloor, cubicCoefficient: Float = -0.75, excludesOutside: Bool = false,
    antialiases: Bool = false
  ) {
    self.size = size
    self.scale = scale
    self.mode = mode
    self.coordinates = coordinates
    self.rounding = rounding
    self.cubicCoefficient = cubicCoefficient
    self.excludesOutside = excludesOutside
    self.antialiases = antialiases
  }

  /// Complains of a size below 1 or above 2¹⁶, a scale that is not positive and finite, and a coefficient beyond ±10.
  public var flaw: String? {
    let scales = [scale?.height ?? 1, scale?.width ?? 1]
    return firstFlaw(
      listFlaw("a size", [size.height, size.width], in: 1...1 << 16),
      scales.allSatisfy { $0 > 0 && $0.isFinite }
        ? nil : "a scale of \(scales[0]) × \(scales[1]), expected positive numbers",
      abs(cubicCoefficient) <= 10 ? nil : "a cubic coefficient of \(cubicCoefficient), expected −10 to 10")
  }

  /// `[count, channels, size.height, size.width]`.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images, or the scale does not lead to the size.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyImage()
    if let scale {
      for (extent, scale, size) in [
        (input[2], scale.height, size.height), (input[3], scale.width, size.width),
      ] {
        let scaled = Double(extent) * scale
        guard scaled > 0.49, abs(scaled - Double(size)) <= 1.01 else {
          throw ShapeMismatch("a scale of \(scale) does not make \(size) of \(extent)")
        }
      }
    }
    return [input[0], input[1], size.height, size.width]
  }

  /// Neighbouring pixels that a pixel of the result is made of along each axis; more where the image becomes smaller
  /// and `antialiases` is true.
  var reach: Int {
    switch mode {
    case .nearest: 1
    case .linear: 2
    case .cubic: 4
    }
  }
}
