/// Why a file is not opened as a model, or not written as one.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// There is no such file, or it may not be read.
    case missing
    /// A file that is no model: a picture, a text, a pointer to a file kept elsewhere.
    case notAModel
    /// A file that ends early.
    case truncated
    /// A file that contradicts itself or its format.
    case malformed
    /// Something that the format allows and that is not read, or that no network can be built of.
    case unsupported
    /// Something that would run code, reach outside the file or use up the machine: refused.
    case unsafe
    /// A file that cannot be written.
    case cannotWrite
  }

  /// The kind of failure.
  public let code: Code
  /// The file, with the place in it behind a colon: `model.onnx:conv1`.
  public let subject: String
  /// What is wrong, and what to do.
  public let reason: String

  /// An error about a file.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject.inOneLine
    self.reason = reason.inOneLine
  }

  /// One line for a person.
  public var description: String { "\(subject): \(reason)" }
}

extension String {
  /// The text with a mark in place of every character that a terminal would act upon: names in files may hold any.
  fileprivate var inOneLine: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}
