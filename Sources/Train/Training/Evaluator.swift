internal import Core

/// Tries a classifier on pictures, in inference, batch by batch.
final class Evaluator {
  /// What came out.
  struct Outcome {
    var loss: Double
    var accuracy: Double
    /// `classes`² counts, true class by row.
    var confusion: [Int]
  }

  private let executor: any TrainableExecutor
  private let table: Normalisation.Table
  private let classes: Int
  private static let batch = 250

  init(_ network: Network, normalisation: Normalisation, classes: Int) throws(NetworkError) {
    executor = try makeTrainableExecutor(for: network, batch: Self.batch, mode: .inference)
    table = normalisation.table(channels: network.inputs[0].shape[0])
    self.classes = classes
  }

  func load(_ parameters: Parameters) throws(NetworkError) { try executor.load(parameters) }

  /// The mean loss, the share named rightly and who was taken for whom; nil without pictures.
  func evaluate(_ pictures: LabelledPictures) -> Outcome? {
    guard pictures.count > 0 else { return nil }
    let size = pictures.shape.elementCount
    let plane = pictures.height * pictures.width
    var outcome = Outcome(loss: 0, accuracy: 0, confusion: [Int](repeating: 0, count: classes * classes))
    for start in stride(from: 0, to: pictures.count, by: Self.batch) {
      let count = min(Self.batch, pictures.count - start)
      executor.withInput(executor.network.inputs[0].name) { images in
        pictures.pixels.withUnsafeBufferPointer { pixels in
          table.apply(
            to: UnsafeBufferPointer(rebasing: pixels[start * size..<(start + count) * size]), plane: plane,
            into: UnsafeMutableBufferPointer(rebasing: images[..<(count * size)]))
        }
      }
      executor.run()
      executor.withValue(of: executor.network.output) { logits in
        pictures.labels.withUnsafeBufferPointer { labels in
          let labels = UnsafeBufferPointer(rebasing: labels[start..<start + count])
          let score = CrossEntropy.score(logits, labels: labels, classes: classes, count: count)
          outcome.loss += score.loss * Double(count)
          outcome.accuracy += Double(score.correct)
          for example in 0..<count {
            let row = logits[example * classes..<(example + 1) * classes]
            let said = row.indices.max { row[$0] < row[$1] }! - row.startIndex
            outcome.confusion[Int(labels[example]) * classes + said] += 1
          }
        }
      }
    }
    outcome.loss /= Double(pictures.count)
    outcome.accuracy /= Double(pictures.count)
    return outcome
  }
}
