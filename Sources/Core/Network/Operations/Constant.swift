/// A value that is the same whatever the input. It reads nothing, and meets any batch as a batch of one; or it reads a value
/// only to be repeated for each of its examples.
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
  /// `[1]` followed by `shape`; `[count]` followed by it where a value of so many examples is read.
  /// - Throws: `ShapeMismatch` if it is given more than one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs.count <= 1 else {
      throw ShapeMismatch("takes no input, or one that is counted; \(inputs.count) were given")
    }
    return shape.batched(inputs.first?.extents.first ?? 1)
  }
}
