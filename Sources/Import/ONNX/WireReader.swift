internal import Core

/// Reads the protocol buffer encoding of one message, field by field, where it lies in the file.
///
/// Not swift-protobuf: that takes a message into memory whole, weights and all, and a model of 500 MB has to open without
/// them. Here a field of bytes is a range in the file until somebody reads it; the small rest passes through a window.
/// Every length is held against the message around it before it is used.
///
/// Source: protobuf.dev/programming-guides/encoding.
struct WireReader {
  /// What a field holds, by its wire type.
  enum Payload {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// Bytes, text, packed numbers or a message.
    case bytes(FilePart)
  }

  /// The message that is read.
  let message: FilePart
  private let window: Window
  private var position = 0

  /// A reader of a whole file.
  init(_ file: OpenFile) { self.init(file.whole, Window()) }

  /// A reader of a part of a file that was found by itself: a tensor whose numbers are wanted later.
  init(_ message: FilePart) { self.init(message, Window()) }

  private init(_ message: FilePart, _ window: Window) {
    self.message = message
    self.window = window
  }

  /// A reader of a message within this one.
  func within(_ part: FilePart) -> WireReader { WireReader(part, window) }

  /// True if everything was read.
  var isAtEnd: Bool { position == message.count }

  /// Bytes that are left.
  var remaining: Int { message.count - position }

  /// The next field: its number and what it holds; nil at the end.
  /// - Throws: `ImportError` if the message breaks off or holds what no message may.
  mutating func next() throws(ImportError) -> (field: Int, payload: Payload)? {
    guard !isAtEnd else { return nil }
    let tag = try varint()
    let field = Int(truncatingIfNeeded: tag >> 3)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw malformed("a field of number \(tag >> 3)") }
    switch tag & 7 {
    case 0: return (field, .varint(try varint()))
    case 1: return (field, .fixed64(try fixed(8)))
    case 2:
      let count = try varint()
      guard count <= UInt64(remaining), let part = message.part(position, count: Int(count)) else {
        throw ImportError(
          message.count == message.file.size ? .truncated : .malformed, message.file.path,
          "a field of \(count) bytes begins where only \(remaining) are left; the file was cut off, or is no ONNX model"
        )
      }
      position += Int(count)
      return (field, .bytes(part))
    case 5: return (field, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw malformed("wire type \(tag & 7), which ONNX does not use")
    }
  }

  /// A whole number of 1 to 10 bytes, seven bits in each.
  mutating func varint() throws(ImportError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte & 0x80 == 0 { return value }
    }
    throw malformed("a number of more than 10 bytes")
  }

  /// A little-endian number of as many bytes.
  mutating func fixed(_ size: Int) throws(ImportError) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<size { value |= UInt64(try byte()) << UInt64(8 * place) }
    return value
  }

  private mutating func byte() throws(ImportError) -> UInt8 {
    guard position < message.count else {
      throw ImportError(
        message.count == message.file.size ? .truncated : .malformed, message.file.path,
        "ends within a field; the file was cut off, or is no ONNX model")
    }
    defer { position += 1 }
    return try window.byte(of: message.file, at: message.offset + position)
  }

  func malformed(_ reason: String) -> ImportError {
    ImportError(.malformed, message.file.path, "not an ONNX model, or a damaged one: it holds \(reason)")
  }
}

/// The stretch of a file that was read last: fields are read byte by byte, files are not.
private final class Window {
  private var start = 0
  private var bytes: [UInt8] = []

  func byte(of file: OpenFile, at offset: Int) throws(ImportError) -> UInt8 {
    if offset < start || offset >= start + bytes.count {
      let count = min(1 << 14, file.size - offset)
      do {
        bytes = try file.whole.part(offset, count: count)?.bytes() ?? []
      } catch { throw ImportError(error) }
      start = offset
    }
    guard offset - start < bytes.count else {
      throw ImportError(.truncated, file.path, "ends at byte \(offset)")
    }
    return bytes[offset - start]
  }
}

extension WireReader.Payload {
  /// The whole number that the field holds, with its sign; nil if it holds something else.
  var integer: Int? {
    if case .varint(let value) = self { Int(truncatingIfNeeded: value) } else { nil }
  }
  /// The single-precision number that the field holds.
  var float: Float? {
    if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { nil }
  }
  /// The bytes that the field holds, still in the file.
  var part: FilePart? {
    if case .bytes(let part) = self { part } else { nil }
  }
}
