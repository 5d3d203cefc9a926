import Core
import TestSupport
import Testing

private func factors(
  rate: Float = 0.5, seed: UInt64 = 1, step: Int = 0, node: Int = 0, _ range: Range<Int>
) -> [Float] {
  let mask = DropoutMask(rate: rate, seed: DropoutSeed(seed: seed, step: step), node: node)
  return [Float](unsafeUninitializedCapacity: range.count) { buffer, count in
    mask.fill(UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]), from: range.lowerBound)
    count = range.count
  }
}

@Suite struct ReferenceDropoutTests {
  @Test func aMaskIsTheSameFromWhereverItIsFilled() {
    let whole = factors(0..<100)
    for start in [0, 1, 3, 4, 37, 98] {
      for end in [start + 1, 99, 100] { #expect(factors(start..<end) == Array(whole[start..<end])) }
    }
  }

  @Test func aMaskDependsOnSeedStepAndNode() {
    let masks = [
      factors(0..<64), factors(seed: 2, 0..<64), factors(step: 1, 0..<64), factors(node: 1, 0..<64),
    ]
    #expect(Set(masks).count == 4)
  }

  /// Of 100,000 numbers 30 % are dropped, give or take five standard deviations √(0.3 · 0.7 / 100,000).
  @Test func aMaskDropsItsRateAndKeepsTheMean() {
    let mask = factors(rate: 0.3, 0..<100_000)
    #expect(Set(mask) == [0, 1 / 0.7])
    let dropped = Double(mask.count { $0 == 0 }) / 100_000
    #expect(abs(dropped - 0.3) < 5 * (0.3 * 0.7 / 100_000).squareRoot())
  }

  @Test func aRateOfZeroDropsNothing() {
    #expect(factors(rate: 0, 0..<1000).allSatisfy { $0 == 1 })
  }

  @Test(arguments: executorsUnderTest)
  func dropoutMultipliesValueAndGradientByItsMask(_ under: ExecutorUnderTest) throws {
    let network = try Network.sequential(
      "two", input: .init("x", [3, 5, 5]), ["before": Tanh(), "drop": Dropout(rate: 0.25)])
    let executor = try under.make(network, 2, .training)
    executor.dropoutSeed = DropoutSeed(seed: 9, step: 12)
    let ones = Tensor([2, 3, 5, 5], repeating: 1)
    try executor.forward(ones)
    // Backward meets the mask of the forward pass, even if the next step's seed is already set.
    executor.dropoutSeed = DropoutSeed(seed: 9, step: 13)
    try executor.backward(from: "drop", gradient: ones, rule: .plain, into: .values)
    let mask = Tensor(ones.shape, factors(rate: 0.25, seed: 9, step: 12, node: 1, 0..<150))
    let value = try executor.value(of: "before").elements[0]
    expectClose(try executor.output(), mask.map { $0 * value }, absolute: 1e-6, because: "value")
    expectClose(try executor.gradient(of: "before"), mask, absolute: 1e-6, because: "gradient")
  }
}
