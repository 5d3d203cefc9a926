/// `max(0, x)`: what is negative is gone from the next layer.
public struct ReLU: Elementwise {
  /// Called `ReLU`, as in PyTorch and Keras; ONNX writes `Relu`.
  public static let name = "ReLU"
  /// A rectified linear unit.
  public init() {}
}

/// `x` where positive, `slope · x` where not: a gradient flows on either side.
public struct LeakyReLU: Elementwise {
  /// Called `LeakyReLU`, as in PyTorch and Keras; ONNX writes `LeakyRelu`.
  public static let name = "LeakyReLU"
  /// The slope for negative inputs, at least 0.
  public var slope: Float
  /// A leaky rectified linear unit.
  public init(slope: Float = 0.01) { self.slope = slope }
  /// Complains of a slope that is negative or not finite; 0 is allowed and makes it a ReLU.
  public var flaw: String? {
    slope >= 0 && slope.isFinite ? nil : "a slope of \(slope), expected 0 or more"
  }
}

/// The hyperbolic tangent: any number to −1 … 1.
public struct Tanh: Elementwise {
  /// Called `Tanh`, as in PyTorch and ONNX.
  public static let name = "Tanh"
  /// A hyperbolic tangent.
  public init() {}
}

/// `1 / (1 + e⁻ˣ)`: any number to 0 … 1.
public struct Sigmoid: Elementwise {
  /// Called `Sigmoid`, as in PyTorch and ONNX.
  public static let name = "Sigmoid"
  /// A logistic function.
  public init() {}
}
