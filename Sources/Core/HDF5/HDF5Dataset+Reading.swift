internal import CHDF5

extension HDF5Dataset {
  /// The most bytes that are read at once.
  static let readLimit = 1 << 33

  /// Reads a box, or all of it, converting numbers of any width to the element's type.
  /// - Throws: `ArchiveError` (`.mismatch`) if it holds other things than such numbers, (`.damaged`) if the
  ///   box does not lie within it or cannot be read.
  package func read<Element: HDF5Element>(
    _ element: Element.Type = Element.self, _ slab: Slab? = nil
  ) throws(ArchiveError) -> [Element] {
    let slab = try checked(slab)
    let limit = HDF5Dataset.readLimit / MemoryLayout<Element>.size
    let count = try HDF5Extents.elementCount(slab.count, subject, limit: limit)
    guard count > 0 else { return [] }
    var outcome = Result<Void, ArchiveError>.success(())
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ArchiveError) {
        try read(slab, into: buffer)
        filled = count
      } catch { outcome = .failure(error) }
    }
    try outcome.get()
    return elements
  }

  /// Reads a box that lies within the dataset into memory of as many elements.
  private func read<Element: HDF5Element>(
    _ slab: Slab, into buffer: UnsafeMutableBufferPointer<Element>
  ) throws(ArchiveError) {
    let type = try HDF5Handle(.damaged, subject) { H5Dget_type(id) }
    try HDF5TypeClass(type, subject).check(canBecome: Element.self, subject)
    try checkFilters()
    try checkStored(slab)
    let fileSpace = try selection(slab, .damaged)
    let memorySpace = try HDF5Extents.space(slab.count, subject)
    let (fileID, memoryID) = (fileSpace.id, memorySpace.id)
    let pointer = buffer.baseAddress
    try LibHDF5.call(.damaged, subject) {
      H5Dread(id, Element.memoryType, memoryID, fileID, 0, pointer)
    }
  }

  /// Reads all strings, whatever kind they are stored as.
  package func texts() throws(ArchiveError) -> [String] {
    let type = try HDF5Handle(.damaged, subject) { H5Dget_type(id) }
    let space = try HDF5Handle(.damaged, subject) { H5Dget_space(id) }
    let extents = try HDF5Extents(space, subject).extents
    try checkStored(Slab(start: extents.map { _ in 0 }, count: extents))
    return try HDF5Strings.read(subject, type: type, space: space) { type, buffer in
      H5Dread(id, type, 0, 0, 0, buffer)
    }
  }

  /// Reads the one string of a dataset.
  package func text() throws(ArchiveError) -> String {
    let texts = try texts()
    guard texts.count == 1 else {
      throw ArchiveError(.mismatch, subject, "expected one string, found \(texts.count)")
    }
    return texts[0]
  }
}
