/// `max(0, x)`: what is negative is gone from the next layer.
public struct ReLU: Operation {
  /// Called `ReLU`, as in PyTorch and Keras; ONNX writes `Relu`.
  public static let name = "ReLU"
  /// A rectified linear unit.
  public init() {}
  /// The input's shape, of any rank: each number is kept or becomes 0 by itself.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `x` where positive, `slope · x` where not: a gradient flows on either side.
public struct LeakyReLU: Operation {
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
  /// The input's shape, of any rank: each number keeps its place, scaled or not.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// The hyperbolic tangent: any number to −1 … 1.
public struct Tanh: Operation {
  /// Called `Tanh`, as in PyTorch and ONNX.
  public static let name = "Tanh"
  /// A hyperbolic tangent.
  public init() {}
  /// The input's shape, of any rank, holding numbers in −1 … 1.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `1 / (1 + e⁻ˣ)`: any number to 0 … 1.
public struct Sigmoid: Operation {
  /// Called `Sigmoid`, as in PyTorch and ONNX.
  public static let name = "Sigmoid"
  /// A logistic function.
  public init() {}
  /// The input's shape, of any rank, holding numbers in 0 … 1.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `e^{xᵢ} / Σ e^{xⱼ}` along the axis of features or channels: scores to probabilities.
public struct Softmax: Operation {
  /// Called `Softmax`, as in PyTorch, Keras and ONNX.
  public static let name = "Softmax"
  /// A softmax along axis 1.
  public init() {}
  /// The input's shape `[count, classes, …]`; along axis 1 the numbers add up to 1.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, of rank 2 or more.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 2 else { throw ShapeMismatch("expected [count, classes, …], found \(input)") }
    return input
  }
}
