internal import Core

extension KerasExport {
  /// Padding by Keras's rule: what is odd goes behind.
  private func same(_ shape: Shape, _ window: Window) -> Padding {
    func split(_ size: Int, _ span: Int, _ stride: Int) -> (Int, Int) {
      let total = max(((size + stride - 1) / stride - 1) * stride + span - size, 0)
      return (total / 2, total - total / 2)
    }
    let (top, bottom) = split(shape[1], window.span.height, window.stride.height)
    let (left, right) = split(shape[2], window.span.width, window.stride.width)
    return Padding(top: top, left: left, bottom: bottom, right: right)
  }

  /// An image with zeros around it, where Keras's two words do not say the padding; and the word.
  private mutating func padded(
    _ input: Value, _ window: Window, _ node: Network.Node
  ) -> (input: Value, word: String) {
    let padding = window.padding
    if padding == 0 { return (input, "valid") }
    if padding == same(input.shape, window) { return (input, "same") }
    let shape: Shape = [
      input.shape[0], input.shape[1] + padding.top + padding.bottom,
      input.shape[2] + padding.left + padding.right,
    ]
    return (
      add("ZeroPadding2D", node.name + "_padding", [input], ["padding": margins(padding)], shape: shape),
      "valid"
    )
  }

  private func margins(_ padding: Padding) -> JSON {
    [json([padding.top, padding.bottom]), json([padding.left, padding.right])]
  }

  private func shape(_ node: Network.Node, _ inputs: [Value]) throws(ImportError) -> Shape {
    do { return try node.operation.outputShape(of: inputs.map { $0.shape.batched(1) }).perExample } catch {
      throw refusal(node, error.reason)
    }
  }

  private func bias(_ node: Network.Node, _ hasBias: Bool) -> [(name: String, tensor: Tensor)] {
    hasBias ? [("bias", parameter(node, "bias"))] : []
  }

  // MARK: Convolutions

  mutating func convolution(
    _ operation: Conv2d, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let input = try images(given, node)
    let shape = try shape(node, [input])
    let (padded, word) = padded(input, operation.window!, node)
    var config: [String: JSON] = [
      "kernel_size": json(operation.kernelSize), "strides": json(operation.stride), "padding": .string(word),
      "data_format": "channels_last", "dilation_rate": json(operation.dilation),
      "use_bias": .bool(operation.hasBias), "activation": "linear",
    ]
    let weight = parameter(node, "weight")
    let isDepthwise =
      operation.groups > 1 && operation.groups == operation.inputChannels
      && operation.stride.height == operation.stride.width
    guard isDepthwise else {
      config["filters"] = json(operation.outputChannels)
      config["groups"] = json(operation.groups)
      return add(
        "Conv2D", node.name, [padded], config, shape: shape,
        weights: [("kernel", weight.permuted([2, 3, 1, 0]))] + bias(node, operation.hasBias))
    }
    let multiplier = operation.outputChannels / operation.groups
    config["depth_multiplier"] = json(multiplier)
    let (rows, columns) = (operation.kernelSize.height, operation.kernelSize.width)
    let kernel = weight.reshaped([operation.groups, multiplier, rows, columns]).permuted([2, 3, 0, 1])
    return add(
      "DepthwiseConv2D", node.name, [padded], config, shape: shape,
      weights: [("depthwise_kernel", kernel)] + bias(node, operation.hasBias))
  }

  mutating func transposed(
    _ operation: ConvTranspose2d, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    guard operation.groups == 1 else { throw refusal(node, "Keras has no transposed convolution in groups") }
    let input = try images(given, node)
    let shape = try shape(node, [input])
    let (span, stride, padding) = (operation.window!.span, operation.stride, operation.padding)
    let rows = Spread(input.shape[1], shape[1], span.height, stride.height, padding.top)
    let columns = Spread(input.shape[2], shape[2], span.width, stride.width, padding.left)
    var config: [String: JSON] = [
      "filters": json(operation.outputChannels), "kernel_size": json(operation.kernelSize),
      "strides": json(stride), "data_format": "channels_last", "dilation_rate": json(operation.dilation),
      "use_bias": .bool(operation.hasBias), "activation": "linear", "output_padding": .null,
    ]
    let weights =
      [("kernel", parameter(node, "weight").permuted([2, 3, 1, 0]))] + bias(node, operation.hasBias)
    if rows.isSame && columns.isSame {
      config["padding"] = "same"
      return add("Conv2DTranspose", node.name, [input], config, shape: shape, weights: weights)
    }
    config["padding"] = "valid"
    // Where more is wanted than Keras makes by itself it is asked for; what is too much is cut off behind.
    let isLonger = rows.needed > rows.usual || columns.needed > columns.usual
    let full = Extent(
      height: isLonger ? rows.full + rows.more : rows.usual,
      width: isLonger ? columns.full + columns.more : columns.usual)
    if isLonger { config["output_padding"] = json([rows.more, columns.more]) }
    let cut = Padding(
      top: padding.top, left: padding.left, bottom: full.height - padding.top - shape[1],
      right: full.width - padding.left - shape[2])
    guard cut != 0 else {
      return add("Conv2DTranspose", node.name, [input], config, shape: shape, weights: weights)
    }
    let whole = add(
      "Conv2DTranspose", node.name + "_uncut", [input], config, shape: [shape[0], full.height, full.width],
      weights: weights)
    return add("Cropping2D", node.name, [whole], ["cropping": margins(cut)], shape: shape)
  }

