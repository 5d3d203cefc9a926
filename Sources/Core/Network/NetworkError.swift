/// What is wrong with a network, its parameters or what it was given.
public struct NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// Shapes that do not fit each other.
    case shape
    /// A node, input or parameter that the network does not have, or has twice.
    case name
    /// A network that cannot be run: an operation without a kernel, a value not kept.
    case unsupported
    /// A description that is not a network.
    case malformed
  }

  /// The kind of failure.
  public let code: Code
  /// The network, node or parameter it is about.
  public let subject: String
  /// What is wrong, with both values where two do not agree.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `conv1.weight: expected [6, 1, 5, 5], found [6, 3, 5, 5]`.
  public var description: String { "\(subject): \(reason)" }
}
