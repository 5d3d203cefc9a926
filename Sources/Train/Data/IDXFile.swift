internal import Core

/// An array in the IDX format of MNIST, gzipped or not.
///
/// Big-endian: two zero bytes, the element type, the number of axes, their extents (four bytes each), then the
/// elements, last axis fastest. Source: the page of the MNIST database.
struct IDXFile {
  /// The element types and their codes.
  enum ElementType: UInt8, CaseIterable {
    case unsigned8 = 0x08
    case signed8 = 0x09
    case signed16 = 0x0B
    case signed32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    var size: Int {
      switch self {
      case .unsigned8, .signed8: 1
      case .signed16: 2
      case .signed32, .float32: 4
      case .float64: 8
      }
    }
  }

  let path: String
  let type: ElementType
  let extents: [Int]
  let bytes: [UInt8]

  /// Reads a file whole.
  /// - Throws: `DataError` if it is no IDX file, or its length is not what its header says.
  init(_ path: String) throws(DataError) {
    do {
      let reader = try ByteReader(path)
      try self.init(path, reader)
    } catch let error as FileError {
      throw DataError(error)
    } catch let error as DataError {
      throw error
    } catch {
      throw DataError(.malformed, path, "\(error)")
    }
  }

  private init(_ path: String, _ reader: borrowing ByteReader) throws {
    func header(_ count: Int, _ what: String) throws -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      let found = try bytes.withUnsafeMutableBytes { buffer in try reader.read(into: buffer) }
      guard found == count else {
        throw DataError(.truncated, path, "ends within \(what): expected \(count) bytes, found \(found)")
      }
      return bytes
    }
    let magic = try header(4, "the magic number")
    guard magic[0] == 0, magic[1] == 0, let type = ElementType(rawValue: magic[2]) else {
      throw DataError(
        .malformed, path,
        "not an IDX file: its magic number is \(Self.hexadecimal(magic)), "
          + "expected 0x00000801 for labels or 0x00000803 for pictures")
    }
    let rank = Int(magic[3])
    guard (1...8).contains(rank) else {
      throw DataError(.malformed, path, "has \(rank) axes, expected 1 to 8")
    }
    let sizes = try header(4 * rank, "the header")
    let extents = (0..<rank).map { axis in sizes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) } }
    var expected = type.size
    for extent in extents {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw DataError(.malformed, path, "claims \(Self.times(extents)) elements, which no file holds")
      }
      expected = product
    }
    let headerSize = 4 + 4 * rank
    guard expected <= reader.longestContent else {
      throw DataError(
        .truncated, path,
        "too short: \(Self.times(extents)) elements take \(expected) bytes, "
          + (reader.isPacked
            ? "the gzipped file has only \(reader.sizeOnDisk)"
            : "found \(max(0, reader.sizeOnDisk - headerSize))"))
    }
    var content = [UInt8]()
    var found = 0
    // One byte more than is right tells of a file that is too long.
    content = try [UInt8](unsafeUninitializedCapacity: expected + 1) { buffer, count in
      found = try reader.read(
        into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: expected + 1))
      count = min(found, expected)
    }
    guard found == expected else {
      let sizes = "\(Self.times(extents)) elements take \(expected) bytes"
      throw found < expected
        ? DataError(.truncated, path, "too short: \(sizes), found \(found)")
        : DataError(.malformed, path, "too long: \(sizes), more follow")
    }
    self.path = path
    self.type = type
    self.extents = extents
    bytes = content
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    "0x"
      + bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  static func times(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: " × ") }

  /// The elements as numbers, whatever their type.
  private func numbers() -> [Double] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / type.size).map { index in
        let offset = index * type.size
        return switch type {
        case .unsigned8: Double(bytes[offset])
        case .signed8: Double(Int8(bitPattern: bytes[offset]))
        case .signed16: Double(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
        case .signed32: Double(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        case .float32:
          Double(
            Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
          )
        case .float64:
          Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
      }
    }
  }

  /// The array as samples of pictures, `[count, height, width]` or `[count, channels, height, width]`.
  ///
  /// Bytes are taken as they are. Other types are rounded if they lie in 0 … 255; floats that all lie in 0 … 1
  /// are multiplied by 255 first.
  func pictures() throws(DataError) -> (shape: Shape, count: Int, pixels: [UInt8]) {
    guard extents.count == 3 || extents.count == 4 && (extents[1] == 1 || extents[1] == 3) else {
      throw DataError(
        .malformed, path,
        "expected pictures as count × height × width, found \(Self.times(extents))"
          + (extents.count == 1 ? ": are these labels?" : ""))
    }
    let shape = Shape(extents.count == 3 ? [1, extents[1], extents[2]] : Array(extents.dropFirst()))
    guard shape.elementCount > 0, extents[0] > 0 else {
      throw DataError(.malformed, path, "holds no pictures: \(Self.times(extents))")
    }
    guard type != .unsigned8 else { return (shape, extents[0], bytes) }
    let numbers = numbers()
    let isFloat = type == .float32 || type == .float64
    let scale: Double = isFloat && numbers.allSatisfy { $0 >= 0 && $0 <= 1 } ? 255 : 1
    if let bad = numbers.firstIndex(where: { !($0 * scale >= 0 && $0 * scale <= 255) }) {
      throw DataError(.malformed, path, "sample \(bad) is \(numbers[bad]), expected 0 … 255")
    }
    return (shape, extents[0], numbers.map { UInt8(($0 * scale).rounded()) })
  }

  /// The array as labels.
  /// - Parameter classes: how many classes there are, if that is known; otherwise at most 1,000.
  func labels(classes: Int?) throws(DataError) -> [Int32] {
    guard extents.count == 1 else {
      throw DataError(
        .malformed, path,
        "expected labels as one axis, found \(Self.times(extents))"
          + (extents.count > 2 ? ": are these pictures?" : ""))
    }
    let highest = (classes ?? 1000) - 1
    let numbers = numbers()
    if let bad = numbers.firstIndex(where: { !($0 >= 0 && $0 <= Double(highest) && $0 == $0.rounded()) }) {
      let value = Int(exactly: numbers[bad]).map(String.init) ?? "\(numbers[bad])"
      throw DataError(.mismatch, path, "label \(bad) is \(value), expected 0 … \(highest)")
    }
    return numbers.map { Int32($0) }
  }
}
