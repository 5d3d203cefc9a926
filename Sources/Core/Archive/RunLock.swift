#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The sign on a run file that a living process writes it; it vanishes with the process, however that ends.
///
/// A lock of the open file description, on one byte that the file will never reach: it meets neither libhdf5's
/// own locks (flock) nor readers. Where the file system has no locks there is no sign.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// Puts the sign up.
  /// - Throws: `ArchiveError` (`.cannotWrite`) if another process, or another recorder, has it up.
  init(_ path: String, named name: String) throws(ArchiveError) {
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    var lock = RunLock.description
    if fcntl(descriptor, RunLock.set, &lock) != 0, errno == EAGAIN || errno == EACCES {
      close(descriptor)
      throw RunLock.isTaken(name)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// True if somebody writes the run now.
  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var lock = description
    return fcntl(descriptor, get, &lock) == 0 && Int32(lock.l_type) != Int32(F_UNLCK)
  }

  static func isTaken(_ path: String) -> ArchiveError {
    ArchiveError(.cannotWrite, path, "this run is being trained now; wait for its end, or stop it")
  }

  private static var description: flock {
    var lock = flock()
    lock.l_type = .init(F_WRLCK)
    lock.l_whence = .init(SEEK_SET)
    lock.l_start = 1 << 62
    lock.l_len = 1
    return lock
  }

  // The constants of fcntl's open-file-description locks, which not every header lets Swift see.
  #if canImport(Darwin)
  private static let (set, get): (Int32, Int32) = (90, 92)
  #else
  private static let (set, get): (Int32, Int32) = (37, 36)
  #endif
}
