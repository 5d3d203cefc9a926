/// What went wrong in drawing a figure or reading one back.
public struct RenderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// A file extension that no figure is written in.
    case format
    /// A file that could not be written.
    case cannotWrite
    /// A file that could not be read.
    case cannotRead
    /// A figure of more pixels than a bitmap can have.
    case tooLarge
    /// A failure inside the drawing library.
    case drawing
    /// A file in which no recipe is found, or a recipe that is not one.
    case recipe
  }

  /// The kind of failure.
  public let code: Code
  /// The file or figure it is about.
  public let subject: String
  /// What is wrong, and what to do.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `conv1.gif: has the extension .gif; figures are written as .svg, .png or .pdf`.
  public var description: String { "\(subject): \(reason)" }
}
