/// How samples become the numbers a network is given: `(sample / 255 − mean) / deviation`, channel by channel.
///
/// It is part of a run's recipe and is stored with it.
public struct Normalisation: Hashable, Sendable {
  /// What is taken away; samples count from 0 (black) to 1 (white). One for all channels, or one a channel.
  public let mean: [Float]
  /// What is divided by; positive. As many as there are means.
  public let deviation: [Float]

  /// A normalisation by given numbers. Traps if a deviation is not positive or the counts differ.
  public init(mean: [Float], deviation: [Float]) {
    precondition(
      Self.isUsable(mean, deviation),
      "a normalisation has finite means and as many positive deviations: \(mean), \(deviation)")
    self.mean = mean
    self.deviation = deviation
  }

  /// True if the numbers make a normalisation.
  package static func isUsable(_ mean: [Float], _ deviation: [Float]) -> Bool {
    mean.count == deviation.count && !mean.isEmpty && mean.allSatisfy(\.isFinite)
      && deviation.allSatisfy { $0.isFinite && $0 > 0 }
  }

  /// 0 … 255 to 0 … 1.
  public static let unit = Normalisation(mean: [0], deviation: [1])
  /// 0 … 255 to −1 … 1: for a generator that ends in tanh.
  public static let symmetric = Normalisation(mean: [0.5], deviation: [0.5])

  /// True if it says what becomes of pictures with so many channels.
  public func covers(channels: Int) -> Bool { mean.count == 1 || mean.count == channels }

  /// The number that a sample becomes.
  public func value(of sample: UInt8, channel: Int) -> Float {
    let entry = mean.count == 1 ? 0 : channel
    return (Float(sample) / 255 - mean[entry]) / deviation[entry]
  }

  /// The numbers for samples of pictures `[count, channels, height, width]`.
  ///
  /// Traps if the samples are not as many as the shape says, or the channels not those of the normalisation.
  public func tensor(_ samples: [UInt8], _ shape: Shape) -> Tensor {
    precondition(
      shape.rank == 4 && samples.count == shape.elementCount, "\(samples.count) samples for \(shape)")
    let table = table(channels: shape[1])
    return Tensor(shape) { numbers in
      samples.withUnsafeBufferPointer { table.apply(to: $0, plane: shape[2] * shape[3], into: numbers) }
    }
  }

  /// One picture as a tensor `[1, channels, height, width]`.
  public func tensor(of picture: Picture) -> Tensor { tensor(picture.samples, picture.shape.batched(1)) }

  /// The way back: the samples nearest to normalised numbers `[count, channels, height, width]`.
  ///
  /// What lies outside 0 … 255 becomes the nearer end; NaN becomes 0.
  public func samples(of tensor: Tensor) -> [UInt8] {
    let shape = tensor.shape
    precondition(
      shape.rank == 4 && covers(channels: shape[1]), "\(shape) does not fit \(mean.count) channels")
    let (channels, plane) = (shape[1], shape[2] * shape[3])
    return [UInt8](unsafeUninitializedCapacity: tensor.elements.count) { result, count in
      tensor.elements.withUnsafeBufferPointer { elements in
        for (block, start) in stride(from: 0, to: elements.count, by: max(1, plane)).enumerated() {
          let entry = mean.count == 1 ? 0 : block % channels
          let (scale, offset) = (255 * deviation[entry], 255 * mean[entry] + 0.5)
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

extension Normalisation {
  /// All numbers that the samples of pictures with so many channels can become, to look them up in.
  public func table(channels: Int) -> Table { Table(self, channels: channels) }

  /// The numbers that the 256 samples of each channel become.
  public struct Table: Hashable, Sendable {
    private let values: [Float]

    fileprivate init(_ normalisation: Normalisation, channels: Int) {
      precondition(
        normalisation.covers(channels: channels), "\(normalisation.mean.count) means for \(channels) channels"
      )
      values = (0..<channels).flatMap { channel in
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
}

extension Normalisation: Codable {
  private enum CodingKeys: String, CodingKey { case mean, deviation }

  /// Reads `mean` and `deviation`, one number each or one a channel.
  /// - Throws: `DecodingError` if there are none, their counts differ, a mean is not finite or a deviation
  ///   not positive.
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
