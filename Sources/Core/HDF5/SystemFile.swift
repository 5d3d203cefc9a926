#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What the system says of a file, as far as libhdf5 leaves it to us.
package enum SystemFile {
  /// Which file a path leads to: renaming another over it changes this.
  package struct Identity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
    /// Bytes.
    package let size: Int
    let isDirectory: Bool
    let isRegular: Bool
  }

  /// What is at a path.
  /// - Throws: `ArchiveError` (`.cannotOpen`) with the system's reason.
  package static func identity(_ path: String) throws(ArchiveError) -> Identity {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let reason = errno == ENOENT ? "no such file; check the name" : message(errno)
      throw ArchiveError(.cannotOpen, path, reason)
    }
    let kind = status.st_mode & S_IFMT
    return Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino),
      size: Int(status.st_size), isDirectory: kind == S_IFDIR, isRegular: kind == S_IFREG)
  }

  /// Bytes of a file, fewer where it ends earlier.
  package static func bytes(_ path: String, at offset: Int = 0, count: Int) throws(ArchiveError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ArchiveError(.cannotOpen, path, message(errno))
    }
    defer { close(descriptor) }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let result = pread(descriptor, buffer.baseAddress, count, off_t(offset))
      if result < 0 { failure = errno }
      filled = max(result, 0)
    }
    guard failure == 0 else { throw ArchiveError(.cannotOpen, path, message(failure)) }
    return bytes
  }

  /// True if something is at a path, a broken link included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Puts a file in another's place; readers of the old one keep it.
  static func move(_ path: String, to destination: String) throws(ArchiveError) {
    guard rename(path, destination) == 0 else {
      throw ArchiveError(.cannotWrite, destination, message(errno))
    }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) { unlink(path) }

  /// Makes sure that a file may be made here, before libhdf5 is asked to.
  static func checkWritable(_ path: String) throws(ArchiveError) {
    if let identity = try? identity(path), identity.isDirectory {
      throw ArchiveError(.cannotWrite, path, "this is a directory; give a file name")
    }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty else { throw ArchiveError(.cannotWrite, path, "give a file name") }
    guard let parent = try? identity(folder) else {
      throw ArchiveError(.cannotWrite, path, "there is no directory '\(folder)'; make it first")
    }
    guard parent.isDirectory else {
      throw ArchiveError(.cannotWrite, path, "'\(folder)' is not a directory")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw ArchiveError(.cannotWrite, path, "nothing can be written in '\(folder)': \(message(errno))")
    }
  }

  /// Makes a file's contents outlive a power failure.
  static func synchronise(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// A number for names that two processes do not share.
  static var processIdentifier: Int32 { getpid() }

  /// The system's words for an error number, in our case.
  static func message(_ number: Int32) -> String {
    String(cString: strerror(number)).lowercased()
  }
}

/// True for the error numbers of a full disk, a used-up quota or a file that may grow no more.
func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }
