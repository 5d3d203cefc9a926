internal import CHDF5

/// Strings in HDF5: written with a fixed length, read as either kind.
enum HDF5Strings {
  /// Reads all strings of a dataset or attribute; an empty one of any type has none.
  static func read(
    _ subject: String, type: borrowing HDF5Handle, space: borrowing HDF5Handle,
    _ body: (_ type: hid_t, _ buffer: UnsafeMutableRawPointer?) -> herr_t
  ) throws(ArchiveError) -> [String] {
    let count = try HDF5Extents(space, subject).elementCount(subject, limit: 1 << 20)
    // An empty list made by NumPy is one of numbers.
    guard count > 0 else { return [] }
    let kind = try HDF5TypeClass(type, subject)
    guard kind == .string else { throw ArchiveError(.mismatch, subject, "expected strings, found \(kind)") }
    let (typeID, spaceID) = (type.id, space.id)
    let isVariable = try LibHDF5.call(.damaged, subject) { H5Tis_variable_str(typeID) } > 0
    if isVariable {
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      try LibHDF5.call(.damaged, subject) { body(typeID, &pointers) }
      let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
      try LibHDF5.call(.damaged, subject) { H5Dvlen_reclaim(typeID, spaceID, 0, &pointers) }
      return texts
    }
    let width = try LibHDF5.call(.damaged, subject) { Int(clamping: H5Tget_size(typeID)) }
    let padding = try LibHDF5.call(.damaged, subject) { H5Tget_strpad(typeID).rawValue }
    let size = try HDF5Extents.elementCount([count, width], subject, limit: 1 << 28)
    var bytes = [UInt8](repeating: 0, count: size)
    try LibHDF5.call(.damaged, subject) { body(typeID, &bytes) }
    return (0..<count).map { index in
      var text = bytes[index * width..<(index + 1) * width]
      if let end = text.firstIndex(of: 0) { text = text[..<end] }
      if padding == H5T_STR_SPACEPAD.rawValue {
        while text.last == UInt8(ascii: " ") { text.removeLast() }
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// Texts as UTF-8 of one length, filled up with zeros.
  static func padded(_ texts: [String]) -> (bytes: [UInt8], width: Int) {
    let width = max(1, texts.map(\.utf8.count).max() ?? 1)
    return (
      texts.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: width - $0.utf8.count) }, width
    )
  }

  /// The type of UTF-8 strings of a length.
  static func type(width: Int, _ subject: String) throws(ArchiveError) -> HDF5Handle {
    let type = try HDF5Handle(.cannotWrite, subject) { H5Tcopy(vitrine_H5T_C_S1()) }
    let id = type.id
    try LibHDF5.call(.cannotWrite, subject) { H5Tset_size(id, width) }
    try LibHDF5.call(.cannotWrite, subject) { H5Tset_strpad(id, H5T_STR_NULLPAD) }
    try LibHDF5.call(.cannotWrite, subject) { H5Tset_cset(id, H5T_CSET_UTF8) }
    return type
  }
}
