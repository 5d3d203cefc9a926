/// The product of the matrices that two inputs have in their last two axes, example by example.
///
/// Examples' shapes meet as in NumPy's `matmul`: `[…, m, k]` and `[…, k, n]` give `[…, m, n]`, the axes before are spread
/// over each other, a vector in front is a row and one behind is a column whose axis is gone from the result. A batch of
/// 1, such as a constant's, meets any batch.
public struct MatMul: Operation {
  /// Called `MatMul`, as in ONNX; PyTorch writes `torch.matmul` or `@`.
  public static let name = "MatMul"
  /// A product of matrices.
  public init() {}
  /// True: every number is a sum over a row and a column.
  public var mixesAllPlaces: Bool { true }
  /// The batch, the leading axes spread over each other, then rows of the first and columns of the second.
  /// - Throws: `ShapeMismatch` unless there are two inputs, with examples of rank 1 or more and as many columns in the
  ///   first as rows in the second.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try MatrixShapes(inputs).output
  }
  /// One for each number and each term of its sum.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int {
    output.elementCount * (inputs.first?.extents.last ?? 0)
  }
}

/// The shapes that take part in a product of matrices.
struct MatrixShapes {
  /// Rows of the first, terms of a sum, columns of the second.
  let rows, inner, columns: Int
  /// Where matrices stand in the first and the second input: the batch and leading axes.
  let left, right: Shape
  /// Both spread over each other.
  let leading: Shape
  /// The product's shape.
  let output: Shape

  init(_ inputs: [Shape]) throws(ShapeMismatch) {
    guard inputs.count == 2 else { throw ShapeMismatch("takes two inputs, \(inputs.count) were given") }
    guard inputs[0].rank >= 2, inputs[1].rank >= 2 else {
      throw ShapeMismatch("expected examples of rank 1 or more, found \(inputs[0]) and \(inputs[1])")
    }
    let isRow = inputs[0].rank == 2
    let isColumn = inputs[1].rank == 2
    rows = isRow ? 1 : inputs[0][inputs[0].rank - 2]
    inner = inputs[0][inputs[0].rank - 1]
    columns = isColumn ? 1 : inputs[1][inputs[1].rank - 1]
    guard inputs[1][inputs[1].rank - (isColumn ? 1 : 2)] == inner else {
      throw ShapeMismatch("cannot multiply examples of \(inputs[0].perExample) and \(inputs[1].perExample)")
    }
    left = Shape(inputs[0].extents.dropLast(isRow ? 1 : 2))
    right = Shape(inputs[1].extents.dropLast(isColumn ? 1 : 2))
    leading = try left.spread(with: right)
    output = Shape(leading.extents + (isRow ? [] : [rows]) + (isColumn ? [] : [columns]))
  }
}
