/// Centres and scales each example by its own mean and variance along some axes (Ba et al. 2016).
///
/// `out = (in − μ) / √(σ² + ε) · weight + bias`, with the biased σ², in training as in inference.
public struct LayerNorm: Operation {
  /// Called `LayerNorm`, as in PyTorch; Keras and ONNX write `LayerNormalization`.
  public static let name = "LayerNorm"
  /// The axes over which mean and variance are taken; the batch's would be 0. A negative one counts from the last, −1.
  public var axes: [Int]
  /// The shape of factor and offset, right-aligned to an example's: `[channels, 1, 1]` for one a channel of images.
  public var parameterShape: Shape
  /// ε, added to the variance.
  public var epsilon: Float
  /// True if there is a factor to learn.
  public var hasScale: Bool
  /// True if there is an offset to learn.
  public var hasOffset: Bool
  /// Layer norm over some axes.
  public init(
    axes: [Int], parameterShape: Shape, epsilon: Float = 1e-5, hasScale: Bool = true, hasOffset: Bool = true
  ) {
    self.axes = axes
    self.parameterShape = parameterShape
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasOffset = hasOffset
  }
  /// `weight` (γ) and `bias` (β) of `parameterShape`, as far as it has them.
  public var parameters: [ParameterDeclaration] {
    (hasScale ? [.init("weight", parameterShape, .scale)] : [])
      + (hasOffset ? [.init("bias", parameterShape, .offset)] : [])
  }
  /// Complains of no axes, of axis 0, of an ε that is negative or not finite.
  public var flaw: String? {
    axes.isEmpty ? "no axes to normalise" : firstFlaw(firstFlaw(axes: axes), epsilonFlaw(epsilon))
  }
  /// True along an axis of places.
  public var mixesAllPlaces: Bool { mixesPlaces(axes) }
  /// The input's shape.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, which has the axes and over whose examples the
  ///   parameters can be spread.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    _ = try input.resolved(axes)
    return hasScale || hasOffset ? try input.spreading(parameterShape, "parameters") : input
  }
  /// One for each number: once mean and variance are known, a factor and an offset.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}
