/// Takes elements of one axis by fixed numbers, in any order and as often as one likes.
///
/// `out[n, …, i, j, …] = in[n, …, indices[i, j], …]`: the shape of the indices takes the place of the axis.
public struct Gather: Operation {
  /// Called `Gather`, as in ONNX; NumPy writes `take`.
  public static let name = "Gather"
  /// The axis that is taken from, the batch axis being 0.
  public var axis: Int
  /// The numbers of the elements, in row-major order; negative ones count from the axis's end.
  public var indices: [Int]
  /// The shape of the indices; of a scalar, `[]`, the axis vanishes.
  public var indexShape: Shape

  /// A gathering along an axis behind the batch.
  public init(axis: Int, indices: [Int], indexShape: Shape) {
    self.axis = axis
    self.indices = indices
    self.indexShape = indexShape
  }

  /// Complains of an axis below 1, of indices that are not as many as their shape holds or beyond ±2²⁸, and of none.
  public var flaw: String? {
    firstFlaw(
      axis >= 1 ? nil : "an axis of \(axis), expected 1 or more", shapeFlaw(indexShape),
      indexShape.checkedElementCount == indices.count
        ? nil : "\(indices.count) indices do not fill \(indexShape)", listFlaw("an index", indices))
  }

  /// The input's shape with the axis replaced by the shape of the indices.
  /// - Throws: `ShapeMismatch` unless there is one input that has the axis, and in it all that is taken.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard axis < input.rank else { throw ShapeMismatch("takes from axis \(axis) of \(input)") }
    let extent = input[axis]
    if let index = indices.first(where: { !(-extent..<extent).contains($0) }) {
      throw ShapeMismatch("takes element \(index) of axis \(axis), which has 0 to \(extent - 1)")
    }
    return Shape(input.extents[..<axis] + indexShape.extents + input.extents[(axis + 1)...])
  }
}
