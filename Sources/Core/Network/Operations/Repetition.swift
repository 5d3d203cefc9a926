/// Repeats each example along axes on which it has a single element, until it fits a shape (NumPy's broadcasting).
public struct Expand: Operation {
  /// Called `Expand`, as in ONNX and PyTorch; NumPy writes `broadcast_to`.
  public static let name = "Expand"
  /// The shape to fit, without the batch axis; where it says 1, or has no such axis, the example stays as it is.
  public var shape: Shape
  /// An expansion to a shape of one example.
  public init(shape: Shape) { self.shape = shape }
  /// Complains of a shape that holds nothing, or more than 2³⁰ numbers.
  public var flaw: String? { shapeFlaw(shape) }

  /// `[count]` and the larger extent of each axis, the axes of both shapes being counted from the last.
  /// - Throws: `ShapeMismatch` unless there is one input, and each axis has the same extent in both or 1 in one.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyExample()
    let example = input.perExample
    let rank = max(example.rank, shape.rank)
    var result: [Int] = []
    for axis in 0..<rank {
      let own = axis < rank - example.rank ? 1 : example[axis - rank + example.rank]
      let other = axis < rank - shape.rank ? 1 : shape[axis - rank + shape.rank]
      guard own == other || own == 1 || other == 1 else {
        throw ShapeMismatch("\(example) does not expand to \(shape)")
      }
      result.append(max(own, other))
    }
    return Shape([input[0]] + result)
  }
}

/// Puts each example several times side by side: `out[n, i, …] = in[n, i mod extent₀, …]`.
public struct Tile: Operation {
  /// Called `Tile`, as in ONNX and NumPy; PyTorch writes `repeat`.
  public static let name = "Tile"
  /// How often, for each axis behind the batch.
  public var repeats: [Int]
  /// A tiling.
  public init(repeats: [Int]) { self.repeats = repeats }
  /// Complains of less than one time, or more than 2²⁸.
  public var flaw: String? { countsFlaw("repetitions", repeats) }

  /// The input's shape with the extents behind the batch multiplied.
  /// - Throws: `ShapeMismatch` unless there is one input of as many axes.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyExample(axes: repeats.count)
    return Shape([input[0]] + zip(input.extents.dropFirst(), repeats).map { $0 * $1 })
  }
}
