import Core
import Testing

@Suite struct ParallelLoopTests {
  /// As many rounds as threads, fewer, more, none; one loop for all, each time with another job.
  @Test func everyRoundOfAJobIsDoneOnce() {
    let loop = ParallelLoop<UnsafeMutablePointer<Int>> { counts, round in counts[round] += round + 1 }
    for count in [0, 1, 2, 3, 7, 1_000] {
      let counts = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
      defer { counts.deallocate() }
      counts.initialize(repeating: 0, count: count + 1)
      loop.run(count, on: counts)
      #expect((0...count).allSatisfy { counts[$0] == ($0 < count ? $0 + 1 : 0) }, "\(count) rounds")
    }
  }

  @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000])
  func stretchesCoverARowWithoutOverlap(_ count: Int) {
    let stretches = Stretches(of: count)
    let ranges = (0..<stretches.number).map { stretches[$0] }
    #expect(ranges.flatMap(Array.init) == Array(0..<count))
    #expect(ranges.allSatisfy { !$0.isEmpty })
  }
}
