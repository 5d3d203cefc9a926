import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Whether a text is well-formed XML.
enum XMLCheck {
  /// What is wrong with it; nil if nothing is.
  static func complaint(_ data: Data) -> String? {
    let parser = XMLParser(data: data)
    return parser.parse() ? nil : "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "?")"
  }
}
