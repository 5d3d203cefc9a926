internal import CHDF5

extension HDF5Dataset {
  /// Where a file lacks its end, bytes behind it would be read as zeros: this refuses the box instead.
  func checkStored(_ slab: Slab) throws(ArchiveError) {
    guard let end = file.cutAt, !slab.count.contains(0) else { return }
    let creation = try HDF5Handle(.damaged, subject) { H5Dget_create_plist(id) }
    let creationID = creation.id
    let layout = try LibHDF5.call(.damaged, subject) { H5Pget_layout(creationID).rawValue }
    var last: UInt64 = 0
    if layout == H5D_CHUNKED.rawValue {
      var chunk = [hsize_t](repeating: 0, count: slab.count.count)
      try LibHDF5.call(.damaged, subject) {
        H5Pget_chunk(creationID, Int32(chunk.count), &chunk)
      }
      var corner = zip(slab.start, chunk).map { UInt64($0) / $1 * $1 }
      let first = corner
      let limit = zip(slab.start, slab.count).map { UInt64($0 + $1) }
      scan: while true {
        var (mask, address, size): (UInt32, haddr_t, hsize_t) = (0, 0, 0)
        let here = corner
        try LibHDF5.call(.damaged, subject) {
          H5Dget_chunk_info_by_coord(id, here, &mask, &address, &size)
        }
        if address != .max { last = max(last, UInt64(address) &+ UInt64(size)) }
        var axis = corner.count - 1
        while true {
          corner[axis] += chunk[axis]
          if corner[axis] < limit[axis] { break }
          corner[axis] = first[axis]
          if axis == 0 { break scan }
          axis -= 1
        }
      }
    } else if layout == H5D_CONTIGUOUS.rawValue {
      // No address is all bits set: one more makes it 0, and no failure of the call.
      let offset = try LibHDF5.call(.damaged, subject) { Int64(bitPattern: UInt64(H5Dget_offset(id)) &+ 1) }
      let size = try LibHDF5.call(.damaged, subject) { Int64(clamping: H5Dget_storage_size(id)) }
      if offset > 0 { last = UInt64(offset - 1) &+ UInt64(size) }
    }
    guard last <= UInt64(end) else {
      throw ArchiveError(.damaged, subject, "the file is cut short before these numbers; copy it again")
    }
  }

  /// Only filters that this program knows are let run over what a file holds.
  func checkFilters() throws(ArchiveError) {
    let creation = try HDF5Handle(.damaged, subject) { H5Dget_create_plist(id) }
    let creationID = creation.id
    let count = try LibHDF5.call(.damaged, subject) { H5Pget_nfilters(creationID) }
    for position in 0..<UInt32(count) {
      var (flags, parameters, configuration): (UInt32, Int, UInt32) = (0, 0, 0)
      let filter = try LibHDF5.call(.damaged, subject) {
        H5Pget_filter2(creationID, position, &flags, &parameters, nil, 0, nil, &configuration)
      }
      guard [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter) else {
        throw ArchiveError(
          .mismatch, subject,
          "compressed by filter \(filter), which cannot be read; store it with gzip (deflate) or uncompressed"
        )
      }
    }
  }
}
