/// What is wrong with a file of runs or weights, or with writing one.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to branch on.
  public enum Code: Hashable, Sendable {
    /// There is no such file, or it cannot be opened at all.
    case cannotOpen
    /// The file is empty, cut short or damaged.
    case damaged
    /// The file is something else than HDF5.
    case notHDF5
    /// The file is HDF5, but not a run.
    case notARun
    /// The run was written in a newer format than this program knows.
    case newerVersion
    /// The run has no object of this name: a network, a layer, a step, a series.
    case unknownName
    /// A dataset or attribute of the run is missing.
    case missing
    /// A dataset or attribute is of another type or shape than expected.
    case mismatch
    /// The output exists and was not to be replaced.
    case exists
    /// The output cannot be written.
    case cannotWrite
    /// There is no room left for the output.
    case diskFull
    /// The run holds no state from which training could go on.
    case cannotResume
  }

  /// The kind of failure.
  public let code: Code
  /// The file and, behind a colon, the object in it: `run.h5:/config`.
  public let subject: String
  /// What is wrong and what to do about it, with both values where two do not agree.
  public let reason: String

  /// An error about a subject.
  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  /// One line for a person: `run.h5: no snapshot at step 7; there are 0, 100, 200`.
  public var description: String { "\(subject): \(reason)" }
}
