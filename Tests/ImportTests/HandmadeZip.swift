import Core

/// A zip made by hand, so that it can be wrong in one place.
struct HandmadeZip {
  struct Entry {
    var name: String
    var bytes: [UInt8]
    var flags = 0
    var method = 0
    /// What the directory says, where it does not tell the truth.
    var claimedSize: Int?
    var claimedName: String?
    var claimedOffset: Int?
    var checksum: UInt32?
  }

  var entries: [Entry]

  /// Stored entries, as PyTorch and NumPy write them.
  init(_ entries: [(String, [UInt8])]) { self.entries = entries.map { Entry(name: $0, bytes: $1) } }

  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = file.count
      let name = Array(entry.name.utf8)
      let sum = number(Int(entry.checksum ?? Self.checksum(entry.bytes)), 4)
      let sizes = number(entry.bytes.count, 4) + number(entry.claimedSize ?? entry.bytes.count, 4)
      let head = number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) + number(0, 4) + sum + sizes
      // PyTorch pads the header of an entry, not that of the directory.
      file +=
        number(0x0403_4b50, 4) + head + number(name.count, 2) + number(4, 2) + name + [0x46, 0x42, 0, 0]
      file += entry.bytes
      let claimed = Array((entry.claimedName ?? entry.name).utf8)
      directory += number(0x0201_4b50, 4) + number(20, 2) + head + number(claimed.count, 2) + number(0, 12)
      directory += number(entry.claimedOffset ?? offset, 4) + claimed
    }
    let start = file.count
    file += directory + number(0x0605_4b50, 4) + number(0, 4) + number(entries.count, 2)
    return file + number(entries.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
  }

  private func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// CRC-32 as zip files have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
