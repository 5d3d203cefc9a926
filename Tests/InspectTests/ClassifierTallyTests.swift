import Core
import Inspect
import Render
import Testing

@Suite struct PercentileTallyTests {
  @Test func aPercentileIsNearlyTheExactOne() {
    var random = RandomStream(seed: 5)
    let values = random.normal([20_000], deviation: 3).elements
    var tally = PercentileTally()
    tally.add(values[..<7_000])
    tally.add(values[7_000...])
    let exact = ColorScale.limit(of: values, percentile: 99.5)
    let found = tally.limit(percentile: 99.5)
    #expect(found.limit >= exact.limit && found.limit <= exact.limit * (1 + 1.0 / 2048))
    #expect(values.contains { Double(abs($0)) == found.limit }, "a percentile is one of the values")
    #expect(found.clippedShare == Double(values.count { Double(abs($0)) > found.limit }) / 20_000)
    #expect(tally.hasNegative)
  }

  @Test func zerosCountAndWhatIsNotFiniteDoesNot() {
    var tally = PercentileTally()
    tally.add([Float](repeating: 0, count: 190) + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, .nan, .infinity])
    #expect(!tally.hasNegative)
    // Of 200 numbers the 199th is 9, and one lies beyond.
    #expect(tally.limit(percentile: 99.5) == (9, 0.005))
    // The median is zero: the largest is taken, or everything else would be clipped.
    #expect(tally.limit(percentile: 50) == (10, 0))
    #expect(PercentileTally().limit(percentile: 99.5) == (0, 0))
  }
}
