/// An operation of another framework whose name is known but not its meaning: a network with one can be looked at, and run up
/// to it. See `Network.runnable`.
public struct Unsupported: Operation {
  /// Called `Unsupported` in files.
  public static let name = "Unsupported"
  /// What the other framework calls it: `Lambda`.
  public var operation: String
  /// Why it is not supported.
  public var reason: String
  /// The shape of its value for one example, if the file says so.
  public var outputShape: Shape?

  /// An operation that cannot be run, and why.
  public init(operation: String, reason: String, outputShape: Shape? = nil) {
    self.operation = operation
    self.reason = reason
    self.outputShape = outputShape
  }

  /// The other framework's name and that it is not supported: `Lambda (not supported)`.
  public var name: String { "\(operation) (not supported)" }

  /// Complains of a declared shape that holds nothing, or more than 2³⁰ numbers.
  public var flaw: String? { outputShape.flatMap(shapeFlaw) }

  /// The declared shape for as many examples as the inputs have.
  /// - Throws: `ShapeMismatch` with the reason if no shape was declared.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard let outputShape else { throw ShapeMismatch(complaint) }
    return outputShape.batched(inputs.compactMap(\.extents.first).max() ?? 1)
  }

  /// That it is not supported, and why.
  package var complaint: String { "'\(operation)' is not supported: \(reason)" }
}
