internal import Core

extension KerasExport {
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

  /// The mean or the largest along a series.
  mutating func seriesPooling(
    _ operation: Reduce, _ node: Network.Node, _ input: Value
  ) throws(ImportError) -> Value {
    let names: [Reduce.Kind: String] = [.mean: "GlobalAveragePooling1D", .maximum: "GlobalMaxPooling1D"]
    guard let className = names[operation.kind], operation.axes == [1], input.shape.rank == 2 else {
      throw refusal(node, "there is no such layer")
    }
    let shape: Shape = operation.keepsAxes ? [1, input.shape[1]] : [input.shape[1]]
    return add(className, node.name, [input], ["keepdims": .bool(operation.keepsAxes)], shape: shape)
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
    let isBilinear = operation.mode == .linear
    // Keys's kernel as Keras has it, with the taps outside left out.
    let isBicubic =
      operation.mode == .cubic && operation.cubicCoefficient == -0.5 && operation.excludesOutside
    guard isBilinear || isBicubic, operation.coordinates == .halfPixel, !operation.antialiases,
      operation.scale == nil
    else { throw refusal(node, "Keras resizes from the centres of pixels, without smoothing") }
    let interpolation = isBilinear ? "bilinear" : "bicubic"
    let input = try images(given, node)
    let size = operation.size
    if size.height % input.shape[1] == 0, size.width % input.shape[2] == 0 {
      let factor = Extent(height: size.height / input.shape[1], width: size.width / input.shape[2])
      return try upsampling(factor, interpolation, node, input)
    }
    return add(
      "Resizing", node.name, [input],
      ["height": json(size.height), "width": json(size.width), "interpolation": .string(interpolation)],
      shape: [input.shape[0], size.height, size.width])
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
