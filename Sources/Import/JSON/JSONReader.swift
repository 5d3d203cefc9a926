/// Reads JSON from front to back, keeping nothing but what is asked for.
///
/// A table of a safetensors file may be 100 MB long and comes from anywhere: general decoders build a tree of it first, go
/// as deep as it does, and let a name stand twice. Numbers may be `NaN` and `Infinity`, as Python writes them.
struct JSONReader {
  private let bytes: [UInt8]
  private let path: String
  private let deepest: Int
  private var place = 0
  private var depth = 0

  /// A reader of some text.
  /// - Parameters:
  ///   - path: what errors are about.
  ///   - deepest: the levels that objects and arrays may be nested in; deeper ones are refused.
  /// - Throws: `ImportError` if it is no UTF-8.
  init(_ bytes: [UInt8], _ path: String, deepest: Int) throws(ImportError) {
    self.bytes = bytes
    self.path = path
    self.deepest = deepest
    guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
      throw ImportError(.malformed, path, "is no JSON: it is no text in UTF-8")
    }
  }

  private func failure(_ expected: String) -> ImportError {
    let found =
      place < bytes.count ? String(decoding: bytes[place..<min(place + 12, bytes.count)], as: UTF8.self) : ""
    let shown = String(found.map { $0.isNewline || $0 == "\0" ? " " : $0 })
    return ImportError(
      .malformed, path,
      "is no JSON of this format: at byte \(place) expected \(expected), found "
        + (shown.isEmpty ? "the end" : "'\(shown)'"))
  }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
  }

  private mutating func skips(_ character: Character) -> Bool {
    skipBlanks()
    guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
    place += 1
    return true
  }

  /// Reads an object, handing each name to `body`, which must read its value.
  mutating func object(
    _ body: (String, inout JSONReader) throws(ImportError) -> Void
  ) throws(ImportError) {
    guard skips("{") else { throw failure("an object") }
    try deeper()
    defer { depth -= 1 }
    if skips("}") { return }
    repeat {
      let name = try string()
      guard skips(":") else { throw failure("':'") }
      try body(name, &self)
    } while skips(",")
    guard skips("}") else { throw failure("'}'") }
  }

  /// Reads an array, `body` one element at a time.
  mutating func array(_ body: (inout JSONReader) throws(ImportError) -> Void) throws(ImportError) {
    guard skips("[") else { throw failure("an array") }
    try deeper()
    defer { depth -= 1 }
    if skips("]") { return }
    repeat { try body(&self) } while skips(",")
    guard skips("]") else { throw failure("']'") }
  }

  private mutating func deeper() throws(ImportError) {
    depth += 1
    guard depth <= deepest else { throw failure("no more than \(deepest) levels") }
  }

  /// Reads an array of whole numbers that are not negative.
  mutating func counts() throws(ImportError) -> [Int] {
    var counts: [Int] = []
    try array { (reader) throws(ImportError) in counts.append(try reader.count()) }
    return counts
  }

  private mutating func count() throws(ImportError) -> Int {
    skipBlanks()
    let start = place
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
    let isWhole = place == bytes.count || ![0x2e, 0x45, 0x65].contains(bytes[place])
    guard isWhole, place > start, place == start + 1 || bytes[start] != 0x30,
      let number = Int(String(decoding: bytes[start..<place], as: UTF8.self))
    else {
      place = start
      throw failure("a whole number from 0 on that fits 63 bits")
    }
    return number
  }

  /// Reads text.
  mutating func string() throws(ImportError) -> String {
    guard skips("\"") else { throw failure("text") }
    let start = place
    while place < bytes.count, bytes[place] != 0x22, bytes[place] != 0x5c, bytes[place] >= 0x20 { place += 1 }
    if place < bytes.count, bytes[place] == 0x22 {
      defer { place += 1 }
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }
    var units = Array(String(decoding: bytes[start..<place], as: UTF8.self).utf16)
    while place < bytes.count, bytes[place] != 0x22 {
      if bytes[place] == 0x5c {
        units.append(try escape())
      } else {
        let run = place
        while place < bytes.count, bytes[place] != 0x22, bytes[place] != 0x5c, bytes[place] >= 0x20 {
          place += 1
        }
        guard place > run else { throw failure("text without control characters") }
        units += String(decoding: bytes[run..<place], as: UTF8.self).utf16
      }
    }
    guard skips("\"") else { throw failure("a closing '\"'") }
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func escape() throws(ImportError) -> UInt16 {
    let plain: [UInt8: UInt16] = [
      0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9,
    ]
    guard place + 1 < bytes.count else { throw failure("an escape") }
    if let unit = plain[bytes[place + 1]] {
      place += 2
      return unit
    }
    guard bytes[place + 1] == 0x75, place + 6 <= bytes.count, bytes[place + 2] != 0x2b,
      bytes[place + 2] != 0x2d,
      let unit = UInt16(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
    else { throw failure("an escape") }
    place += 6
    return unit
  }

  /// The character that a value begins with.
  var next: Character? {
    mutating get {
      skipBlanks()
      return place < bytes.count ? Character(Unicode.Scalar(bytes[place])) : nil
    }
  }

  /// Reads a number, `true`, `false` or `null`.
  mutating func scalar() throws(ImportError) -> JSON {
    skipBlanks()
    let start = place
    while place < bytes.count, ![0x2c, 0x5d, 0x7d, 0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) {
      place += 1
    }
    let word = place - start < 400 ? String(decoding: bytes[start..<place], as: UTF8.self) : ""
    switch word {
    case "true": return true
    case "false": return false
    case "null": return .null
    case "NaN": return .number(.nan)
    case "Infinity": return .number(.infinity)
    case "-Infinity": return .number(-.infinity)
    default:
      // Swift knows more ways to write a number than JSON does.
      if word.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }), let number = Double(word) {
        return .number(number)
      }
      place = start
      throw failure("a value")
    }
  }

  /// Passes over a value of any kind.
  mutating func skip() throws(ImportError) {
    switch next {
    case "{": try object { (_, reader) throws(ImportError) in try reader.skip() }
    case "[": try array { (reader) throws(ImportError) in try reader.skip() }
    case "\"": _ = try string()
    default: _ = try scalar()
    }
  }

  /// Makes sure that nothing but blanks is left.
  mutating func end() throws(ImportError) {
    skipBlanks()
    guard place == bytes.count else { throw failure("the end") }
  }
}
