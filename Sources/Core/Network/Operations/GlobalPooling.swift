/// Averages each channel to one number: `[n, c, h, w]` to `[n, c]`.
public struct GlobalAvgPool2d: Operation {
  /// Called `GlobalAvgPool2d`; PyTorch builds it of `AdaptiveAvgPool2d(1)` and `Flatten`, Keras writes
  /// `GlobalAveragePooling2D`, ONNX `GlobalAveragePool`.
  public static let name = "GlobalAvgPool2d"
  /// True if the value stays an image, of one pixel: `[n, c, 1, 1]`.
  public var keepsPlaces: Bool
  /// A global average pool.
  public init(keepsPlaces: Bool = false) { self.keepsPlaces = keepsPlaces }

  /// Reads `{"keepsPlaces"}`; files from before there was a choice have none and mean false.
  /// - Throws: `DecodingError` if it is no truth value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    keepsPlaces = try container.decodeIfPresent(Bool.self, forKey: .keepsPlaces) ?? false
  }

  /// True: each number is the mean of all places of its channel.
  public var mixesAllPlaces: Bool { true }
  /// `[count, channels]`, or `[count, channels, 1, 1]` where places are kept.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try inputs.onlyImage().pooled(keepsPlaces)
  }
}

/// Keeps the largest number of each channel: `[n, c, h, w]` to `[n, c]`.
public struct GlobalMaxPool2d: Operation {
  /// Called `GlobalMaxPool2d`; Keras writes `GlobalMaxPooling2D`, ONNX `GlobalMaxPool`.
  public static let name = "GlobalMaxPool2d"
  /// True if the value stays an image, of one pixel: `[n, c, 1, 1]`.
  public var keepsPlaces: Bool
  /// A global max pool.
  public init(keepsPlaces: Bool = false) { self.keepsPlaces = keepsPlaces }
  /// True: any place may hold the largest number of its channel.
  public var mixesAllPlaces: Bool { true }
  /// `[count, channels]`, or `[count, channels, 1, 1]` where places are kept.
  /// - Throws: `ShapeMismatch` if the input is not one batch of images.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try inputs.onlyImage().pooled(keepsPlaces)
  }
}

extension Shape {
  /// One number a channel of these images.
  fileprivate func pooled(_ keepsPlaces: Bool) -> Shape {
    keepsPlaces ? [self[0], self[1], 1, 1] : [self[0], self[1]]
  }
}
