/// `max(0, x)`: what is negative is gone from the next layer.
public struct ReLU: Operation {
  public static let name = "ReLU"
  /// A rectified linear unit.
  public init() {}
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `x` where positive, `slope · x` where not: a gradient flows on either side.
public struct LeakyReLU: Operation {
  public static let name = "LeakyReLU"
  /// The slope for negative inputs, at least 0.
  public var slope: Float
  /// A leaky rectified linear unit.
  public init(slope: Float = 0.01) { self.slope = slope }
  public var flaw: String? {
    slope >= 0 && slope.isFinite ? nil : "a slope of \(slope), expected 0 or more"
  }
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// The hyperbolic tangent: any number to −1 … 1.
public struct Tanh: Operation {
  public static let name = "Tanh"
  /// A hyperbolic tangent.
  public init() {}
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `1 / (1 + e⁻ˣ)`: any number to 0 … 1.
public struct Sigmoid: Operation {
  public static let name = "Sigmoid"
  /// A logistic function.
  public init() {}
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// `e^{xᵢ} / Σ e^{xⱼ}` along the axis of features or channels: scores to probabilities.
public struct Softmax: Operation {
  public static let name = "Softmax"
  /// A softmax along axis 1.
  public init() {}
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 2 else { throw ShapeMismatch("expected [count, classes, …], found \(input)") }
    return input
  }
}
