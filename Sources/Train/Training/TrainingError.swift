/// What went wrong in training, or with what it was told.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// A setting that makes no sense, or two that do not fit each other.
    case setting
    /// A loss or a value stopped being a number.
    case diverged
  }

  /// The kind of failure.
  public let code: Code
  /// The setting, step or layer it is about.
  public let subject: String
  /// What is wrong and what to do about it.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `rate: expected a number above 0, found -1.0`.
  public var description: String { "\(subject): \(reason)" }
}
