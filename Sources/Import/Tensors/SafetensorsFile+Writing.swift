public import Core

extension SafetensorsFile {
  /// Writes tensors to a file as 32-bit floats, sorted by name as the reference implementation does, whole or not at all.
  /// - Throws: `ImportError` (`.cannotWrite`) if two have one name or the file cannot be written.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws(ImportError) {
    let sorted = tensors.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.name == next.name {
      throw ImportError(.cannotWrite, "\(path):\(one.name)", "two tensors have this name")
    }
    if let reserved = sorted.first(where: { $0.name == "__metadata__" }) {
      throw ImportError(.cannotWrite, "\(path):\(reserved.name)", "the format keeps this name for itself")
    }
    let header = header(of: sorted, metadata)
    do throws(FileError) {
      try ByteWriter.check(path)
      try ByteWriter.write(to: path) { (put) throws(FileError) in
        try header.lend(to: put)
        for (_, tensor) in sorted { try tensor.lendLittleEndian(to: put) }
      }
    } catch {
      throw ImportError(error)
    }
  }

  private static func header(
    of tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) -> [UInt8] {
    var lines: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      lines.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var begin = 0
    for (name, tensor) in tensors {
      let end = begin + 4 * tensor.shape.elementCount
      let extents = tensor.shape.extents.map(String.init).joined(separator: ",")
      lines.append(
        "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    var table = Array("{\(lines.joined(separator: ","))}".utf8)
    // The numbers begin at a multiple of 8.
    table += [UInt8](repeating: 0x20, count: (8 - table.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: table.count >> (8 * $0)) } + table
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension [UInt8] {
  fileprivate func lend(
    to put: (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(FileError) {
    var failure: FileError?
    withUnsafeBytes { bytes in do throws(FileError) { try put(bytes) } catch { failure = error } }
    if let failure { throw failure }
  }
}

extension Tensor {
  fileprivate func lendLittleEndian(
    to put: (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(FileError) {
    var failure: FileError?
    let lend = { (bytes: UnsafeRawBufferPointer) in
      do throws(FileError) { try put(bytes) } catch { failure = error }
    }
    #if _endian(little)
    elements.withUnsafeBytes(lend)
    #else
    elements.map(\.bitPattern.littleEndian).withUnsafeBytes(lend)
    #endif
    if let failure { throw failure }
  }
}
