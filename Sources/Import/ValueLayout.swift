public import Core

/// How the framework that a file is from lays out a value that lies as `[count, channels, height, width]` or
/// `[count, features]` here.
public enum ValueLayout: Hashable, Sendable {
  /// The same way.
  case same
  /// Images with the channels last: `[count, height, width, channels]`.
  case channelsLast
  /// A vector that was flattened from images with the channels last: here from images of the shape
  /// `[channels, height, width]`.
  case flattenedChannelsLast(Shape)
  /// Without a batch axis: what is one example here is all there is.
  case withoutBatch

  /// The shape of one batch as the file's framework has it.
  public func inFile(_ shape: Shape) -> Shape {
    switch self {
    case .channelsLast where shape.rank == 4: [shape[0], shape[2], shape[3], shape[1]]
    case .withoutBatch where shape.rank > 0: shape.perExample
    default: shape
    }
  }

  /// A value from here as the file's framework lays it out.
  public func toFile(_ tensor: Tensor) -> Tensor {
    switch self {
    case .channelsLast where tensor.shape.rank == 4: return tensor.permuted([0, 2, 3, 1])
    case .flattenedChannelsLast(let image):
      return tensor.reshaped(image.batched(tensor.shape[0])).permuted([0, 2, 3, 1]).reshaped(tensor.shape)
    case .withoutBatch where tensor.shape.rank > 0 && tensor.shape[0] == 1:
      return tensor.reshaped(tensor.shape.perExample)
    default: return tensor
    }
  }

  /// A value from the file's framework as it lies here.
  public func fromFile(_ tensor: Tensor) -> Tensor {
    switch self {
    case .channelsLast where tensor.shape.rank == 4: return tensor.permuted([0, 3, 1, 2])
    case .flattenedChannelsLast(let image):
      let last: Shape = [tensor.shape[0], image[1], image[2], image[0]]
      return tensor.reshaped(last).permuted([0, 3, 1, 2]).reshaped(tensor.shape)
    case .withoutBatch: return tensor.reshaped(tensor.shape.batched(1))
    default: return tensor
    }
  }
}
