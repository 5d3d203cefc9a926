/// Keeps evenly spaced elements of each axis: `out[n, i, …] = in[n, start₀ + i·step₀, …]`.
public struct Slice: Operation {
  /// Called `Slice`, as in ONNX; PyTorch and Keras write `x[:, a:b:c]`.
  public static let name = "Slice"
  /// The first element kept, for each axis behind the batch; 0 is the first.
  public var starts: [Int]
  /// How many are kept, at least one.
  public var counts: [Int]
  /// From one to the next; negative ones go backward.
  public var steps: [Int]

  /// A slice, one entry for each axis behind the batch.
  public init(starts: [Int], counts: [Int], steps: [Int]) {
    self.starts = starts
    self.counts = counts
    self.steps = steps
  }

  /// Complains of lists that differ in length, negative starts, counts below 1, steps of 0, and numbers beyond ±2²⁸.
  public var flaw: String? {
    firstFlaw(
      starts.count == counts.count && counts.count == steps.count
        ? nil : "\(starts.count) starts, \(counts.count) counts, \(steps.count) steps, expected as many",
      listFlaw("a start", starts), starts.contains { $0 < 0 } ? "a negative start" : nil,
      countsFlaw("a count", counts), listFlaw("a step", steps), steps.contains(0) ? "a step of 0" : nil)
  }

  /// `[count] + counts`.
  /// - Throws: `ShapeMismatch` unless there is one input of as many axes that has all that is to be kept.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let input = try inputs.onlyExample(axes: counts.count)
    for axis in counts.indices {
      let last = starts[axis] + (counts[axis] - 1) * steps[axis]
      let extent = input[axis + 1]
      guard starts[axis] < extent, (0..<extent).contains(last) else {
        throw ShapeMismatch(
          "keeps \(starts[axis]) to \(last) of axis \(axis + 1), which has 0 to \(extent - 1)")
      }
    }
    return Shape([input[0]] + counts)
  }
}
