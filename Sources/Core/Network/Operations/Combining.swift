/// An operation that makes one number of the numbers that several inputs have at a place.
///
/// Examples of different shapes are spread over each other as in NumPy: shapes are aligned at their ends, and an extent
/// of 1 meets any other. A batch of 1, such as a constant's, meets any batch.
public protocol Combining: Operation {
  /// How many inputs it takes.
  static var arity: ClosedRange<Int> { get }
}

extension Combining {
  /// The shape that the inputs have in common once each is spread over the others.
  /// - Throws: `ShapeMismatch` for another number of inputs than it takes, or naming the first that does not fit.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard Self.arity.contains(inputs.count) else {
      let wanted = Self.arity == 2...2 ? "two inputs" : "at least one input"
      throw ShapeMismatch("takes \(wanted), \(inputs.count == 0 ? "none was" : "\(inputs.count) were") given")
    }
    var result = inputs[0]
    for input in inputs.dropFirst() { result = try result.spread(with: input) }
    return result
  }
}

/// The sum of its inputs: a residual connection, or a bias.
public struct Add: Combining {
  /// Called `Add`, as in Keras and ONNX; PyTorch writes `+`.
  public static let name = "Add"
  /// One or more.
  public static let arity = 1...Int.max
  /// A sum.
  public init() {}
}

/// The product of its inputs, number by number.
public struct Multiply: Combining {
  /// Called `Multiply`, as in Keras; ONNX writes `Mul`, PyTorch `*`.
  public static let name = "Multiply"
  /// One or more.
  public static let arity = 1...Int.max
  /// A product.
  public init() {}
  /// One for each number and factor but the first.
  public func multiplyAdds(inputs: [Shape], output: Shape) -> Int { output.elementCount * (inputs.count - 1) }
}

/// The first input less the second.
public struct Subtract: Combining {
  /// Called `Subtract`, as in Keras; ONNX writes `Sub`, PyTorch `-`.
  public static let name = "Subtract"
  /// Two.
  public static let arity = 2...2
  /// A difference.
  public init() {}
}

/// The first input divided by the second; by 0 it is infinite or NaN, as IEEE 754 says.
public struct Divide: Combining {
  /// Called `Divide`, as in Keras; ONNX writes `Div`, PyTorch `/`.
  public static let name = "Divide"
  /// Two.
  public static let arity = 2...2
  /// A quotient.
  public init() {}
}

/// The first input to the power of the second; a negative number to a fraction is NaN.
public struct Power: Combining {
  /// Called `Power`, as in Keras; ONNX writes `Pow`, PyTorch `**`.
  public static let name = "Power"
  /// Two.
  public static let arity = 2...2
  /// A power.
  public init() {}
}

/// The largest of its inputs' numbers; NaN where one is NaN. Equals share the gradient.
public struct Maximum: Combining {
  /// Called `Maximum`, as in Keras; ONNX writes `Max`.
  public static let name = "Maximum"
  /// One or more.
  public static let arity = 1...Int.max
  /// A choice of the largest.
  public init() {}
}

/// The least of its inputs' numbers; NaN where one is NaN. Equals share the gradient.
public struct Minimum: Combining {
  /// Called `Minimum`, as in Keras; ONNX writes `Min`.
  public static let name = "Minimum"
  /// One or more.
  public static let arity = 1...Int.max
  /// A choice of the least.
  public init() {}
}

/// The mean of its inputs.
public struct Average: Combining {
  /// Called `Average`, as in Keras; ONNX writes `Mean`.
  public static let name = "Average"
  /// One or more.
  public static let arity = 1...Int.max
  /// A mean of inputs, each counting the same.
  public init() {}
}
