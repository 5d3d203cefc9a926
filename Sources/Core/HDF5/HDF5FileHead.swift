/// What the first bytes of a file say, read before libhdf5 sees it: it crashes on damaged files.
struct HDF5FileHead: Hashable, Sendable {
  /// Which file it is, and how long.
  let identity: SystemFile.Identity
  /// The bytes there are: of the file, or of the part of it that is read.
  let size: Int
  /// Bytes the file says it has; nil for a superblock of a version unknown here.
  let storedSize: Int?
  /// True while somebody appends to the file, and after whoever did was killed.
  let isAppendedTo: Bool
  /// True if the file was being written in another way and never closed.
  let isUnfinished: Bool

  /// Looks at a file, or a part of it.
  /// - Throws: `ArchiveError` if it is not there, not HDF5 (saying what it looks like), or cut short.
  init(of path: String, part: Range<Int>? = nil) throws(ArchiveError) {
    identity = try SystemFile.identity(path)
    guard !identity.isDirectory else {
      throw ArchiveError(.cannotOpen, path, "this is a directory; give a file")
    }
    guard identity.isRegular else { throw ArchiveError(.cannotOpen, path, "this is not an ordinary file") }
    size = part?.count ?? identity.size
    guard size > 0 else {
      throw ArchiveError(.damaged, path, "the file is empty; make or copy it again")
    }
    let start = part?.lowerBound ?? 0
    guard let head = try HDF5FileHead.superblock(of: path, from: start, size: size) else {
      let beginning = try SystemFile.bytes(path, at: start, count: min(size, 96))
      throw ArchiveError(
        .notHDF5, path,
        "not an HDF5 file: this looks like \(FileResemblance(beginning)); give a run or model in HDF5"
      )
    }
    let block = Superblock(head)
    if case .truncated = block {
      throw ArchiveError(
        .damaged, path, "the file ends after \(size) bytes, inside its head; copy it again")
    }
    guard case .known(let end, let flags) = block else {
      (storedSize, isAppendedTo, isUnfinished) = (nil, false, false)
      return
    }
    storedSize = end
    isAppendedTo = flags & 0b101 == 0b101
    isUnfinished = flags & 0b101 == 0b001
    // A file that is appended to may be shorter than it says for an instant; what it lacks is checked on reading.
    if !isAppendedTo && size < end {
      throw ArchiveError(
        .damaged, path, "the file is cut short: \(size) bytes of \(end) are there; copy it again")
    }
    if isUnfinished {
      throw ArchiveError(
        .damaged, path, "a program is writing this file, or was stopped before it had finished; make it again"
      )
    }
  }

  /// The bytes at the signature, which stands at 0, 512, 1024, 2048, …: another program's head may come before it. Nil if
  /// there is none.
  static func superblock(
    of path: String, from offset: Int = 0, size: Int
  ) throws(ArchiveError) -> [UInt8]? {
    var start = 0
    while start < size {
      let head = try SystemFile.bytes(path, at: offset + start, count: min(size - start, 96))
      if head.starts(with: signature) { return head }
      start = start == 0 ? 512 : start * 2
    }
    return nil
  }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The few fields of the superblock that matter here (HDF5 file format specification 3.0, II.A).
  private enum Superblock {
    case known(end: Int, flags: UInt8)
    case unknown
    case truncated

    init(_ head: [UInt8]) {
      guard head.count > 16 else {
        self = .truncated
        return
      }
      let version = head[8]
      let (fields, width, flags): (Int, Int, UInt8)
      switch version {
      case 0: (fields, width, flags) = (24, Int(head[13]), 0)
      case 1: (fields, width, flags) = (28, Int(head[13]), 0)
      case 2: (fields, width, flags) = (12, Int(head[9]), 0)
      case 3: (fields, width, flags) = (12, Int(head[9]), head[11])
      default:
        self = .unknown
        return
      }
      guard [2, 4, 8].contains(width) else {
        self = .unknown
        return
      }
      let start = fields + 2 * width  // behind the base address and one other
      guard head.count >= start + width else {
        self = .truncated
        return
      }
      var end: UInt64 = 0
      for byte in head[start..<start + width].reversed() { end = end << 8 | UInt64(byte) }
      guard let end = Int(exactly: end) else {
        self = .unknown
        return
      }
      self = .known(end: end, flags: flags)
    }
  }
}
