/// Looks up a learned row for every whole number: `[n, …]` to `[n, …, dimensions]`.
///
/// The weight has shape `[count, dimensions]`. A number is cut off to a whole one; one outside `0 ..< count`, or that is no
/// number, gives a row of NaN. No gradient reaches the numbers.
public struct Embedding: Operation {
  /// Called `Embedding`, as in PyTorch and Keras; ONNX writes a `Gather` of a weight.
  public static let name = "Embedding"
  /// Rows: the numbers go from 0 to one less.
  public var count: Int
  /// Numbers in a row.
  public var dimensions: Int

  /// A table of rows.
  public init(count: Int, dimensions: Int) {
    self.count = count
    self.dimensions = dimensions
  }

  /// Complains of no rows, no dimensions, or more than 2²⁸.
  public var flaw: String? { firstFlaw(countFlaw("rows", count), countFlaw("dimensions", dimensions)) }

  /// `weight` `[count, dimensions]`.
  public var parameters: [ParameterDeclaration] {
    [ParameterDeclaration("weight", [count, dimensions], .weight(fanIn: 1))]
  }

  /// The input's shape with `dimensions` put behind.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    Shape(try inputs.only().extents + [dimensions])
  }
}
