/// What is wrong with a picture file or with what a picture is to become.
public struct PictureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// There is no such file, or it may not be read.
    case missing
    /// A file that is neither PNG nor JPEG.
    case notAPicture
    /// A picture that ends early.
    case truncated
    /// A picture that its library cannot decode.
    case malformed
    /// More pixels than are read.
    case tooLarge
    /// No pixels at all.
    case empty
    /// A file that cannot be written.
    case unwritable
  }

  /// The kind of failure.
  public let code: Code
  /// The file it is about.
  public let subject: String
  /// What is wrong.
  public let reason: String

  /// An error about a file.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `seven.gif: expected a PNG or JPEG picture, found a GIF`.
  public var description: String { "\(subject): \(reason)" }
}

extension PictureError {
  init(_ error: FileError) {
    self.init(error.code == .truncated ? .truncated : .missing, error.subject, error.reason)
  }
}
