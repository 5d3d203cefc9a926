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
    var reader = try JSONReader(bytes, subject, deepest: JSON.deepest)
    self = try reader.value()
    try reader.end()
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

extension JSONReader {
  /// Reads a value of any kind, whole; of a name that stands twice in an object the last counts.
  mutating func value() throws(ImportError) -> JSON {
    switch next {
    case "{":
      var members: [String: JSON] = [:]
      try object { (name, reader) throws(ImportError) in members[name] = try reader.value() }
      return .object(members)
    case "[":
      var elements: [JSON] = []
      try array { (reader) throws(ImportError) in elements.append(try reader.value()) }
      return .array(elements)
    case "\"": return .string(try string())
    default: return try scalar()
    }
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
