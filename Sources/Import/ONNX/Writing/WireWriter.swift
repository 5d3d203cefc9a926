internal import Core

/// A message in the protocol buffer encoding, put together in pieces: the numbers of tensors are not copied into it but
/// written out from where they are.
struct WireWriter {
  private enum Piece {
    case bytes([UInt8])
    case tensor(Tensor)
  }

  private var pieces: [Piece] = []
  /// Bytes so far.
  private(set) var count = 0

  init() {}

  mutating func integer(_ field: Int, _ value: Int) {
    append(Self.varint(UInt64(field) << 3) + Self.varint(UInt64(bitPattern: Int64(value))))
  }

  mutating func float(_ field: Int, _ value: Float) {
    append(
      Self.varint(UInt64(field) << 3 | 5)
        + (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) })
  }

  mutating func text(_ field: Int, _ text: String) { bytes(field, Array(text.utf8)) }

  mutating func bytes(_ field: Int, _ bytes: [UInt8]) {
    append(Self.varint(UInt64(field) << 3 | 2) + Self.varint(UInt64(bytes.count)) + bytes)
  }

  mutating func message(_ field: Int, _ message: WireWriter) {
    append(Self.varint(UInt64(field) << 3 | 2) + Self.varint(UInt64(message.count)))
    append(message)
  }

  /// Adds all fields of another message to this one.
  mutating func append(_ message: WireWriter) {
    for piece in message.pieces {
      switch piece {
      case .bytes(let bytes): append(bytes)
      case .tensor(let tensor):
        pieces.append(piece)
        count += 4 * tensor.elements.count
      }
    }
  }

  /// The numbers of a tensor as little-endian bytes.
  mutating func numbers(_ field: Int, _ tensor: Tensor) {
    append(Self.varint(UInt64(field) << 3 | 2) + Self.varint(UInt64(4 * tensor.elements.count)))
    pieces.append(.tensor(tensor))
    count += 4 * tensor.elements.count
  }

  private mutating func append(_ bytes: [UInt8]) {
    count += bytes.count
    if case .bytes(var last) = pieces.last {
      // Taken out first, so that it grows in place.
      pieces.removeLast()
      last += bytes
      pieces.append(.bytes(last))
    } else {
      pieces.append(.bytes(bytes))
    }
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// Writes the message to a file, whole or not at all.
  func write(to path: String) throws(FileError) {
    try ByteWriter.check(path)
    try ByteWriter.write(to: path) { (put) throws(FileError) in
      for piece in pieces {
        var failure: FileError?
        func hand(_ bytes: UnsafeRawBufferPointer) {
          do throws(FileError) { try put(bytes) } catch { failure = error }
        }
        switch piece {
        case .bytes(let bytes): bytes.withUnsafeBytes(hand)
        case .tensor(let tensor):
          #if _endian(little)
          tensor.elements.withUnsafeBytes(hand)
          #else
          tensor.elements.map(\.bitPattern.littleEndian).withUnsafeBytes(hand)
          #endif
        }
        if let failure { throw failure }
      }
    }
  }
}
