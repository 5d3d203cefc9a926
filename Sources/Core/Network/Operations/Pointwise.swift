/// A function of mathematics, applied to every number. What has no value is NaN or infinite, as IEEE 754 says.
public struct Pointwise: Elementwise {
  /// Called `Pointwise`; ONNX and PyTorch have an operation for each function.
  public static let name = "Pointwise"
  /// Which function.
  public enum Function: String, Hashable, Sendable, Codable, CaseIterable {
    /// |x|.
    case absolute
    /// The least whole number that is not below x.
    case ceiling
    /// cos x, of radians.
    case cosine
    /// The error function, `2/√π · ∫₀ˣ e^{−t²} dt`.
    case erf
    /// eˣ.
    case exponential
    /// The largest whole number that is not above x.
    case floor
    /// The natural logarithm.
    case logarithm
    /// −x.
    case negative
    /// 1 / x.
    case reciprocal
    /// The nearest whole number; of two equally near ones the even one.
    case round
    /// −1, 0 or 1.
    case sign
    /// sin x, of radians.
    case sine
    /// √x.
    case squareRoot
    /// x².
    case square
  }
  /// The function.
  public var function: Function
  /// A function applied to every number.
  public init(_ function: Function) { self.function = function }
}

/// `in · scale + offset`, with one number for all or one a channel: how pictures are brought to a network's range.
public struct Rescale: Operation {
  /// Called `Rescale`; Keras writes `Rescaling`, ONNX 1 `ImageScaler`.
  public static let name = "Rescale"
  /// The factors: one, or one for each extent of axis 1.
  public var scale: [Float]
  /// What is added: one number, or one for each extent of axis 1.
  public var offset: [Float]
  /// A factor and an offset that are not learnt.
  public init(scale: [Float], offset: [Float]) {
    self.scale = scale
    self.offset = offset
  }
  /// Complains of a list that is empty, of lists of two lengths above 1, of numbers that are not finite.
  public var flaw: String? {
    guard !scale.isEmpty, !offset.isEmpty, scale.count == offset.count || min(scale.count, offset.count) == 1
    else {
      return "\(scale.count) factors and \(offset.count) offsets, expected one or one a channel of each"
    }
    return (scale + offset).lazy.compactMap { finiteFlaw("a factor or offset", $0) }.first
  }
  /// The input's shape.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, with as many channels as there are numbers if there
  ///   is more than one.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    let channels = max(scale.count, offset.count)
    guard channels == 1 || input.rank >= 2 && input[1] == channels else {
      throw ShapeMismatch("expected \(channels) channels, found \(input)")
    }
    return input
  }
  /// One for each number.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount }
}
