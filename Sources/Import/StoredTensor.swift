public import Core

/// A tensor in a file: its name and shape are known, its numbers are read when somebody asks for them.
///
/// Where it lies in the file was checked when the file was opened.
public struct StoredTensor: Sendable {
  /// The name that the file gives it.
  public let name: String
  /// Its extents.
  public let shape: Shape
  /// The type of its elements, in the words of its format: `F16`, `<f4`, `float32`.
  public let elementType: String
  private let read: @Sendable () throws(ImportError) -> Tensor

  /// A tensor that `read` brings, in the shape that is declared.
  public init(
    _ name: String, _ shape: Shape, elementType: String,
    read: @escaping @Sendable () throws(ImportError) -> Tensor
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.read = read
  }

  /// Numbers that an import made up itself: a constant that was computed, a bias that a format leaves out.
  public init(_ name: String, _ tensor: Tensor) {
    self.init(name, tensor.shape, elementType: "float32") { () throws(ImportError) in tensor }
  }

  /// The same number everywhere, made when it is asked for.
  public init(_ name: String, _ shape: Shape, repeating value: Float) {
    self.init(name, shape, elementType: "float32") { () throws(ImportError) in Tensor(shape, repeating: value)
    }
  }

  /// Reads the numbers.
  /// - Throws: `ImportError` if the file can no longer be read, or is not what it was.
  public func tensor() throws(ImportError) -> Tensor {
    let tensor = try read()
    guard tensor.shape == shape else {
      throw ImportError(.malformed, name, "expected \(shape), found \(tensor.shape)")
    }
    return tensor
  }

  /// The tensor with its numbers put through `transform` when they are read, which gives them another shape.
  public func mapped(
    _ shape: Shape, _ transform: @escaping @Sendable (Tensor) -> Tensor
  ) -> StoredTensor {
    StoredTensor(name, shape, elementType: elementType) { () throws(ImportError) in
      transform(try tensor())
    }
  }

  /// The tensor in another shape of as many numbers. Traps if they are not as many.
  public func reshaped(_ shape: Shape) -> StoredTensor {
    precondition(shape.elementCount == self.shape.elementCount, "\(self.shape) cannot become \(shape)")
    return mapped(shape) { $0.reshaped(shape) }
  }

  /// The tensor with its axes in another order, as NumPy's `transpose`: axis `i` of the result is `axes[i]` of this one.
  public func permuted(_ axes: [Int]) -> StoredTensor {
    mapped(Shape(axes.map { shape[$0] })) { $0.permuted(axes) }
  }
}
