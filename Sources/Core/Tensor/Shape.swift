/// The extents of a tensor, outermost first: images are `[count, channels, height, width]`.
public struct Shape: Hashable, Sendable {
  /// The extents, outermost first; none is negative.
  public var extents: [Int]

  /// A shape of the given extents. Traps if one of them is negative.
  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extents: \(extents)")
    self.extents = extents
  }

  /// The number of extents.
  public var rank: Int { extents.count }

  /// The number of elements: the product of all extents, 1 for a scalar.
  public var elementCount: Int { extents.reduce(1, *) }

  /// The number of elements, if it is no more than 2³⁰ (4 GB of numbers); nil otherwise. For shapes that files name:
  /// it does not trap on an overflow. A 0 among the extents excuses no others.
  package var checkedElementCount: Int? {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, next <= 1 << 30 else { return nil }
      product = next
    }
    return extents.contains(0) ? 0 : product
  }

  /// The extent at an axis, counted from the outermost.
  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }

  /// The shape of one example: everything behind the first axis.
  public var perExample: Shape { Shape(Array(extents.dropFirst())) }

  /// This shape with another extent put in front.
  public func batched(_ count: Int) -> Shape { Shape([count] + extents) }
}

extension Shape: ExpressibleByArrayLiteral {
  /// A shape as it is written down: `[1, 28, 28]`. Traps if an extent is negative.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// The shape as PyTorch prints it: `[128, 1, 28, 28]`.
  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }

  /// The shape as a diagram prints it: `64 × 14 × 14`.
  public var timesDescription: String { extents.map(String.init).joined(separator: " × ") }
}

extension Shape: Codable {
  /// Reads an array of extents, outermost first.
  /// - Throws: `DecodingError` if one is negative or no whole number.
  public init(from decoder: any Decoder) throws {
    let extents = try [Int](from: decoder)
    guard extents.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "negative extent in \(extents)"))
    }
    self.extents = extents
  }

  /// Writes the extents as a plain array, outermost first.
  public func encode(to encoder: any Encoder) throws { try extents.encode(to: encoder) }
}
