/// What the header of an `.npy` file says of the numbers behind it, held against the size of the file.
package struct NumPyLayout: Hashable, Sendable {
  /// The extents.
  package let shape: Shape
  /// NumPy's word for the type of the elements: `<f4`.
  package let descriptor: String
  /// How many bytes the header takes: the numbers are behind it.
  package let headerSize: Int
  /// How the numbers lie.
  package let format: NumberFormat
  /// True if their most significant byte comes first.
  package let isBigEndian: Bool
  /// True if the first axis varies fastest.
  package let isColumnMajor: Bool

  /// As many bytes as are enough to read any header.
  package static let longestHead = 12 + 65_536

  /// Reads the header.
  /// - Parameters:
  ///   - head: the first bytes of the file: all of it, or `longestHead` of them.
  ///   - size: the length of the whole file.
  ///   - name: what errors call the file.
  /// - Throws: `NumPyError` if it is no such array, of a type that is not read, cut off or contradicts itself.
  package init(head: [UInt8], size: Int, named name: String) throws(NumPyError) {
    guard head.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw NumPyError(.notAnArray, name, "not a NumPy array (.npy): it does not begin with '\\x93NUMPY'")
    }
    guard head.count >= 10 else { throw NumPyError(.truncated, name, "ends within the header") }
    let version = head[6]
    guard (1...3).contains(version) else {
      throw NumPyError(.malformed, name, "format version \(version).\(head[7]), 1.0 to 3.0 are read")
    }
    let lengthSize = version == 1 ? 2 : 4
    guard head.count >= 8 + lengthSize else { throw NumPyError(.truncated, name, "ends within the header") }
    let headerLength = head[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthSize + headerLength
    guard start <= size else {
      throw NumPyError(
        .truncated, name, "the header claims \(headerLength) bytes, \(size - 8 - lengthSize) are there")
    }
    // A header is some 120 bytes; what is far beyond is not one, and would be slow to read.
    guard headerLength <= 65_536 else {
      throw NumPyError(.malformed, name, "a header of \(headerLength) bytes, at most 65536 are read")
    }
    guard start <= head.count else { throw NumPyError(.truncated, name, "ends within the header") }
    let header = try NumPyHeader(
      parsing: String(decoding: head[8 + lengthSize..<start], as: UTF8.self), named: name)
    format = try NumberFormat(numPy: header.descriptor, named: name)
    let count = try Self.elementCount(header.extents, size: format.size, named: name)
    let found = size - start
    guard found == count * format.size else {
      let type = "\(Shape(header.extents)) of '\(header.descriptor)'"
      throw NumPyError(
        found < count * format.size ? .truncated : .malformed, name,
        "\(type) takes \(count * format.size) bytes, found \(found)")
    }
    shape = Shape(header.extents)
    descriptor = header.descriptor
    headerSize = start
    isBigEndian = header.descriptor.hasPrefix(">")
    isColumnMajor = header.isColumnMajor && header.extents.count > 1
  }

  /// The tensor in the bytes of the whole file. Traps if they are not those the header was read from.
  package func tensor(of bytes: [UInt8]) -> Tensor {
    inOrder(
      Tensor(shape) { result in
        bytes.withUnsafeBytes {
          format.convert(
            UnsafeRawBufferPointer(rebasing: $0[headerSize...]), isBigEndian: isBigEndian, into: result)
        }
      })
  }

  /// The tensor in the part of a file that is an `.npy` file.
  /// - Throws: `FileError` if it can no longer be read.
  package func tensor(in part: FilePart) throws(FileError) -> Tensor {
    guard let numbers = part.part(headerSize, count: part.count - headerSize) else {
      throw FileError(.truncated, part.file.path, "ends within the header")
    }
    return inOrder(try format.tensor(shape, in: numbers, isBigEndian: isBigEndian))
  }

  private func inOrder(_ stored: Tensor) -> Tensor {
    guard isColumnMajor else { return stored }
    // Read as if its axes were the other way round, it is the transposed array.
    return stored.reshaped(Shape(shape.extents.reversed())).permuted((0..<shape.rank).reversed())
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
}

extension NumberFormat {
  /// The format of a NumPy descriptor: `<f4` is a little-endian float of four bytes.
  fileprivate init(numPy descriptor: String, named name: String) throws(NumPyError) {
    let known: [String: NumberFormat] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "b1": .boolean,
      "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64,
    ]
    if let order = descriptor.first, "<>|=".contains(order),
      let format = known[String(descriptor.dropFirst())]
    {
      self = format
      return
    }
    let kinds: [Character: String] = [
      "c": "complex numbers", "S": "text", "a": "text", "U": "text", "V": "raw bytes", "M": "dates",
      "m": "spans of time",
    ]
    let kind = descriptor.drop { "<>|=".contains($0) }.first
    if kind == "O" {
      throw NumPyError(
        .unsafe, name,
        "holds Python objects, which would have to be unpickled; save it as an array of numbers")
    }
    let what = kind.flatMap { kinds[$0] }.map { " (\($0))" } ?? ""
    throw NumPyError(
      .elementType, name,
      "elements of type '\(descriptor.prefix(40))'\(what) are not read; there are f2 to f8, i1 to i8, u1 to u8 and b1"
    )
  }
}
