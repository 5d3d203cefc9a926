/// Numbers in a shape: 32-bit floats, contiguous, the last axis varying fastest. A value.
public struct Tensor: Hashable, Sendable {
  /// The extents; images are `[count, channels, height, width]`.
  public let shape: Shape
  /// All elements in row-major order; as many as `shape.elementCount`.
  public var elements: [Float] {
    didSet { precondition(elements.count == shape.elementCount, "a tensor keeps its element count") }
  }

  /// A tensor of given elements. Traps if their number is not that of the shape.
  public init(_ shape: Shape, _ elements: [Float]) {
    precondition(
      elements.count == shape.elementCount,
      "\(shape) holds \(shape.elementCount) elements, \(elements.count) were given")
    self.shape = shape
    self.elements = elements
  }

  /// A tensor in which every element is the same.
  public init(_ shape: Shape, repeating value: Float = 0) {
    self.init(shape, [Float](repeating: value, count: shape.elementCount))
  }

  /// A tensor whose memory is filled by `body`, which must set every element.
  public init(_ shape: Shape, filling body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.shape = shape
    self.elements = try [Float](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      try body(UnsafeMutableBufferPointer(rebasing: buffer[..<shape.elementCount]))
      count = shape.elementCount
    }
  }

  /// The same elements in another shape of as many elements.
  public func reshaped(_ shape: Shape) -> Tensor { Tensor(shape, elements) }

  /// The slice at `index` along the first axis, without that axis.
  public subscript(index: Int) -> Tensor {
    precondition(index >= 0 && index < shape[0], "index \(index) of \(shape)")
    let size = shape.perExample.elementCount
    return Tensor(shape.perExample, Array(elements[index * size..<(index + 1) * size]))
  }

  /// The slices of a range along the first axis.
  public subscript(range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "range \(range) of \(shape)")
    let size = shape.perExample.elementCount
    return Tensor(
      shape.perExample.batched(range.count),
      Array(elements[range.lowerBound * size..<range.upperBound * size]))
  }

  /// Tensors of one shape, put one behind the other along a new first axis. Traps if there are none.
  public init(stacking tensors: [Tensor]) {
    precondition(!tensors.isEmpty, "nothing to stack")
    precondition(tensors.allSatisfy { $0.shape == tensors[0].shape }, "stacked tensors have one shape")
    self.init(tensors[0].shape.batched(tensors.count), tensors.flatMap(\.elements))
  }

  /// The tensor with every element replaced by `transform` of it.
  public func map(_ transform: (Float) throws -> Float) rethrows -> Tensor {
    Tensor(shape, try elements.map(transform))
  }

  /// The largest absolute value; 0 for an empty tensor.
  public var maximumMagnitude: Float { elements.reduce(0) { max($0, abs($1)) } }
}
