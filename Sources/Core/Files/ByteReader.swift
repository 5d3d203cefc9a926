internal import CZlib

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Reads a file from its beginning, unpacking it on the way if it is gzipped.
///
/// Whether it is gzipped is told by its first two bytes, not by its name.
package struct ByteReader: ~Copyable {
  private let file: gzFile
  private let path: String
  /// The size on disk, packed or not.
  package let sizeOnDisk: Int

  /// True if the file is gzipped; known after the first read.
  package var isPacked: Bool { gzdirect(file) == 0 }

  /// No content of this file can be longer than this: deflate packs at most 1032 to 1 (zlib's documentation).
  ///
  /// What a header claims is held against it before any memory is asked for.
  package var longestContent: Int {
    isPacked ? sizeOnDisk.multipliedReportingOverflow(by: 1032).partialValue : sizeOnDisk
  }

  /// Opens a file.
  /// - Throws: `FileError` if there is none, it is a folder, a pipe or a device, or may not be read.
  package init(_ path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code: FileError.Code = errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
      throw FileError(code, path, code == .missing ? "no such file" : String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(.unreadable, path, "is a folder, not a file")
    }
    // A pipe or a device might never say a word.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(.unreadable, path, "is a pipe or a device, not a file; save it as a file first")
    }
    guard let file = gzopen(path, "rb") else {
      throw FileError(.unreadable, path, "cannot be opened: " + String(cString: strerror(errno)))
    }
    gzbuffer(file, 1 << 18)
    self.file = file
    self.path = path
    sizeOnDisk = Int(status.st_size)
  }

  deinit { gzclose(file) }

  /// Reads up to as many bytes as the buffer holds; fewer only at the end of the file.
  /// - Throws: `FileError` if the file cannot be read or its packed stream is damaged or ends early.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let part = min(buffer.count - done, 1 << 30)
      let count = gzread(file, buffer.baseAddress! + done, UInt32(part))
      if count < 0 { throw failure(after: done) }
      done += Int(count)
      if count < part {
        var code: Int32 = Z_OK
        gzerror(file, &code)
        if code != Z_OK { throw failure(after: done) }
        break
      }
    }
    return done
  }

  private func failure(after count: Int) -> FileError {
    var code: Int32 = Z_OK
    let message = String(cString: gzerror(file, &code))
    switch code {
    case Z_BUF_ERROR:
      return FileError(
        .truncated, path, "the gzipped file ends early, after \(gztell(file)) unpacked bytes: fetch it again")
    case Z_ERRNO: return FileError(.unreadable, path, "cannot be read: " + String(cString: strerror(errno)))
    default:
      // zlib's words begin with the path.
      let reason = message.hasPrefix(path + ": ") ? String(message.dropFirst(path.count + 2)) : message
      return FileError(.damaged, path, "the gzipped file is damaged (\(reason)): fetch it again")
    }
  }
}

extension ByteReader {
  /// The whole content of a file as it is on disk, not unpacked.
  /// - Throws: `FileError` if there is none, it cannot be read or is longer than `limit`.
  package static func contents(of path: String, limit: Int = 1 << 31) throws(FileError) -> [UInt8] {
    let size = try ByteReader(path).sizeOnDisk
    guard size <= limit else {
      throw FileError(.unreadable, path, "\(size) bytes are more than the \(limit) that are read at once")
    }
    return try contents(of: path, upTo: size)
  }

  /// The first bytes of a file as it is on disk.
  /// - Throws: `FileError` if there is none, or it is shorter.
  package static func contents(of path: String, upTo size: Int) throws(FileError) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw FileError(.unreadable, path, "cannot be opened: " + String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = size == 0 ? 0 : fread(buffer.baseAddress!, 1, size, file)
    }
    guard bytes.count == size else {
      throw FileError(.truncated, path, "expected \(size) bytes, found \(bytes.count)")
    }
    return bytes
  }
}
