/// Centres and scales groups of an example's channels by their own mean and variance (Wu & He 2018).
///
/// `out = (in − μ) / √(σ² + ε) · weight + bias`, with the biased σ² over the channels of a group and all their places, in
/// training as in inference.
public struct GroupNorm: Operation {
  /// Called `GroupNorm`, as in PyTorch; Keras and ONNX write `GroupNormalization`.
  public static let name = "GroupNorm"
  /// Groups, which the channels are divided into in order.
  public var groups: Int
  /// Channels in and out.
  public var channels: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// True if each channel has a factor and an offset to learn.
  public var isAffine: Bool
  /// Group norm over images, sequences or vectors.
  public init(groups: Int, channels: Int, epsilon: Float = 1e-5, isAffine: Bool = true) {
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
    self.isAffine = isAffine
  }
  /// `weight` (γ) and `bias` (β), each `[channels]`, if it has them.
  public var parameters: [ParameterDeclaration] { isAffine ? affineParameters(channels) : [] }
  /// Complains of a channel count outside 1 … 2²⁸, of groups that do not divide it, of an ε that is negative or not
  /// finite.
  public var flaw: String? {
    firstFlaw(
      countFlaw("channels", channels), groupsFlaw(groups, channels, channels), epsilonFlaw(epsilon))
  }
  /// True: mean and variance are taken over all places.
  public var mixesAllPlaces: Bool { true }
  /// The input's shape `[count, channels, …]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, with as many channels.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 2, input[1] == channels else {
      throw ShapeMismatch("expected [count, \(channels), …], found \(input)")
    }
    return input
  }
  /// One for each number: once mean and variance are known, a factor and an offset.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}

/// Centres and scales each channel of each image by its own mean and variance (Ulyanov et al. 2016): group norm with a
/// group for each channel.
public struct InstanceNorm2d: Operation {
  /// Called `InstanceNorm2d`, as in PyTorch; ONNX writes `InstanceNormalization`.
  public static let name = "InstanceNorm2d"
  /// Channels in and out.
  public var channels: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// True if each channel has a factor and an offset to learn.
  public var isAffine: Bool
  /// Instance norm over images or sequences.
  public init(channels: Int, epsilon: Float = 1e-5, isAffine: Bool = true) {
    self.channels = channels
    self.epsilon = epsilon
    self.isAffine = isAffine
  }
  /// `weight` (γ) and `bias` (β), each `[channels]`, if it has them.
  public var parameters: [ParameterDeclaration] { isAffine ? affineParameters(channels) : [] }
  /// Complains of a channel count outside 1 … 2²⁸, of an ε that is negative or not finite.
  public var flaw: String? { firstFlaw(countFlaw("channels", channels), epsilonFlaw(epsilon)) }
  /// True: mean and variance are taken over all places.
  public var mixesAllPlaces: Bool { true }
  /// The input's shape `[count, channels, height, width]`; other numbers of axes of places are taken as well.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, with as many channels and an axis of places.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 3, input[1] == channels else {
      throw ShapeMismatch("expected [count, \(channels), height, width], found \(input)")
    }
    return input
  }
  /// One for each number: once mean and variance are known, a factor and an offset.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}

private func affineParameters(_ channels: Int) -> [ParameterDeclaration] {
  [.init("weight", [channels], .scale), .init("bias", [channels], .offset)]
}
