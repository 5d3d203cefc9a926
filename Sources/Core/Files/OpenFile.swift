#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that stays open and is read at any place, by any thread.
///
/// As long as it is open it is the same file, whatever is put in its place.
package final class OpenFile: Sendable {
  /// Where it is.
  package let path: String
  /// Its length in bytes when it was opened.
  package let size: Int
  fileprivate let descriptor: Int32

  /// Opens a file.
  /// - Throws: `FileError` if there is none, it is a folder, a device or may not be read.
  package init(_ path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw FileError(
        isMissing ? .missing : .unreadable, path,
        isMissing ? "no such file; check the name" : String(cString: strerror(errno)))
    }
    // Opening a pipe would wait for somebody to write to it.
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(.unreadable, path, isFolder ? "is a folder, not a file" : "is no ordinary file")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(.unreadable, path, "cannot be opened: " + String(cString: strerror(errno)))
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// All of it.
  package var whole: FilePart { FilePart(unchecked: self, 0, size) }

  /// Fills the buffer with the bytes from an offset on.
  /// - Throws: `FileError` if the file has become shorter, or cannot be read.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30), off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw FileError(.unreadable, path, "cannot be read: " + String(cString: strerror(errno)))
      }
      guard count > 0 else {
        throw FileError(.truncated, path, "ends at byte \(offset + done): it was cut after it was opened")
      }
      done += count
    }
  }
}

/// A range of bytes in an open file, known to lie within it; read when asked for.
package struct FilePart: Sendable {
  /// The file.
  package let file: OpenFile
  /// Where in the file the part begins.
  package let offset: Int
  /// How many bytes it has.
  package let count: Int

  fileprivate init(unchecked file: OpenFile, _ offset: Int, _ count: Int) {
    self.file = file
    self.offset = offset
    self.count = count
  }

  /// A part of this part; nil if it does not lie within, whatever numbers a file gave for it.
  package func part(_ offset: Int, count: Int) -> FilePart? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
    return FilePart(unchecked: file, self.offset + offset, count)
  }

  /// Reads all of it.
  /// - Throws: `FileError` if the file has become shorter, or cannot be read.
  package func bytes() throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let memory = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
      do throws(FileError) {
        try read(into: memory)
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The first bytes, as many as there are up to a count.
  /// - Throws: `FileError` if the file has become shorter, or cannot be read.
  package func head(_ count: Int) throws(FileError) -> [UInt8] {
    try FilePart(unchecked: file, offset, min(count, self.count)).bytes()
  }

  /// Reads as many bytes as the buffer holds, from a place on. Traps if the part has fewer.
  /// - Throws: `FileError` if the file has become shorter, or cannot be read.
  package func read(
    from start: Int = 0, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    precondition(start >= 0 && start <= count && buffer.count <= count - start, "reading beyond a part")
    try file.read(at: offset + start, into: buffer)
  }
}
