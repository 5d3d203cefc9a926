/// Reads the directory at the end of a zip, and holds what it says against the file.
struct ZipDirectory {
  private let file: OpenFile
  private let path: String

  init(_ file: OpenFile) {
    self.file = file
    path = file.path
  }

  /// More entries than any model has.
  private static let largestCount = 1 << 18
  /// Deflate packs at most 1032 to 1 (zlib's documentation): beyond, a directory lies.
  private static let largestRatio = 1040
  /// Packed by more than 1000 to 1, this is still let through: an array of zeros.
  private static let harmlessSize = 1 << 27

  /// The entries, each known to lie in the file and to share no byte with another.
  func entries() throws(FileError) -> [ZipFile.Entry] {
    let (directory, count) = try locate()
    let bytes = try directory.bytes()
    var headers: [(header: Header, data: Int)] = []
    var cursor = 0
    for _ in 0..<count {
      let header = try Header(bytes, &cursor, path)
      try check(header)
      headers.append((header, try dataOffset(of: header, before: directory.offset)))
    }
    var end = 0
    for (header, data) in headers.sorted(by: { $0.header.localOffset < $1.header.localOffset }) {
      guard header.localOffset >= end else {
        throw FileError(.refused, "\(path):\(header.name)", "overlaps another entry of the zip")
      }
      end = data + header.packedSize
    }
    return headers.compactMap { header, data in
      header.name.hasSuffix("/")
        ? nil
        : ZipFile.Entry(
          name: header.name, size: header.size, packedSize: header.packedSize, isPacked: header.method == 8,
          checksum: header.checksum, dataOffset: data)
    }
  }

  /// Where the directory is, and how many entries it has.
  private func locate() throws(FileError) -> (FilePart, count: Int) {
    // At the end stands a record of 22 bytes and a comment of up to 65,535.
    let tail = file.whole.part(max(0, file.size - 65_557), count: min(file.size, 65_557))!
    let bytes = try tail.bytes()
    guard
      let place = stride(from: bytes.count - 22, through: 0, by: -1).first(where: {
        bytes.number(at: $0, 4) == 0x0605_4b50 && $0 + 22 + bytes.number(at: $0 + 20, 2) == bytes.count
      })
    else { throw FileError(.truncated, path, "the zip has no directory: it was cut off, fetch it again") }
    var count = bytes.number(at: place + 10, 2)
    var size = bytes.number(at: place + 12, 4)
    var offset = bytes.number(at: place + 16, 4)
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff, place >= 20,
      bytes.number(at: place - 20, 4) == 0x0706_4b50
    {
      guard let record = file.whole.part(bytes.number(at: place - 12, 8), count: 56) else { throw damaged() }
      let bytes = try record.bytes()
      guard bytes.number(at: 0, 4) == 0x0606_4b50 else { throw damaged() }
      count = bytes.number(at: 32, 8)
      size = bytes.number(at: 40, 8)
      offset = bytes.number(at: 48, 8)
    }
    guard let directory = file.whole.part(offset, count: size), offset + size <= tail.offset + place else {
      throw damaged()
    }
    // An entry takes 46 bytes at least.
    guard count >= 0, count <= size / 46 else { throw damaged() }
    guard count <= Self.largestCount else {
      throw FileError(.refused, path, "\(count) entries in a zip, at most \(Self.largestCount) are read")
    }
    return (directory, count)
  }

  private func damaged() -> FileError {
    FileError(.damaged, path, "the zip's directory is damaged: fetch the file again")
  }

