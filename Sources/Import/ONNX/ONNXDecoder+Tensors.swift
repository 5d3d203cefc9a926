internal import Core

extension ONNXDecoder {
  /// Reads what a tensor is and finds where its numbers are.
  mutating func tensor(_ message: WireReader) throws(ImportError) -> ONNXTensor {
    var reader = message
    var tensor = ONNXTensor()
    var raw: FilePart?
    var external: [String: String] = [:]
    var isExternal = false
    // The typed field that holds numbers, how many, and the part that holds them all.
    var typed: (field: Int, count: Int, whole: FilePart?) = (0, 0, nil)
    try take()
    while let (field, payload) = try reader.next() {
      switch field {
      case 1: try extents(payload, reader, &tensor)
      case 2: tensor.type = ONNXElementType(rawValue: payload.integer ?? 0)
      case 4, 5, 7, 10, 11:
        let count = try count(payload, field, reader)
        typed = (
          field, typed.field == field ? typed.count + count : count, typed.count == 0 ? payload.part : nil
        )
      case 8: tensor.name = try text(payload)
      case 9: raw = payload.part
      case 13:
        guard let part = payload.part else { continue }
        let (key, value) = try entry(reader.within(part))
        external[key] = value
      case 14: isExternal = payload.integer == 1
      default: continue
      }
    }
    let subject = "\(path):\(tensor.name)"
    guard let count = Shape(tensor.extents).checkedElementCount else {
      throw ImportError(.malformed, subject, "a tensor of \(Shape(tensor.extents)), which no memory holds")
    }
    guard let format = tensor.type.format else {
      tensor.storage = .unreadable("elements of type \(tensor.type) are not read")
      return tensor
    }
    if isExternal {
      raw = try part(outside: external, count * format.size, subject)
    }
    if let raw {
      guard raw.count == count * format.size else {
        throw ImportError(
          .malformed, subject,
          "\(Shape(tensor.extents)) of \(tensor.type) takes \(count * format.size) bytes, found \(raw.count)")
      }
      tensor.storage = .little(raw, format)
    } else {
      guard typed.count == count else {
        throw ImportError(
          .malformed, subject, "\(Shape(tensor.extents)) takes \(count) numbers, found \(typed.count)")
      }
      if typed.field == ONNXTensor.floatField, let whole = typed.whole {
        tensor.storage = .little(whole, .float32)
      } else {
        tensor.storage = .field(typed.field, of: message.message)
      }
    }
    return tensor
  }

  private mutating func extents(
    _ payload: WireReader.Payload, _ reader: WireReader, _ tensor: inout ONNXTensor
  ) throws(ImportError) {
    var found: [Int] = []
    if let extent = payload.integer {
      found = [extent]
    } else if let part = payload.part {
      var packed = reader.within(part)
      while !packed.isAtEnd && found.count <= 64 {
        found.append(Int(truncatingIfNeeded: try packed.varint()))
      }
    }
    tensor.extents += found
    guard tensor.extents.count <= 64, found.allSatisfy({ $0 >= 0 }) else {
      throw ImportError(.malformed, path, "a tensor with extents of \(tensor.extents.prefix(8))")
    }
  }

  /// How many numbers a typed field holds.
  private func count(
    _ payload: WireReader.Payload, _ field: Int, _ reader: WireReader
  ) throws(ImportError) -> Int {
    guard let part = payload.part else { return 1 }
    switch field {
    case ONNXTensor.floatField, ONNXTensor.doubleField:
      let size = field == ONNXTensor.floatField ? 4 : 8
      guard part.count % size == 0 else { throw reader.malformed("numbers that break off") }
      return part.count / size
    default:
      var packed = reader.within(part)
      var count = 0
      while !packed.isAtEnd {
        _ = try packed.varint()
        count += 1
      }
      return count
    }
  }

  private mutating func entry(_ message: WireReader) throws(ImportError) -> (key: String, value: String) {
    var reader = message
    var (key, value) = ("", "")
    while let (field, payload) = try reader.next() {
      if field == 1 { key = try text(payload) }
      if field == 2 { value = try text(payload) }
    }
    return (key, value)
  }

  /// The bytes of a tensor that is kept beside the model: only in files at the model's side, never elsewhere.
  private mutating func part(
    outside entries: [String: String], _ size: Int, _ subject: String
  ) throws(ImportError) -> FilePart {
    let location = entries["location"] ?? ""
    let steps = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.contains("\\"), !location.utf8.contains(0),
      steps.allSatisfy({ $0 != ".." && !$0.isEmpty })
    else {
      throw ImportError(
        .unsafe, subject,
        "its numbers are said to be in '\(location)'; only files beside the model are read")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let whole: FilePart
    do throws(FileError) {
      if files[location] == nil { files[location] = try OpenFile(folder + location) }
      whole = files[location]!.whole
    } catch {
      throw ImportError(
        .missing, subject,
        "its numbers are in '\(location)' beside the model, which cannot be opened: \(error.reason)")
    }
    let offset = try number(entries["offset"], or: 0, "offset", subject)
    let length = try number(entries["length"], or: size, "length", subject)
    guard let part = whole.part(offset, count: length) else {
      throw ImportError(
        .malformed, subject,
        "\(length) bytes from \(offset) on are not within '\(location)', which has \(whole.count)")
    }
    return part
  }

  private func number(
    _ text: String?, or standard: Int, _ what: String, _ subject: String
  ) throws(ImportError) -> Int {
    guard let text else { return standard }
    guard let number = Int(text), number >= 0 else {
      throw ImportError(.malformed, subject, "an external \(what) of '\(text.prefix(40))'")
    }
    return number
  }
}
