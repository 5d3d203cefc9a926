/// Centres and scales every channel of images by its mean and variance (Ioffe & Szegedy 2015).
///
/// `out = (in − μ) / √(σ² + ε) · weight + bias`. In training μ and the biased σ² are those of the batch, over
/// count, height and width, and the running statistics move towards them:
/// `running ← (1 − momentum) · running + momentum · batch`, with the unbiased variance. In inference the running statistics are used.
public struct BatchNorm2d: Operation {
  /// Called `BatchNorm2d`, PyTorch's name; Keras and ONNX write `BatchNormalization` for images and vectors
  /// alike.
  public static let name = "BatchNorm2d"
  /// Channels in and out.
  public var channels: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// The share of the batch's statistics in the running ones (PyTorch's meaning of the word).
  public var momentum: Float

  /// Batch norm over images.
  public init(channels: Int, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// `weight` (γ), `bias` (β), `running_mean` and `running_var`, each `[channels]`; the first two are
  /// trained.
  public var parameters: [ParameterDeclaration] { batchNormParameters(channels) }

  /// Complains of a channel count outside 1 … 2²⁸, an ε that is negative or not finite, a momentum outside 0
  /// to 1.
  public var flaw: String? {
    firstFlaw(countFlaw("channels", channels), batchNormFlaw(epsilon: epsilon, momentum: momentum))
  }

  /// The input's shape `[count, channels, height, width]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, of rank 4 and with as many channels.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try inputs.onlyImage(channels: channels)
  }

  /// One for each number: once mean and variance are known, a factor and an offset.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}

/// Batch norm over vectors `[count, features]` or sequences `[count, features, length]`: `BatchNorm2d` for images of one
/// pixel or one column.
public struct BatchNorm1d: Operation {
  /// Called `BatchNorm1d`, PyTorch's name for the normalisation of vectors and sequences.
  public static let name = "BatchNorm1d"
  /// Features in and out.
  public var features: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// The share of the batch's statistics in the running ones (PyTorch's meaning of the word).
  public var momentum: Float

  /// Batch norm over vectors or sequences.
  public init(features: Int, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.features = features
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// `weight` (γ), `bias` (β), `running_mean` and `running_var`, each `[features]`; the first two are
  /// trained.
  public var parameters: [ParameterDeclaration] { batchNormParameters(features) }

  /// Complains of a feature count outside 1 … 2²⁸, an ε that is negative or not finite, a momentum outside 0
  /// to 1.
  public var flaw: String? {
    firstFlaw(countFlaw("features", features), batchNormFlaw(epsilon: epsilon, momentum: momentum))
  }

  /// The input's shape `[count, features]` or `[count, features, length]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, of rank 2 or 3 and with as many features.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank == 2 || input.rank == 3, input[1] == features else {
      throw ShapeMismatch("expected [count, \(features)] or [count, \(features), length], found \(input)")
    }
    return input
  }

  /// One for each number: a factor and an offset.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}

private func batchNormFlaw(epsilon: Float, momentum: Float) -> String? {
  if let flaw = epsilonFlaw(epsilon) { return flaw }
  guard (0...1).contains(momentum) else { return "a momentum of \(momentum), expected 0 to 1" }
  return nil
}

private func batchNormParameters(_ count: Int) -> [ParameterDeclaration] {
  [
    .init("weight", [count], .scale), .init("bias", [count], .offset),
    .init("running_mean", [count], .runningMean), .init("running_var", [count], .runningVariance),
  ]
}
