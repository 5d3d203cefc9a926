/// A value that is the same whatever the input: it reads nothing, and meets any batch as a batch of one.
public struct Constant: Operation {
  /// Called `Constant`, as in ONNX, where initialisers are constants too.
  public static let name = "Constant"
  /// The value's shape, without a batch axis.
  public var shape: Shape
  /// A constant of a shape; its numbers are the parameter `value`.
  public init(shape: Shape) { self.shape = shape }
  /// `value` of `shape`, which is not trained.
  public var parameters: [ParameterDeclaration] { [.init("value", shape, .constant)] }
  /// Complains of a shape that holds nothing.
  public var flaw: String? { shape.extents.contains(0) ? "a shape of \(shape), which holds no number" : nil }
  /// `[1]` followed by `shape`.
  /// - Throws: `ShapeMismatch` if it is given any input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs.isEmpty else { throw ShapeMismatch("takes no input, \(inputs.count) were given") }
    return shape.batched(1)
  }
}
