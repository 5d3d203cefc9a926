/// `x` where positive, `weight · x` where not: a LeakyReLU whose slopes are learnt (He et al. 2015).
public struct PReLU: Operation {
  /// Called `PReLU`, as in PyTorch and Keras; ONNX writes `PRelu`.
  public static let name = "PReLU"
  /// The shape of the slopes, right-aligned to an example's: `[channels, 1, 1]` for one a channel of images, `[1]`
  /// for a single one.
  public var slopeShape: Shape
  /// A rectified linear unit with slopes to learn.
  public init(slopeShape: Shape) { self.slopeShape = slopeShape }
  /// `weight` of `slopeShape`.
  public var parameters: [ParameterDeclaration] { [.init("weight", slopeShape, .slope)] }
  /// The input's shape, of any rank.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, over whose examples the slopes can be spread.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try inputs.only().spreading(slopeShape, "slopes")
  }
  /// One for each number: a factor.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}

/// `slope · x + offset`, cut off at 0 and 1: a sigmoid of straight lines.
///
/// PyTorch and Keras 3 have slope 1/6 and offset ½, ONNX and Keras before 3 have slope 0.2.
public struct Hardsigmoid: Elementwise {
  /// Called `Hardsigmoid`, as in PyTorch; ONNX writes `HardSigmoid`, Keras `hard_sigmoid`.
  public static let name = "Hardsigmoid"
  /// What x is multiplied by.
  public var slope: Float
  /// What is added.
  public var offset: Float
  /// A sigmoid of three straight lines.
  public init(slope: Float = 1 / 6, offset: Float = 0.5) {
    self.slope = slope
    self.offset = offset
  }
  /// Complains of numbers that are not finite.
  public var flaw: String? { firstFlaw(finiteFlaw("slope", slope), finiteFlaw("offset", offset)) }
}

/// `x · Hardsigmoid(x)` with slope 1/6 and offset ½ (Howard et al. 2019).
public struct Hardswish: Elementwise {
  /// Called `Hardswish`, as in PyTorch; ONNX writes `HardSwish`, Keras `hard_swish`.
  public static let name = "Hardswish"
  /// A swish of straight lines and a parabola.
  public init() {}
}

/// `min(maximum, max(minimum, x))`. With a maximum below the minimum all numbers become the maximum.
public struct Hardtanh: Elementwise {
  /// Called `Hardtanh`, as in PyTorch; ONNX writes `Clip`.
  public static let name = "Hardtanh"
  /// The least number to come out; nil for no limit.
  public var minimum: Float?
  /// The largest number to come out; nil for no limit.
  public var maximum: Float?
  /// A cut at two limits. Limits that stand nowhere are nil, not infinite: infinity has no place in JSON.
  public init(minimum: Float? = -1, maximum: Float? = 1) {
    self.minimum = minimum
    self.maximum = maximum
  }
  /// Complains of limits that are not finite.
  public var flaw: String? {
    firstFlaw(
      minimum.flatMap { finiteFlaw("a minimum", $0) }, maximum.flatMap { finiteFlaw("a maximum", $0) })
  }
}

/// `x` where above a threshold, 0 where not.
public struct Threshold: Elementwise {
  /// Called `Threshold`, as in PyTorch; ONNX and Keras 1 write `ThresholdedRelu`, `ThresholdedReLU`.
  public static let name = "Threshold"
  /// What a number must be above to pass.
  public var threshold: Float
  /// A gate at a threshold.
  public init(threshold: Float) { self.threshold = threshold }
  /// Complains of a threshold that is not finite.
  public var flaw: String? { finiteFlaw("a threshold", threshold) }
}

/// Keras' ReLU with all its options: `maximum` where x ≥ maximum, `x` where threshold ≤ x, `slope · (x − threshold)`
/// elsewhere.
///
/// Rules of attribution methods other than the plain derivative do not concern it.
public struct ClippedReLU: Elementwise {
  /// Called `ClippedReLU`; Keras writes `ReLU` with `max_value`, `negative_slope` and `threshold`, PyTorch has
  /// `ReLU6` for a maximum of 6.
  public static let name = "ClippedReLU"
  /// The largest number to come out; nil for no limit.
  public var maximum: Float?
  /// The slope below the threshold.
  public var slope: Float
  /// Where numbers begin to pass unchanged.
  public var threshold: Float
  /// A rectified linear unit with a limit above, a slope below and a threshold.
  public init(maximum: Float?, slope: Float = 0, threshold: Float = 0) {
    self.maximum = maximum
    self.slope = slope
    self.threshold = threshold
  }
  /// Complains of numbers that are not finite.
  public var flaw: String? {
    firstFlaw(
      maximum.flatMap { finiteFlaw("a maximum", $0) }, finiteFlaw("a slope", slope),
      finiteFlaw("a threshold", threshold))
  }
}
