/// `e^{xᵢ} / Σ e^{xⱼ}` along an axis: scores to probabilities.
public struct Softmax: Operation {
  /// Called `Softmax`, as in PyTorch, Keras and ONNX.
  public static let name = "Softmax"
  /// The axis along which the numbers add up to 1; the batch's is 0, that of classes and channels 1. A negative one
  /// counts from the last, −1.
  public var axis: Int
  /// A softmax along an axis.
  public init(axis: Int = 1) { self.axis = axis }

  /// Reads `{"axis"}`, which files written before there was a choice lack: they mean axis 1.
  /// - Throws: `DecodingError` if it is no whole number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    axis = try container.decodeIfPresent(Int.self, forKey: .axis) ?? 1
  }

  /// Complains of axis 0: examples have nothing to do with each other.
  public var flaw: String? { axisFlaw(axis) }
  /// True along an axis of places.
  public var mixesAllPlaces: Bool { mixesPlaces([axis]) }
  /// The input's shape `[count, classes, …]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, which has the axis.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    _ = try input.resolved([axis])
    return input
  }
}

/// `xᵢ − ln Σ e^{xⱼ}` along an axis: scores to logarithms of probabilities.
public struct LogSoftmax: Operation {
  /// Called `LogSoftmax`, as in PyTorch and ONNX.
  public static let name = "LogSoftmax"
  /// The axis along which the probabilities add up to 1; the batch's is 0, that of classes and channels 1. A negative
  /// one counts from the last, −1.
  public var axis: Int
  /// A logarithm of a softmax along an axis.
  public init(axis: Int = 1) { self.axis = axis }
  /// Complains of axis 0: examples have nothing to do with each other.
  public var flaw: String? { axisFlaw(axis) }
  /// True along an axis of places.
  public var mixesAllPlaces: Bool { mixesPlaces([axis]) }
  /// The input's shape `[count, classes, …]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, which has the axis.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    _ = try input.resolved([axis])
    return input
  }
}
