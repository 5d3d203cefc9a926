import Foundation
import Testing
import Train

/// A loss over arrays instead of buffers, with its gradient.
private func crossEntropy(
  _ logits: [Float], _ labels: [Int32], classes: Int, count: Int? = nil
) -> (score: CrossEntropy.Score, gradient: [Float]) {
  // Filled with what no test expects, to see what is left untouched.
  var gradient = [Float](repeating: 77, count: logits.count)
  let score = gradient.withUnsafeMutableBufferPointer { gradient in
    logits.withUnsafeBufferPointer { logits in
      labels.withUnsafeBufferPointer { labels in
        CrossEntropy.score(
          logits, labels: labels, classes: classes, count: count ?? labels.count, gradient: gradient)
      }
    }
  }
  return (score, gradient)
}

private func binaryCrossEntropy(
  _ logits: [Float], target: Float
) -> (score: BinaryCrossEntropy.Score, gradient: [Float]) {
  var gradient = [Float](repeating: 77, count: logits.count)
  let score = gradient.withUnsafeMutableBufferPointer { gradient in
    logits.withUnsafeBufferPointer { BinaryCrossEntropy.score($0, target: target, gradient: gradient) }
  }
  return (score, gradient)
}

@Suite struct CrossEntropyTests {
  @Test(arguments: [Float(0), 3.5, -1e4])
  func equalLogitsOfTenClassesCostTheLogarithmOfTen(_ logit: Float) {
    let labels = (0..<10).map(Int32.init)
    let (score, _) = crossEntropy([Float](repeating: logit, count: 100), labels, classes: 10)
    #expect(abs(score.loss - log(10)) < 1e-14)
  }

  @Test(arguments: TrainingFixture.stored.crossEntropy)
  func itIsWhatTorchComputes(_ torch: TrainingFixture.CrossEntropyCase) {
    let (score, gradient) = crossEntropy(torch.logits.map(Float.init), torch.labels, classes: torch.classes)
    #expect(isClose(score.loss, torch.loss, relative: 1e-7), "\(score.loss), torch has \(torch.loss)")
    #expect(score.correct == torch.correct)
    for (index, expected) in torch.gradient.enumerated() {
      #expect(
        isClose(Double(gradient[index]), expected, absolute: 1e-7),
        "gradient \(index) is \(gradient[index]), torch has \(expected)")
    }
  }

  @Test func theGradientIsSoftmaxLessTheLabelOverTheCount() {
    let logits: [Float] = [1, 2, 4, -3, 0.5, 0.25]
    let (_, gradient) = crossEntropy(logits, [2, 0], classes: 3)
    for (row, label) in [2, 0].enumerated() {
      let powers = (0..<3).map { exp(Double(logits[row * 3 + $0])) }
      let sum = powers.reduce(0, +)
      for column in 0..<3 {
        let expected = (powers[column] / sum - (column == label ? 1 : 0)) / 2
        #expect(isClose(Double(gradient[row * 3 + column]), expected, absolute: 1e-8))
      }
      #expect(abs(gradient[row * 3..<row * 3 + 3].reduce(0, +)) < 1e-7, "a row's gradient adds up to 0")
    }
  }

  @Test func rowsBehindTheCountTakeNoPart() {
    let whole = crossEntropy([1, 2, 0.5, 3], [1, 0], classes: 2)
    // The rows behind are such that they would show in every number.
    let padded = crossEntropy([1, 2, 0.5, 3, 1e4, -1e4, .nan, 0], [1, 0, 1, 0], classes: 2, count: 2)
    #expect(padded.score == whole.score)
    #expect(padded.gradient == whole.gradient + [0, 0, 0, 0])
  }

  @Test func correctCountsRowsWhoseLabelScoresHighest() {
    let logits: [Float] = [0, 1, 2, 5, 4, 3, -1, -2, -3, 0, 9, 0]
    #expect(crossEntropy(logits, [2, 0, 0, 1], classes: 3).score.correct == 4)
    #expect(crossEntropy(logits, [0, 1, 2, 1], classes: 3).score.correct == 1)
    // Of equal scores the first counts: a network that says nothing is not right about every class.
    #expect(crossEntropy([0, 0, 0, 0], [0, 1], classes: 2).score.correct == 1)
  }

  @Test(arguments: [
    [Float.nan, 0, 0], [0, .nan, 0], [0, 0, .nan], [.infinity, 0, 0], [-.infinity, 0, 0],
  ])
  func aLogitThatIsNoNumberShowsInTheLoss(_ logits: [Float]) {
    #expect(!crossEntropy(logits, [0], classes: 3).score.loss.isFinite)
  }
}

@Suite struct BinaryCrossEntropyTests {
  @Test(arguments: [Float(0), 1, 0.3])
  func aLogitOfZeroCostsTheLogarithmOfTwoWhateverTheTarget(_ target: Float) {
    let (score, gradient) = binaryCrossEntropy([0, 0, 0], target: target)
    #expect(score.loss == log(2))
    #expect(score.meanProbability == 0.5)
    #expect(score.positiveShare == 0)
    #expect(gradient.allSatisfy { abs($0 - (0.5 - target) / 3) < 1e-8 })
  }

  @Test(arguments: TrainingFixture.stored.binaryCrossEntropy)
  func itIsWhatTorchComputes(_ torch: TrainingFixture.BinaryCrossEntropyCase) {
    let (score, gradient) = binaryCrossEntropy(torch.logits.map(Float.init), target: torch.target)
    let isSame = isClose(score.loss, torch.loss, relative: 1e-12, absolute: 1e-30)
    #expect(isSame, "\(score.loss), torch has \(torch.loss)")
    #expect(isClose(score.meanProbability, torch.meanProbability, relative: 1e-12))
    #expect(score.positiveShare == torch.positiveShare)
    for (index, expected) in torch.gradient.enumerated() {
      #expect(
        isClose(Double(gradient[index]), expected, absolute: 1e-7),
        "gradient \(index) is \(gradient[index]), torch has \(expected)")
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aLogitThatIsNoNumberShowsInTheLoss(_ logit: Float) {
    let losses = [Float(0), 1].map { binaryCrossEntropy([0, logit], target: $0).score.loss }
    #expect(losses.contains { !$0.isFinite })
  }
}
