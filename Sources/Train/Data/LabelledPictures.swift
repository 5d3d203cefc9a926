public import Core

/// Pictures of one size in memory, each with the number of its class. A value.
public struct LabelledPictures: Hashable, Sendable {
  /// The shape of one picture: `[channels, height, width]`.
  public let shape: Shape
  /// All samples, 0 black to 255 white, in the order `[count, channels, height, width]`.
  public let pixels: [UInt8]
  /// The class of each picture, from 0.
  public let labels: [Int32]

  /// Pictures of one shape and their classes. Traps if the numbers of samples and labels do not agree.
  public init(shape: Shape, pixels: [UInt8], labels: [Int32]) {
    precondition(shape.rank == 3, "pictures are [channels, height, width], not \(shape)")
    precondition(
      pixels.count == labels.count * shape.elementCount,
      "\(labels.count) pictures of \(shape) have \(labels.count * shape.elementCount) samples, not \(pixels.count)"
    )
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// The number of pictures.
  public var count: Int { labels.count }
  /// 1 for grey, 3 for red, green, blue.
  public var channels: Int { shape[0] }
  /// Rows of a picture.
  public var height: Int { shape[1] }
  /// Columns of a picture.
  public var width: Int { shape[2] }

  /// The picture at an index. Traps if there is none.
  public func picture(at index: Int) -> Picture {
    let size = shape.elementCount
    return Picture(
      width: width, height: height, channels: channels,
      samples: Array(pixels[index * size..<(index + 1) * size]))
  }

  /// The pictures at the given indices, in their order. Traps if there is none at one of them.
  public func selecting(_ indices: some Collection<Int>) -> LabelledPictures {
    let size = shape.elementCount
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * size)
    for index in indices { chosen.append(contentsOf: pixels[index * size..<(index + 1) * size]) }
    return LabelledPictures(shape: shape, pixels: chosen, labels: indices.map { labels[$0] })
  }

  /// The first pictures, or all if there are fewer.
  public func prefix(_ maximum: Int) -> LabelledPictures {
    maximum >= count ? self : selecting(0..<maximum)
  }

  /// How many pictures each class has.
  public func classCounts(_ classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[Int(label)] += 1 }
    return counts
  }

  /// Divides the pictures in two: those to train on, and some that are held out for validation.
  ///
  /// Both parts keep the pictures in their order.
  /// - Parameters:
  ///   - held: how many to hold out.
  ///   - seed: draws which ones; without a seed it is the last ones.
  /// - Throws: `DataError` if none would be left to train on, or `held` is negative.
  public func holdingOut(
    _ held: Int, seed: UInt64? = nil
  ) throws(DataError) -> (rest: LabelledPictures, held: LabelledPictures) {
    guard held >= 0, held < count else {
      throw DataError(
        .misuse, "validation",
        "cannot hold out \(held) of \(count) pictures: at least one must be left to train on")
    }
    guard let seed else { return (selecting(0..<count - held), selecting(count - held..<count)) }
    var stream = RandomStream(seed: seed, stream: DataStream.validation)
    var order = Array(0..<count)
    // The first draws of a Fisher–Yates shuffle are a sample without replacement.
    for place in 0..<held { order.swapAt(place, place + stream.index(below: count - place)) }
    var isHeld = [Bool](repeating: false, count: count)
    for index in order[..<held] { isHeld[index] = true }
    return (
      selecting((0..<count).filter { !isHeld[$0] }), selecting((0..<count).filter { isHeld[$0] })
    )
  }
}
