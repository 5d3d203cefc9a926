internal import CHDF5

extension HDF5Location {
  /// Makes a dataset of a fixed shape, and the groups on the way to it. A scalar has no extents.
  ///
  /// Its place in the file is taken at once, so that it can be written over while the file is followed.
  /// - Parameter compressedChunk: the extents of pieces that are deflated; nil for one plain piece.
  @discardableResult
  package func makeDataset<Element: HDF5Element>(
    _ path: String, of element: Element.Type, _ extents: [Int], compressedChunk: [Int]? = nil
  ) throws(ArchiveError) -> HDF5Dataset {
    let subject = file.path + ":" + path
    let types = try HDF5Dataset.types(of: Element.self, subject)
    let space = try HDF5Extents.space(extents, subject)
    let creation = try datasetCreation(path)
    let creationID = creation.id
    if let compressedChunk, !extents.contains(0) {
      try setChunk(compressedChunk, isCompressed: true, creation, subject)
    } else {
      try LibHDF5.call(.cannotWrite, subject) { H5Pset_alloc_time(creationID, H5D_ALLOC_TIME_EARLY) }
      try LibHDF5.call(.cannotWrite, subject) { H5Pset_fill_time(creationID, H5D_FILL_TIME_NEVER) }
    }
    return try makeDataset(path, types.file, space, creation)
  }

  private func setChunk(
    _ chunk: [Int], isCompressed: Bool, _ creation: borrowing HDF5Handle, _ subject: String
  ) throws(ArchiveError) {
    let id = creation.id
    let extents = chunk.map { hsize_t(max($0, 1)) }
    try LibHDF5.call(.cannotWrite, subject) { H5Pset_chunk(id, Int32(extents.count), extents) }
    guard isCompressed else { return }
    try LibHDF5.call(.cannotWrite, subject) {
      H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0 ? H5Pset_deflate(id, 4) : 0
    }
  }

  /// Makes a dataset that grows along its first axis, from no rows on.
  /// - Parameters:
  ///   - row: the extents of one row; none for a series of numbers.
  ///   - chunk: what is stored and read in one piece, `[rows, …]`.
  ///   - isCompressed: whether pieces are deflated (where libhdf5 can).
  @discardableResult
  package func makeGrowingDataset<Element: HDF5Element>(
    _ path: String, of element: Element.Type, row: [Int], chunk: [Int], isCompressed: Bool = false
  ) throws(ArchiveError) -> HDF5Dataset {
    let subject = file.path + ":" + path
    let types = try HDF5Dataset.types(of: Element.self, subject)
    let space = try HDF5Extents.space([0] + row, limits: [nil] + row, subject)
    let creation = try datasetCreation(path)
    let creationID = creation.id
    try setChunk(chunk, isCompressed: isCompressed, creation, subject)
    var absent = Element.absent
    try LibHDF5.call(.cannotWrite, subject) {
      H5Pset_fill_value(creationID, Element.memoryType, &absent)
    }
    return try makeDataset(path, types.file, space, creation)
  }

  /// Makes a dataset of fixed-length UTF-8 strings: one text as a scalar, more as an array.
  package func makeDataset(_ path: String, texts: [String], isScalar: Bool) throws(ArchiveError) {
    let subject = file.path + ":" + path
    let (bytes, width) = HDF5Strings.padded(texts)
    let type = try HDF5Strings.type(width: width, subject)
    let space = try HDF5Extents.space(isScalar ? [] : [texts.count], subject)
    let creation = try datasetCreation(path)
    let dataset = try makeDataset(path, type.id, space, creation)
    let (id, typeID) = (dataset.id, type.id)
    let outcome = bytes.withUnsafeBytes { bytes in
      let pointer = bytes.baseAddress
      return LibHDF5.result(.cannotWrite, subject) { H5Dwrite(id, typeID, 0, 0, 0, pointer) }
    }
    _ = try outcome.get()
  }

  private func datasetCreation(_ path: String) throws(ArchiveError) -> HDF5Handle {
    let subject = file.path + ":" + path
    let creation = try HDF5Handle(.cannotWrite, subject) { H5Pcreate(vitrine_H5P_DATASET_CREATE()) }
    let id = creation.id
    // No modification times: the same run makes the same file.
    try LibHDF5.call(.cannotWrite, subject) { H5Pset_obj_track_times(id, false) }
    return creation
  }

  private func makeDataset(
    _ path: String, _ type: hid_t, _ space: borrowing HDF5Handle, _ creation: borrowing HDF5Handle
  ) throws(ArchiveError) -> HDF5Dataset {
    let subject = file.path + ":" + path
    let link = try HDF5Handle(.cannotWrite, subject) { H5Pcreate(vitrine_H5P_LINK_CREATE()) }
    let (spaceID, creationID, linkID) = (space.id, creation.id, link.id)
    let handle = try HDF5Handle(.cannotWrite, subject) {
      H5Pset_create_intermediate_group(linkID, 1)
      return H5Dcreate2(identifier, path, type, spaceID, linkID, creationID, 0)
    }
    return HDF5Dataset(file, path, handle)
  }
}
