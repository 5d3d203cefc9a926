package import Core

/// PyTorch's files of tensors (`.pt`, `.pth`): what `torch.save(model.state_dict(), …)` writes, now and before 1.6.
///
/// The pickle in them is read by a closed interpreter that knows tensors and containers; nothing in it is run.
public enum TorchFile {
  private static let magic: [UInt8] = [
    0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]

  /// A file's pickle is some hundred bytes for each tensor.
  private static let longestPickle = 1 << 26

  /// True if a file that begins so is of the old kind: pickles one behind the other, then numbers.
  public static func recognises(_ head: [UInt8]) -> Bool {
    // Protocol 4 frames the number.
    head.first == 0x80 && [2, 11].contains { head.dropFirst($0).starts(with: magic) }
  }

  /// Opens a file; numbers are read when asked for.
  /// - Throws: `ImportError` if it is missing, no such file, damaged, or holds more than tensors and containers.
  public static func open(_ path: String) throws(ImportError) -> TensorFile {
    let head = try ForeignHead.read(path)
    if ZipFile.recognises(head) { return try open(try ZipFile.forImport(path)) }
    if recognises(head) { return try legacy(path) }
    if head.first == 0x80, head.dropFirst().first.map({ (1...5).contains($0) }) == true {
      throw ImportError(
        .unsupported, path, "is a pickle that torch.save did not write; save model.state_dict()")
    }
    throw ImportError(.notAModel, path, "is no PyTorch file: neither a zip nor a stream of pickles")
  }

  /// The pickle in a zip that PyTorch wrote; nil if there is none.
  package static func pickle(in zip: ZipFile) -> ZipFile.Entry? {
    zip.entries.first { $0.name.hasSuffix("/data.pkl") && $0.name.split(separator: "/").count == 2 }
      ?? zip["data.pkl"]
  }

  /// True if a zip is a TorchScript program.
  package static func isProgram(_ zip: ZipFile) -> Bool {
    zip.entries.contains {
      let parts = $0.name.split(separator: "/")
      return parts.last == "constants.pkl" || parts.dropFirst().first == "code"
    }
  }

  /// Opens a file of the present kind that is already open as a zip.
  /// - Throws: `ImportError` as the other `open` does.
  package static func open(_ zip: ZipFile) throws(ImportError) -> TensorFile {
    guard !isProgram(zip) else {
      throw ImportError(
        .unsupported, zip.path, "is a TorchScript program; save model.state_dict() or export ONNX instead")
    }
    guard let pickle = pickle(in: zip) else {
      throw ImportError(.notAModel, zip.path, "is a zip without a PyTorch pickle (data.pkl) in it")
    }
    let root = pickle.name.dropLast("data.pkl".count)
    let bytes: [UInt8]
    var isBigEndian = false
    do throws(FileError) {
      // PyTorch may be told to leave checksums out.
      bytes = try zip.contents(of: pickle, limit: longestPickle, checksChecksum: false)
      if let order = zip[root + "byteorder"] { isBigEndian = try zip.head(of: order, 3) == Array("big".utf8) }
    } catch {
      throw ImportError(error)
    }
    let (value, heap, _) = try PickleMachine.read(bytes, named: "\(zip.path):\(pickle.name)")
    var contents = TorchContents(TorchReader(heap: heap, path: zip.path))
    try contents.collect(value)
    return try contents.file(format: "PyTorch, zip") { (name, tensor) throws(ImportError) in
      let storage = tensor.storage
      guard let entry = zip["\(root)data/\(storage.key)"] else {
        throw ImportError(
          .malformed, "\(zip.path):\(name)", "its storage '\(storage.key)' is not in the file")
      }
      let expected = storage.count * storage.unit(of: tensor.format)
      guard entry.size == expected else {
        throw ImportError(
          .malformed, "\(zip.path):\(name)",
          "its storage '\(storage.key)' takes \(expected) bytes, \(entry.size) are there")
      }
      return StoredTensor(name, tensor, isBigEndian: isBigEndian, zip.path) { () throws(FileError) in
        if let part = zip.part(of: entry) { return .part(part) }
        return .bytes(try zip.contents(of: entry, limit: 1 << 32, checksChecksum: false))
      }
    }
  }

