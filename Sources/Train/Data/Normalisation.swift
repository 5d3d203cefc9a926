public import Core

/// How samples become the numbers a network is given: `(sample / 255 − mean) / deviation`, by channel.
///
/// It is part of a run's recipe and is stored with it.
public struct Normalisation: Hashable, Sendable {
  /// What is taken away, by channel; samples count from 0 (black) to 1 (white).
  public let mean: [Float]
  /// What is divided by, by channel; positive.
  public let deviation: [Float]

  /// A normalisation by given numbers, one of each for a channel. Traps if a deviation is not positive.
  public init(mean: [Float], deviation: [Float]) {
    precondition(
      mean.count == deviation.count && Self.isUsable(mean, deviation),
      "a normalisation has one finite mean and one positive deviation a channel: \(mean), \(deviation)")
    self.mean = mean
    self.deviation = deviation
  }

  private static func isUsable(_ mean: [Float], _ deviation: [Float]) -> Bool {
    mean.count == deviation.count && !mean.isEmpty && mean.allSatisfy(\.isFinite)
      && deviation.allSatisfy { $0.isFinite && $0 > 0 }
  }

  /// The mean and the standard deviation of pictures, by channel: for a classifier.
  ///
  /// A channel in which every sample is the same keeps its differences from other data at a deviation of 1.
  public init(of pictures: LabelledPictures) {
    let (channels, plane) = (pictures.channels, pictures.height * pictures.width)
    var histogram = [Int](repeating: 0, count: channels * 256)
    pictures.pixels.withUnsafeBufferPointer { pixels in
      histogram.withUnsafeMutableBufferPointer { histogram in
        for start in stride(from: 0, to: pixels.count, by: plane) {
          let offset = (start / plane % channels) * 256
          for index in start..<start + plane { histogram[offset + Int(pixels[index])] += 1 }
        }
      }
    }
    // From exact integer sums, so the numbers do not depend on the order of summation.
    var mean: [Float] = []
    var deviation: [Float] = []
    let count = Double(max(1, pictures.count * plane))
    for channel in 0..<channels {
      let counts = histogram[channel * 256..<(channel + 1) * 256]
      let sum = Double(zip(counts, 0...).reduce(0) { $0 + $1.0 * $1.1 })
      let squares = Double(zip(counts, 0...).reduce(0) { $0 + $1.0 * $1.1 * $1.1 })
      let average = sum / count
      let variance = max(0, squares / count - average * average)
      mean.append(Float(average / 255))
      deviation.append(variance > 0 ? Float(variance.squareRoot() / 255) : 1)
    }
    self.init(mean: mean, deviation: deviation)
  }

  /// The fixed mapping of 0 … 255 onto −1 … 1: for a generator that ends in tanh.
  public static func symmetric(channels: Int) -> Normalisation {
    Normalisation(
      mean: [Float](repeating: 0.5, count: channels), deviation: [Float](repeating: 0.5, count: channels))
  }

  /// The number of channels.
  public var channels: Int { mean.count }

  /// The number that a sample becomes.
  public func value(of sample: UInt8, channel: Int) -> Float {
    (Float(sample) / 255 - mean[channel]) / deviation[channel]
  }

  /// All numbers that samples can become, to look them up in.
  public var table: Table { Table(self) }

  /// The numbers that the 256 samples of each channel become.
  public struct Table: Hashable, Sendable {
    private let values: [Float]

    fileprivate init(_ normalisation: Normalisation) {
      values = (0..<normalisation.channels).flatMap { channel in
        (0...255).map { normalisation.value(of: UInt8($0), channel: channel) }
      }
    }

    /// Normalises pictures `[count, channels, height, width]` of `plane` = height × width samples a channel.
    ///
    /// Traps if the buffers are not of one size or hold no whole number of pictures.
    public func apply(
      to samples: UnsafeBufferPointer<UInt8>, plane: Int, into result: UnsafeMutableBufferPointer<Float>
    ) {
      let channels = values.count / 256
      precondition(
        samples.count == result.count && plane > 0 && samples.count.isMultiple(of: plane * channels),
        "\(samples.count) samples into \(result.count) numbers, pictures of \(channels) × \(plane)")
      values.withUnsafeBufferPointer { values in
        for (block, start) in stride(from: 0, to: samples.count, by: plane).enumerated() {
          let table = values.baseAddress! + (block % channels) * 256
          for index in start..<start + plane { result[index] = table[Int(samples[index])] }
        }
      }
    }
  }

  /// The pictures as a tensor `[count, channels, height, width]`.
  public func tensor(of pictures: LabelledPictures) -> Tensor {
    tensor(of: pictures, 0..<pictures.count)
  }

  /// A range of the pictures as a tensor `[count, channels, height, width]`. Traps if it exceeds them.
  public func tensor(of pictures: LabelledPictures, _ range: Range<Int>) -> Tensor {
    let size = pictures.shape.elementCount
    return Tensor(pictures.shape.batched(range.count)) { buffer in
      pictures.pixels.withUnsafeBufferPointer { pixels in
        table.apply(
          to: UnsafeBufferPointer(rebasing: pixels[range.lowerBound * size..<range.upperBound * size]),
          plane: pictures.height * pictures.width, into: buffer)
      }
    }
  }

  /// One picture as a tensor `[1, channels, height, width]`. Traps if its channels are not these.
  public func tensor(of picture: Picture) -> Tensor {
    tensor(
      of: LabelledPictures(shape: picture.shape, pixels: picture.samples, labels: [0]))
  }

  /// The way back: the samples nearest to normalised numbers `[count, channels, height, width]`.
  ///
  /// What lies outside 0 … 255 becomes the nearer end; NaN becomes 0.
  public func samples(of tensor: Tensor) -> [UInt8] {
    precondition(
      tensor.shape.rank == 4 && tensor.shape[1] == channels,
      "\(tensor.shape) is not [count, \(channels), height, width]")
    let plane = tensor.shape[2] * tensor.shape[3]
    return [UInt8](unsafeUninitializedCapacity: tensor.elements.count) { result, count in
      tensor.elements.withUnsafeBufferPointer { elements in
        for (block, start) in stride(from: 0, to: elements.count, by: max(1, plane)).enumerated() {
          let (scale, offset) = (255 * deviation[block % channels], 255 * mean[block % channels] + 0.5)
          for index in start..<start + plane {
            // `max` first: it turns NaN into 0.
            result[index] = UInt8(min(255, max(0, elements[index] * scale + offset)))
          }
        }
      }
      count = tensor.elements.count
    }
  }
}

extension Normalisation: Codable {
  private enum CodingKeys: String, CodingKey { case mean, deviation }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode([Float].self, forKey: .mean)
    deviation = try container.decode([Float].self, forKey: .deviation)
    guard Self.isUsable(mean, deviation) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a normalisation needs one mean and one positive deviation a channel"))
    }
  }
}