  /// One axis of a transposed convolution.
  private struct Spread {
    /// All that the kernels reach.
    let full: Int
    /// What Keras makes of it without 'same'.
    let usual: Int
    /// What is wanted, with what is cut off in front.
    let needed: Int
    /// What is wanted beyond the kernels' reach.
    var more: Int { max(needed - full, 0) }
    /// True if Keras's 'same' cuts off the same.
    let isSame: Bool

    init(_ count: Int, _ size: Int, _ span: Int, _ stride: Int, _ before: Int) {
      full = (count - 1) * stride + span
      usual = full + max(stride - span, 0)
      needed = before + size
      isSame = size == count * stride && before == max(full - size, 0) / 2
    }
  }

  // MARK: Dense

  mutating func linear(_ operation: Linear, _ node: Network.Node, _ input: Value) -> Value {
    let (rows, columns) = (operation.outputFeatures, operation.inputFeatures)
    var weight = parameter(node, "weight")
    if case .flattenedChannelsLast(let image) = input.layout {
      weight = weight.reshaped([rows, image[0], image[1], image[2]]).permuted([0, 2, 3, 1]).reshaped([
        rows, columns,
      ])
    }
    let layout = layout(ofVector: node.name)
    if case .flattenedChannelsLast(let image) = layout {
      weight = weight.reshaped([image[0], image[1], image[2], columns]).permuted([1, 2, 0, 3])
        .reshaped([rows, columns])
    }
    let bias = bias(node, operation.hasBias).map { ($0.name, perFeature($0.tensor, of: layout)) }
    return add(
      "Dense", node.name, [input],
      ["units": json(rows), "use_bias": .bool(operation.hasBias), "activation": "linear"], shape: [rows],
      layout: layout, weights: [("kernel", weight.permuted([1, 0]))] + bias)
  }

  mutating func embedding(_ operation: Embedding, _ node: Network.Node, _ given: Value) -> Value {
    let input = plain(given, node.name + "_plain")
    return add(
      "Embedding", node.name, [input],
      ["input_dim": json(operation.count), "output_dim": json(operation.dimensions)],
      shape: Shape(input.shape.extents + [operation.dimensions]), layout: .same,
      weights: [("embeddings", parameter(node, "weight"))])
  }

  // MARK: Norms

  mutating func batchNorm(
    _ epsilon: Float, _ momentum: Float, _ node: Network.Node, _ input: Value, axis: Int
  ) -> Value {
    let kept = 1 - (Double("\(momentum)") ?? Double(momentum))
    let names = [
      ("gamma", "weight"), ("beta", "bias"), ("moving_mean", "running_mean"),
      ("moving_variance", "running_var"),
    ]
    return add(
      "BatchNormalization", node.name, [input],
      [
        "axis": json(axis), "momentum": .number((kept * 1e6).rounded() / 1e6), "epsilon": json(epsilon),
        "center": true, "scale": true,
      ],
      shape: input.shape, weights: names.map { ($0, perFeature(parameter(node, $1), of: input.layout)) })
  }

  mutating func groupNorm(
    _ groups: Int, _ epsilon: Float, _ isAffine: Bool, _ node: Network.Node, _ input: Value
  ) -> Value {
    add(
      "GroupNormalization", node.name, [input],
      [
        "groups": json(groups), "axis": -1, "epsilon": json(epsilon), "center": .bool(isAffine),
        "scale": .bool(isAffine),
      ],
      shape: input.shape,
      weights: isAffine ? [("gamma", parameter(node, "weight")), ("beta", parameter(node, "bias"))] : [])
  }

