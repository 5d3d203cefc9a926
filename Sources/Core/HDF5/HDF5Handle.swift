internal import CHDF5

/// One owned libhdf5 identifier: released exactly once, by `close` or at the end of its scope.
///
/// A temporary dies before the call it feeds: bind a handle to a name, never write `HDF5Handle(…).id`.
struct HDF5Handle: ~Copyable, Sendable {
  let id: hid_t  // the sole stored property: `discard self` needs trivial storage

  init(
    _ code: ArchiveError.Code, _ subject: String, opening body: () -> hid_t
  ) throws(ArchiveError) {
    id = try LibHDF5.call(code, subject, body)  // throws before `id` exists, so no deinit
  }

  /// Closes now, reporting the failure that `deinit` would have to swallow.
  consuming func close(_ subject: String) throws(ArchiveError) {
    let id = id
    discard self
    try LibHDF5.call(.cannotWrite, subject) { H5Idec_ref(id) }
  }

  deinit { LibHDF5.release(id) }
}
