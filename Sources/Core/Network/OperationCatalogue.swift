/// Every operation that a stored network may name.
package enum OperationCatalogue {
  private static let kinds: [any Operation.Type] = [
    Conv2d.self, ConvTranspose2d.self, Linear.self, BatchNorm2d.self, BatchNorm1d.self,
    ReLU.self, LeakyReLU.self, Tanh.self, Sigmoid.self, Softmax.self,
    PReLU.self, ELU.self, SELU.self, CELU.self, GELU.self, Softplus.self, Softsign.self, SiLU.self, Mish.self,
    Hardsigmoid.self, Hardswish.self, Hardtanh.self, Threshold.self, ClippedReLU.self, LogSoftmax.self,
    Pointwise.self, Rescale.self, Multiply.self, Subtract.self, Divide.self, Power.self, Maximum.self,
    Minimum.self, Average.self, MatMul.self, Constant.self, Reduce.self,
    LayerNorm.self, InstanceNorm2d.self, GroupNorm.self, LocalResponseNorm.self,
    MaxPool2d.self, AvgPool2d.self, GlobalAvgPool2d.self, Upsample.self,
    Dropout.self, Flatten.self, Reshape.self, Add.self, Concatenate.self,
    Pad.self, Permute.self, Slice.self, Gather.self, Embedding.self, Expand.self, Tile.self, Resize.self,
    PixelShuffle.self, PixelUnshuffle.self, GlobalMaxPool2d.self, Identity.self, Unsupported.self,
  ]

  package static let kindsByName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
}