  mutating func layerNorm(
    _ operation: LayerNorm, _ node: Network.Node, _ input: Value
  ) throws(ImportError) -> Value {
    let rank = input.shape.rank
    let axes = operation.axes.map { $0 < 0 ? $0 + rank + 1 : $0 }.sorted()
    // Keras has a number for each place along the axes that it normalises, and none along others.
    let missing = rank - operation.parameterShape.rank
    let spread = Shape([Int](repeating: 1, count: max(missing, 0)) + operation.parameterShape.extents)
    guard missing >= 0,
      (1...rank).allSatisfy({ spread[$0 - 1] == (axes.contains($0) ? input.shape[$0 - 1] : 1) })
    else {
      throw refusal(
        node, "parameters of \(operation.parameterShape) for axes \(operation.axes) of \(input.shape)")
    }
    let fileAxes = axes.map { input.layout == .channelsLast ? [3, 1, 2][$0 - 1] : $0 }.sorted()
    guard dialect == .archive || fileAxes.count == 1 else {
      throw refusal(node, "Keras 3 loses several axes when it reads .h5; write .keras")
    }
    func array(_ name: String) -> Tensor {
      var tensor = parameter(node, name).reshaped(spread)
      tensor =
        input.layout == .channelsLast ? tensor.permuted([1, 2, 0]) : perFeature(tensor, of: input.layout)
      return tensor.reshaped(Shape(fileAxes.map { input.fileShape[$0 - 1] }))
    }
    var weights: [(name: String, tensor: Tensor)] = []
    if operation.hasScale { weights.append(("gamma", array("weight"))) }
    if operation.hasOffset { weights.append(("beta", array("bias"))) }
    return add(
      "LayerNormalization", node.name, [input],
      [
        "axis": fileAxes.count == 1 ? json(fileAxes[0]) : json(fileAxes), "epsilon": json(operation.epsilon),
        "center": .bool(operation.hasOffset),
        "scale": .bool(operation.hasScale),
      ], shape: input.shape, weights: weights)
  }

  // MARK: Pooling

  private func pooling(_ size: Extent, _ stride: Extent, _ word: String) -> [String: JSON] {
    [
      "pool_size": json(size), "strides": json(stride), "padding": .string(word),
      "data_format": "channels_last",
    ]
  }

  /// True if a window that rounds up makes no more than one that rounds down.
  private func isExact(_ size: Int, _ padding: Int, _ span: Int, _ stride: Int) -> Bool {
    (size + padding - span) % stride == 0
  }

  mutating func maximumPooling(
    _ operation: MaxPool2d, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let input = try images(given, node)
    let shape = try shape(node, [input])
    try checkWindow(operation.window!, operation.dilation, roundsUp: operation.roundsUp, input, node)
    let isPositive =
      model.network.nodes.first { $0.name == node.inputs[0] }.map {
        $0.operation is ReLU || $0.operation is Sigmoid
      } ?? false
    let padding = operation.padding
    guard isPositive || padding == 0 || padding == same(input.shape, operation.window!) else {
      throw refusal(
        node, "Keras pads with zeros, which would win over negative numbers; pool without padding")
    }
    let (padded, word) = padded(input, operation.window!, node)
    return add(
      "MaxPooling2D", node.name, [padded], pooling(operation.kernelSize, operation.stride, word), shape: shape
    )
  }

  mutating func averagePooling(
    _ operation: AvgPool2d, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let input = try images(given, node)
    let shape = try shape(node, [input])
    try checkWindow(operation.window!, operation.dilation, roundsUp: operation.roundsUp, input, node)
    let padding = operation.padding
    if padding == 0 {
      return add(
        "AveragePooling2D", node.name, [input], pooling(operation.kernelSize, operation.stride, "valid"),
        shape: shape)
    }
    if !operation.countsPadding {
      guard padding == same(input.shape, operation.window!) else {
        throw refusal(node, "averages without this padding; Keras knows 'same' alone")
      }
      return add(
        "AveragePooling2D", node.name, [input], pooling(operation.kernelSize, operation.stride, "same"),
        shape: shape)
    }
    let larger: Shape = [
      input.shape[0], input.shape[1] + padding.top + padding.bottom,
      input.shape[2] + padding.left + padding.right,
    ]
    let zeros = add(
      "ZeroPadding2D", node.name + "_padding", [input], ["padding": margins(padding)], shape: larger)
    return add(
      "AveragePooling2D", node.name, [zeros], pooling(operation.kernelSize, operation.stride, "valid"),
      shape: shape)
  }

  private func checkWindow(
    _ window: Window, _ dilation: Extent, roundsUp: Bool, _ input: Value, _ node: Network.Node
  ) throws(ImportError) {
    guard dilation == 1 else { throw refusal(node, "Keras has no dilated pooling") }
    let padding = window.padding
    guard
      !roundsUp
        || isExact(input.shape[1], padding.top + padding.bottom, window.span.height, window.stride.height)
          && isExact(input.shape[2], padding.left + padding.right, window.span.width, window.stride.width)
    else { throw refusal(node, "it rounds up, Keras rounds down") }
  }

