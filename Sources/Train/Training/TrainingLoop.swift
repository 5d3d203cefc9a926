internal import Core

/// Steps, snapshots, evaluations and states to resume from, in their order, until the end or a wish to stop.
struct TrainingLoop {
  private let task: any TrainingTask
  private let recorder: RunRecorder
  private let stop: StopRequest
  private let observer: (TrainingEvent) -> Void
  private let schedule: SnapshotSchedule
  /// A killed run loses at most this much, even in the midst of a long epoch.
  private let secondsBetweenResumeStates = 30.0

  init(
    _ task: any TrainingTask, _ recorder: RunRecorder, stop: StopRequest,
    observer: @escaping (TrainingEvent) -> Void
  ) {
    self.task = task
    self.recorder = recorder
    self.stop = stop
    self.observer = observer
    schedule = SnapshotSchedule(
      stepsPerEpoch: task.outline.stepsPerEpoch, totalSteps: task.outline.totalSteps)
  }

  /// Trains to the end.
  /// - Parameter state: what to go on from, which the run holds already; nil for a run that begins.
  func run(from state: (step: Int, seconds: Double)?) throws -> TrainingSummary {
    var outline = task.outline
    var step = state?.step ?? 0
    outline.firstStep = step
    observer(.began(outline))
    var tally = Tally(secondsBefore: state?.seconds ?? 0, heldStep: state?.step)
    do {
      if state == nil { try store(step, &tally) }
      while step < outline.totalSteps, !stop.isRequested {
        step += 1
        try task.step(step)
        let record = task.record
        try tally.recording {
          try recorder.append(step: step, metrics: record.metrics, statistics: record.statistics)
        }
        tally.count(step)
        report(step, record, &tally)
        if schedule.includes(step) {
          try store(step, &tally)
        } else if tally.secondsSinceResumeState > secondsBetweenResumeStates {
          try keep(step, &tally)
        }
      }
      if step < outline.totalSteps {
        // The wish may have come at any time, in the midst of storing too: what is not in the file yet goes there now.
        if tally.storedStep != step { try store(step, &tally) }
        if tally.keptStep != step { try keep(step, &tally) }
      }
    } catch let error as TrainingError {
      // The steps before are worth keeping; the file says that the run ended early.
      try recorder.finish(.endedEarly)
      throw error
    }
    let state: RunState = step == outline.totalSteps ? .complete : .endedEarly
    try tally.recording { try recorder.finish(state) }
    let summary = tally.summary(steps: step, state: state)
    observer(.ended(summary))
    return summary
  }

  private func report(_ step: Int, _ record: StepRecord, _ tally: inout Tally) {
    let outline = task.outline
    let imagesPerSecond = tally.stepsPerSecond * Double(outline.batch)
    observer(
      .step(
        StepReport(
          step: step, totalSteps: outline.totalSteps,
          metrics: Dictionary(uniqueKeysWithValues: zip(task.plan.metrics, record.metrics)),
          imagesPerSecond: imagesPerSecond,
          secondsLeft: Double(outline.totalSteps - step) / max(tally.stepsPerSecond, 1e-9))))
  }

  /// Stores the run whole, with an evaluation and a state to resume from.
  private func store(_ step: Int, _ tally: inout Tally) throws {
    let evaluation = try tally.evaluating { try task.evaluate(endsEpoch: schedule.endsEpoch(step)) }
    if let evaluation {
      try tally.recording {
        try recorder.append(evaluation: step, values: evaluation.values, confusion: evaluation.confusion)
      }
      let values = Dictionary(uniqueKeysWithValues: zip(task.plan.evaluations, evaluation.values))
      tally.latest = values
      observer(.evaluated(EvaluationReport(step: step, values: values)))
    }
    let seconds = tally.seconds
    try tally.recording {
      let moment = try task.snapshot()
      try recorder.snapshot(
        step: step, epoch: Double(step) / Double(schedule.stepsPerEpoch), seconds: seconds,
        parameters: moment.parameters, activations: moment.activations, samples: moment.samples)
    }
    tally.storedStep = step
    // From the beginning too, so that a run can be gone on with whenever it was killed.
    if step == 0 || schedule.endsEpoch(step) { try keep(step, &tally) }
    observer(.stored(step: step))
  }

  private func keep(_ step: Int, _ tally: inout Tally) throws {
    let seconds = tally.seconds
    try tally.recording {
      try recorder.keep(ResumeState(step: step, tensors: task.resumeTensors(), text: "\(seconds)"))
    }
    tally.keptResumeState(step)
  }
}

/// Where the time goes.
private struct Tally {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let secondsBefore: Double
  private var recordingSeconds = 0.0
  private var evaluationSeconds = 0.0
  private var latestResumeState: ContinuousClock.Instant
  /// Steps and working time since the speed was last looked at.
  private var window: (start: ContinuousClock.Instant, steps: Int, excluded: Double)
  private(set) var stepsPerSecond = 0.0
  var latest: [String: Double] = [:]
  /// The steps after which the run was last stored whole, and a state to resume from last kept.
  var storedStep: Int?
  private(set) var keptStep: Int?

  init(secondsBefore: Double, heldStep: Int?) {
    storedStep = heldStep
    keptStep = heldStep
    start = clock.now
    latestResumeState = start
    window = (start, 0, 0)
    self.secondsBefore = secondsBefore
  }

  var seconds: Double { secondsBefore + (clock.now - start).inSeconds }
  var secondsSinceResumeState: Double { (clock.now - latestResumeState).inSeconds }

  mutating func keptResumeState(_ step: Int) {
    latestResumeState = clock.now
    keptStep = step
  }

  mutating func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
    try measured(\.recordingSeconds, body)
  }

  mutating func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
    try measured(\.evaluationSeconds, body)
  }

  private mutating func measured<Result>(
    _ total: WritableKeyPath<Tally, Double>, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = clock.now
    defer {
      let seconds = (clock.now - before).inSeconds
      self[keyPath: total] += seconds
      window.excluded += seconds
    }
    return try body()
  }

  /// Takes the speed of steps alone, anew about every second.
  mutating func count(_ step: Int) {
    window.steps += 1
    let now = clock.now
    let working = (now - window.start).inSeconds - window.excluded
    guard working > 1 || stepsPerSecond == 0 else { return }
    stepsPerSecond = Double(window.steps) / max(working, 1e-9)
    if working > 1 { window = (now, 0, 0) }
  }

  func summary(steps: Int, state: RunState) -> TrainingSummary {
    TrainingSummary(
      steps: steps, state: state, seconds: (clock.now - start).inSeconds, recordingSeconds: recordingSeconds,
      evaluationSeconds: evaluationSeconds, evaluation: latest)
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
