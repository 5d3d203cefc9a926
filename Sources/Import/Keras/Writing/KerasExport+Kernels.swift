internal import Core

extension KerasExport {
  /// Padding by Keras's rule: what is odd goes behind.
  func same(_ shape: Shape, _ window: Window) -> Padding {
    func split(_ size: Int, _ span: Int, _ stride: Int) -> (Int, Int) {
      let total = max(((size + stride - 1) / stride - 1) * stride + span - size, 0)
      return (total / 2, total - total / 2)
    }
    let (top, bottom) = split(shape[1], window.span.height, window.stride.height)
    let (left, right) = split(shape[2], window.span.width, window.stride.width)
    return Padding(top: top, left: left, bottom: bottom, right: right)
  }

  /// An image with zeros around it, where Keras's two words do not say the padding; and the word.
  mutating func padded(
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

  func margins(_ padding: Padding) -> JSON {
    [json([padding.top, padding.bottom]), json([padding.left, padding.right])]
  }

  func shape(_ node: Network.Node, _ inputs: [Value]) throws(ImportError) -> Shape {
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

  /// A product with a constant matrix, and what is added to it if that is constant too: a dense layer along the last axis.
  ///
  /// - Returns: nil if the node is no such thing.
  mutating func product(_ node: Network.Node) -> Value? {
    let network = model.network
    func constant(_ name: String) -> Tensor? {
      network.nodes.first { $0.name == name && $0.operation is Constant }.map { parameter($0, "value") }
    }
    var matrix = node
    var offset: Tensor?
    if node.operation is Add, node.inputs.count == 2, let bias = constant(node.inputs[1]),
      bias.shape.rank == 1,
      let inner = network.nodes.first(where: { $0.name == node.inputs[0] && $0.operation is MatMul })
    {
      (matrix, offset) = (inner, bias)
    }
    guard matrix.operation is MatMul, let kernel = constant(matrix.inputs[1]), kernel.shape.rank == 2,
      let given = values[matrix.inputs[0]], offset.map({ $0.shape == [kernel.shape[1]] }) ?? true
    else { return nil }
    let input = plain(given, node.name + "_plain")
    var shape = input.shape
    guard shape.rank > 0, shape[shape.rank - 1] == kernel.shape[0] else { return nil }
    shape[shape.rank - 1] = kernel.shape[1]
    return add(
      "Dense", node.name, [input],
      ["units": json(kernel.shape[1]), "use_bias": .bool(offset != nil), "activation": "linear"],
      shape: shape,
      layout: .same, weights: [("kernel", kernel)] + (offset.map { [("bias", $0)] } ?? []))
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
}
