internal import Core

/// Tensors as safetensors files have them: a length, a table in JSON, the numbers one behind the other.
///
/// Source: the format's description and its reference implementation, huggingface/safetensors 0.8.
public enum SafetensorsFile {
  /// The longest table that is read: the reference implementation's limit.
  static let longestTable = 100_000_000

  /// True if a file that begins so may be one: a believable length, and JSON behind it.
  public static func recognises(_ head: [UInt8]) -> Bool {
    guard head.count >= 9 else { return false }
    let text = head[8...].drop { $0 == 0x20 }
    return length(head) <= longestTable && (text.first == 0x7b || text.isEmpty)
  }

  private static func length(_ head: [UInt8]) -> UInt64 {
    head.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Opens a file; numbers are read when asked for.
  /// - Throws: `ImportError` if it is missing, cut off, or breaks one of the format's rules.
  public static func open(_ path: String) throws(ImportError) -> TensorFile {
    try ForeignHead.check(try ForeignHead.read(path), path)
    let whole: FilePart
    let table: [UInt8]
    let data: FilePart
    do throws(FileError) {
      whole = try OpenFile(path).whole
      let count = length(try whole.head(8))
      guard whole.count >= 8 else {
        throw FileError(.truncated, path, "\(whole.count) bytes are no safetensors file")
      }
      guard count <= longestTable else {
        throw FileError(
          .damaged, path,
          "its table would take \(count) bytes, at most \(longestTable) are read: no safetensors file")
      }
      guard let part = whole.part(8, count: Int(count)),
        let rest = whole.part(8 + Int(count), count: whole.count - 8 - Int(count))
      else {
        throw FileError(
          .truncated, path, "its table takes \(count) bytes, \(whole.count - 8) are there: fetch it again")
      }
      table = try part.bytes()
      data = rest
    } catch {
      throw ImportError(error)
    }
    let header = try SafetensorsTable(table, path)
    try header.check(dataSize: data.count)
    var tensors: [StoredTensor] = []
    var remarks: [String] = []
    for entry in header.entries {
      guard let format = entry.type.format else {
        remarks.append("left aside: \(entry.name): elements of type \(entry.type.name) are not read")
        continue
      }
      guard let shape = entry.checkedShape, let part = data.part(entry.begin, count: entry.end - entry.begin)
      else {
        throw ImportError(.unsupported, "\(path):\(entry.name)", "is larger than any tensor that is read")
      }
      tensors.append(StoredTensor(entry.name, shape, elementType: entry.type.name, format, in: part))
    }
    return TensorFile(
      path: path, format: "safetensors", tensors: tensors, metadata: header.metadata, remarks: remarks)
  }
}
