/// Puts numbers around each example, or cuts some off.
///
/// `out[n, i, …] = in[n, i − before₀, …]` where that lies in the example; elsewhere what the mode says.
public struct Pad: Operation {
  /// What stands outside of the example.
  public enum Mode: String, Hashable, Sendable, Codable {
    /// Always the same number.
    case constant
    /// The example mirrored at its first and last element, which are not repeated: `2 1 | 0 1 2 | 1 0`.
    case reflect
    /// The nearest element: `0 0 | 0 1 2 | 2 2`. ONNX writes `edge`.
    case replicate
    /// The example again: `1 2 | 0 1 2 | 0 1`. ONNX writes `wrap`.
    case circular
  }

  /// Called `Pad`, as in ONNX; PyTorch has it as a function and as layers like `ZeroPad2d`, Keras as `ZeroPadding2D` and
  /// `Cropping2D`.
  public static let name = "Pad"
  /// Elements in front, one number for each axis behind the batch; a negative number cuts off as many.
  public var before: [Int]
  /// Elements behind, likewise.
  public var after: [Int]
  /// What stands there.
  public var mode: Mode
  /// The number of the mode `constant`; it may be infinite.
  public var value: Float

  /// Padding of given widths, one for each axis behind the batch.
  public init(before: [Int], after: [Int], mode: Mode = .constant, value: Float = 0) {
    self.before = before
    self.after = after
    self.mode = mode
    self.value = value
  }

  /// Complains of lists that differ in length, of widths beyond ±2²⁸, and of a value that is no number.
  public var flaw: String? {
    firstFlaw(
      before.count == after.count
        ? nil : "\(before.count) widths in front, \(after.count) behind, expected as many",
      listFlaw("a width", before), listFlaw("a width", after), value.isNaN ? "a value that is no number" : nil
    )
  }

  /// The input's shape with the widths added behind the batch.
  /// - Throws: `ShapeMismatch` unless there is one input of as many axes as widths, and something left of it.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    var result = try inputs.onlyExample(axes: before.count)
    for axis in before.indices {
      let extent = result[axis + 1] + before[axis] + after[axis]
      guard extent >= 1 else {
        throw ShapeMismatch(
          "nothing is left of \(result[axis + 1]) with \(before[axis]) and \(after[axis]) more")
      }
      result[axis + 1] = extent
    }
    return result
  }
}

extension Pad: Codable {
  private enum CodingKeys: CodingKey { case before, after, mode, value }

  /// Reads `{"before", "after", "mode", "value"}`; an infinite value stands as text.
  /// - Throws: `DecodingError` if something is missing or of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    before = try container.decode([Int].self, forKey: .before)
    after = try container.decode([Int].self, forKey: .after)
    mode = try container.decode(Mode.self, forKey: .mode)
    switch try? container.decode(String.self, forKey: .value) {
    case "infinity": value = .infinity
    case "-infinity": value = -.infinity
    default: value = try container.decode(Float.self, forKey: .value)
    }
  }

  /// Writes the four fields; JSON has no numbers for infinities.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
    try container.encode(mode, forKey: .mode)
    if value.isInfinite {
      try container.encode(value > 0 ? "infinity" : "-infinity", forKey: .value)
    } else {
      try container.encode(value, forKey: .value)
    }
  }
}
