import Core
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite(.serialized) struct ArchiveSurvivalTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Records without end in a process of its own until a second thread kills it, and notes what was promised.
  private static func recordUntilKilled(
    _ path: String, afterMicroseconds delay: UInt32, fromTheBeginning: Bool
  ) throws {
    let journal = try #require(fopen(path + ".journal", "a"))
    func startKiller() {
      Thread.detachNewThread {
        usleep(delay)
        kill(getpid(), SIGKILL)
      }
    }
    if fromTheBeginning { startKiller() }
    let recorder = try RunRecorder(creating: path, SmallRun.plan)
    if !fromTheBeginning { startKiller() }
    try SmallRun.snapshot(recorder, 0)
    var step = 0
    while true {
      try SmallRun.record(recorder, step + 1...step + 5)
      step += 5
      fputs("\(step)\n", journal)
      fflush(journal)
    }
  }

  @Test(arguments: 0..<12)
  func aRunKilledAtAnyInstantOpensAndGoesOn(round: Int) async throws {
    let path = scratch.path("run.h5")
    let delay = UInt32(round * 4000) + UInt32.random(in: 0..<4000)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, delay = delay as UInt32, isEarly = (round % 4 == 0) as Bool] in
      try ArchiveSurvivalTests.recordUntilKilled(path, afterMicroseconds: delay, fromTheBeginning: isEarly)
    }
    guard FileManager.default.fileExists(atPath: path) else { return }  // killed before it was in its place
    let promised =
      (try? String(contentsOfFile: path + ".journal", encoding: .utf8))?.split(separator: "\n").last
      .flatMap { Int($0) } ?? 0
    let run = try RunArchive(opening: path)
    #expect(try SmallRun.check(run) >= promised)
    #expect(run.state == .running)
    #expect(!run.isBeingTrained)
    if promised > 0 { #expect(try run.snapshot(.last).step >= promised) }
    guard promised > 0 else { return }
    let (recorder, state) = try RunRecorder.resuming(path)
    #expect(state == SmallRun.resume(state.step) && state.step >= promised)
    try run.refresh()
    #expect(run.recordedSteps == state.step)
    try SmallRun.record(recorder, state.step + 1...state.step + 12)
    try recorder.finish(.complete)
    let resumed = try RunArchive(opening: path)
    #expect(try SmallRun.check(resumed) == state.step + 12)
    #expect(resumed.state == .complete)
  }

  @Test func aProbeOfManyChunksIsReadWhileTheRunIsWritten() throws {
    var plan = SmallRun.plan
    plan.probe.pictureShape[0] = 250
    plan.probe.pictures = (0..<250 * 36).map { UInt8($0 % 241) }
    plan.probe.labels = (0..<250).map { $0 % 4 }
    let recorder = try RunRecorder(creating: scratch.path("run.h5"), plan)
    // As another process finds it now, and as a kill would leave it.
    try FileManager.default.copyItem(atPath: scratch.path("run.h5"), toPath: scratch.path("killed.h5"))
    #expect(try RunArchive(opening: scratch.path("killed.h5")).probe() == plan.probe)
    try recorder.finish(.endedEarly)
  }

  @Test(.timeLimit(.minutes(1))) func aRunIsReadWhileAnotherProcessWritesIt() async throws {
    let path = scratch.path("run.h5")
    async let reading = ArchiveSurvivalTests.follow(path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let recorder = try RunRecorder(creating: path, SmallRun.plan)
      try SmallRun.snapshot(recorder, 0)
      for step in stride(from: 0, to: 200, by: 50) {
        try SmallRun.record(recorder, step + 1...step + 50)
        // Goes on when the reader has seen this much.
        while !FileManager.default.fileExists(atPath: path + ".seen-\(step + 50)") { usleep(500) }
      }
      try recorder.finish(.complete)
    }
    let seen = try await reading
    #expect(Set(seen).isSuperset(of: [50, 100, 150, 200]))
    #expect(seen == seen.sorted())
  }

  /// Looks at a run until it is complete, checking every number at every look; the steps seen at each.
  private static func follow(_ path: String) async throws -> [Int] {
    while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(2)) }
    let run = try RunArchive(opening: path)
    var seen: [Int] = []
    while true {
      try run.refresh()
      if seen.last != run.recordedSteps { seen.append(run.recordedSteps) }
      try SmallRun.check(run)
      if run.recordedSteps > 0 { try Data().write(to: URL(filePath: path + ".seen-\(run.recordedSteps)")) }
      if run.state == .complete { return seen }
      #expect(try run.isBeingTrained || RunArchive(opening: path).state == .complete)
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func aFullDiskIsNamedAndLeavesTheRunReadable() async throws {
    let path = scratch.path("run.h5")
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
      let recorder = try RunRecorder(creating: path, SmallRun.plan)
      try SmallRun.snapshot(recorder, 0)
      try SmallRun.record(recorder, 1...50)
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as! Int
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: rlim_t(size + 40_000), rlim_max: rlim_t(size + 40_000))
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      do {
        try SmallRun.record(recorder, 51...100_000)
      } catch let error as ArchiveError where error.code == .diskFull && error.subject.contains("run.h5") {
        print(error)
        let again = archiveError { try SmallRun.snapshot(recorder, 100_000) }
        exit(again == error ? 7 : 8)
      }
    }
    let run = try RunArchive(opening: path)
    #expect(try SmallRun.check(run) >= 50)
    let (recorder, state) = try RunRecorder.resuming(path)
    #expect(state.step >= 50)
    try SmallRun.record(recorder, state.step + 1...state.step + 5)
    try recorder.finish(.complete)
    #expect(try SmallRun.check(RunArchive(opening: path)) == state.step + 5)
  }

  @Test func aRunThatIsBeingTrainedIsNotResumedOrReplaced() throws {
    let path = scratch.path("run.h5")
    let recorder = try RunRecorder(creating: path, SmallRun.plan)
    try SmallRun.record(recorder, 1...5)
    let expected = "this run is being trained now; wait for its end, or stop it"
    #expect(archiveError { _ = try RunRecorder.resuming(path) }?.reason == expected)
    #expect(
      archiveError { _ = try RunRecorder(creating: path, SmallRun.plan, replacing: true) }?.reason == expected
    )
    #expect(try RunArchive(opening: path).isBeingTrained)
    try recorder.finish(.complete)
    #expect(try !RunArchive(opening: path).isBeingTrained)
    #expect(try RunRecorder.resuming(path).state == SmallRun.resume(5))
  }

  @Test func whatIsHeldInMemoryIsFlushedWithinASecondOfRecording() throws {
    let path = scratch.path("run.h5")
    let recorder = try RunRecorder(creating: path, SmallRun.plan)
    try recorder.append(step: 1, metrics: SmallRun.metrics(1))
    #expect(try RunArchive(opening: path).recordedSteps == 0)
    usleep(1_050_000)
    try recorder.append(step: 2, metrics: SmallRun.metrics(2))
    #expect(try RunArchive(opening: path).recordedSteps == 2)
  }
}

