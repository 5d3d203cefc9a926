internal import Core

/// A tensor in an ONNX file (`TensorProto`): its numbers stay there until somebody asks for them.
struct ONNXTensor: Sendable {
  /// Where the numbers are.
  enum Storage: Sendable {
    /// Little-endian, one behind the other: `raw_data`, packed `float_data`, a range of another file.
    case little(FilePart, NumberFormat)
    /// In a numeric field of the tensor's message, each perhaps by itself.
    case field(Int, of: FilePart)
    /// There are none, for this reason.
    case unreadable(String)
  }

  var name = ""
  var extents: [Int] = []
  var type = ONNXElementType(rawValue: 0)
  var storage: Storage = .unreadable("it has no numbers")

  /// The number of elements; decoding checked that it can be computed with.
  var count: Int { extents.reduce(1, *) }

  /// Reads the numbers as floats.
  func tensor(in path: String) throws(ImportError) -> Tensor {
    let shape = Shape(extents)
    switch storage {
    case .little(let part, let format):
      do { return try format.tensor(shape, in: part) } catch { throw ImportError(error) }
    case .field:
      return Tensor(shape, try numbers(in: path).map { Float($0) })
    case .unreadable(let reason):
      throw ImportError(.unsupported, "\(path):\(name)", reason)
    }
  }

  /// Reads the numbers as doubles: whole numbers up to 2⁵³ are exact, which floats' are not.
  func numbers(in path: String) throws(ImportError) -> [Double] {
    switch storage {
    case .little(let part, let format):
      let bytes: [UInt8]
      do { bytes = try part.bytes() } catch { throw ImportError(error) }
      return format.doubles(bytes, count: count)
    case .field(let field, let message):
      return try decode(field, of: message)
    case .unreadable(let reason):
      throw ImportError(.unsupported, "\(path):\(name)", reason)
    }
  }

  private func decode(_ field: Int, of message: FilePart) throws(ImportError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    var reader = WireReader(message)
    while let (number, payload) = try reader.next() {
      guard number == field else { continue }
      switch payload {
      case .varint(let value): numbers.append(value: value, as: type)
      case .fixed32(let bits): numbers.append(Double(Float(bitPattern: bits)))
      case .fixed64(let bits): numbers.append(Double(bitPattern: bits))
      case .bytes(let part):
        var packed = reader.within(part)
        while !packed.isAtEnd {
          switch field {
          case Self.floatField:
            numbers.append(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try packed.fixed(4)))))
          case Self.doubleField: numbers.append(Double(bitPattern: try packed.fixed(8)))
          default: numbers.append(value: try packed.varint(), as: type)
          }
        }
      }
    }
    return numbers
  }

  static let floatField = 4
  static let doubleField = 10
}

extension [Double] {
  /// Adds a number of a typed field: narrow floats lie there as their bits.
  fileprivate mutating func append(value: UInt64, as type: ONNXElementType) {
    switch type {
    case .float16, .bfloat16:
      let bits = UInt16(truncatingIfNeeded: value)
      let bytes = [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
      append(type.format!.doubles(bytes, count: 1)[0])
    case .boolean: append(value == 0 ? 0 : 1)
    case ONNXElementType(rawValue: 13): append(Double(value))
    default: append(Double(Int64(bitPattern: value)))
    }
  }
}

extension NumberFormat {
  /// Stored numbers as doubles, exact for whole numbers up to 2⁵³.
  fileprivate func doubles(_ bytes: [UInt8], count: Int) -> [Double] {
    guard [.int32, .uint32, .int64, .uint64, .float64].contains(self) else {
      var floats = [Float](repeating: 0, count: count)
      bytes.withUnsafeBytes { source in floats.withUnsafeMutableBufferPointer { convert(source, into: $0) } }
      return floats.map(Double.init)
    }
    return bytes.withUnsafeBytes { source in
      (0..<count).map { place in
        switch self {
        case .int32:
          Double(Int32(littleEndian: source.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)))
        case .uint32:
          Double(UInt32(littleEndian: source.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)))
        case .int64:
          Double(Int64(littleEndian: source.loadUnaligned(fromByteOffset: place * 8, as: Int64.self)))
        case .uint64:
          Double(UInt64(littleEndian: source.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self)))
        default:
          Double(
            bitPattern: UInt64(littleEndian: source.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
          )
        }
      }
    }
  }
}
