#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Writes a file whole or not at all: beside its place first, then moved there.
package enum ByteWriter {
  /// Writes bytes to a path, in place of what was there.
  /// - Throws: `FileError` if that cannot be done; nothing is left behind.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let draft = "\(path).\(getpid()).part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = failure(path)
        _ = close(descriptor)
        unlink(draft)
        throw error
      }
      done += count
    }
    // Some systems tell of a full disk only here.
    guard close(descriptor) == 0, rename(draft, path) == 0 else {
      let error = failure(path)
      unlink(draft)
      throw error
    }
  }

  private static func failure(_ path: String) -> FileError {
    FileError(.unwritable, path, "cannot be written: " + String(cString: strerror(errno)))
  }
}

/// The system's `write`, under a name that does not meet the method's.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