  /// Opens a file of the kind that PyTorch wrote before 1.6.
  private static func legacy(_ path: String) throws(ImportError) -> TensorFile {
    let whole: FilePart
    let head: [UInt8]
    do throws(FileError) {
      whole = try OpenFile(path).whole
      head = try whole.head(longestPickle)
    } catch {
      throw ImportError(error)
    }
    // A magic number, a version, facts about the machine; then what was saved, then the keys of the storages.
    var place = 0
    for _ in 0..<3 { place = try PickleMachine.read(head, at: place, named: path).end }
    let saved = try PickleMachine.read(head, at: place, named: path)
    let keys = try PickleMachine.read(head, at: saved.end, named: path)
    guard let order = keys.heap.sequence(keys.value) else {
      throw ImportError(.malformed, path, "its list of storages is no list")
    }
    var contents = TorchContents(TorchReader(heap: saved.heap, path: path))
    try contents.collect(saved.value)
    let parts = try storages(
      order.compactMap { $0.text ?? $0.integer.map(String.init) }, of: contents.reader, in: whole,
      from: keys.end)
    return try contents.file(format: "PyTorch before 1.6") { (name, tensor) throws(ImportError) in
      guard let part = parts[tensor.storage.key] else {
        throw ImportError(
          .malformed, "\(path):\(name)", "its storage '\(tensor.storage.key)' is not in the file")
      }
      let expected = tensor.storage.count * tensor.storage.unit(of: tensor.format)
      guard part.count == expected else {
        throw ImportError(
          .malformed, "\(path):\(name)",
          "its storage '\(tensor.storage.key)' takes \(expected) bytes, \(part.count) are there")
      }
      // Whatever machine wrote it: numbers lie with the least significant byte first.
      return StoredTensor(name, tensor, isBigEndian: false, path) { () throws(FileError) in .part(part) }
    }
  }

  /// Where the storages lie, each behind its number of elements.
  private static func storages(
    _ keys: [String], of reader: TorchReader, in whole: FilePart, from start: Int
  ) throws(ImportError) -> [String: FilePart] {
    let units = reader.unitsOfStorages()
    var parts: [String: FilePart] = [:]
    var place = start
    for key in keys {
      guard let unit = units[key] else {
        // Its type is not known, so where the next begins is not either.
        throw ImportError(.unsupported, whole.file.path, "nothing says of what type the storage '\(key)' is")
      }
      guard let head = whole.part(place, count: 8) else { throw cut(whole, key) }
      let bytes: [UInt8]
      do throws(FileError) { bytes = try head.bytes() } catch { throw ImportError(error) }
      let count = Int(truncatingIfNeeded: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      let (size, overflow) = count.multipliedReportingOverflow(by: unit)
      guard !overflow, let part = whole.part(place + 8, count: size) else { throw cut(whole, key) }
      parts[key] = part
      place += 8 + size
    }
    return parts
  }

  private static func cut(_ whole: FilePart, _ key: String) -> ImportError {
    ImportError(
      .truncated, whole.file.path, "the file ends before the end of storage '\(key)': fetch it again")
  }
}

/// Where the bytes of a storage are when they are needed.
enum TorchStorage {
  case part(FilePart)
  case bytes([UInt8])
}

extension StoredTensor {
  /// A tensor whose storage is brought when it is asked for. What it says of itself was held against the storage.
  fileprivate init(
    _ name: String, _ tensor: TorchTensor, isBigEndian: Bool, _ path: String,
    _ storage: @escaping @Sendable () throws(FileError) -> TorchStorage
  ) {
    self.init(name, tensor.shape, elementType: tensor.elementType) { () throws(ImportError) in
      guard tensor.span > 0 else { return Tensor(tensor.shape) }
      let size = tensor.format.size
      let shape: Shape = tensor.isContiguous ? tensor.shape : [tensor.span]
      let read: Tensor
      do throws(FileError) {
        switch try storage() {
        case .part(let part):
          guard let window = part.part(tensor.offset * size, count: tensor.span * size) else {
            throw FileError(.damaged, path, "\(name) reaches beyond its storage")
          }
          read = try tensor.format.tensor(shape, in: window, isBigEndian: isBigEndian)
        case .bytes(let bytes):
          let window = tensor.offset * size..<(tensor.offset + tensor.span) * size
          guard window.upperBound <= bytes.count else {
            throw FileError(.damaged, path, "\(name) reaches beyond its storage")
          }
          read = Tensor(shape) { result in
            bytes.withUnsafeBytes {
              tensor.format.convert(
                UnsafeRawBufferPointer(rebasing: $0[window]), isBigEndian: isBigEndian, into: result)
            }
          }
        }
      } catch {
        throw ImportError(error)
      }
      return tensor.isContiguous ? read : tensor.gathered(from: read)
    }
  }
}
