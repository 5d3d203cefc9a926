/// Writes a run while it trains.
///
/// The file is made whole under a passing name, put in its place, and from then on only appended to: another
/// process can follow it (`RunArchive.refresh`), and a process killed at any instant leaves a file that opens.
/// Numbers of single steps are held in memory for up to a second. A recorder is used by one thread at a time.
///
/// Steps must not go backwards. Shapes, names or counts other than the plan's are a caller's mistake and trap.
/// After an error nothing more is written; what was written before stays readable.
public final class RunRecorder {
  /// What the file was laid out from; of a resumed run, as it stands in the file.
  public let plan: RunPlan
  /// Where the file is.
  public let path: String
  private var channels: RunChannels?
  private var failure: ArchiveError?
  private var latestFlush = ContinuousClock.now
  private var lock: RunLock?

  /// How long numbers of single steps may be held in memory.
  static let flushInterval = Duration.seconds(1)

  /// Makes a run file.
  /// - Parameter replacing: whether a file that is there already may be replaced.
  /// - Throws: `ArchiveError` (`.exists`, `.cannotWrite`, `.diskFull`); nothing is left behind then.
  public convenience init(
    creating path: String, _ plan: RunPlan, replacing: Bool = false
  ) throws(ArchiveError) {
    if SystemFile.exists(path) {
      guard replacing else {
        throw ArchiveError(
          .exists, path, "there is such a file already; choose another name, or give --overwrite or --resume")
      }
      if RunLock.isHeld(path) { throw RunLock.isTaken(path) }
    }
    try self.init(path, plan, created: RunLayout.now) { _ throws(ArchiveError) in }
  }

  /// Goes on with a run that ended or was killed: takes its newest undamaged resume state, drops whatever was
  /// recorded after that step, and appends from there.
  ///
  /// The file is rewritten beside itself and put in its place at the end, so that it is whole at every instant.
  /// - Parameter recipe: the recipe to store from now on, of a run that is to become longer; nil to keep its own.
  /// - Throws: `ArchiveError`: `.cannotResume` if there is no such state, and all that opening can throw.
  public static func resuming(
    _ path: String, recipe: String? = nil
  ) throws(ArchiveError) -> (recorder: RunRecorder, state: ResumeState) {
    let archive = try RunArchive(opening: path)
    if RunLock.isHeld(path) { throw RunLock.isTaken(path) }
    let state = try archive.resumeState()
    var plan = try archive.plan()
    if let recipe { plan.recipe = recipe }
    let recorder = try RunRecorder(path, plan, created: archive.created) {
      file throws(ArchiveError) in
      try RunLayout.copy(archive, through: state.step, into: file)
      try RunChannels.keep(state, in: .a, of: file)
    }
    recorder.channels?.nextSlot = .b
    return (recorder, state)
  }

  private init(
    _ path: String, _ plan: RunPlan, created: String,
    filling body: (HDF5File) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    try SystemFile.checkWritable(path)
    let partial = path + ".partial-\(SystemFile.processIdentifier)"
    SystemFile.remove(partial)
    do throws(ArchiveError) {
      let file = try HDF5File(creating: partial, named: path)
      try RunLayout.make(plan, created: created, in: file)
      try body(file)
      try file.flush()
      try file.startAppending()
      channels = try RunChannels(plan, file)
      try file.flush()
      lock = try RunLock(partial, named: path)
      try SystemFile.move(partial, to: path)
    } catch {
      SystemFile.remove(partial)
      throw error
    }
    self.plan = plan
    self.path = path
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
    precondition(
      metrics.count == plan.metrics.count, "\(metrics.count) values for \(plan.metrics.count) metrics")
    for (name, values) in statistics {
      let count = plan.networks.first { $0.name == name }?.statistics.count
      precondition(values.count == count, "\(values.count) statistics of '\(name)', not \(count ?? 0)")
    }
    try write { channels throws(ArchiveError) in channels.append(step, metrics, statistics) }
    try flushNowAndThen()
  }

  /// A flush writes a block of every series, which takes some milliseconds: not after every number.
  private func flushNowAndThen() throws(ArchiveError) {
    if ContinuousClock.now - latestFlush >= RunRecorder.flushInterval { try flush() }
  }

  /// Records an evaluation.
  /// - Parameters:
  ///   - step: optimiser steps done.
  ///   - values: one value for each of the plan's evaluations, in its order; NaN for one not taken.
  ///   - confusion: `confusionClasses`² counts, true class by row; nil if not taken.
  public func append(evaluation step: Int, values: [Double], confusion: [Int]? = nil) throws(ArchiveError) {
    precondition(
      values.count == plan.evaluations.count,
      "\(values.count) values for \(plan.evaluations.count) evaluations")
    if let confusion {
      let classes = plan.confusionClasses ?? 0
      precondition(confusion.count == classes * classes, "\(confusion.count) counts for \(classes) classes")
    }
    try write { channels throws(ArchiveError) in try channels.append(evaluation: step, values, confusion) }
    try flushNowAndThen()
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
    precondition(
      samples?.count == plan.sampleShape?.elementCount,
      "\(samples?.count ?? 0) bytes for samples of \(plan.sampleShape?.description ?? "no shape")")
    try write { channels throws(ArchiveError) in
      try channels.snapshot(step, epoch, seconds, parameters, activations, samples)
    }
    try flush()
  }

  /// Stores what training needs to go on from here; the state kept before this one stays valid meanwhile.
  ///
  /// Call it after everything of its step has been recorded: resuming drops what is recorded after the step.
  public func keep(_ state: ResumeState) throws(ArchiveError) {
    precondition(
      state.tensors.mapValues(\.shape) == plan.resumeTensors, "the state's tensors are not the plan's")
    precondition(
      state.text.utf8.count <= plan.resumeTextCapacity,
      "a text of \(state.text.utf8.count) bytes where \(plan.resumeTextCapacity) were planned")
    try flush()
    try write { channels throws(ArchiveError) in try channels.keep(state) }
  }

  /// Writes out what is still held in memory, so that readers see it and a kill cannot take it.
  public func flush() throws(ArchiveError) {
    try write { channels throws(ArchiveError) in try channels.flush() }
    latestFlush = .now
  }

  /// Marks the run as ended and closes the file. Nothing can be recorded afterwards.
  public func finish(_ state: RunState) throws(ArchiveError) {
    try flush()
    try write { channels throws(ArchiveError) in try channels.set(state) }
    let file = channels?.file
    channels = nil  // lets the datasets go, so that the file can close
    try file?.close()
    lock = nil
    SystemFile.synchronise(path)
  }

  /// Runs `body` unless something failed before: half a row must not be followed by another.
  private func write(_ body: (inout RunChannels) throws(ArchiveError) -> Void) throws(ArchiveError) {
    if let failure { throw failure }
    precondition(channels != nil, "the run is finished")
    do throws(ArchiveError) { try body(&channels!) } catch {
      failure = error
      throw error
    }
  }

  /// A run that could not be written to its end is left as a killed one is: closing it would mark it as whole,
  /// although what the disk had no room for is missing.
  deinit {
    guard failure != nil, let unfinished = channels.take() else { return }
    _ = Unmanaged.passRetained(Kept(unfinished))
  }

  /// Keeps what it holds for as long as the process lives.
  private final class Kept {
    let channels: RunChannels
    init(_ channels: consuming RunChannels) { self.channels = channels }
  }
}
