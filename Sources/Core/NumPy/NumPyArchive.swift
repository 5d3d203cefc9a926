internal import CZip

/// Several arrays by name in one file (`.npz`): a zip of `.npy` files, as `numpy.savez` writes it.
public enum NumPyArchive {
  /// Writes arrays to a file, in their order, or leaves what is there as it is.
  /// - Throws: `NumPyError` if the file cannot be written.
  public static func write(
    _ arrays: [(name: String, tensor: Tensor)], to path: String
  ) throws(NumPyError) {
    // libzip's own words for these are of no use.
    do { try ByteWriter.check(path) } catch { throw NumPyError(.unwritable, error.subject, error.reason) }
    var code: Int32 = 0
    // libzip writes beside the target and renames at the end.
    guard let zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw NumPyError(.unwritable, path, "cannot be written: \(String(cString: zip_error_strerror(&error)))")
    }
    for (name, tensor) in arrays {
      let bytes = NumPyFile.encode(tensor)
      // The copy is libzip's to free; it is written at closing.
      let copy = UnsafeMutableRawPointer.allocateForC(copying: bytes)
      guard let source = zip_source_buffer(zip, copy, zip_uint64_t(bytes.count), 1),
        zip_file_add(zip, name + ".npy", source, zip_flags_t(ZIP_FL_ENC_UTF_8)) >= 0
      else { throw abandoned(zip, path) }
    }
    guard zip_close(zip) == 0 else { throw abandoned(zip, path) }
  }

  private static func abandoned(_ zip: OpaquePointer, _ path: String) -> NumPyError {
    let reason = String(cString: zip_strerror(zip))
    zip_discard(zip)
    return NumPyError(.unwritable, path, "cannot be written: \(reason)")
  }
}

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension UnsafeMutableRawPointer {
  /// Memory from `malloc` with a copy of some bytes, for a C library that will free it.
  fileprivate static func allocateForC(copying bytes: [UInt8]) -> UnsafeMutableRawPointer {
    guard let memory = malloc(max(bytes.count, 1)) else { preconditionFailure("out of memory") }
    bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    return memory
  }
}
