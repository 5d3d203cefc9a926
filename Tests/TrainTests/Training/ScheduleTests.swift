import Testing
import Train

@Suite struct ScheduleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let stepsPerEpoch: Int
    let totalSteps: Int
    let snapshots: [Int]
    let epochEnds: [Int]
    var testDescription: String { "\(totalSteps) steps of \(stepsPerEpoch) an epoch" }
  }

  @Test(arguments: [
    Case(
      stepsPerEpoch: 429, totalSteps: 1287,
      snapshots: [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 429, 858, 1287], epochEnds: [429, 858, 1287]),
    Case(stepsPerEpoch: 6, totalSteps: 12, snapshots: [0, 1, 2, 4, 6, 12], epochEnds: [6, 12]),
    Case(stepsPerEpoch: 8, totalSteps: 20, snapshots: [0, 1, 2, 4, 8, 16, 20], epochEnds: [8, 16, 20]),
    Case(stepsPerEpoch: 1, totalSteps: 3, snapshots: [0, 1, 2, 3], epochEnds: [1, 2, 3]),
    // Ended within the first epoch.
    Case(stepsPerEpoch: 100, totalSteps: 5, snapshots: [0, 1, 2, 4, 5], epochEnds: [5]),
    Case(stepsPerEpoch: 100, totalSteps: 1, snapshots: [0, 1], epochEnds: [1]),
  ])
  func aRunIsStoredDenselyAtFirstThenAtEveryEpochsEnd(_ expected: Case) {
    let schedule = SnapshotSchedule(stepsPerEpoch: expected.stepsPerEpoch, totalSteps: expected.totalSteps)
    let steps = 0...expected.totalSteps
    #expect(steps.filter(schedule.includes) == expected.snapshots)
    #expect(steps.filter(schedule.endsEpoch) == expected.epochEnds)
  }

  @Test func theFirstAndTheLastAreAlwaysStored() {
    for stepsPerEpoch in 1...12 {
      for totalSteps in 1...40 {
        let schedule = SnapshotSchedule(stepsPerEpoch: stepsPerEpoch, totalSteps: totalSteps)
        #expect(schedule.includes(0) && schedule.includes(totalSteps))
        #expect(!schedule.endsEpoch(0) && schedule.endsEpoch(totalSteps))
      }
    }
  }
}
