#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Files that appear whole or not at all.
enum WholeFile {
  /// Writes beside the target under a temporary name, then renames.
  static func write(_ bytes: [UInt8], to path: String) throws(RenderError) {
    var information = stat()
    if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw RenderError(.cannotWrite, path, "is a folder; name a file in it")
    }
    let temporary = path + ".\(getpid()).part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure(path) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glue.write(file, $0.baseAddress! + written, bytes.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure(path)
        close(file)
        unlink(temporary)
        throw error
      }
      written += count
    }
    guard close(file) == 0, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  /// Reads a whole file.
  static func read(_ path: String) throws(RenderError) -> [UInt8] {
    var information = stat()
    guard stat(path, &information) == 0 else {
      let reason = errno == ENOENT ? "no such file; check the name" : String(cString: strerror(errno))
      throw RenderError(.cannotRead, path, reason)
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw RenderError(.cannotRead, path, "is not an ordinary file")
    }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw RenderError(.cannotRead, path, String(cString: strerror(errno))) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glue.read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw RenderError(.cannotRead, path, String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func failure(_ path: String) -> RenderError {
    let code = errno
    let advice =
      switch code {
      case ENOENT: "the folder does not exist; make it first"
      case EACCES, EPERM, EROFS: "it may not be written here; choose another folder"
      case ENOSPC, EDQUOT: "the disk is full; nothing was kept"
      default: String(cString: strerror(code))
      }
    return RenderError(.cannotWrite, path, "cannot be written: \(advice)")
  }

  /// The system's calls of the names that this type uses itself.
  private enum Glue {
    static func write(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
      #if canImport(Glibc)
      Glibc.write(file, bytes, count)
      #elseif canImport(Darwin)
      Darwin.write(file, bytes, count)
      #else
      Musl.write(file, bytes, count)
      #endif
    }

    static func read(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
      #if canImport(Glibc)
      Glibc.read(file, bytes, count)
      #elseif canImport(Darwin)
      Darwin.read(file, bytes, count)
      #else
      Musl.read(file, bytes, count)
      #endif
    }
  }
}
