internal import Core

extension Operation {
  /// The operation as an arrow of a diagram says it: `3 × 3 conv, stride 2`.
  var words: String {
    switch self {
    case let convolution as Conv2d:
      let isDepthwise = convolution.groups > 1 && convolution.groups == convolution.inputChannels
      let kind = isDepthwise ? "depthwise conv" : convolution.groups > 1 ? "grouped conv" : "conv"
      return "\(convolution.kernelSize) \(kind)"
        + suffix(convolution.stride, convolution.dilation)
    case let convolution as ConvTranspose2d:
      return "\(convolution.kernelSize) transposed conv" + suffix(convolution.stride, convolution.dilation)
    case is Linear: return "linear"
    case let pool as MaxPool2d:
      return "\(pool.kernelSize) max pool" + suffix(pool.stride, usual: pool.kernelSize)
    case let pool as AvgPool2d:
      return "\(pool.kernelSize) mean pool" + suffix(pool.stride, usual: pool.kernelSize)
    case is GlobalAvgPool2d: return "mean of each map"
    case let enlargement as Upsample: return "\(enlargement.factor) nearest"
    case is BatchNorm2d, is BatchNorm1d: return "batch norm"
    case is ReLU: return "ReLU"
    case let activation as LeakyReLU: return "leaky ReLU \(activation.slope)"
    case is Tanh: return "tanh"
    case is Sigmoid: return "sigmoid"
    case is Softmax: return "softmax"
    case is Dropout: return "dropout"
    case is Add: return "sum"
    case is Concatenate: return "joined"
    default: return furtherWords ?? name
    }
  }

  /// What only networks from elsewhere have.
  private var furtherWords: String? {
    switch self {
    case is GlobalMaxPool2d: "largest of each map"
    case let resize as Resize: "to \(resize.size), \(resize.mode)"
    case let pad as Pad:
      pad.before.contains { $0 < 0 } || pad.after.contains { $0 < 0 } ? "cropped" : "padded"
    case is PixelShuffle: "channels to pixels"
    case is PixelUnshuffle: "pixels to channels"
    case is Multiply: "product"
    case is Subtract: "difference"
    case is Divide: "quotient"
    case is Average: "mean"
    case is Maximum: "larger"
    case is Minimum: "smaller"
    case is MatMul: "matrix product"
    case is Embedding: "looked up"
    case is Constant: "constant"
    case is Slice, is Gather: "a part"
    case is LayerNorm: "layer norm"
    case is InstanceNorm2d: "instance norm"
    case is GroupNorm: "group norm"
    case is LocalResponseNorm: "local norm"
    case is Rescale: "scaled"
    case is LogSoftmax: "log softmax"
    case is Hardsigmoid: "hard sigmoid"
    case is Hardswish: "hard swish"
    case let clip as Hardtanh where clip.minimum == 0 && clip.maximum != nil: "ReLU up to \(clip.maximum!)"
    case is Hardtanh: "clipped"
    case is SiLU: "swish"
    case is ClippedReLU: "ReLU, clipped"
    case is Permute: "axes exchanged"
    default: nil
    }
  }

  private func suffix(_ stride: Extent, _ dilation: Extent = 1, usual: Extent = 1) -> String {
    var text = ""
    if stride != usual {
      text += stride.height == stride.width ? ", stride \(stride.height)" : ", stride \(stride)"
    }
    if dilation != 1 { text += ", dilated" }
    return text
  }
}

extension Stage {
  /// What the stage does, in order: `3 × 3 conv, ReLU`. Dropout and reshaping, which change nothing that is seen, are
  /// left out.
  var words: String {
    nodes.map(\.operation).filter {
      $0.rearranges || $0 is Dropout ? nodes.count == 1 : true
    }
    .map(\.words).joined(separator: ", ")
  }
}
