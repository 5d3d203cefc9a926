/// Small data files made byte by byte.
enum Handmade {
  static func big(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  /// An IDX file of an element type, extents and elements as they are stored.
  static func idx(_ type: UInt8, _ extents: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(extents.count)] + extents.flatMap(big) + elements
  }

  /// An IDX file of bytes.
  static func idx(_ extents: [Int], _ elements: [UInt8]) -> [UInt8] { idx(0x08, extents, elements) }

  /// A gzip file of one stored (not packed) block.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8))
    let little = { (value: UInt32) in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1, low, high, ~low, ~high] + bytes + little(crc(bytes))
      + little(UInt32(bytes.count))
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var remainder: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
    }
    return ~remainder
  }
}