  mutating func globalPooling(
    _ className: String, _ keeps: Bool, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let input = try images(given, node)
    return add(
      className, node.name, [input], ["data_format": "channels_last", "keepdims": .bool(keeps)],
      shape: keeps ? [input.shape[0], 1, 1] : [input.shape[0]], layout: keeps ? .channelsLast : .same)
  }

  mutating func upsampling(
    _ factor: Extent, _ interpolation: String, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let input = try images(given, node)
    return add(
      "UpSampling2D", node.name, [input],
      ["size": json(factor), "interpolation": .string(interpolation), "data_format": "channels_last"],
      shape: [input.shape[0], input.shape[1] * factor.height, input.shape[2] * factor.width])
  }

  mutating func resize(
    _ operation: Resize, _ node: Network.Node, _ given: Value
  ) throws(ImportError) -> Value {
    let (rows, columns) = (given.shape[1], given.shape[2])
    guard operation.mode == .linear, operation.coordinates == .halfPixel, !operation.antialiases,
      operation.scale == nil, operation.size.height % rows == 0, operation.size.width % columns == 0
    else { throw refusal(node, "Keras enlarges by whole factors, bilinearly from the centres of pixels") }
    let factor = Extent(height: operation.size.height / rows, width: operation.size.width / columns)
    return try upsampling(factor, "bilinear", node, given)
  }

  mutating func pad(_ operation: Pad, _ node: Network.Node, _ given: Value) throws(ImportError) -> Value {
    guard operation.before.count == 3, operation.before[0] == 0, operation.after[0] == 0,
      operation.mode == .constant, operation.value == 0
    else { throw refusal(node, "Keras puts zeros around images, nothing else") }
    let input = try images(given, node)
    func part(_ sign: Int) -> Padding {
      Padding(
        top: max(sign * operation.before[1], 0), left: max(sign * operation.before[2], 0),
        bottom: max(sign * operation.after[1], 0), right: max(sign * operation.after[2], 0))
    }
    let (more, less) = (part(1), part(-1))
    let shape = try shape(node, [input])
    guard less != 0 else {
      return add("ZeroPadding2D", node.name, [input], ["padding": margins(more)], shape: shape)
    }
    guard more != 0 else {
      return add("Cropping2D", node.name, [input], ["cropping": margins(less)], shape: shape)
    }
    let larger: Shape = [
      input.shape[0], input.shape[1] + more.top + more.bottom, input.shape[2] + more.left + more.right,
    ]
    let zeros = add(
      "ZeroPadding2D", node.name + "_padding", [input], ["padding": margins(more)], shape: larger)
    return add("Cropping2D", node.name, [zeros], ["cropping": margins(less)], shape: shape)
  }
}

extension KerasExport {
  // MARK: Shapes

  mutating func flatten(_ node: Network.Node, _ input: Value) -> Value {
    let layout: ValueLayout = input.layout == .channelsLast ? KerasGraph.flattened(input.shape) : input.layout
    return add("Flatten", node.name, [input], shape: [input.shape.elementCount], layout: layout)
  }

  mutating func reshape(_ operation: Reshape, _ node: Network.Node, _ input: Value) -> Value {
    let shape = operation.shape
    let last: [Int] = shape.rank == 3 ? [shape[1], shape[2], shape[0]] : shape.extents
    if input.layout == .channelsLast, shape.rank == 1 { return flatten(node, input) }
    let lies = shape.rank == 3 && (input.layout == KerasGraph.flattened(shape) && input.shape.rank == 1)
    if lies {
      return add(
        "Reshape", node.name, [input], ["target_shape": json(last)], shape: shape, layout: .channelsLast)
    }
    let plain = plain(input, node.name + "_plain")
    guard shape.rank == 3 else {
      return add("Reshape", node.name, [plain], ["target_shape": json(last)], shape: shape, layout: .same)
    }
    let images = add(
      "Reshape", node.name + "_channels", [plain], ["target_shape": json(shape.extents)], shape: shape,
      layout: .same)
    return add("Permute", node.name, [images], ["dims": [2, 3, 1]], shape: shape, layout: .channelsLast)
  }

  mutating func permute(_ operation: Permute, _ node: Network.Node, _ given: Value) -> Value {
    let input = plain(given, node.name + "_plain")
    let shape = Shape(operation.axes.map { input.shape[$0 - 1] })
    return add("Permute", node.name, [input], ["dims": json(operation.axes)], shape: shape, layout: .same)
  }
}
