import Core
import Foundation
import TestSupport
import Testing
import Train

@Suite struct TrainingResumeTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private func path(_ name: String) -> String { scratch.path + "/\(name).h5" }

  /// An uninterrupted run of two epochs.
  private func straight(_ preset: Preset, epochs: Int = 2) throws -> RunArchive {
    try Trainer(Stripes.recipe(preset, epochs: epochs), Stripes.data()).train(recordingTo: path("straight"))
    return try RunArchive(opening: path("straight"))
  }

  /// Checks that a run, apart from snapshots of its own at some steps, is the uninterrupted one bit for bit.
  private func expect(
    _ path: String, is straight: RunArchive, apartFrom extra: [Int] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try RunArchive(opening: path)
    #expect(run.state == .complete, sourceLocation: sourceLocation)
    let steps = straight.snapshots.map(\.step)
    #expect(run.snapshots.map(\.step) == (steps + extra).sorted(), sourceLocation: sourceLocation)
    expectSameNumbers(
      try everyNumber(of: run, at: Set(steps)), try everyNumber(of: straight), sourceLocation: sourceLocation)
    #expect(run.recipe == straight.recipe, sourceLocation: sourceLocation)
  }

  /// In the first epoch, at a step that is stored anyway, in the second epoch. `cnn` has dropout; `dcgan` batch norm.
  @Test(arguments: [Preset.cnn, .dcgan], [3, 4, 10])
  func aRunThatWasStoppedGoesOnToWhereTheUninterruptedOneEnds(_ preset: Preset, _ last: Int) throws {
    let straight = try straight(preset)
    let recipe = Stripes.recipe(preset)
    let stopped = try Trainer(recipe, Stripes.data())
      .train(recordingTo: path("stopped"), stoppingAfter: last)
    #expect(stopped.steps == last && stopped.state == .endedEarly)
    let run = try RunArchive(opening: path("stopped"))
    #expect(run.state == .endedEarly && run.recordedSteps == last)
    #expect(try run.snapshot(.last).step == last)
    #expect(try run.resumeState().step == last)

    let journal = Journal()
    let summary = try Trainer(recipe, Stripes.data()).resume(path("stopped"), observer: journal.note)
    #expect(summary.state == .complete && summary.steps == straight.recordedSteps)
    #expect(journal.steps.map(\.step) == Array(last + 1...summary.steps))
    guard case .began(let outline) = journal.events.first else { throw CocoaError(.featureUnsupported) }
    #expect(outline.firstStep == last && outline.totalSteps == summary.steps)
    try expect(path("stopped"), is: straight, apartFrom: last == 4 ? [] : [last])
  }

  @Test(arguments: [Preset.cnn, .dcgan])
  func aFinishedRunThatIsMadeLongerIsTheLongRun(_ preset: Preset) throws {
    let straight = try straight(preset)
    try Trainer(Stripes.recipe(preset, epochs: 1), Stripes.data()).train(recordingTo: path("run"))
    #expect(try RunArchive(opening: path("run")).state == .complete)
    try Trainer(Stripes.recipe(preset, epochs: 2), Stripes.data()).resume(path("run"))
    try expect(path("run"), is: straight)
  }

  /// A run made longer is stopped and gone on with by what stands in its file.
  @Test func aRunRemembersThatItWasMadeLonger() throws {
    let straight = try straight(.cnn, epochs: 3)
    let (short, long) = (Stripes.recipe(.cnn, epochs: 1), Stripes.recipe(.cnn, epochs: 3))
    try Trainer(short, Stripes.data()).train(recordingTo: path("run"))
    let stop = StopRequest()
    try Trainer(long, Stripes.data()).resume(path("run"), stop: stop) { event in
      if case .step(let report) = event, report.step == 12 { stop.request() }
    }
    let stored = try Recipe(json: RunArchive(opening: path("run")).recipe)
    #expect(stored.epochs == 3)
    try Trainer(stored, Stripes.data()).resume(path("run"))
    try expect(path("run"), is: straight)
  }

  /// Killed in the second epoch, in a process of its own: the first epoch's end is what is gone on from.
  @Test(arguments: [Preset.cnn, .dcgan])
  func aRunThatWasKilledGoesOnToWhereTheUninterruptedOneEnds(_ preset: Preset) async throws {
    let straight = try straight(preset)
    let path = path("killed")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, preset = preset as Preset] in
      try Trainer(Stripes.recipe(preset), Stripes.data()).train(recordingTo: path) { event in
        if case .step(let report) = event, report.step == 10 { kill(getpid(), SIGKILL) }
      }
    }
    let killed = try RunArchive(opening: path)
    #expect(killed.state == .running && !killed.isBeingTrained)
    let stepsPerEpoch = preset == .cnn ? 6 : 7
    #expect(try killed.resumeState().step == stepsPerEpoch)
    try Trainer(Stripes.recipe(preset), Stripes.data()).resume(path)
    try expect(path, is: straight)
  }

  @Test func aRunKilledInItsFirstEpochGoesOnFromTheBeginning() async throws {
    let straight = try straight(.cnn)
    let path = path("killed")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try Trainer(Stripes.recipe(.cnn), Stripes.data()).train(recordingTo: path) { event in
        if case .step(let report) = event, report.step == 5 { kill(getpid(), SIGKILL) }
      }
    }
    #expect(try RunArchive(opening: path).snapshots.map(\.step) == [0, 1, 2, 4])
    #expect(try RunArchive(opening: path).resumeState().step == 0)
    try Trainer(Stripes.recipe(.cnn), Stripes.data()).resume(path)
    try expect(path, is: straight)
  }

  /// The wish may come at any moment, after the snapshot of a step was stored too.
  @Test func aStopWhileASnapshotIsBeingStoredKeepsAStateToGoOnFrom() throws {
    let straight = try straight(.cnn)
    let stop = StopRequest()
    let summary = try Trainer(Stripes.recipe(.cnn), Stripes.data()).train(
      recordingTo: path("run"), stop: stop
    ) {
      if case .stored(step: 2) = $0 { stop.request() }
    }
    #expect(summary.steps == 2)
    #expect(try RunArchive(opening: path("run")).resumeState().step == 2)
    try Trainer(Stripes.recipe(.cnn), Stripes.data()).resume(path("run"))
    try expect(path("run"), is: straight)
  }

  @Test func aStopBeforeTheFirstStepLeavesARunToGoOnWith() throws {
    let straight = try straight(.cnn)
    let stop = StopRequest()
    stop.request()
    let trainer = try Trainer(Stripes.recipe(.cnn), Stripes.data())
    let summary = try trainer.train(recordingTo: path("run"), stop: stop)
    #expect(summary.steps == 0 && summary.state == .endedEarly)
    #expect(try RunArchive(opening: path("run")).snapshots.map(\.step) == [0])
    // And once more without a step between.
    try trainer.resume(path("run"), stop: stop)
    try trainer.resume(path("run"))
    try expect(path("run"), is: straight)
  }

  @Test func aStopAtTheLastStepIsNoEarlyEnd() throws {
    let summary = try Trainer(Stripes.recipe(.cnn), Stripes.data())
      .train(recordingTo: path("run"), stoppingAfter: 12)
    #expect(summary.state == .complete)
    try expect(path("run"), is: straight(.cnn))
  }

  @Test func aCompleteRunIsGoneOnWithWithoutAStep() throws {
    let straight = try straight(.cnn)
    let journal = Journal()
    let summary = try Trainer(Stripes.recipe(.cnn), Stripes.data())
      .resume(path("straight"), observer: journal.note)
    #expect(summary.steps == 12 && summary.state == .complete && journal.steps.isEmpty)
    try expect(path("straight"), is: straight)
  }

  // MARK: By the run's own recipe

  private func folder(_ data: DataSet = Stripes.data()) throws -> String {
    try Stripes.write(data, to: scratch, "data")
  }

  @Test func aRunGoesOnByItsOwnRecipeOnItsOwnData() throws {
    let folder = try folder()
    try Trainer(Stripes.recipe(.cnn), source: folder).train(recordingTo: path("straight"))
    try Trainer(Stripes.recipe(.cnn), source: folder).train(recordingTo: path("stopped"), stoppingAfter: 5)
    try Trainer(resuming: path("stopped"), as: .cnn).resume(path("stopped"))
    try expect(path("stopped"), is: RunArchive(opening: path("straight")), apartFrom: [5])
  }

  @Test func aRunGoesOnForLongerThanItsRecipe() throws {
    let folder = try folder()
    try Trainer(Stripes.recipe(.cnn), source: folder).train(recordingTo: path("straight"))
    try Trainer(Stripes.recipe(.cnn, epochs: 1), source: folder).train(recordingTo: path("run"))
    try Trainer(resuming: path("run"), epochs: 2).resume(path("run"))
    try expect(path("run"), is: RunArchive(opening: path("straight")))
    let journal = Journal()
    let summary = try Trainer(resuming: path("run"), steps: 14).resume(path("run"), observer: journal.note)
    #expect(summary.steps == 14 && journal.steps.map(\.step) == [13, 14])
  }

  @Test func picturesBroughtToASizeAreSoAgain() throws {
    let folder = try folder(Stripes.data(side: 16))
    var recipe = Stripes.recipe(.cnn)
    recipe.pictureSize = 8
    try Trainer(recipe, source: folder).train(recordingTo: path("straight"))
    let straight = try RunArchive(opening: path("straight"))
    #expect(try straight.probe().pictureShape == [19, 1, 8, 8])
    try Trainer(recipe, source: folder).train(recordingTo: path("stopped"), stoppingAfter: 5)
    try Trainer(resuming: path("stopped")).resume(path("stopped"))
    try expect(path("stopped"), is: straight, apartFrom: [5])
  }

  /// The bytes of a file, to see that it was not touched.
  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  private func expectSetting(
    _ subject: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) throws {
    let before = try bytes(path("run"))
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation, performing: body)
    #expect(error == TrainingError(.setting, subject, reason), sourceLocation: sourceLocation)
    #expect(try bytes(path("run")) == before, "the run was touched", sourceLocation: sourceLocation)
  }

  @Test func aRunOfAnotherPresetIsNamed() throws {
    try Trainer(Stripes.recipe(.cnn), source: folder()).train(recordingTo: path("run"))
    try expectSetting(path("run"), "is a run of preset cnn, not lenet5") {
      _ = try Trainer(resuming: path("run"), as: .lenet5)
    }
    try expectSetting(path("run"), "was trained with preset cnn, not strided") {
      try Trainer(Stripes.recipe(.strided), Stripes.data()).resume(path("run"))
    }
  }

  @Test func dataThatHasChangedIsNamed() throws {
    let folder = try folder()
    try Trainer(Stripes.recipe(.cnn), source: folder).train(recordingTo: path("run"))
    _ = try self.folder(Stripes.data(seed: 2))
    try expectSetting(folder, "is not the data that \(path("run")) was trained on: it has changed since") {
      try Trainer(resuming: path("run")).resume(path("run"))
    }
    try expectSetting("stripes", "is not the data that \(path("run")) was trained on: it has changed since") {
      try Trainer(Stripes.recipe(.cnn), Stripes.data(seed: 3)).resume(path("run"))
    }
  }

  @Test func dataMayHaveMoved() throws {
    try Trainer(Stripes.recipe(.cnn), source: folder()).train(recordingTo: path("run"), stoppingAfter: 5)
    let moved = scratch.path + "/elsewhere"
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: scratch.path + "/data", toPath: moved + "/data")
    let summary = try Trainer(Stripes.recipe(.cnn), source: moved + "/data").resume(path("run"))
    #expect(summary.state == .complete)
    #expect(try Recipe(json: RunArchive(opening: path("run")).recipe).data?.source == moved + "/data")
  }

  @Test func everySettingButTheLengthMustBeTheRuns() throws {
    try Trainer(Stripes.recipe(.cnn, epochs: 1), Stripes.data()).train(recordingTo: path("run"))
    func changed(_ reason: String, _ change: (inout Recipe) -> Void) throws {
      var recipe = Stripes.recipe(.cnn)
      change(&recipe)
      try expectSetting(path("run"), "was trained with " + reason) {
        try Trainer(recipe, Stripes.data()).resume(path("run"))
      }
    }
    try changed("batch 8, not 9") { $0.batch = 9 }
    try changed("seed 7, not 6") { $0.seed = 6 }
    try changed("validation pictures 5, not 0") { $0.validationCount = 0 }
    try changed("rate decay 0.6, not 0.5") { $0.rateDecay = 0.5 }
    try changed("initialisation kaimingUniform, not glorotUniform") { $0.initialisation = .glorotUniform }
    try changed("optimiser \(Stripes.recipe(.cnn).optimiser), not \(OptimiserRecipe.sgd(rate: 0.5))") {
      $0.optimiser = .sgd(rate: 0.5)
    }
  }

  @Test func fewerStepsThanWereTrainedAreRefused() throws {
    try Trainer(Stripes.recipe(.cnn), source: folder()).train(recordingTo: path("run"))
    let reason = "has trained 12 steps already, 6 were asked for; ask for more with --epochs or --steps"
    try expectSetting(path("run"), reason) {
      try Trainer(resuming: path("run"), epochs: 1).resume(path("run"))
    }
    try expectSetting(path("run"), reason) {
      try Trainer(resuming: path("run"), steps: 6).resume(path("run"))
    }
  }
}
