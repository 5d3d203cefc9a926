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
    let layout = try NumPyLayout(head: bytes, size: bytes.count, named: name)
    return layout.tensor(of: bytes)
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
