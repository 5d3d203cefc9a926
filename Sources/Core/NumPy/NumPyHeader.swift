/// The header of a NumPy array: a Python dictionary written out, such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct NumPyHeader: Hashable {
  var descriptor: String
  var isColumnMajor: Bool
  var extents: [Int]

  /// Reads the dictionary; its three keys may stand in any order.
  init(parsing text: String, named name: String) throws(NumPyError) {
    var parser = Parser(rest: Substring(text), name: name)
    var descriptor: String?
    var isColumnMajor: Bool?
    var extents: [Int]?
    try parser.expect("{")
    while !parser.skips("}") {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr":
        if parser.skips("[") {
          throw NumPyError(.elementType, name, "structured arrays (several fields an element) are not read")
        }
        descriptor = try parser.string()
      case "fortran_order": isColumnMajor = try parser.boolean()
      case "shape": extents = try parser.tuple()
      default: throw NumPyError(.malformed, name, "the header has an unknown key '\(key.prefix(40))'")
      }
      if !parser.skips(",") {
        try parser.expect("}")
        break
      }
    }
    guard let descriptor, let isColumnMajor, let extents else {
      throw NumPyError(.malformed, name, "the header lacks one of 'descr', 'fortran_order', 'shape'")
    }
    self.descriptor = descriptor
    self.isColumnMajor = isColumnMajor
    self.extents = extents
  }

  private struct Parser {
    var rest: Substring
    let name: String

    func failure(_ expected: String) -> NumPyError {
      let found = rest.isEmpty ? "its end" : "'\(rest.prefix(20).filter { !$0.isNewline })'"
      return NumPyError(.malformed, name, "the header does not parse: expected \(expected), found \(found)")
    }

    mutating func skips(_ token: String) -> Bool {
      rest = rest.drop(while: \.isWhitespace)
      guard rest.hasPrefix(token) else { return false }
      rest = rest.dropFirst(token.count)
      return true
    }

    mutating func expect(_ token: String) throws(NumPyError) {
      guard skips(token) else { throw failure("'\(token)'") }
    }

    mutating func string() throws(NumPyError) -> String {
      for quote in ["'", "\""] where skips(quote) {
        guard let end = rest.firstIndex(of: Character(quote)) else { throw failure("a closing \(quote)") }
        defer { rest = rest[rest.index(after: end)...] }
        return String(rest[..<end])
      }
      throw failure("a string")
    }

    mutating func boolean() throws(NumPyError) -> Bool {
      if skips("True") { return true }
      guard skips("False") else { throw failure("True or False") }
      return false
    }

    mutating func tuple() throws(NumPyError) -> [Int] {
      var extents: [Int] = []
      try expect("(")
      while !skips(")") {
        rest = rest.drop(while: \.isWhitespace)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let extent = Int(digits) else { throw failure("an extent that fits 63 bits") }
        extents.append(extent)
        rest = rest.dropFirst(digits.count)
        _ = skips("L")  // Python 2 wrote its long integers so.
        if !skips(",") {
          try expect(")")
          break
        }
      }
      // NumPy itself has at most 64 axes.
      guard extents.count <= 64 else {
        throw NumPyError(.malformed, name, "\(extents.count) axes, at most 64 are read")
      }
      return extents
    }
  }
}
