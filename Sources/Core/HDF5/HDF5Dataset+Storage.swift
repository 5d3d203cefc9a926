internal import CHDF5

extension HDF5Dataset {
  /// Where the numbers of a dataset are.
  package enum Storage: Hashable, Sendable {
    /// In one piece of so many bytes at a place in the file; no place if nothing was ever written.
    case contiguous(offset: Int?, size: Int)
    /// In pieces of so many bytes in all, as they are stored.
    case chunked(size: Int)
    /// Within the dataset's own head.
    case compact
    /// In another file.
    case elsewhere
  }

  /// Where the numbers are: to be held against the file before any are read.
  package func storage() throws(ArchiveError) -> Storage {
    let creation = try HDF5Handle(.damaged, subject) { H5Dget_create_plist(id) }
    let creationID = creation.id
    guard try LibHDF5.call(.damaged, subject, { H5Pget_external_count(creationID) }) == 0 else {
      return .elsewhere
    }
    let layout = try LibHDF5.call(.damaged, subject) { H5Pget_layout(creationID).rawValue }
    let size = try LibHDF5.call(.damaged, subject) { Int64(clamping: H5Dget_storage_size(id)) }
    switch layout {
    case H5D_CHUNKED.rawValue: return .chunked(size: Int(size))
    case H5D_COMPACT.rawValue: return .compact
    case H5D_CONTIGUOUS.rawValue:
      // No address is all bits set: one more makes it 0, and no failure of the call.
      let offset = try LibHDF5.call(.damaged, subject) { Int64(bitPattern: UInt64(H5Dget_offset(id)) &+ 1) }
      return .contiguous(offset: offset == 0 ? nil : Int(offset - 1), size: Int(size))
    default: return .elsewhere
    }
  }

  /// Reads all of it as the bytes that are stored, which the program makes sense of itself.
  /// - Parameter width: the bytes of an element, as the file must have them.
  /// - Throws: `ArchiveError` (`.mismatch`) if its elements are of another width.
  package func bytes(width: Int) throws(ArchiveError) -> [UInt8] {
    let type = try HDF5Handle(.damaged, subject) { H5Dget_type(id) }
    let typeID = type.id
    let found = try LibHDF5.call(.damaged, subject) { Int(clamping: H5Tget_size(typeID)) }
    let isPlain = try LibHDF5.call(.damaged, subject) {
      [H5T_OPAQUE, H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(typeID)) ? 1 : 0
    }
    guard found == width, isPlain == 1 else {
      throw ArchiveError(.mismatch, subject, "expected elements of \(width) bytes, found others")
    }
    try checkFilters()
    let extents = try extents()
    try checkStored(Slab(start: extents.map { _ in 0 }, count: extents))
    let count = try HDF5Extents.elementCount(extents, subject, limit: HDF5Dataset.readLimit / width)
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count * width)
    try LibHDF5.call(.damaged, subject) { H5Dread(id, typeID, 0, 0, 0, &bytes) }
    return bytes
  }
}
