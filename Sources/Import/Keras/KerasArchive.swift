internal import Core

/// A `.keras` file: a zip of the architecture and an HDF5 file.
struct KerasArchive {
  let path: String
  init(_ path: String) throws(ImportError) { self.path = path }
  func model() throws(ImportError) -> ForeignModel { throw ImportError(.unsupported, path, "not yet") }
}
