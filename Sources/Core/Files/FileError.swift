/// Why a file could not be read or written; readers of a format pass it on as their own error.
package struct FileError: Error, Hashable, Sendable {
  package enum Code: Hashable, Sendable {
    case missing
    case unreadable
    case truncated
    case damaged
    case unwritable
    /// What would reach outside its place, or unfold beyond all measure.
    case refused
    /// What the format allows and is not read.
    case unsupported
  }

  package let code: Code
  package let subject: String
  package let reason: String

  package init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }
}
