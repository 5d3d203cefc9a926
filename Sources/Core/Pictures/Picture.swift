/// A picture in memory: grey or red, green, blue, eight bits a sample. A value.
public struct Picture: Hashable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// 1 for grey, 3 for red, green, blue.
  public let channels: Int
  /// All samples, 0 black to 255 full, in the order `[channels, height, width]`.
  public let samples: [UInt8]

  /// A picture of given samples. Traps if their number is not that of the extents, or channels are not 1 or 3.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(channels == 1 || channels == 3, "a picture has 1 or 3 channels, not \(channels)")
    precondition(width > 0 && height > 0, "a picture has pixels: \(width) × \(height)")
    precondition(
      samples.count == width * height * channels,
      "\(width) × \(height) × \(channels) samples expected, \(samples.count) given")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The shape as a tensor has it: `[channels, height, width]`.
  public var shape: Shape { [channels, height, width] }

  /// The extents to print: `28 × 28`.
  public var size: PictureSize { PictureSize(width: width, height: height) }

  /// The sample of a channel at a place. Traps outside the picture.
  public subscript(channel: Int, row: Int, column: Int) -> UInt8 {
    precondition(
      (0..<channels).contains(channel) && (0..<height).contains(row) && (0..<width).contains(column),
      "(\(channel), \(row), \(column)) of \(shape)")
    return samples[(channel * height + row) * width + column]
  }

  /// True if it shows no colour: it has one channel, or three that are the same.
  public var isGrey: Bool {
    let plane = width * height
    return channels == 1
      || samples[..<plane] == samples[plane..<2 * plane] && samples[..<plane] == samples[(2 * plane)...]
  }
}

/// Columns and rows.
public struct PictureSize: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int

  /// A size of columns and rows.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The size to print, columns first: `640 × 427`.
  public var description: String { "\(width) × \(height)" }
}
