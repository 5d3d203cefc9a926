import Core
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

private struct KnownAnswer: Sendable {
  let counter: SIMD4<UInt32>
  let key: SIMD2<UInt32>
  let words: SIMD4<UInt32>
}

/// From Random123 (Salmon et al. 2011), `kat_vectors`, the lines `philox4x32 10`.
private let knownAnswers = [
  KnownAnswer(
    counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0),
    words: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
  KnownAnswer(
    counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
    words: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
  // The digits of π.
  KnownAnswer(
    counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0),
    words: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
]

@Suite struct ReferenceRandomTests {
  @Test(arguments: knownAnswers) fileprivate func philoxGivesThePublishedWords(_ known: KnownAnswer) {
    #expect(RandomStream.philox(counter: known.counter, key: known.key) == known.words)
  }

  @Test func aStreamReadsTheWordsOfItsBlocksInOrder() {
    var stream = RandomStream(seed: 0, stream: 0)
    let words = (0..<8).map { _ in stream.nextWord() }
    #expect(words[..<4] == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let second = stream.words(ofBlock: 1)
    #expect(Array(words[4...]) == (0..<4).map { second[$0] })
  }

  @Test func streamsAndSeedsDiffer() {
    func first(_ seed: UInt64, _ number: UInt64) -> UInt64 {
      var stream = RandomStream(seed: seed, stream: number)
      return stream.next()
    }
    #expect(Set([first(1, 0), first(2, 0), first(1, 1), first(1 << 32, 0), first(1, 1 << 32)]).count == 5)
  }

  @Test func aStoredStreamGoesOnWhereItStopped() throws {
    var stream = RandomStream(seed: 4, stream: 2)
    for _ in 0..<5 { _ = stream.nextWord() }
    var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect((0..<9).map { _ in restored.nextWord() } == (0..<9).map { _ in stream.nextWord() })
  }

  /// Bounds are five standard errors: √(1/n), √(2/n), √(15/n) and √(96/n) for the mean and the raw second
  /// to fourth moments.
  @Test func normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    var stream = RandomStream(seed: 12)
    let count = 200_000
    let numbers = stream.normal([count]).elements.map(Double.init)
    #expect(numbers.allSatisfy { $0.isFinite })
    let n = Double(count)
    let mean = numbers.reduce(0, +) / n
    func central(_ power: Int) -> Double {
      numbers.reduce(0) { sum, number in
        sum + (0..<power).reduce(1) { product, _ in product * (number - mean) }
      } / n
    }
    #expect(abs(mean) < 5 * (1 / n).squareRoot())
    #expect(abs(central(2) - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(central(3)) < 5 * (15 / n).squareRoot())
    #expect(abs(central(4) - 3) < 5 * (96 / n).squareRoot())
  }

  @Test func meanAndDeviationScaleNormalNumbers() {
    var (plain, scaled) = (RandomStream(seed: 3), RandomStream(seed: 3))
    // An odd count: the last number has no partner.
    let numbers = plain.normal([7])
    #expect(scaled.normal([7], mean: 2, deviation: 0.5) == numbers.map { 2 + 0.5 * $0 })
  }

  @Test func uniformNumbersFillTheirRange() {
    var stream = RandomStream(seed: 6)
    let numbers = stream.uniform([100_000], in: -2...6).elements
    #expect(numbers.allSatisfy { $0 >= -2 && $0 <= 6 })
    let mean = numbers.reduce(0) { $0 + Double($1) } / 100_000
    // The deviation of one is 8 / √12.
    #expect(abs(mean - 2) < 5 * 8 / (12.0 * 100_000).squareRoot())
    #expect(numbers.min()! < -1.99 && numbers.max()! > 5.99)
  }
}
