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
    try write(to: path) { (put) throws(FileError) in
      var failure: FileError?
      bytes.withUnsafeBytes { buffer in
        do throws(FileError) { try put(buffer) } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }

  /// Writes what `body` puts, piece by piece, to a path, in place of what was there.
  /// - Throws: `FileError` if that cannot be done or `body` fails; nothing is left behind.
  package static func write(
    to path: String,
    _ body: (_ put: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    let draft = "\(path).\(getpid()).part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      try body { (bytes) throws(FileError) in
        var done = 0
        while done < bytes.count {
          let count = systemWrite(descriptor, bytes.baseAddress! + done, bytes.count - done)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else { throw failure(path) }
          done += count
        }
      }
    } catch {
      _ = close(descriptor)
      unlink(draft)
      throw error
    }
    // Some systems tell of a full disk only here.
    guard close(descriptor) == 0, rename(draft, path) == 0 else {
      let error = failure(path)
      unlink(draft)
      throw error
    }
  }

  /// Makes sure that the folder of a path is there and the path no folder: worth asking before long work.
  /// - Throws: `FileError` if nothing can be written there.
  package static func check(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw failure(path, EISDIR) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard stat(folder, &status) == 0 else { throw failure(path, errno) }
    guard access(folder, W_OK) == 0 else { throw failure(path, errno) }
  }

  private static func failure(_ path: String, _ code: Int32 = errno) -> FileError {
    let advice =
      switch code {
      case ENOENT: "the folder does not exist; make it first"
      case EISDIR: "it is a folder; name a file in it"
      case EACCES, EPERM, EROFS: "it may not be written here; choose another folder"
      case ENOSPC, EDQUOT: "the disk is full; make room, or write somewhere else"
      default: String(cString: strerror(code))
      }
    return FileError(.unwritable, path, "cannot be written: \(advice)")
  }
}

/// The system's `write`, under a name that does not meet the method's.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
