extension FigureRecipe {
  /// The recipe as JSON on one line, in ASCII, its entries in order.
  public var json: String { Value.object(entries).json }

  /// Reads a recipe from JSON.
  /// - Throws: `RenderError` of code `recipe` if it is not JSON, or not an object.
  public init(json: String) throws(RenderError) {
    var reader = JSONReader(bytes: Array(json.utf8))
    guard case .object(let entries) = try reader.readDocument() else {
      throw RenderError(.recipe, "recipe", "is not a JSON object")
    }
    self.init(entries: entries)
  }
}

extension FigureRecipe.Value {
  /// The value as JSON on one line, in ASCII.
  public var json: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    // JSON has no infinities; a recipe keeps them as what they are called.
    case .number(let value): value.isFinite ? "\(value)" : "\"\(value)\""
    case .string(let value): quoted(value)
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    case .object(let entries):
      "{" + entries.map { quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }
}

/// Reads JSON and keeps the order of names, which `JSONDecoder` does not.
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func readDocument() throws(RenderError) -> FigureRecipe.Value {
    let value = try readValue()
    skipSpace()
    guard place == bytes.count else { throw failure("something follows the end") }
    return value
  }

  private func failure(_ reason: String) -> RenderError {
    RenderError(.recipe, "recipe", "is not JSON at byte \(place): \(reason)")
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(RenderError) {
    guard take(UInt8(ascii: character)) else { throw failure("expected \(character)") }
  }

  private mutating func readValue() throws(RenderError) -> FigureRecipe.Value {
    skipSpace()
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw failure("nested more than 64 deep") }
    guard place < bytes.count else { throw failure("it ends early") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object(try readEntries())
    case UInt8(ascii: "["): return .list(try readList())
    case UInt8(ascii: "\""): return .string(try readString())
    default: return try readWord()
    }
  }

  private mutating func readEntries() throws(RenderError) -> [FigureRecipe.Entry] {
    try expect("{")
    var entries: [FigureRecipe.Entry] = []
    if take(UInt8(ascii: "}")) { return entries }
    repeat {
      skipSpace()
      let key = try readString()
      try expect(":")
      entries.append(FigureRecipe.Entry(key, try readValue()))
    } while take(UInt8(ascii: ","))
    try expect("}")
    return entries
  }

  private mutating func readList() throws(RenderError) -> [FigureRecipe.Value] {
    try expect("[")
    var values: [FigureRecipe.Value] = []
    if take(UInt8(ascii: "]")) { return values }
    repeat { values.append(try readValue()) } while take(UInt8(ascii: ","))
    try expect("]")
    return values
  }

  private mutating func readString() throws(RenderError) -> String {
    try expect("\"")
    var units: [UInt16] = []
    var start = place
    func flush(_ units: inout [UInt16], _ range: Range<Int>) {
      units += Array(String(decoding: bytes[range], as: UTF8.self).utf16)
    }
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        flush(&units, start..<place)
        place += 1
        return String(decoding: units, as: UTF16.self)
      case UInt8(ascii: "\\"):
        flush(&units, start..<place)
        units.append(try readEscape())
        start = place
      default: place += 1
      }
    }
    throw failure("a text without an end")
  }

  private mutating func readEscape() throws(RenderError) -> UInt16 {
    guard place + 1 < bytes.count else { throw failure("it ends early") }
    let letter = bytes[place + 1]
    place += 2
    switch letter {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "u"):
      guard place + 4 <= bytes.count,
        let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
      else { throw failure("a letter's number is cut") }
      place += 4
      return unit
    default: return UInt16(letter)
    }
  }

  private mutating func readWord() throws(RenderError) -> FigureRecipe.Value {
    let start = place
    while place < bytes.count, !",]} \n\r\t".utf8.contains(bytes[place]) { place += 1 }
    let word = String(decoding: bytes[start..<place], as: UTF8.self)
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default:
      if let value = Int(word) { return .integer(value) }
      if let value = Double(word) { return .number(value) }
      throw failure("\(word.prefix(20)) is no value")
    }
  }
}