  private func check(_ header: Header) throws(FileError) {
    let subject = "\(path):\(header.name)"
    let parts = header.name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    guard !header.name.isEmpty, !header.name.contains("\0"), !parts.contains(".."), parts[0] != "" else {
      throw FileError(.refused, subject, "an entry of the zip has a name that leads outside it")
    }
    guard header.flags & 1 == 0 else {
      throw FileError(.unsupported, subject, "is encrypted; unpack the zip and pack it without a password")
    }
    guard header.method == 0 || header.method == 8 else {
      throw FileError(
        .unsupported, subject, "is packed by method \(header.method); stored and deflated entries are read")
    }
    guard header.size >= 0, header.packedSize >= 0, header.method == 8 || header.size == header.packedSize
    else {
      throw damaged()
    }
    let ratio = header.size / max(header.packedSize, 1)
    guard header.packedSize > 0 || header.size == 0, ratio <= Self.largestRatio,
      ratio <= 1000 || header.size <= Self.harmlessSize
    else {
      throw FileError(
        .refused, subject,
        "\(header.packedSize) bytes claim to unfold to \(header.size); that is not believed")
    }
  }

  /// Where an entry's bytes begin: behind a header of its own, whose lengths may differ from the directory's.
  private func dataOffset(of header: Header, before end: Int) throws(FileError) -> Int {
    let subject = "\(path):\(header.name)"
    guard let part = file.whole.part(header.localOffset, count: 30 + header.rawName.count) else {
      throw FileError(.damaged, subject, "lies beyond the end of the file: fetch it again")
    }
    let bytes = try part.bytes()
    guard bytes.number(at: 0, 4) == 0x0403_4b50, bytes.number(at: 26, 2) == header.rawName.count,
      bytes[30...].elementsEqual(header.rawName), bytes.number(at: 8, 2) == header.method
    else { throw FileError(.damaged, subject, "the zip's directory and the entry itself do not agree") }
    let data = header.localOffset + bytes.count + bytes.number(at: 28, 2)
    guard data <= end, header.packedSize <= end - data else {
      throw FileError(.damaged, subject, "reaches beyond the end of the entries: fetch the file again")
    }
    return data
  }

  /// One entry as the directory has it.
  private struct Header {
    var flags: Int
    var method: Int
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    var localOffset: Int
    var rawName: [UInt8]
    var name: String

    init(_ bytes: [UInt8], _ cursor: inout Int, _ path: String) throws(FileError) {
      let damaged = FileError(.damaged, path, "the zip's directory is damaged: fetch the file again")
      guard cursor + 46 <= bytes.count, bytes.number(at: cursor, 4) == 0x0201_4b50 else { throw damaged }
      flags = bytes.number(at: cursor + 8, 2)
      method = bytes.number(at: cursor + 10, 2)
      checksum = UInt32(bytes.number(at: cursor + 16, 4))
      packedSize = bytes.number(at: cursor + 20, 4)
      size = bytes.number(at: cursor + 24, 4)
      localOffset = bytes.number(at: cursor + 42, 4)
      let nameEnd = cursor + 46 + bytes.number(at: cursor + 28, 2)
      let extraEnd = nameEnd + bytes.number(at: cursor + 30, 2)
      let end = extraEnd + bytes.number(at: cursor + 32, 2)
      guard end <= bytes.count else { throw damaged }
      rawName = Array(bytes[cursor + 46..<nameEnd])
      name = String(decoding: rawName, as: UTF8.self)
      cursor = nameEnd
      while cursor + 4 <= extraEnd {
        let fieldEnd = cursor + 4 + bytes.number(at: cursor + 2, 2)
        guard fieldEnd <= extraEnd else { throw damaged }
        if bytes.number(at: cursor, 2) == 1 {
          // Zip64: what does not fit 32 bits stands here, in this order.
          var place = cursor + 4
          for field in [\Header.size, \.packedSize, \.localOffset] where self[keyPath: field] == 0xffff_ffff {
            guard place + 8 <= fieldEnd else { throw damaged }
            self[keyPath: field] = bytes.number(at: place, 8)
            place += 8
          }
        }
        cursor = fieldEnd
      }
      cursor = end
    }
  }
}

extension [UInt8] {
  /// The little-endian number of a few bytes; eight that do not fit 63 bits give a negative one.
  fileprivate func number(at place: Int, _ size: Int) -> Int {
    var number: UInt64 = 0
    for offset in (0..<size).reversed() { number = number << 8 | UInt64(self[place + offset]) }
    return Int(truncatingIfNeeded: number)
  }
}
