/// Puts the axes of each example in another order: axis `i` of the result, behind the batch, is axis `axes[i]` of
/// the input.
public struct Permute: Operation {
  /// Called `Permute`, as in Keras and PyTorch; ONNX writes `Transpose`.
  public static let name = "Permute"
  /// The input's axes in their new order, without the batch axis, which is 0: from images as they lie here to images with
  /// the channels last is `[2, 3, 1]`.
  public var axes: [Int]
  /// A permutation of the axes behind the batch.
  public init(axes: [Int]) { self.axes = axes }

  /// Complains unless each of 1, 2, … stands there once.
  public var flaw: String? {
    axes.sorted() == Array(1..<axes.count + 1)
      ? nil : "axes \(axes), expected each of 1 to \(axes.count) once"
  }

  /// The input's shape with its extents in the new order.
  /// - Throws: `ShapeMismatch` unless there is one input of as many axes.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyExample(axes: axes.count)
    return Shape([input[0]] + axes.map { input[$0] })
  }
}
