public import Core

/// Puts pictures into shuffled batches: which ones a step gets depends on the seed and the step alone.
///
/// Every epoch is a new shuffle of all pictures; the last incomplete batch of an epoch is left out.
public struct BatchSampler: Sendable {
  /// The pictures that are drawn from.
  public let pictures: LabelledPictures
  /// Pictures in a batch.
  public let batch: Int
  /// What the shuffles are drawn from.
  public let seed: UInt64
  /// Batches in an epoch.
  public let stepsPerEpoch: Int

  private let table: Normalisation.Table
  private var order: [Int32]
  private var shuffledEpoch = -1

  /// Batches of a size, normalised.
  /// - Throws: `DataError` if a batch is empty or larger than the data, or channels do not agree.
  public init(
    _ pictures: LabelledPictures, batch: Int, normalisation: Normalisation, seed: UInt64
  ) throws(DataError) {
    guard batch >= 1 else { throw DataError(.misuse, "batch", "expected at least 1, found \(batch)") }
    guard batch <= pictures.count else {
      throw DataError(
        .misuse, "batch", "a batch of \(batch) is larger than the training data: \(pictures.count) pictures")
    }
    guard normalisation.covers(channels: pictures.channels) else {
      throw DataError(
        .mismatch, "normalisation",
        "made for \(normalisation.mean.count) channels, the pictures have \(pictures.channels)")
    }
    self.pictures = pictures
    self.batch = batch
    self.seed = seed
    stepsPerEpoch = pictures.count / batch
    table = normalisation.table(channels: pictures.channels)
    order = [Int32](repeating: 0, count: pictures.count)
  }

  /// The number of steps that were asked for, as epochs or as steps; steps win where both are given.
  /// - Throws: `DataError` if that is none.
  public func totalSteps(epochs: Int, steps: Int? = nil) throws(DataError) -> Int {
    if let steps {
      guard steps >= 1 else { throw DataError(.misuse, "steps", "expected at least 1, found \(steps)") }
      return steps
    }
    guard epochs >= 1 else { throw DataError(.misuse, "epochs", "expected at least 1, found \(epochs)") }
    let (total, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
    guard !overflow else { throw DataError(.misuse, "epochs", "\(epochs) are too many to count their steps") }
    return total
  }

  /// The epoch that a step belongs to; both count from 0.
  public func epoch(ofStep step: Int) -> Int { step / stepsPerEpoch }

  private mutating func shuffle(epoch: Int) {
    guard epoch != shuffledEpoch else { return }
    var stream = RandomStream(seed: seed, stream: DataStream.shuffle(epoch: epoch))
    order.withUnsafeMutableBufferPointer { order in
      for index in order.indices { order[index] = Int32(index) }
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(last, stream.index(below: last + 1))
      }
    }
    shuffledEpoch = epoch
  }

  /// The pictures of a step, counted from 0.
  public mutating func indices(step: Int) -> [Int] {
    precondition(step >= 0, "steps count from 0: \(step)")
    shuffle(epoch: epoch(ofStep: step))
    let start = (step % stepsPerEpoch) * batch
    return order[start..<start + batch].map(Int.init)
  }

  /// Writes a step's batch: normalised numbers `[batch, channels, height, width]` and labels.
  ///
  /// Allocates nothing. Traps if a buffer does not have the batch's size; labels may be left out.
  public mutating func fill(
    step: Int, images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>? = nil
  ) {
    let size = pictures.shape.elementCount
    precondition(step >= 0, "steps count from 0: \(step)")
    precondition(
      images.count == batch * size && (labels == nil || labels?.count == batch),
      "a batch is \(batch) × \(size) numbers and \(batch) labels, not \(images.count) and \(labels?.count ?? 0)"
    )
    shuffle(epoch: epoch(ofStep: step))
    let start = (step % stepsPerEpoch) * batch
    pictures.pixels.withUnsafeBufferPointer { pixels in
      for place in 0..<batch {
        let index = Int(order[start + place])
        table.apply(
          to: UnsafeBufferPointer(rebasing: pixels[index * size..<(index + 1) * size]),
          plane: pictures.height * pictures.width,
          into: UnsafeMutableBufferPointer(rebasing: images[place * size..<(place + 1) * size]))
        labels?[place] = pictures.labels[index]
      }
    }
  }
}
