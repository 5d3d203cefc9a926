/// Several arrays by name in one file (`.npz`): a zip of `.npy` files, as `numpy.savez` writes it.
public enum NumPyArchive {
  /// Writes arrays to a file, in their order, or leaves what is there as it is.
  /// - Throws: `NumPyError` if the file cannot be written.
  public static func write(
    _ arrays: [(name: String, tensor: Tensor)], to path: String
  ) throws(NumPyError) {
    do {
      try ZipWriter.write(arrays.map { ($0.name + ".npy", .bytes(NumPyFile.encode($0.tensor))) }, to: path)
    } catch { throw NumPyError(.unwritable, error.subject, error.reason) }
  }
}
