import Core
import TestSupport
import Testing
import Train

@Suite struct BatchSamplerTests {
  /// Pictures of 1 × 2 whose samples and labels say which they are.
  private func pictures(_ count: Int) -> LabelledPictures {
    LabelledPictures(
      shape: [1, 1, 2], pixels: (0..<count).flatMap { [UInt8($0), UInt8($0 + 100)] },
      labels: (0..<count).map(Int32.init))
  }

  private func sampler(_ count: Int = 23, batch: Int = 5, seed: UInt64 = 9) throws -> BatchSampler {
    try BatchSampler(pictures(count), batch: batch, normalisation: .symmetric, seed: seed)
  }

  @Test func anEpochTakesEveryPictureAtMostOnce() throws {
    var sampler = try sampler()
    #expect(sampler.stepsPerEpoch == 4)
    for epoch in 0..<3 {
      let indices = (0..<4).flatMap { sampler.indices(step: epoch * 4 + $0) }
      #expect(Set(indices).count == 20)
      #expect(indices.allSatisfy { (0..<23).contains($0) })
    }
  }

  @Test func epochsAreShuffledAnew() throws {
    var sampler = try sampler(20)
    let epochs = (0..<3).map { epoch in (0..<4).flatMap { sampler.indices(step: epoch * 4 + $0) } }
    #expect(epochs.allSatisfy { $0.sorted() == Array(0..<20) })
    #expect(Set(epochs).count == 3)
    #expect(epochs[0] != Array(0..<20))
  }

  @Test func aStepsPicturesDependOnSeedAndStepAlone() throws {
    var (forward, backward, other) = (try sampler(), try sampler(), try sampler(seed: 10))
    let steps = (0..<12).map { forward.indices(step: $0) }
    #expect((0..<12).reversed().map { backward.indices(step: $0) } == steps.reversed())
    #expect((0..<12).map { other.indices(step: $0) } != steps)
    // The order itself is pinned: a run resumed by another version must see the same batches.
    #expect(steps[0] == [16, 1, 19, 11, 8])
  }

  @Test func everyPlaceIsEquallyLikely() throws {
    var sampler = try sampler(4, batch: 4)
    var counts = [Int](repeating: 0, count: 16)
    for epoch in 0..<4000 {
      for (place, index) in sampler.indices(step: epoch).enumerated() { counts[place * 4 + index] += 1 }
    }
    // 1000 ± 27 is one deviation.
    #expect(counts.allSatisfy { abs($0 - 1000) < 125 }, "\(counts)")
  }

  @Test func aBatchHoldsTheNumbersOfItsPictures() throws {
    var sampler = try sampler()
    let normalisation = Normalisation.symmetric
    var labels = [Int32](repeating: -1, count: 5)
    for step in [0, 3, 4, 17] {
      let batch = labels.withUnsafeMutableBufferPointer { labels in
        Tensor([5, 1, 1, 2]) { sampler.fill(step: step, images: $0, labels: labels) }
      }
      let indices = sampler.indices(step: step)
      #expect(labels == indices.map(Int32.init))
      let expected = indices.flatMap {
        [UInt8($0), UInt8($0 + 100)].map { normalisation.value(of: $0, channel: 0) }
      }
      #expect(batch.elements == expected)
    }
  }

  @Test func colourKeepsItsChannels() throws {
    let colour = LabelledPictures(shape: [3, 1, 1], pixels: [0, 100, 200, 50, 150, 250], labels: [0, 1])
    let normalisation = Normalisation(mean: [0, 0.5, 1], deviation: [1, 2, 4])
    var sampler = try BatchSampler(colour, batch: 2, normalisation: normalisation, seed: 0)
    let batch = Tensor([2, 3, 1, 1]) { sampler.fill(step: 0, images: $0) }
    let expected = normalisation.tensor(of: colour.selecting(sampler.indices(step: 0)))
    #expect(batch == expected)
    #expect(
      abs(expected.elements[1] - (expected.elements[1] < 0 ? (100 / 255 - 0.5) / 2 : (150 / 255 - 0.5) / 2))
        < 1e-6)
  }

  @Test func batchesThatCannotBeAreRefused() throws {
    #expect(
      throws: DataError(.misuse, "batch", "a batch of 24 is larger than the training data: 23 pictures")
    ) { try sampler(batch: 24) }
    #expect(throws: DataError(.misuse, "batch", "expected at least 1, found 0")) { try sampler(batch: 0) }
    #expect(try sampler(batch: 23).stepsPerEpoch == 1)
    #expect(throws: DataError(.mismatch, "normalisation", "made for 3 channels, the pictures have 1")) {
      let colour = Normalisation(mean: [0, 0.5, 1], deviation: [1, 2, 4])
      _ = try BatchSampler(pictures(4), batch: 2, normalisation: colour, seed: 0)
    }
  }

  @Test func noStepsAreRefused() throws {
    let sampler = try sampler()
    #expect(try sampler.totalSteps(epochs: 3) == 12)
    #expect(try sampler.totalSteps(epochs: 3, steps: 7) == 7)
    #expect(throws: DataError(.misuse, "steps", "expected at least 1, found 0")) {
      try sampler.totalSteps(epochs: 3, steps: 0)
    }
    #expect(throws: DataError(.misuse, "epochs", "expected at least 1, found -1")) {
      try sampler.totalSteps(epochs: -1)
    }
    #expect(throws: DataError.self) { try sampler.totalSteps(epochs: .max) }
  }

  @Test func validationPicturesAreTheLastOrDrawn() throws {
    let all = pictures(10)
    let last = try all.holdingOut(3)
    #expect(last.rest.labels == [0, 1, 2, 3, 4, 5, 6])
    #expect(last.held.labels == [7, 8, 9])
    #expect(last.held.pixels == [7, 107, 8, 108, 9, 109])
    let drawn = try all.holdingOut(3, seed: 1)
    #expect(drawn.held.count == 3)
    #expect((drawn.rest.labels + drawn.held.labels).sorted() == (0..<10).map(Int32.init))
    #expect(try all.holdingOut(3, seed: 1) == drawn)
    #expect(Set(try (0..<20).map { try all.holdingOut(3, seed: $0).held.labels }).count > 10)
    #expect(try all.holdingOut(0).rest == all)
    for count in [10, 11, -1] {
      #expect(
        throws: DataError(
          .misuse, "validation",
          "cannot hold out \(count) of 10 pictures: at least one must be left to train on")
      ) { try all.holdingOut(count) }
    }
  }
}

private func == (
  left: (rest: LabelledPictures, held: LabelledPictures),
  right: (rest: LabelledPictures, held: LabelledPictures)
) -> Bool { left.rest == right.rest && left.held == right.held }
