/// A run on disk, read piece by piece as it is asked for.
///
/// Works on a finished run, a killed one, and one that is being written: `refresh()` shows what was added.
///
/// ```swift
/// let run = try RunArchive(opening: "run.h5")
/// let model = try run.model(of: "classifier", at: run.snapshot(.last))
/// ```
public final class RunArchive: Sendable {
  /// The newest version of the format that this program reads and the one it writes.
  public static let formatVersion = 1

  /// Where the file is.
  public let path: String
  /// The recipe as JSON.
  public let recipe: String
  /// The seed all random numbers of the run come from.
  public let seed: UInt64
  /// When the run began, as ISO 8601 in UTC: `2025-01-31T14:05:09Z`.
  public let created: String
  /// The program that wrote the run.
  public let tool: String
  /// The networks and what is recorded of them.
  public let networks: [RunNetwork]
  /// The names of the series with one value a step.
  public let metricNames: [String]
  /// The names of the series with one value an evaluation.
  public let evaluationNames: [String]
  /// The samples of one snapshot, `[count, height, width, channels]`; nil if the run has none.
  public let sampleShape: Shape?
  /// The number of classes of the confusion matrices; nil if the run has none.
  public let confusionClasses: Int?

  /// Opens a run for reading.
  /// - Throws: `ArchiveError` saying what the file is instead, or what in it is not as it should be.
  public init(opening path: String) throws(ArchiveError) {
    fatalError("to be written")
  }

  /// How far the run has come, as of opening or the latest refresh.
  public var state: RunState { fatalError("to be written") }
  /// The snapshots, earliest first, as of opening or the latest refresh.
  public var snapshots: [Snapshot] { fatalError("to be written") }
  /// The number of optimiser steps whose metrics can be read, as of opening or the latest refresh.
  public var recordedSteps: Int { fatalError("to be written") }

  /// Looks for what a run that is being written has got since.
  public func refresh() throws(ArchiveError) { fatalError("to be written") }

  /// The snapshot that is meant.
  /// - Throws: `ArchiveError` listing the steps there are.
  public func snapshot(_ selector: SnapshotSelector) throws(ArchiveError) -> Snapshot {
    fatalError("to be written")
  }

  /// The network of a name.
  /// - Throws: `ArchiveError` listing the networks there are.
  public func network(named name: String) throws(ArchiveError) -> RunNetwork {
    fatalError("to be written")
  }

  /// A network with its parameters at a snapshot.
  public func model(of network: String, at snapshot: Snapshot) throws(ArchiveError) -> Model {
    fatalError("to be written")
  }

  /// One parameter at a snapshot.
  /// - Parameter name: `conv1.weight`.
  public func parameter(
    _ name: String, of network: String, at snapshot: Snapshot
  ) throws(ArchiveError) -> Tensor {
    fatalError("to be written")
  }

  /// One parameter over many snapshots, `[snapshots, …]`.
  /// - Parameters:
  ///   - snapshots: which ones, in this order; nil for all.
  ///   - rows: a range along the parameter's first axis (the filters of a convolution); nil for all.
  public func parameter(
    _ name: String, of network: String, over snapshots: [Snapshot]? = nil, rows: Range<Int>? = nil
  ) throws(ArchiveError) -> Tensor {
    fatalError("to be written")
  }

  /// A node's stored values at a snapshot, `[activationCount, …]`.
  /// - Throws: `ArchiveError` listing the nodes that are recorded.
  public func activations(
    of node: String, in network: String, at snapshot: Snapshot
  ) throws(ArchiveError) -> Tensor {
    fatalError("to be written")
  }

  /// The samples at a snapshot: bytes in `sampleShape`.
  public func samples(at snapshot: Snapshot) throws(ArchiveError) -> [UInt8] {
    fatalError("to be written")
  }

  /// The pictures and latents that the run is watched on.
  public func probe() throws(ArchiveError) -> Probe { fatalError("to be written") }

  /// A series with one value a step.
  /// - Throws: `ArchiveError` listing the metrics there are.
  public func metric(_ name: String) throws(ArchiveError) -> RunSeries { fatalError("to be written") }

  /// A network's series with one value a step.
  /// - Throws: `ArchiveError` listing the statistics there are.
  public func statistic(_ name: String, of network: String) throws(ArchiveError) -> RunSeries {
    fatalError("to be written")
  }

  /// A series with one value an evaluation.
  /// - Throws: `ArchiveError` listing the evaluations there are.
  public func evaluation(_ name: String) throws(ArchiveError) -> RunSeries { fatalError("to be written") }

  /// The confusion matrices, one for each evaluation that took one, earliest first.
  public func confusionMatrices() throws(ArchiveError) -> [ConfusionMatrix] { fatalError("to be written") }

  /// The newest undamaged state from which training can go on.
  /// - Throws: `ArchiveError` (`.cannotResume`) if there is none.
  public func resumeState() throws(ArchiveError) -> ResumeState { fatalError("to be written") }

  /// The same run with a record of its own of what is read, for one figure's `dataHash`.
  public func tracingReads() -> RunArchive { fatalError("to be written") }

  /// The SHA-256 of the recipe, the networks and all data read through this archive, in hexadecimal.
  ///
  /// It depends on which data were read, not on their order or how often.
  public var dataHash: String { fatalError("to be written") }
}