@Suite struct ArchiveResumeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func resumingDropsWhatCameAfterTheState() throws {
    let path = scratch.path("run.h5")
    let recorder = try RunRecorder(creating: path, SmallRun.plan)
    try SmallRun.snapshot(recorder, 0)
    try SmallRun.record(recorder, 1...10)
    for step in 11...15 { try recorder.append(step: step, metrics: SmallRun.metrics(step)) }
    try SmallRun.snapshot(recorder, 15)
    try recorder.append(evaluation: 15, values: [15, 0])
    try recorder.finish(.endedEarly)
    let before = try RunArchive(opening: path)
    #expect(before.recordedSteps == 15)
    let (resumed, state) = try RunRecorder.resuming(path)
    #expect(state == SmallRun.resume(10))
    #expect(resumed.plan == SmallRun.plan)
    let run = try RunArchive(opening: path)
    #expect(run.state == .running)
    #expect(run.created == before.created)
    #expect(try SmallRun.check(run) == 10)
    #expect(run.snapshots.map(\.step) == [0, 5, 10])
    #expect(try run.evaluation("validation_loss").steps == [5, 10])
    // Killed before the next state is kept, the run goes on from the same one.
    #expect(try run.resumeState() == state)
    try SmallRun.record(resumed, 11...20)
    try resumed.finish(.complete)
    #expect(try SmallRun.check(RunArchive(opening: path)) == 20)
    #expect(try RunArchive(opening: path).resumeState() == SmallRun.resume(20))
  }

  /// Turns one byte of a tensor in a resume slot, as a bad disk would.
  private func damage(_ path: String, holding step: Int) throws {
    var bytes = try Data(contentsOf: URL(filePath: path))
    let tensor = SmallRun.resume(step).tensors["conv1.weight"]!.elements
    let pattern = tensor.withUnsafeBytes { Data($0) }
    let places = bytes.indices.filter { bytes[$0...].prefix(pattern.count).elementsEqual(pattern) }
    #expect(!places.isEmpty)
    // The same numbers stand in the snapshots' parameters, which come earlier or later: damage all of them.
    for place in places { bytes[place + 5] ^= 0x10 }
    try bytes.write(to: URL(filePath: path))
  }

  @Test func aDamagedStateGivesWayToTheOther() throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path, steps: 10)
    try damage(path, holding: 10)
    #expect(try RunArchive(opening: path).resumeState() == SmallRun.resume(5))
    try damage(path, holding: 5)
    let error = archiveError { _ = try RunRecorder.resuming(path) }
    #expect(error?.code == .cannotResume)
    #expect(
      error?.description == path
        + ": no state to go on from is undamaged (the checksum of /resume/a is wrong; "
        + "the checksum of /resume/b is wrong); train the run anew")
  }

  @Test func aRunThatKeptNoStateSaysSo() throws {
    let path = scratch.path("run.h5")
    try SmallRun.make(path, steps: 4)
    let error = archiveError { _ = try RunRecorder.resuming(path) }
    #expect(error?.description == path + ": the run kept no state to go on from; train it anew")
    #expect(try SmallRun.check(RunArchive(opening: path)) == 4)
  }
}
