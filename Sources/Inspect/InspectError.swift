/// Why something cannot be looked at the way it was asked for.
public struct InspectError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// No such network, layer or step; the reason lists what there is.
    case unknownName
    /// The network or run has nothing of the kind that the figure shows.
    case notApplicable
    /// A picture or latent that the network cannot take.
    case input
    /// A figure that was not made by this tool, or not from this data.
    case verification
  }

  /// The kind of failure.
  public let code: Code
  /// The file, network or layer it is about.
  public let subject: String
  /// What is wrong and what to do about it.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `run.h5: the run has no discriminator; its networks are classifier`.
  public var description: String { "\(subject): \(reason)" }
}
