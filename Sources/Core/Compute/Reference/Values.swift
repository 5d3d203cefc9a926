/// A tensor of either precision: what the reference kernels work on.
public struct Values<Scalar: ReferenceScalar>: Hashable, Sendable {
  /// The extents; images are `[count, channels, height, width]`.
  public let shape: Shape
  /// All elements in row-major order; as many as `shape.elementCount`.
  public var elements: [Scalar]

  /// Values of given elements. Traps if their number is not that of the shape.
  public init(_ shape: Shape, _ elements: [Scalar]) {
    precondition(
      elements.count == shape.elementCount,
      "\(shape) holds \(shape.elementCount) elements, \(elements.count) were given")
    self.shape = shape
    self.elements = elements
  }

  /// The same number in every element.
  public init(_ shape: Shape, repeating value: Scalar = 0) {
    self.init(shape, [Scalar](repeating: value, count: shape.elementCount))
  }

  /// A tensor's elements in this precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(_ tensor: Tensor) {
    self.init(tensor.shape, tensor.elements as? [Scalar] ?? tensor.elements.map { Scalar($0) })
  }

  /// The elements rounded to a tensor's precision.
  public var tensor: Tensor {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get { Tensor(shape, elements as? [Float] ?? elements.map { Float($0) }) }
  }

  /// Adds other values of the same shape, element by element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ other: Values) {
    for index in elements.indices { elements[index] += other.elements[index] }
  }

  /// The same elements in another shape.
  func reshaped(_ shape: Shape) -> Values { Values(shape, elements) }
}

/// How the elements of `[count, channels, …]` lie in memory: each channel of each example is one run.
struct ChannelLayout {
  /// Examples.
  let count: Int
  /// Channels of an example.
  let channels: Int
  /// Elements of a channel: height · width of an image, 1 of a vector.
  let places: Int

  /// The layout of a shape; with another axis than 1 taken for the channels, what stands before it counts as examples.
  init(_ shape: Shape, axis: Int = 1) {
    count = shape.extents[..<axis].reduce(1, *)
    channels = shape[axis]
    places = shape.extents[(axis + 1)...].reduce(1, *)
  }

  /// Where the elements of one example's channel lie.
  func range(_ example: Int, _ channel: Int) -> Range<Int> {
    let start = (example * channels + channel) * places
    return start..<start + places
  }
}
