/// A value of JSON as Python writes it: with `NaN` and `Infinity`, and with any character in a string.
///
/// Foundation's decoder takes either those two words or an escaped NUL, which old Lambda layers hold, but not both.
indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Deeper nesting than this is nobody's model.
  static let deepest = 200

  /// Reads a text.
  /// - Throws: `ImportError` (`.malformed`) with the place of the first character that cannot be.
  init(parsing bytes: [UInt8], named subject: String) throws(ImportError) {
    var parser = Parser(bytes: bytes, subject: subject)
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == bytes.count else { throw parser.error("something follows the value") }
  }

  /// The member of an object; nil where there is none, or this is no object.
  subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The element of an array; nil where there is none.
  subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  var isNull: Bool { self == .null }
  var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
  var object: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  /// The number, if it is a whole one.
  var whole: Int? { number.flatMap { Int(exactly: $0) } }
}

private struct Parser {
  let bytes: [UInt8]
  let subject: String
  var place = 0

  func error(_ what: String) -> ImportError {
    ImportError(.malformed, subject, "is no JSON: \(what), at character \(place + 1) of \(bytes.count)")
  }

  mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard place < bytes.count, bytes[place] == character.asciiValue! else { return false }
    place += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[place...].starts(with: word.utf8) else { return false }
    place += word.utf8.count
    return true
  }

  mutating func value(depth: Int) throws(ImportError) -> JSON {
    guard depth < JSON.deepest else { throw error("nested more than \(JSON.deepest) deep") }
    skipSpace()
    guard place < bytes.count else { throw error("it ends early") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    default: break
    }
    let words: [(String, JSON)] = [
      ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("NaN", .number(.nan)),
      ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
    ]
    for (word, value) in words where take(word: word) { return value }
    let rest = bytes[place...].prefix { "+-.eE0123456789".utf8.contains($0) }
    guard rest.count < 400, let number = Double(String(decoding: rest, as: UTF8.self)) else {
      throw error("no value begins so")
    }
    place += rest.count
    return .number(number)
  }

  private mutating func array(depth: Int) throws(ImportError) -> JSON {
    place += 1
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("expected ',' or ']'") }
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(ImportError) -> JSON {
    place += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if take("}") { return .object([:]) }
    repeat {
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw error("expected a name") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw error("expected ':'") }
      members[key] = try value(depth: depth + 1)
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("expected ',' or '}'") }
    return .object(members)
  }

  private mutating func string() throws(ImportError) -> String {
    place += 1
    var units: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      guard place < bytes.count else { break }
      let escape = bytes[place]
      place += 1
      switch escape {
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "u"): units += String(try scalar()).utf8
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
      default: throw error("no escape is written so")
      }
    }
    throw error("a string does not end")
  }

  /// The character behind `\u`; half of a pair alone is a replacement character.
  private mutating func scalar() throws(ImportError) -> Character {
    let first = try hexadecimal()
    guard (0xD800..<0xDC00).contains(first), bytes[place...].starts(with: "\\u".utf8) else {
      return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }
    let start = place
    place += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second) else {
      place = start
      return "\u{FFFD}"
    }
    return Character(Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}")
  }

  private mutating func hexadecimal() throws(ImportError) -> UInt32 {
    let digits = bytes[place...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("expected four hexadecimal digits") }
    place += 4
    return value
  }
}

extension JSON {
  /// The text of the value, members in the order of their names.
  var written: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): JSON.written(number)
    case .string(let text): JSON.quoted(text)
    case .array(let elements): "[" + elements.map(\.written).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { JSON.quoted($0.key) + ": " + $0.value.written }
        .joined(separator: ", ") + "}"
    }
  }

  private static func written(_ number: Double) -> String {
    if let whole = Int(exactly: number) { return String(whole) }
    if number.isNaN { return "NaN" }
    return number.isFinite ? String(number) : number < 0 ? "-Infinity" : "Infinity"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
