internal import Core

/// The numbers of the random streams that data draw from: one range for each purpose, none shared.
enum DataStream {
  /// Chooses the pictures held out for validation.
  static let validation: UInt64 = 0x5A11_0000_0000_0000
  /// Chooses the test pictures of a set that comes without any.
  static let testSplit: UInt64 = 0x7E57_0000_0000_0000
  /// Shuffles one epoch.
  static func shuffle(epoch: Int) -> UInt64 { 0x5BFF_0000_0000_0000 | UInt64(epoch) }
  /// Draws one digit of the training part.
  static func trainDigit(_ index: Int) -> UInt64 { 0xD161_0000_0000_0000 | UInt64(index) }
  /// Draws one digit of the test part.
  static func testDigit(_ index: Int) -> UInt64 { 0xD162_0000_0000_0000 | UInt64(index) }
}

extension RandomStream {
  /// A whole number drawn evenly from `0 ..< bound`, without the bias of a plain remainder
  /// (Lemire 2019, "Fast random integer generation in an interval"). `bound` is in `1 ... 2³² − 1`.
  mutating func index(below bound: Int) -> Int {
    let range = UInt32(bound)
    var product = UInt64(nextWord()) * UInt64(range)
    if UInt32(truncatingIfNeeded: product) < range {
      let threshold = (0 &- range) % range
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(nextWord()) * UInt64(range)
      }
    }
    return Int(product >> 32)
  }
}
