/// NumPy's `.npy` files: one array each, to exchange numbers with Python.
///
/// Source: the format's description, `numpy.lib.format`, versions 1.0 to 3.0.
public enum NumPyFile {
  /// Reads an array: floats, integers or booleans of any size and byte order, in C or Fortran order.
  ///
  /// Elements become 32-bit floats; 64-bit floats and integers beyond 2²⁴ are rounded to the nearest.
  /// - Throws: `NumPyError` if the file is missing, no such array, cut off or contradicts itself.
  public static func read(_ path: String) throws(NumPyError) -> Tensor {
    let bytes: [UInt8]
    do { bytes = try ByteReader.contents(of: path, limit: 1 << 34) } catch {
      throw NumPyError(error.code == .truncated ? .truncated : .missing, error.subject, error.reason)
    }
    return try decode(bytes, named: path)
  }

  /// Writes a tensor as 32-bit little-endian floats in C order (version 1.0), whole or not at all.
  /// - Throws: `NumPyError` if the file cannot be written.
  public static func write(_ tensor: Tensor, to path: String) throws(NumPyError) {
    do { try ByteWriter.write(encode(tensor), to: path) } catch {
      throw NumPyError(.unwritable, error.subject, error.reason)
    }
  }

  /// The array in the bytes of an `.npy` file.
  /// - Parameter name: what errors call the file.
  /// - Throws: `NumPyError` as `read` does.
  public static func decode(_ bytes: [UInt8], named name: String) throws(NumPyError) -> Tensor {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw NumPyError(.notAnArray, name, "not a NumPy array (.npy): it does not begin with '\\x93NUMPY'")
    }
    guard bytes.count >= 10 else { throw NumPyError(.truncated, name, "ends within the header") }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw NumPyError(.malformed, name, "format version \(version).\(bytes[7]), 1.0 to 3.0 are read")
    }
    let lengthSize = version == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthSize else { throw NumPyError(.truncated, name, "ends within the header") }
    let headerLength = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthSize + headerLength
    guard start <= bytes.count else {
      throw NumPyError(
        .truncated, name, "the header claims \(headerLength) bytes, \(bytes.count - 8 - lengthSize) are there"
      )
    }
    // A header is some 120 bytes; what is far beyond is not one, and would be slow to read.
    guard headerLength <= 65_536 else {
      throw NumPyError(.malformed, name, "a header of \(headerLength) bytes, at most 65536 are read")
    }
    let header = try NumPyHeader(
      parsing: String(decoding: bytes[8 + lengthSize..<start], as: UTF8.self), named: name)
    let element = try Element(header.descriptor, named: name)
    let count = try elementCount(header.extents, size: element.size, named: name)
    let found = bytes.count - start
    guard found == count * element.size else {
      let type = "\(Shape(header.extents)) of '\(header.descriptor)'"
      throw NumPyError(
        found < count * element.size ? .truncated : .malformed, name,
        "\(type) takes \(count * element.size) bytes, found \(found)")
    }
    let shape = Shape(header.extents)
    let tensor = Tensor(shape) { result in
      bytes.withUnsafeBytes { element.read(UnsafeRawBufferPointer(rebasing: $0[start...]), into: result) }
    }
    return header.isColumnMajor && shape.rank > 1 ? rowMajor(tensor) : tensor
  }

  /// The number of elements, checked so that no product of extents overflows, now or later.
  private static func elementCount(
    _ extents: [Int], size: Int, named name: String
  ) throws(NumPyError) -> Int {
    var product = size
    for extent in extents where extent > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw NumPyError(.malformed, name, "the shape \(Shape(extents)) is impossibly large")
      }
      product = next
    }
    return extents.contains(0) ? 0 : product / size
  }

  /// Elements that were stored with the first axis varying fastest, in row-major order.
  private static func rowMajor(_ stored: Tensor) -> Tensor {
    let extents = stored.shape.extents
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in 1..<extents.count { strides[axis] = strides[axis - 1] * extents[axis - 1] }
    var index = [Int](repeating: 0, count: extents.count)
    var source = 0
    return Tensor(stored.shape) { result in
      for place in result.indices {
        result[place] = stored.elements[source]
        var axis = extents.count - 1
        while axis >= 0 {
          index[axis] += 1
          source += strides[axis]
          if index[axis] < extents[axis] { break }
          source -= strides[axis] * extents[axis]
          index[axis] = 0
          axis -= 1
        }
      }
    }
  }

  /// The bytes of an `.npy` file of a tensor: 32-bit little-endian floats, C order, version 1.0.
  public static func encode(_ tensor: Tensor) -> [UInt8] {
    let extents = tensor.shape.extents.map(String.init)
    let tuple = extents.count == 1 ? "(\(extents[0]),)" : "(\(extents.joined(separator: ", ")))"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }"
    // The data begin at a multiple of 64, the header ends with a new line.
    let padding = 64 - (10 + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: padding % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    #if _endian(little)
    tensor.elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
    for element in tensor.elements {
      withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    #endif
    return bytes
  }
}

extension NumPyFile {
  /// An element type: `<f4` is a little-endian float of four bytes.
  struct Element {
    enum Kind: Character {
      case float = "f"
      case signed = "i"
      case unsigned = "u"
      case boolean = "b"
    }

    let kind: Kind
    let size: Int
    let isBigEndian: Bool

    init(_ descriptor: String, named name: String) throws(NumPyError) {
      let characters = Array(descriptor)
      guard characters.count == 3, "<>|=".contains(characters[0]), let kind = Kind(rawValue: characters[1]),
        let size = characters[2].wholeNumberValue,
        (kind == .float ? [4, 8] : kind == .boolean ? [1] : [1, 2, 4, 8]).contains(size)
      else {
        throw NumPyError(
          .elementType, name,
          "elements of type '\(descriptor.prefix(40))' are not read; there are f4, f8, i1 to i8, u1 to u8 and b1"
        )
      }
      self.kind = kind
      self.size = size
      isBigEndian = characters[0] == ">"
    }

    func read(_ bytes: UnsafeRawBufferPointer, into result: UnsafeMutableBufferPointer<Float>) {
      switch (kind, size) {
      case (.float, 4): convert(bytes, result, UInt32.self) { Float(bitPattern: $0) }
      case (.float, _): convert(bytes, result, UInt64.self) { Float(Double(bitPattern: $0)) }
      case (.boolean, _): convert(bytes, result, UInt8.self) { $0 == 0 ? 0 : 1 }
      case (.signed, 1): convert(bytes, result, Int8.self) { Float($0) }
      case (.signed, 2): convert(bytes, result, Int16.self) { Float($0) }
      case (.signed, 4): convert(bytes, result, Int32.self) { Float($0) }
      case (.signed, _): convert(bytes, result, Int64.self) { Float($0) }
      case (.unsigned, 1): convert(bytes, result, UInt8.self) { Float($0) }
      case (.unsigned, 2): convert(bytes, result, UInt16.self) { Float($0) }
      case (.unsigned, 4): convert(bytes, result, UInt32.self) { Float($0) }
      case (.unsigned, _): convert(bytes, result, UInt64.self) { Float($0) }
      }
    }

    private func convert<Stored: FixedWidthInteger>(
      _ bytes: UnsafeRawBufferPointer, _ result: UnsafeMutableBufferPointer<Float>, _: Stored.Type,
      _ value: (Stored) -> Float
    ) {
      for place in result.indices {
        let stored = bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<Stored>.size, as: Stored.self)
        result[place] = value(isBigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored))
      }
    }
  }
}
