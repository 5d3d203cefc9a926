/// Damage that files come to, and damage that somebody does to them on purpose: always the same for a seed.
package struct Damage {
  private var random: SplitMix

  package init(seed: UInt64) { random = SplitMix(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5) }

  /// A damaged copy of a file's bytes.
  package mutating func applied(to bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<(1 << Int.random(in: 0...3, using: &random)) { strike(&result) }
    return result
  }

  /// One of the things that go wrong.
  private mutating func strike(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes[place(bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place(bytes)] = UInt8.random(in: 0...255, using: &random)
    case 2: overwrite(&bytes, with: extreme(width: 8))
    case 3: overwrite(&bytes, with: extreme(width: 4))
    case 4:
      bytes.removeLast(
        Int.random(in: 1...bytes.count, using: &random) / (Bool.random(using: &random) ? 1 : 50))
    case 5:  // a stretch stands where another was
      let length = min(Int.random(in: 1...64, using: &random), bytes.count)
      let source = Int.random(in: 0...bytes.count - length, using: &random)
      overwrite(&bytes, with: Array(bytes[source..<source + length]))
    case 6:  // a stretch is missing
      let start = place(bytes)
      bytes.removeSubrange(start..<min(start + Int.random(in: 1...32, using: &random), bytes.count))
    case 7:  // a stretch is there twice
      let start = place(bytes)
      bytes.insert(contentsOf: bytes[start..<min(start + 16, bytes.count)], at: start)
    default: rewriteNumber(&bytes)
    }
  }

  /// A place in the file; more often near its ends, where heads and directories are.
  private mutating func place(_ bytes: [UInt8]) -> Int {
    let near = min(bytes.count, [256, 4096, bytes.count].randomElement(using: &random)!)
    let offset = Int.random(in: 0..<near, using: &random)
    return Bool.random(using: &random) ? offset : bytes.count - 1 - offset
  }

  private mutating func overwrite(_ bytes: inout [UInt8], with stretch: [UInt8]) {
    let start = place(bytes)
    let end = min(start + stretch.count, bytes.count)
    bytes.replaceSubrange(start..<end, with: stretch.prefix(end - start))
  }

  /// Sizes and offsets that nobody has: none, all bits, the sign bit, just beyond 32 bits, petabytes.
  private mutating func extreme(width: Int) -> [UInt8] {
    let value: UInt64 = [0, .max, 1 << 63, 1 << 31, 0x1_0000_0000, 1 << 50, 0x7FFF_FFFF_FFFF_FFFF, 1]
      .randomElement(
        using: &random)!
    return (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  /// A number in a text (JSON, a NumPy header) becomes another one, as long or not.
  private mutating func rewriteNumber(_ bytes: inout [UInt8]) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let start = place(bytes)
    guard let first = bytes[start...].firstIndex(where: digits.contains) else { return }
    var end = first
    while end < bytes.count, digits.contains(bytes[end]) { end += 1 }
    let texts = [
      "0", "-1", "1", "65536", "2147483648", "9223372036854775807", "1e30", "99", "null", "[]", "\"a\"", "7",
    ]
    let text = Array(texts.randomElement(using: &random)!.utf8)
    if Bool.random(using: &random) {
      bytes.replaceSubrange(first..<end, with: text)
    } else {  // the lengths of what is around stay right
      for index in first..<end { bytes[index] = text[(index - first) % text.count] }
    }
  }
}

/// Sebastiano Vigna's SplitMix64, which is small and the same everywhere.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
