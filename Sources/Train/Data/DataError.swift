package import Core

/// What is wrong with a data set or with how it is to be used.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// There is no data set, folder or file of that name.
    case missing
    /// A file that ends early.
    case truncated
    /// A file whose content is not what its format says.
    case malformed
    /// Parts that do not fit each other: counts, sizes, labels.
    case mismatch
    /// A request that cannot be met: a batch larger than the data, no steps.
    case misuse
  }

  /// The kind of failure.
  public let code: Code
  /// The file, folder, data set or option it is about.
  public let subject: String
  /// What is wrong, with both values where two do not agree.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `size: expected 1 to 4096 pixels a side, found 0`.
  public var description: String { "\(subject): \(reason)" }
}

extension DataError {
  /// The same failure, told by the reader of plain or gzipped files.
  package init(_ error: FileError) {
    let code: Code =
      switch error.code {
      case .missing: .missing
      case .truncated: .truncated
      case .unreadable, .damaged, .unwritable, .refused, .unsupported: .malformed
      }
    self.init(code, error.subject, error.reason)
  }
}
