/// Zeroes each number with probability `rate` in training and scales the others by `1 / (1 − rate)`;
/// does nothing in inference (Srivastava et al. 2014, in its inverted form).
public struct Dropout: Operation {
  /// Called `Dropout`, as in PyTorch, Keras and ONNX.
  public static let name = "Dropout"
  /// The probability of a zero, in `0 ..< 1`.
  public var rate: Float
  /// A dropout layer.
  public init(rate: Float = 0.5) { self.rate = rate }
  /// Complains of a rate outside `0 ..< 1`: at 1 nothing would be left to scale up.
  public var flaw: String? { rate >= 0 && rate < 1 ? nil : "a rate of \(rate), expected 0 to less than 1" }
  /// The input's shape, of any rank: dropped numbers become 0 and keep their places.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}

/// Makes a vector of each example: `[n, c, h, w]` to `[n, c·h·w]`.
public struct Flatten: Operation {
  /// Called `Flatten`, as in PyTorch, Keras and ONNX.
  public static let name = "Flatten"
  /// A flattening.
  public init() {}
  /// `[count, all extents behind the first multiplied]`; `[count]` becomes `[count, 1]`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, of rank 1 or more.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 1 else { throw ShapeMismatch("expected a batch, found a scalar") }
    return [input[0], input.perExample.elementCount]
  }
}

/// Gives each example another shape of as many numbers.
public struct Reshape: Operation {
  /// Called `Reshape`, as in Keras and ONNX; PyTorch has it as a function and as the layer `Unflatten`.
  public static let name = "Reshape"
  /// The shape of one example, without the batch axis.
  public var shape: Shape
  /// A reshaping.
  public init(shape: Shape) { self.shape = shape }
  /// Complains of a shape of more than 2³⁰ numbers.
  public var flaw: String? {
    shape.checkedElementCount == nil ? "a shape of \(shape), which no memory holds" : nil
  }
  /// `[count]` followed by `shape`.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, with as many numbers an example as `shape`.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    guard input.rank >= 1, input.perExample.elementCount == shape.elementCount else {
      throw ShapeMismatch(
        "\(input.perExample) holds \(input.perExample.elementCount) numbers,"
          + " \(shape) holds \(shape.elementCount)")
    }
    return shape.batched(input[0])
  }
}

/// Its inputs, one behind the other along an axis.
public struct Concatenate: Operation {
  /// Called `Concatenate`, as in Keras; ONNX writes `Concat`, PyTorch `torch.cat`.
  public static let name = "Concatenate"
  /// The axis along which they follow each other, the batch axis being 0: 1 is that of channels or features.
  public var axis: Int
  /// A concatenation, along the axis of channels or features unless told otherwise.
  public init(axis: Int = 1) { self.axis = axis }

  /// Reads `{"axis"}`; files from before there was a choice have none and mean axis 1.
  /// - Throws: `DecodingError` if it is no whole number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    axis = try container.decodeIfPresent(Int.self, forKey: .axis) ?? 1
  }

  /// Complains of an axis below 1: examples are not put one behind the other.
  public var flaw: String? { axis >= 1 ? nil : "an axis of \(axis), expected 1 or more" }

  /// The first input's shape with the extents of the axis added up. An input that is the same for every example, a batch
  /// of 1, goes with any batch.
  /// - Throws: `ShapeMismatch` without any input, where the axis is not there, or where another axis differs.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard var result = inputs.first, result.rank > axis else {
      throw ShapeMismatch("takes at least one input of rank \(axis < 1 << 28 ? axis + 1 : axis) or more")
    }
    for input in inputs.dropFirst() {
      var fitted = input
      if input.rank == result.rank {
        fitted[axis] = result[axis]
        if result[0] == 1 { result[0] = input[0] }
        if input[0] == 1 { fitted[0] = result[0] }
      }
      guard fitted == result else { throw ShapeMismatch("cannot put \(input) behind \(result)") }
      result[axis] += input[axis]
    }
    return result
  }
}
