internal import Core

extension Operation {
  /// The operation as an arrow of a diagram says it: `3 × 3 conv, stride 2`.
  var words: String {
    switch self {
    case let convolution as Conv2d:
      return "\(convolution.kernelSize) \(convolution.groups > 1 ? "grouped conv" : "conv")"
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
    default: return name
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
      $0 is Flatten || $0 is Reshape || $0 is Dropout ? nodes.count == 1 : true
    }
    .map(\.words).joined(separator: ", ")
  }
}
