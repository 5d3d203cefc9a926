/// Writes a run while it trains.
///
/// The file is made whole under a passing name, put in its place, and from then on only appended to: another
/// process can follow it (`RunArchive.refresh`), and a process killed at any instant leaves a file that opens.
/// Numbers of single steps are held in memory for up to a second. A recorder is used by one thread at a time.
///
/// Steps must not go backwards. Shapes, names or counts other than the plan's are a caller's mistake and trap.
public final class RunRecorder {
  /// What the file was laid out from; of a resumed run, as it stands in the file.
  public let plan: RunPlan
  /// Where the file is.
  public let path: String

  /// Makes a run file.
  /// - Parameter replacing: whether a file that is there already may be replaced.
  /// - Throws: `ArchiveError` (`.exists`, `.cannotWrite`, `.diskFull`); nothing is left behind then.
  public init(creating path: String, _ plan: RunPlan, replacing: Bool = false) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Goes on with a run that ended or was killed: takes its newest undamaged resume state, drops whatever was
  /// recorded after that step, and appends from there.
  ///
  /// The file is rewritten beside itself and put in its place at the end, so that it is whole at every instant.
  /// - Throws: `ArchiveError`: `.cannotResume` if there is no such state, and all that opening can throw.
  public static func resuming(
    _ path: String
  ) throws(ArchiveError) -> (recorder: RunRecorder, state: ResumeState) {
    fatalError("to be written")
  }

  /// Records the numbers of one optimiser step.
  /// - Parameters:
  ///   - step: the step, 1 the first.
  ///   - metrics: one value for each of the plan's metrics, in its order.
  ///   - statistics: for a network's name, one value for each of its statistics, in order; a network left
  ///     out gets NaN.
  public func append(
    step: Int, metrics: [Double], statistics: [String: [Double]] = [:]
  ) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Records an evaluation.
  /// - Parameters:
  ///   - step: optimiser steps done.
  ///   - values: one value for each of the plan's evaluations, in its order; NaN for one not taken.
  ///   - confusion: `confusionClasses`² counts, true class by row; nil if not taken.
  public func append(evaluation step: Int, values: [Double], confusion: [Int]? = nil) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Stores the networks as they stand.
  /// - Parameters:
  ///   - step: optimiser steps done; 0 before training.
  ///   - epoch: passes over the data done, with their fraction.
  ///   - seconds: seconds of training so far.
  ///   - parameters: every network's parameters, by the network's name.
  ///   - activations: for each network that records some, node names to values `[activationCount, …]`.
  ///   - samples: bytes in the plan's `sampleShape`, if it has one.
  public func snapshot(
    step: Int, epoch: Double, seconds: Double, parameters: [String: Parameters],
    activations: [String: [String: Tensor]] = [:], samples: [UInt8]? = nil
  ) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Stores what training needs to go on from here; the state kept before this one stays valid meanwhile.
  ///
  /// Call it after everything of its step has been recorded: resuming drops what is recorded after the step.
  public func keep(_ state: ResumeState) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Writes out what is still held in memory, so that readers see it and a kill cannot take it.
  public func flush() throws(ArchiveError) {
    fatalError("to be written")
  }

  /// Marks the run as ended and closes the file. Nothing can be recorded afterwards.
  public func finish(_ state: RunState) throws(ArchiveError) {
    fatalError("to be written")
  }
}
