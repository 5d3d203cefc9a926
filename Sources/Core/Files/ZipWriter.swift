internal import CZip

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Writes zips: entries as they are, not deflated, as NumPy and Keras write theirs.
package enum ZipWriter {
  /// What an entry holds.
  package enum Content {
    /// Bytes in memory.
    case bytes([UInt8])
    /// All of another file, which must stay there until the zip is written.
    case file(String)
  }

  /// Writes entries to a file, in their order, or leaves what is there as it is. They bear no time: the same entries make
  /// the same file.
  /// - Throws: `FileError` if the file cannot be written.
  package static func write(
    _ entries: [(name: String, content: Content)], to path: String
  ) throws(FileError) {
    // libzip's own words for these are of no use.
    try ByteWriter.check(path)
    var code: Int32 = 0
    // libzip writes beside the target and renames at the end.
    guard let zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw FileError(.unwritable, path, "cannot be written: \(String(cString: zip_error_strerror(&error)))")
    }
    for (name, content) in entries {
      guard let source = source(content, zip) else { throw abandoned(zip, path) }
      let index = zip_file_add(zip, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
      guard index >= 0 else {
        zip_source_free(source)
        throw abandoned(zip, path)
      }
      let beginning = time_t(315_532_800)  // 1980, where the zip's own calendar starts
      guard zip_set_file_compression(zip, zip_uint64_t(index), ZIP_CM_STORE, 0) == 0,
        zip_file_set_mtime(zip, zip_uint64_t(index), beginning, 0) == 0
      else { throw abandoned(zip, path) }
    }
    guard zip_close(zip) == 0 else { throw abandoned(zip, path) }
  }

  private static func source(_ content: Content, _ zip: OpaquePointer) -> OpaquePointer? {
    switch content {
    case .file(let path): return zip_source_file(zip, path, 0, -1)
    case .bytes(let bytes):
      // The copy is libzip's to free; it is written at closing.
      guard let copy = malloc(max(bytes.count, 1)) else { preconditionFailure("out of memory") }
      if !bytes.isEmpty {
        bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
      }
      let source = zip_source_buffer(zip, copy, zip_uint64_t(bytes.count), 1)
      if source == nil { free(copy) }
      return source
    }
  }

  private static func abandoned(_ zip: OpaquePointer, _ path: String) -> FileError {
    let reason = String(cString: zip_strerror(zip))
    zip_discard(zip)
    return FileError(.unwritable, path, "cannot be written: \(reason)")
  }
}
