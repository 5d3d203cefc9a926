/// Makes one number of all that stand along some axes.
public struct Reduce: Operation {
  /// Called `Reduce`; ONNX writes `ReduceMean` and so on, PyTorch `torch.mean` and so on.
  public static let name = "Reduce"
  /// What the number is.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The mean.
    case mean
    /// The sum.
    case sum
    /// The largest; NaN if one is NaN. Equals share the gradient.
    case maximum
    /// The least; NaN if one is NaN. Equals share the gradient.
    case minimum
    /// The product.
    case product
    /// Σ |x|.
    case l1
    /// √Σ x²; the gradient at 0 is 0.
    case l2
    /// Σ x².
    case sumSquare
    /// ln Σ x.
    case logSum
    /// ln Σ eˣ.
    case logSumExp
  }
  /// What the number is.
  public var kind: Kind
  /// The axes that are gone; the batch's would be 0. A negative one counts from the last, −1.
  public var axes: [Int]
  /// True if the axes stay, with extent 1.
  public var keepsAxes: Bool
  /// A reduction along axes.
  public init(_ kind: Kind, axes: [Int], keepsAxes: Bool) {
    self.kind = kind
    self.axes = axes
    self.keepsAxes = keepsAxes
  }
  /// Complains of no axes, and of axis 0: examples have nothing to do with each other.
  public var flaw: String? { axes.isEmpty ? "no axes to reduce" : firstFlaw(axes: axes) }
  /// True along an axis of places.
  public var mixesAllPlaces: Bool { mixesPlaces(axes) }
  /// The input's shape without the axes, or with extents of 1 there.
  /// - Throws: `ShapeMismatch` unless there is exactly one input, which has the axes, each named once.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.only()
    let axes = try input.resolved(axes)
    return keepsAxes
      ? input.withOnes(at: axes)
      : Shape(input.extents.indices.filter { !axes.contains($0) }.map { input[$0] })
  }
}
