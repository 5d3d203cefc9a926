internal import Synchronization

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
  let description: RunDescription
  let log = ReadLog()
  private let opened: Opened

  /// What archives of one run share: the file, which a resumed run replaces, and how far it had come.
  private final class Opened: Sendable {
    struct State: Sendable {
      var file: HDF5File
      var identity: SystemFile.Identity
      var progress: RunProgress
    }
    let state: Mutex<State>
    init(_ state: State) { self.state = Mutex(state) }
  }

  /// Opens a run for reading.
  /// - Throws: `ArchiveError` saying what the file is instead, or what in it is not as it should be.
  public convenience init(opening path: String) throws(ArchiveError) {
    let head = try HDF5FileHead(of: path)
    let file = try HDF5File(reading: path, head)
    let description = try RunDescription(of: file)
    let progress = try RunProgress(of: file)
    self.init(
      path, description, Opened(Opened.State(file: file, identity: head.identity, progress: progress)))
  }

  private init(_ path: String, _ description: RunDescription, _ opened: Opened) {
    self.path = path
    self.description = description
    self.opened = opened
    log.note(RunSchema.config, description.recipe)
    for network in description.networks {
      if let text = try? RunLayout.architecture(network.network) {
        log.note(RunSchema.architecture(network.name), text)
      }
    }
  }

  /// The same run with a record of its own of what is read, for one figure's `dataHash`.
  public func tracingReads() -> RunArchive { RunArchive(path, description, opened) }

  /// The SHA-256 of the recipe, the networks and all data read through this archive, in hexadecimal.
  ///
  /// It depends on which data were read, not on their order or how often.
  public var dataHash: String { log.digest }

  /// Looks for what a run that is being written has got since; follows a run that was resumed, too.
  /// - Throws: `ArchiveError` if the file is gone or another run has taken its place.
  public func refresh() throws(ArchiveError) {
    var (file, identity) = opened.state.withLock { ($0.file, $0.identity) }
    let now = try SystemFile.identity(path)
    if now.device != identity.device || now.number != identity.number {
      let head = try HDF5FileHead(of: path)
      file = try HDF5File(reading: path, head)
      guard try RunDescription(of: file) == description else {
        throw ArchiveError(.notARun, path, "another run has taken this one's place; open it anew")
      }
      identity = head.identity
    }
    let progress = try RunProgress(of: file)
    let state = Opened.State(file: file, identity: identity, progress: progress)
    opened.state.withLock { $0 = state }
  }

  /// The open file.
  var file: HDF5File { opened.state.withLock { $0.file } }
  /// How far the run had come at the latest look.
  var progress: RunProgress { opened.state.withLock { $0.progress } }
}

extension RunArchive {
  /// The recipe as JSON.
  public var recipe: String { description.recipe }
  /// The seed all random numbers of the run come from.
  public var seed: UInt64 { description.seed }
  /// When the run began, as ISO 8601 in UTC: `2025-01-31T14:05:09Z`.
  public var created: String { description.created }
  /// The program that wrote the run.
  public var tool: String { description.tool }
  /// The networks and what is recorded of them.
  public var networks: [RunNetwork] { description.networks }
  /// The names of the series with one value a step.
  public var metricNames: [String] { description.metricNames }
  /// The names of the series with one value an evaluation.
  public var evaluationNames: [String] { description.evaluationNames }
  /// The samples of one snapshot, `[count, height, width, channels]`; nil if the run has none.
  public var sampleShape: Shape? { description.sampleShape }
  /// The number of classes of the confusion matrices; nil if the run has none.
  public var confusionClasses: Int? { description.confusionClasses }

  /// How far the run has come, as of opening or the latest refresh.
  public var state: RunState { progress.state }
  /// True if a living process trains the run at this moment.
  public var isBeingTrained: Bool { RunLock.isHeld(path) }
  /// The snapshots, earliest first, as of opening or the latest refresh.
  public var snapshots: [Snapshot] { progress.snapshots }
  /// The number of optimiser steps whose metrics can be read, as of opening or the latest refresh.
  public var recordedSteps: Int { progress.recordedSteps }

  /// The snapshot that is meant.
  /// - Throws: `ArchiveError` listing the steps there are.
  public func snapshot(_ selector: SnapshotSelector) throws(ArchiveError) -> Snapshot {
    let snapshots = snapshots
    guard let first = snapshots.first, let last = snapshots.last else {
      throw ArchiveError(.unknownName, path, "the run has no snapshot yet; let it train longer")
    }
    switch selector {
    case .first: return first
    case .last: return last
    case .step(let step):
      guard let found = snapshots.first(where: { $0.step == step }) else {
        throw ArchiveError(
          .unknownName, path,
          "no snapshot at step \(step); there are \(snapshots.map { String($0.step) }.listed)")
      }
      return found
    }
  }

  /// The network of a name.
  /// - Throws: `ArchiveError` listing the networks there are.
  public func network(named name: String) throws(ArchiveError) -> RunNetwork {
    guard let network = networks.first(where: { $0.name == name }) else {
      throw unknown("network", name, networks.map(\.name))
    }
    return network
  }

  func unknown(_ kind: String, _ name: String, _ known: [String]) -> ArchiveError {
    ArchiveError(
      .unknownName, path,
      known.isEmpty
        ? "no \(kind) '\(name)'; there are none" : "no \(kind) '\(name)'; there are \(known.listed)")
  }

  /// What the run was laid out from, as it stands in the file.
  public func plan() throws(ArchiveError) -> RunPlan {
    let file = file
    let text = try file.dataset(RunSchema.Slot.a.text).extents()
    var tensors: [String: Shape] = [:]
    for name in try file.group(RunSchema.Slot.a.tensors).datasetPaths() {
      tensors[name] = Shape(try file.dataset(RunSchema.Slot.a.tensor(name)).extents())
    }
    return RunPlan(
      recipe: recipe, seed: seed, tool: tool, networks: networks, probe: try probe(),
      sampleShape: sampleShape, metrics: metricNames, evaluations: evaluationNames,
      confusionClasses: confusionClasses, resumeTensors: tensors, resumeTextCapacity: text.first ?? 0)
  }
}
