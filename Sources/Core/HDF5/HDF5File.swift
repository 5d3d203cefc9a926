internal import CHDF5
internal import CProbe
internal import Synchronization

/// An open HDF5 file.
package final class HDF5File: HDF5Location, Sendable {
  /// Where it is.
  package let path: String
  /// True if datasets may grow while this file is open, because another process appends to it.
  let isFollowed: Bool
  /// True for a file in the oldest format, which every reader there is understands, and which keeps no order of members.
  let isOld: Bool
  /// Bytes that are really there, if the file lacks some at its end; nil if it is whole.
  let cutAt: Int?
  let id: hid_t
  private let handle: Mutex<HDF5Handle?>
  private let openDatasets = Mutex<[String: Weak]>([:])

  private struct Weak {
    weak var dataset: HDF5Dataset?
  }

  package var file: HDF5File { self }
  package var objectPath: String { "" }

  private init(
    _ path: String, isFollowed: Bool, cutAt: Int? = nil, isOld: Bool = false, _ code: ArchiveError.Code,
    probing probe: ((_ access: hid_t) throws(ArchiveError) -> Void)? = nil,
    opening body: (_ access: hid_t) -> hid_t
  ) throws(ArchiveError) {
    let access = try HDF5Handle(code, path) { H5Pcreate(vitrine_H5P_FILE_ACCESS()) }
    let accessID = access.id
    try LibHDF5.call(code, path) { vitrine_lock_if_possible(accessID) }
    // The 1.10 format: the oldest that can be followed while it is written.
    try LibHDF5.call(code, path) {
      H5Pset_libver_bounds(accessID, isOld ? H5F_LIBVER_EARLIEST : H5F_LIBVER_V110, H5F_LIBVER_V110)
    }
    if isFollowed {
      // A piece met half-written is read again, each time after twice the pause before: 67 ms in all. The
      // library's own 100 times would be forever in a damaged file.
      try LibHDF5.call(code, path) { H5Pset_metadata_read_attempts(accessID, 26) }
    }
    try probe?(accessID)
    let handle = try HDF5Handle(code, path) { body(accessID) }
    self.path = path
    self.isFollowed = isFollowed
    self.isOld = isOld
    self.cutAt = cutAt
    id = handle.id
    self.handle = Mutex(handle)
  }

  /// Opens a file for reading, after a look at its first bytes.
  ///
  /// The one place where files from outside enter libhdf5.
  /// - Parameters:
  ///   - name: what errors call it, if it is in another file.
  ///   - part: the bytes of the file that are the HDF5 file, if others are around it.
  /// - Throws: `ArchiveError` saying what the file is instead, or why it cannot be read.
  package convenience init(
    reading path: String, named name: String? = nil, part: Range<Int>? = nil
  ) throws(ArchiveError) {
    let head: HDF5FileHead
    do { head = try HDF5FileHead(of: path, part: part) } catch {
      throw ArchiveError(error.code, name ?? error.subject, error.reason)
    }
    try self.init(reading: path, head, named: name, part: part)
  }

  convenience init(
    reading path: String, _ head: HDF5FileHead, named name: String? = nil, part: Range<Int>? = nil
  ) throws(ArchiveError) {
    let cutAt = head.storedSize.flatMap { head.size < $0 ? head.size : nil }
    let flags = vitrine_H5F_ACC_RDONLY() | (head.isAppendedTo ? vitrine_H5F_ACC_SWMR_READ() : 0)
    try self.init(
      name ?? path, isFollowed: head.isAppendedTo, cutAt: cutAt, .damaged
    ) { access throws(ArchiveError) in
      if let part {
        try LibHDF5.call(.damaged, name ?? path) {
          vitrine_read_part(access, UInt64(part.lowerBound), UInt64(part.count))
        }
      }
      try HDF5Probe.walk(path, named: name ?? path, access: access, flags: flags)
    } opening: { access in
      H5Fopen(path, flags, access)
    }
  }

  /// True if HDF5's signature stands where it may stand in a file.
  /// - Throws: `ArchiveError` if the file cannot be read.
  package static func isHDF5(_ path: String) throws(ArchiveError) -> Bool {
    try HDF5FileHead.superblock(of: path, size: SystemFile.identity(path).size) != nil
  }

  /// Makes a new file, in which groups and datasets can be made until `startAppending`.
  /// - Parameters:
  ///   - name: what errors call it, if it is to be moved there.
  ///   - isOld: true for the oldest format, as h5py writes it: for other programs' files.
  /// - Throws: `ArchiveError` (`.cannotWrite`) if it is there already or cannot be made.
  package convenience init(
    creating path: String, named name: String? = nil, isOld: Bool = false
  ) throws(ArchiveError) {
    // Made and let go outside the call: another call after a failed one would wipe out its reason.
    let creation = try HDF5Handle(.cannotWrite, name ?? path) { H5Pcreate(vitrine_H5P_FILE_CREATE()) }
    let creationID = creation.id
    try self.init(name ?? path, isFollowed: false, isOld: isOld, .cannotWrite) { access in
      if !isOld { H5Pset_link_creation_order(creationID, HDF5File.keepsOrder) }
      return H5Fcreate(path, vitrine_H5F_ACC_EXCL(), creationID, access)
    }
  }

  /// The dataset at a path as it is open already, else as `body` opens it.
  ///
  /// To refresh a dataset that is open twice makes libhdf5 1.10 forget how many chunks it has: boxes of more than
  /// one chunk can then no longer be read. So those of a followed file are open once.
  func openOnce(
    _ path: String, _ body: () throws(ArchiveError) -> HDF5Dataset
  ) throws(ArchiveError) -> HDF5Dataset {
    try openDatasets.withLock { datasets throws(ArchiveError) in
      if let dataset = datasets[path]?.dataset { return dataset }
      let dataset = try body()
      datasets[path] = Weak(dataset: dataset)
      return dataset
    }
  }

  static let keepsOrder = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)

  /// From here on the file can be read while it is written, and datasets can only be appended to.
  ///
  /// No dataset or group may be open.
  package func startAppending() throws(ArchiveError) {
    try LibHDF5.call(.cannotWrite, path) { H5Fstart_swmr_write(id) }
  }

  /// Hands everything written so far to the system, so that readers see it and a kill cannot take it.
  package func flush() throws(ArchiveError) {
    try LibHDF5.call(.cannotWrite, path) { H5Fflush(id, H5F_SCOPE_LOCAL) }
  }

  /// Closes the file. All datasets and groups must have been let go; no call may follow.
  package func close() throws(ArchiveError) {
    let handle = handle.withLock { $0.take() }
    if let handle { try handle.close(path) }
  }
}
