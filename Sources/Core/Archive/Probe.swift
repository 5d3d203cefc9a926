/// What a run is watched on: the same pictures and latents at every snapshot.
public struct Probe: Sendable, Hashable {
  /// Pictures as bytes, `[count, channels, height, width]`, row-major; empty if there are none.
  public var pictures: [UInt8]
  /// The pictures' shape, `[count, channels, height, width]`.
  public var pictureShape: Shape
  /// The class of every picture; empty if they have none.
  public var labels: [Int]
  /// What the classes are called; empty if they have no names.
  public var classNames: [String]
  /// How bytes become what the networks are given.
  public var normalisation: PixelNormalisation
  /// Fixed latents, `[count, …]`; nil for a run without a generator.
  public var latents: Tensor?
  /// How many of the first pictures (for a generator: latents) activations are stored for.
  public var activationCount: Int

  /// A probe. Traps if the numbers of bytes, pictures and labels do not agree.
  public init(
    pictures: [UInt8] = [], pictureShape: Shape = [0, 1, 1, 1], labels: [Int] = [],
    classNames: [String] = [], normalisation: PixelNormalisation = .unit, latents: Tensor? = nil,
    activationCount: Int = 0
  ) {
    precondition(pictureShape.rank == 4, "pictures are [count, channels, height, width], not \(pictureShape)")
    precondition(
      pictures.count == pictureShape.elementCount, "\(pictures.count) bytes for pictures of \(pictureShape)")
    precondition(
      labels.isEmpty || labels.count == pictureShape[0],
      "\(labels.count) labels for \(pictureShape[0]) pictures")
    self.pictures = pictures
    self.pictureShape = pictureShape
    self.labels = labels
    self.classNames = classNames
    self.normalisation = normalisation
    self.latents = latents
    self.activationCount = activationCount
  }

  /// The number of pictures.
  public var count: Int { pictureShape[0] }

  /// Pictures as a network is given them: normalised, `[count, channels, height, width]`.
  public func inputs(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "pictures \(range) of \(count)")
    let size = pictureShape.perExample.elementCount
    return normalisation.tensor(
      Array(pictures[range.lowerBound * size..<range.upperBound * size]),
      pictureShape.perExample.batched(range.count))
  }

  /// One picture as a network is given it, `[1, channels, height, width]`.
  public func input(_ index: Int) -> Tensor { inputs(index..<index + 1) }
}

/// How a picture's bytes become numbers: x = (byte / 255 − mean) / deviation, channel by channel.
public struct PixelNormalisation: Sendable, Hashable, Codable {
  /// The value that becomes 0, in [0, 1]: one for all channels, or one a channel.
  public var mean: [Float]
  /// The distance that becomes 1, above 0: one for all channels, or one a channel.
  public var deviation: [Float]

  /// A normalisation. Traps if there are not equally many means and deviations, at least one each.
  public init(mean: [Float], deviation: [Float]) {
    precondition(!mean.isEmpty && mean.count == deviation.count, "one deviation a mean")
    self.mean = mean
    self.deviation = deviation
  }

  /// Bytes to [0, 1].
  public static let unit = PixelNormalisation(mean: [0], deviation: [1])
  /// Bytes to [−1, 1], as a generator that ends in tanh makes them.
  public static let symmetric = PixelNormalisation(mean: [0.5], deviation: [0.5])

  /// The numbers for bytes of pictures `[count, channels, height, width]`.
  public func tensor(_ bytes: [UInt8], _ shape: Shape) -> Tensor {
    precondition(shape.rank == 4 && bytes.count == shape.elementCount, "\(bytes.count) bytes for \(shape)")
    precondition(mean.count == 1 || mean.count == shape[1], "\(mean.count) means for \(shape[1]) channels")
    let plane = shape[2] * shape[3]
    return Tensor(shape) { elements in
      for channel in 0..<shape[0] * shape[1] {
        let entry = mean.count == 1 ? 0 : channel % shape[1]
        let (mean, deviation) = (mean[entry], deviation[entry])
        for index in channel * plane..<(channel + 1) * plane {
          elements[index] = (Float(bytes[index]) / 255 - mean) / deviation
        }
      }
    }
  }

  /// The bytes of numbers `[count, channels, height, width]`, rounded and clamped to what a picture can show.
  public func bytes(_ tensor: Tensor) -> [UInt8] {
    let shape = tensor.shape
    precondition(shape.rank == 4, "pictures are [count, channels, height, width], not \(shape)")
    precondition(mean.count == 1 || mean.count == shape[1], "\(mean.count) means for \(shape[1]) channels")
    let plane = shape[2] * shape[3]
    var bytes = [UInt8](repeating: 0, count: shape.elementCount)
    for channel in 0..<shape[0] * shape[1] {
      let entry = mean.count == 1 ? 0 : channel % shape[1]
      let (mean, deviation) = (mean[entry], deviation[entry])
      for index in channel * plane..<(channel + 1) * plane {
        let value = (tensor.elements[index] * deviation + mean) * 255
        bytes[index] = value > 0 ? UInt8(min(value, 255).rounded()) : 0  // NaN is not above 0
      }
    }
    return bytes
  }
}
