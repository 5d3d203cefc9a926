internal import CHDF5

/// An open dataset of an HDF5 file.
package final class HDF5Dataset: HDF5Object, Sendable {
  package let file: HDF5File
  package let objectPath: String
  private let handle: HDF5Handle
  var id: hid_t { handle.id }

  init(_ file: HDF5File, _ path: String, _ handle: consuming HDF5Handle) {
    self.file = file
    self.objectPath = path
    self.handle = handle
  }

  /// A box of a dataset: where it starts and how far it goes along each axis.
  package struct Slab: Hashable, Sendable {
    /// The first index along each axis.
    package var start: [Int]
    /// The number of indices along each axis.
    package var count: [Int]

    /// A box.
    package init(start: [Int], count: [Int]) {
      self.start = start
      self.count = count
    }

    /// The whole of each row in a range along the first axis.
    package init(rows: Range<Int>, of extents: [Int]) {
      start = [rows.lowerBound] + extents.dropFirst().map { _ in 0 }
      count = [rows.count] + extents.dropFirst()
    }
  }

  /// The extents as they stand.
  package func extents() throws(ArchiveError) -> [Int] {
    let space = try HDF5Handle(.damaged, subject) { H5Dget_space(id) }
    return try HDF5Extents(space, subject).extents
  }

  /// What kind of values it holds.
  package func typeClass() throws(ArchiveError) -> HDF5TypeClass {
    let type = try HDF5Handle(.damaged, subject) { H5Dget_type(id) }
    return try HDF5TypeClass(type, subject)
  }

  /// Takes note of what another process appended meanwhile.
  package func refresh() throws(ArchiveError) {
    if file.isFollowed { try LibHDF5.call(.damaged, subject) { H5Drefresh(id) } }
  }

  /// Hands what was written to this dataset to the system.
  package func flush() throws(ArchiveError) {
    try LibHDF5.call(.cannotWrite, subject) { H5Dflush(id) }
  }

  /// Types of an element in files and in memory; libhdf5's own constants, nobody's to close.
  static func types<Element: HDF5Element>(
    of element: Element.Type, _ subject: String
  ) throws(ArchiveError) -> (file: hid_t, memory: hid_t) {
    (
      try LibHDF5.call(.cannotWrite, subject) { Element.fileType },
      try LibHDF5.call(.cannotWrite, subject) { Element.memoryType }
    )
  }

  /// A box, or the whole, that is known to lie within the dataset.
  func checked(_ slab: Slab?) throws(ArchiveError) -> Slab {
    let extents = try extents()
    guard let slab else { return Slab(start: extents.map { _ in 0 }, count: extents) }
    let fits =
      slab.start.count == extents.count && slab.count.count == extents.count
      && zip(zip(slab.start, slab.count), extents).allSatisfy { box, extent in
        box.0 >= 0 && box.1 >= 0 && box.0 <= extent && box.1 <= extent - box.0
      }
    guard fits else {
      let ends = zip(slab.start, slab.count).map { start, count in
        let (end, overflow) = max(start, 0).addingReportingOverflow(max(count, 0))
        return overflow ? Int.max : end
      }
      throw ArchiveError(
        .damaged, subject, "expected at least \(Shape(ends)), found \(Shape(extents))")
    }
    return slab
  }

  /// The dataset's space with a box selected in it.
  func selection(_ slab: Slab, _ code: ArchiveError.Code) throws(ArchiveError) -> HDF5Handle {
    let space = try HDF5Handle(code, subject) { H5Dget_space(id) }
    if !slab.start.isEmpty {
      let spaceID = space.id
      let (start, count) = (slab.start.map { hsize_t($0) }, slab.count.map { hsize_t($0) })
      try LibHDF5.call(code, subject) {
        H5Sselect_hyperslab(spaceID, H5S_SELECT_SET, start, nil, count, nil)
      }
    }
    return space
  }
}

extension HDF5Dataset {
  /// Sets the extent along the first axis, within the limit the dataset was made with.
  package func resize(rows: Int) throws(ArchiveError) {
    var extents = try extents().map { hsize_t($0) }
    extents[0] = hsize_t(rows)
    try LibHDF5.call(.cannotWrite, subject) { H5Dset_extent(id, extents) }
  }

  /// Writes a box, or all of it. Traps if there are not as many elements as the box has.
  package func write<Element: HDF5Element>(
    _ elements: [Element], _ slab: Slab? = nil
  ) throws(ArchiveError) {
    let slab = try checked(slab)
    precondition(slab.count.reduce(1, *) == elements.count, "\(elements.count) elements for \(slab.count)")
    guard !elements.isEmpty else { return }
    let fileSpace = try selection(slab, .cannotWrite)
    let memorySpace = try HDF5Extents.space(slab.count, subject)
    let (fileID, memoryID) = (fileSpace.id, memorySpace.id)
    let outcome = elements.withUnsafeBytes { bytes in
      let pointer = bytes.baseAddress
      return LibHDF5.result(.cannotWrite, subject) {
        H5Dwrite(id, Element.memoryType, memoryID, fileID, 0, pointer)
      }
    }
    _ = try outcome.get()
  }
}
