/// What is wrong with a NumPy array file.
public struct NumPyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// There is no such file, or it may not be read.
    case missing
    /// A file that is not in NumPy's format.
    case notAnArray
    /// An array whose elements are of a type that is not read.
    case elementType
    /// An array of Python objects, which only running them would bring back.
    case unsafe
    /// A header that says something impossible, or a length that does not follow from it.
    case malformed
    /// A file that ends early.
    case truncated
    /// A file that cannot be written.
    case unwritable
  }

  /// The kind of failure.
  public let code: Code
  /// The file it is about.
  public let subject: String
  /// What is wrong, with both values where two do not agree.
  public let reason: String

  /// An error about a file.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `x.npy: [2, 3] of '<f4' takes 24 bytes, found 20`.
  public var description: String { "\(subject): \(reason)" }
}
