internal import CZlib

/// A zip file of unknown origin, open for reading.
///
/// Its directory is read and checked whole when it is opened: names that lead outside, names that stand twice, encrypted
/// entries, entries that overlap or unfold beyond measure are refused, so that whoever reads an entry need not ask.
/// Contents are read when they are asked for; those of stored entries can be lent as a part of the file.
///
/// The directory is read here and not by libzip, which does not say where an entry's bytes lie; one reader of a directory
/// leaves no room for two that understand it differently.
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5.
package struct ZipFile: Sendable {
  /// A file within the file.
  package struct Entry: Hashable, Sendable {
    /// Its name with its folders, `model/data/0`.
    package let name: String
    /// Its bytes, unpacked.
    package let size: Int
    /// The bytes it takes here.
    package let packedSize: Int
    /// True if it is deflated, false if it lies as it is.
    package let isPacked: Bool
    /// Its CRC-32, unpacked.
    let checksum: UInt32
    /// Where its bytes begin.
    let dataOffset: Int
  }

  /// Where the file is.
  package let path: String
  /// What is in it, folders left out, in the order of its directory.
  package let entries: [Entry]
  private let file: OpenFile
  private let places: [String: Int]

  /// True if a file that begins so is a zip.
  package static func recognises(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4b, 3, 4]) || head.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Opens a zip and checks its directory.
  /// - Throws: `FileError` if it is missing, cut off, no zip, damaged, or refused for what it would do.
  package init(_ path: String) throws(FileError) {
    let file = try OpenFile(path)
    let entries = try ZipDirectory(file).entries()
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      guard places.updateValue(index, forKey: entry.name) == nil else {
        throw FileError(.refused, "\(path):\(entry.name)", "two entries of the zip have this name")
      }
    }
    self.path = path
    self.entries = entries
    self.file = file
    self.places = places
  }

  /// The entry of a name.
  package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// The bytes of an entry that lies as it is; nil if it is deflated.
  package func part(of entry: Entry) -> FilePart? {
    entry.isPacked ? nil : file.whole.part(entry.dataOffset, count: entry.size)
  }

  /// All of an entry.
  /// - Parameters:
  ///   - limit: the most bytes that are taken.
  ///   - checksChecksum: false for formats whose writers leave the checksum out.
  /// - Throws: `FileError` if it is longer than `limit`, damaged, or cannot be read.
  package func contents(
    of entry: Entry, limit: Int, checksChecksum: Bool = true
  ) throws(FileError) -> [UInt8] {
    guard entry.size <= limit else {
      throw FileError(
        .refused, subject(entry), "\(entry.size) bytes are more than the \(limit) that are read at once")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(entry.size, 1 << 24))
    try read(entry, checksChecksum: checksChecksum) { (block) throws(FileError) in
      bytes.append(contentsOf: block)
      return true
    }
    return bytes
  }

  /// The first bytes of an entry, as many as there are up to a count; the checksum is not looked at.
  /// - Throws: `FileError` if it is damaged or cannot be read.
  package func head(of entry: Entry, _ count: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try read(entry, checksChecksum: false) { (block) throws(FileError) in
      bytes.append(contentsOf: block.prefix(count - bytes.count))
      return bytes.count < count
    }
    return bytes
  }

  /// Writes an entry to a file of its own, whole or not at all.
  /// - Throws: `FileError` if the entry is damaged or the file cannot be written.
  package func extract(_ entry: Entry, to path: String) throws(FileError) {
    try ByteWriter.write(to: path) { (put) throws(FileError) in
      try read(entry, checksChecksum: true) { (block) throws(FileError) in
        try put(block)
        return true
      }
    }
  }

  private func subject(_ entry: Entry) -> String { "\(path):\(entry.name)" }

  /// Hands an entry's bytes to `body` block by block, until it says false.
  private func read(
    _ entry: Entry, checksChecksum: Bool, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Bool
  ) throws(FileError) {
    let packed = file.whole.part(entry.dataOffset, count: entry.packedSize)!
    var checksum = crc32(0, nil, 0)
    var done = 0
    var inflater = entry.isPacked ? Inflater() : nil
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { block.deallocate() }
    var offset = 0
    while offset < packed.count {
      let count = min(block.count, packed.count - offset)
      let input = UnsafeMutableRawBufferPointer(rebasing: block[..<count])
      try packed.read(from: offset, into: input)
      offset += count
      let goesOn: Bool
      do throws(FileError) {
        goesOn = try Self.unpack(UnsafeRawBufferPointer(input), &inflater) { (output) throws(FileError) in
          done += output.count
          guard done <= entry.size else {
            throw FileError(
              .damaged, subject(entry), "is longer than the \(entry.size) bytes its directory says")
          }
          checksum = crc32(checksum, output.bindMemory(to: UInt8.self).baseAddress, UInt32(output.count))
          return try body(output)
        }
      } catch {
        throw error.subject.isEmpty ? FileError(error.code, subject(entry), error.reason) : error
      }
      guard goesOn else { return }
    }
    guard done == entry.size else {
      throw FileError(
        .damaged, subject(entry), "its directory says \(entry.size) bytes, \(done) came out: fetch it again")
    }
    guard !checksChecksum || UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
      throw FileError(.damaged, subject(entry), "its checksum does not hold: fetch the file again")
    }
  }

  private static func unpack(
    _ input: UnsafeRawBufferPointer, _ inflater: inout Inflater?,
    _ body: (UnsafeRawBufferPointer) throws(FileError) -> Bool
  ) throws(FileError) -> Bool {
    try inflater == nil ? body(input) : inflater!.unpack(input, body)
  }
}

/// A stream of deflated bytes, unpacked piece by piece.
private final class Inflater {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)
  private var isAtEnd = false

  init() {
    stream.initialize(to: z_stream())
    // A negative window size means bytes without a header, as they lie in a zip.
    let code = inflateInit2_(stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "zlib does not start: \(code)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// Unpacks some more input; false if `body` wants no more. Errors have no subject.
  func unpack(
    _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Bool
  ) throws(FileError) -> Bool {
    guard !isAtEnd else { throw FileError(.damaged, "", "bytes follow the end of its packed stream") }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    repeat {
      stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      let code = inflate(stream, Z_NO_FLUSH)
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
        throw FileError(.damaged, "", "its packed bytes are damaged: fetch the file again")
      }
      let count = output.count - Int(stream.pointee.avail_out)
      if count > 0, try !body(UnsafeRawBufferPointer(rebasing: output[..<count])) { return false }
      if code == Z_STREAM_END {
        isAtEnd = true
        guard stream.pointee.avail_in == 0 else {
          throw FileError(.damaged, "", "bytes follow the end of its packed stream")
        }
        return true
      }
    } while stream.pointee.avail_out == 0 || stream.pointee.avail_in > 0
    return true
  }
}
