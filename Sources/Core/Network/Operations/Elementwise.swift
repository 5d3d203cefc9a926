/// An operation that makes another number of each number by itself: where it stands and what stands around it play
/// no part, so it means the same in every layout.
public protocol Elementwise: Operation {}

extension Elementwise {
  /// The input's shape, of any rank: every number keeps its place.
  /// - Throws: `ShapeMismatch` unless there is exactly one input.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { try inputs.only() }
}
