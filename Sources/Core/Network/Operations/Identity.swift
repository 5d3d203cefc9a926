/// Its input as it is: what is left of a layer that does nothing once a network has learnt.
public struct Identity: Operation {
  /// Called `Identity`, as in PyTorch, Keras and ONNX.
  public static let name = "Identity"
  /// An operation that changes nothing.
  public init() {}
  /// The input's shape, of any rank.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}
