internal import Core

extension ONNXExport {
  /// Writes the node's operation in ONNX's terms.
  mutating func write(_ operation: any Operation) throws(ONNXRefusal) {
    if let plain = plainName(operation) { return writer.node(plain, [input()], name) }
    switch operation {
    case let operation as Conv2d: convolution(operation)
    case let operation as ConvTranspose2d: transposedConvolution(operation)
    case let operation as Linear:
      writer.node(
        "Gemm", [input(), parameter("weight")] + (operation.hasBias ? [parameter("bias")] : []), name,
        ["transB": .integer(1)])
    case let operation as BatchNorm2d: batchNormalization(operation.epsilon, operation.momentum)
    case let operation as BatchNorm1d: batchNormalization(operation.epsilon, operation.momentum)
    case is InstanceNorm2d, is GroupNorm, is LayerNorm, is LocalResponseNorm: try normalization(operation)
    case is MaxPool2d, is AvgPool2d, is GlobalAvgPool2d, is GlobalMaxPool2d: try pooling(operation)
    case is Upsample, is Resize, is PixelShuffle, is PixelUnshuffle: try resizing(operation)
    case is Elementwise, is PReLU, is Rescale, is Softmax, is LogSoftmax, is Dropout:
      try activation(operation)
    case is Add, is Multiply, is Subtract, is Divide, is Power, is Maximum, is Minimum, is Average, is MatMul,
      is Concatenate:
      try combination(operation)
    default: try structure(operation)
    }
  }

  /// The name of an operation that has one input, no attributes and the same meaning in both.
  private func plainName(_ operation: any Operation) -> String? {
    switch operation {
    case is ReLU: "Relu"
    case is Tanh: "Tanh"
    case is Sigmoid: "Sigmoid"
    case is Softplus: "Softplus"
    case is Softsign: "Softsign"
    case is Hardswish: "HardSwish"
    case is Identity: "Identity"
    case let operation as Pointwise:
      switch operation.function {
      case .absolute: "Abs"
      case .ceiling: "Ceil"
      case .cosine: "Cos"
      case .erf: "Erf"
      case .exponential: "Exp"
      case .floor: "Floor"
      case .logarithm: "Log"
      case .negative: "Neg"
      case .reciprocal: "Reciprocal"
      case .round: "Round"
      case .sign: "Sign"
      case .sine: "Sin"
      case .squareRoot: "Sqrt"
      case .square: nil
      }
    default: nil
    }
  }

  private func list(_ extent: Extent) -> ONNXGraphWriter.Attribute {
    .integers([extent.height, extent.width])
  }
  private func list(_ padding: Padding) -> ONNXGraphWriter.Attribute {
    .integers([padding.top, padding.left, padding.bottom, padding.right])
  }

  private mutating func convolution(_ operation: Conv2d) {
    writer.node(
      "Conv", [input(), parameter("weight")] + (operation.hasBias ? [parameter("bias")] : []), name,
      [
        "kernel_shape": list(operation.kernelSize), "strides": list(operation.stride),
        "pads": list(operation.padding), "dilations": list(operation.dilation),
        "group": .integer(operation.groups),
      ])
  }

  private mutating func transposedConvolution(_ operation: ConvTranspose2d) {
    writer.node(
      "ConvTranspose", [input(), parameter("weight")] + (operation.hasBias ? [parameter("bias")] : []), name,
      [
        "kernel_shape": list(operation.kernelSize), "strides": list(operation.stride),
        "pads": list(operation.padding), "output_padding": list(operation.outputPadding),
        "dilations": list(operation.dilation), "group": .integer(operation.groups),
      ])
  }

  private mutating func batchNormalization(_ epsilon: Float, _ momentum: Float) {
    writer.node(
      "BatchNormalization",
      [
        input(), parameter("weight"), parameter("bias"), parameter("running_mean"), parameter("running_var"),
      ], name,
      // ONNX counts the share that stays, PyTorch the share that is new.
      ["epsilon": .float(epsilon), "momentum": .float(1 - momentum)])
  }

  private mutating func pooling(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case let pool as MaxPool2d:
      writer.node(
        "MaxPool", [input()], name,
        [
          "kernel_shape": list(pool.kernelSize), "strides": list(pool.stride), "pads": list(pool.padding),
          "dilations": list(pool.dilation), "ceil_mode": .integer(pool.roundsUp ? 1 : 0),
        ])
    case let pool as AvgPool2d:
      guard pool.dilation == 1 else { throw ONNXRefusal("a dilation of \(pool.dilation)") }
      writer.node(
        "AveragePool", [input()], name,
        [
          "kernel_shape": list(pool.kernelSize), "strides": list(pool.stride), "pads": list(pool.padding),
          "count_include_pad": .integer(pool.countsPadding ? 1 : 0),
          "ceil_mode": .integer(pool.roundsUp ? 1 : 0),
        ])
    case let pool as GlobalAvgPool2d: global("GlobalAveragePool", pool.keepsPlaces)
    case let pool as GlobalMaxPool2d: global("GlobalMaxPool", pool.keepsPlaces)
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  private mutating func global(_ operation: String, _ keepsPlaces: Bool) {
    if keepsPlaces { return writer.node(operation, [input()], name) }
    let pooled = writer.auxiliary(operation, [input()], beside("places"))
    writer.node("Flatten", [pooled], name, ["axis": .integer(1)])
  }

  private mutating func normalization(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case let norm as InstanceNorm2d:
      let scale =
        norm.isAffine
        ? parameter("weight") : writer.floats(Tensor([norm.channels], repeating: 1), beside("weight"))
      let offset =
        norm.isAffine ? parameter("bias") : writer.floats(Tensor([norm.channels]), beside("bias"))
      writer.node(
        "InstanceNormalization", [input(), scale, offset], name, ["epsilon": .float(norm.epsilon)])
    case let norm as GroupNorm: groupNormalization(norm)
    case let norm as LayerNorm: layerNormalization(norm)
    case let norm as LocalResponseNorm:
      guard norm.size % 2 == 1 else {
        throw ONNXRefusal("with an even size of \(norm.size) its window lies otherwise there")
      }
      writer.node(
        "LRN", [input()], name,
        [
          "size": .integer(norm.size), "alpha": .float(norm.alpha), "beta": .float(norm.beta),
          "bias": .float(norm.k),
        ])
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  /// Opset 17 has no group normalization: each group is one channel of an instance normalization.
  private mutating func groupNormalization(_ norm: GroupNorm) {
    let shape = inputShape()
    let places = shape.perExample.elementCount / norm.groups
    let grouped = reshaped(input(), [norm.groups, places], as: "groups")
    let ones = writer.floats(Tensor([norm.groups], repeating: 1), beside("ones"))
    let zeros = writer.floats(Tensor([norm.groups]), beside("zeros"))
    let normed = writer.auxiliary(
      "InstanceNormalization", [grouped, ones, zeros], beside("normed"), ["epsilon": .float(norm.epsilon)])
    guard norm.isAffine else { return reshape(normed, to: Array(shape.extents.dropFirst())) }
    let back = reshaped(normed, Array(shape.extents.dropFirst()), as: "ungrouped")
    let along = Shape([norm.channels] + [Int](repeating: 1, count: shape.rank - 2))
    let weighted = writer.auxiliary("Mul", [back, parameter("weight", shape: along)], beside("weighted"))
    writer.node("Add", [weighted, parameter("bias", shape: along)], name)
  }

  private mutating func layerNormalization(_ norm: LayerNorm) {
    let rank = inputShape().rank
    let axes = norm.axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
    let isTrailing = axes == Array((rank - axes.count)..<rank)
    let trailing = Shape(Array(inputShape().extents.suffix(axes.count)))
    if isTrailing, norm.hasScale, norm.parameterShape == trailing {
      return writer.node(
        "LayerNormalization",
        [input(), parameter("weight")] + (norm.hasOffset ? [parameter("bias")] : []), name,
        ["axis": .integer(axes[0]), "epsilon": .float(norm.epsilon)])
    }
    let mean = writer.auxiliary(
      "ReduceMean", [input()], beside("mean"), ["axes": .integers(axes), "keepdims": .integer(1)])
    let centred = writer.auxiliary("Sub", [input(), mean], beside("centred"))
    let squared = writer.auxiliary("Mul", [centred, centred], beside("squared"))
    let variance = writer.auxiliary(
      "ReduceMean", [squared], beside("variance"), ["axes": .integers(axes), "keepdims": .integer(1)])
    let shifted = writer.auxiliary(
      "Add", [variance, writer.number(norm.epsilon, beside("epsilon"))], beside("shifted"))
    let deviation = writer.auxiliary("Sqrt", [shifted], beside("deviation"))
    guard norm.hasScale || norm.hasOffset else { return writer.node("Div", [centred, deviation], name) }
    var value = writer.auxiliary("Div", [centred, deviation], beside("normed"))
    if norm.hasScale {
      let weight = parameter("weight")
      guard norm.hasOffset else { return writer.node("Mul", [value, weight], name) }
      value = writer.auxiliary("Mul", [value, weight], beside("weighted"))
    }
    writer.node("Add", [value, parameter("bias")], name)
  }
}
