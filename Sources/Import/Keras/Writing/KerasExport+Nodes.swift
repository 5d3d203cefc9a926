internal import Core

extension KerasExport {
  /// Adds the layers that say a node.
  mutating func build(_ node: Network.Node) throws(ImportError) -> Value {
    if let value = product(node) { return value }
    var inputs: [Value] = []
    for name in node.inputs {
      guard let value = values[name] else { throw refusal(node, "it reads the constant '\(name)'") }
      inputs.append(value)
    }
    guard !inputs.isEmpty else { throw refusal(node, "Keras has no layer that reads nothing") }
    switch node.operation {
    case let operation as Conv2d: return try convolution(operation, node, inputs[0])
    case let operation as ConvTranspose2d: return try transposed(operation, node, inputs[0])
    case let operation as Linear: return linear(operation, node, inputs[0])
    case let operation as BatchNorm2d:
      return batchNorm(operation.epsilon, operation.momentum, node, try images(inputs[0], node), axis: -1)
    case let operation as BatchNorm1d:
      return batchNorm(
        operation.epsilon, operation.momentum, node, inputs[0], axis: inputs[0].shape.rank == 2 ? 1 : -1)
    case let operation as LayerNorm: return try layerNorm(operation, node, inputs[0])
    case let operation as GroupNorm:
      return groupNorm(
        operation.groups, operation.epsilon, operation.isAffine, node, try images(inputs[0], node))
    case let operation as InstanceNorm2d:
      return groupNorm(
        operation.channels, operation.epsilon, operation.isAffine, node, try images(inputs[0], node))
    case let operation as MaxPool2d: return try maximumPooling(operation, node, inputs[0])
    case let operation as AvgPool2d: return try averagePooling(operation, node, inputs[0])
    case let operation as GlobalAvgPool2d:
      return try globalPooling("GlobalAveragePooling2D", operation.keepsPlaces, node, inputs[0])
    case let operation as GlobalMaxPool2d:
      return try globalPooling("GlobalMaxPooling2D", operation.keepsPlaces, node, inputs[0])
    case let operation as Upsample: return try upsampling(operation.factor, "nearest", node, inputs[0])
    case let operation as Resize: return try resize(operation, node, inputs[0])
    case let operation as Pad: return try pad(operation, node, inputs[0])
    case let operation as Reduce: return try seriesPooling(operation, node, inputs[0])
    case is Flatten: return flatten(node, inputs[0])
    case let operation as Reshape: return reshape(operation, node, inputs[0])
    case let operation as Permute: return permute(operation, node, inputs[0])
    case let operation as Embedding: return embedding(operation, node, inputs[0])
    case let operation as PReLU: return try parametricRectifier(operation, node, inputs[0])
    case let operation as Softmax: return softmax(operation.axis, node, inputs[0])
    case let operation as LogSoftmax: return try logSoftmax(operation.axis, node, inputs[0])
    case let operation as Concatenate: return try concatenate(operation, node, inputs)
    case is Add: return try merge("Add", node, inputs)
    case is Multiply: return try merge("Multiply", node, inputs)
    case is Subtract: return try merge("Subtract", node, inputs)
    case is Average: return try merge("Average", node, inputs)
    case is Maximum: return try merge("Maximum", node, inputs)
    case is Minimum: return try merge("Minimum", node, inputs)
    default: return try elementwise(node, inputs[0])
    }
  }

  // MARK: Number by number

  private mutating func elementwise(_ node: Network.Node, _ input: Value) throws(ImportError) -> Value {
    let name = node.name
    func activation(_ export: inout KerasExport, _ function: String) -> Value {
      export.add("Activation", name, [input], ["activation": .string(function)], shape: input.shape)
    }
    switch node.operation {
    case is ReLU: return add("ReLU", name, [input], rectifier(), shape: input.shape)
    case let operation as LeakyReLU:
      let key = dialect == .legacy ? "alpha" : "negative_slope"
      return add("LeakyReLU", name, [input], [key: json(operation.slope)], shape: input.shape)
    case let operation as ClippedReLU:
      return add(
        "ReLU", name, [input],
        rectifier(maximum: operation.maximum, slope: operation.slope, threshold: operation.threshold),
        shape: input.shape)
    case let operation as Threshold:
      return add("ReLU", name, [input], rectifier(threshold: operation.threshold), shape: input.shape)
    case let operation as Hardtanh: return try clip(operation, node, input)
    case let operation as Hardsigmoid:
      return hardSigmoid(operation.slope, operation.offset, name, input)
    case is Hardswish:
      let gate = hardSigmoid(1 / 6, 0.5, name + "_gate", input)
      return add("Multiply", name, [input, gate], shape: input.shape)
    case is Tanh: return activation(&self, "tanh")
    case is Sigmoid: return activation(&self, "sigmoid")
    case is Softplus: return activation(&self, "softplus")
    case is Softsign: return activation(&self, "softsign")
    case is Mish: return activation(&self, "mish")
    case let operation as SiLU where operation.beta == 1: return activation(&self, "swish")
    case let operation as GELU where !operation.isApproximate: return activation(&self, "gelu")
    case let operation as SELU where operation == SELU(): return activation(&self, "selu")
    case let operation as ELU:
      return add("ELU", name, [input], ["alpha": json(operation.alpha)], shape: input.shape)
    case let operation as Pointwise where operation.function == .exponential:
      return activation(&self, "exponential")
    case is Identity: return activation(&self, "linear")
    case let operation as Dropout:
      return add("Dropout", name, [input], ["rate": json(operation.rate)], shape: input.shape)
    case let operation as Rescale where operation.scale.count == 1 && operation.offset.count == 1:
      return rescale(operation.scale[0], operation.offset[0], name, input)
    default: throw refusal(node, "there is no such layer")
    }
  }

  private func rectifier(maximum: Float? = nil, slope: Float = 0, threshold: Float = 0) -> [String: JSON] {
    [
      "max_value": maximum.map { json($0) } ?? .null, "negative_slope": json(slope),
      "threshold": json(threshold),
    ]
  }

  private mutating func rescale(_ scale: Float, _ offset: Float, _ name: String, _ input: Value) -> Value {
    add("Rescaling", name, [input], ["scale": json(scale), "offset": json(offset)], shape: input.shape)
  }

  // Keras 3 changed the line of its own 'hard_sigmoid'; these layers say the same in both.
  private mutating func hardSigmoid(_ slope: Float, _ offset: Float, _ name: String, _ input: Value) -> Value
  {
    let line = rescale(slope, offset, name + "_line", input)
    return add("ReLU", name, [line], rectifier(maximum: 1), shape: input.shape)
  }

  private mutating func clip(
    _ operation: Hardtanh, _ node: Network.Node, _ input: Value
  ) throws(ImportError) -> Value {
    guard let minimum = operation.minimum else { throw refusal(node, "a limit above alone has no layer") }
    let height = operation.maximum.map { $0 - minimum }
    guard minimum != 0 else {
      return add("ReLU", node.name, [input], rectifier(maximum: height), shape: input.shape)
    }
    let shifted = rescale(1, -minimum, node.name + "_shifted", input)
    let clipped = add(
      "ReLU", node.name + "_clipped", [shifted], rectifier(maximum: height), shape: input.shape)
    return rescale(1, minimum, node.name, clipped)
  }

  private mutating func parametricRectifier(
    _ operation: PReLU, _ node: Network.Node, _ input: Value
  ) throws(ImportError) -> Value {
    var slope = parameter(node, "weight")
    let missing = input.shape.rank - slope.shape.rank
    guard missing >= 0 else { throw refusal(node, "slopes of \(slope.shape) for values of \(input.shape)") }
    slope = slope.reshaped(Shape([Int](repeating: 1, count: missing) + slope.shape.extents))
    slope = input.layout == .channelsLast ? slope.permuted([1, 2, 0]) : perFeature(slope, of: input.layout)
    let shared = (0..<slope.shape.rank).filter { slope.shape[$0] == 1 && input.fileShape[$0] != 1 }.map {
      $0 + 1
    }
    return add(
      "PReLU", node.name, [input], ["shared_axes": shared.isEmpty ? .null : json(shared)], shape: input.shape,
      weights: [("alpha", slope)])
  }

  // MARK: Along an axis

  /// The axis of Keras's value for one of a value here.
  private func axis(_ axis: Int, of value: Value) -> Int {
    value.layout == .channelsLast && (1...3).contains(axis) ? [3, 1, 2][axis - 1] : axis
  }

  private mutating func softmax(_ axis: Int, _ node: Network.Node, _ input: Value) -> Value {
    let axis = axis < 0 ? axis + input.shape.rank + 1 : axis
    return add(
      "Softmax", node.name, [input], ["axis": json(Float(self.axis(axis, of: input)))], shape: input.shape)
  }

  private mutating func logSoftmax(
    _ axis: Int, _ node: Network.Node, _ input: Value
  ) throws(ImportError) -> Value {
    let axis = axis < 0 ? axis + input.shape.rank + 1 : axis
    guard dialect == .archive, self.axis(axis, of: input) == input.shape.rank else {
      throw refusal(node, "only Keras 3 (.keras) has it, and along the last axis")
    }
    return add("Activation", node.name, [input], ["activation": "log_softmax"], shape: input.shape)
  }

  private mutating func concatenate(
    _ operation: Concatenate, _ node: Network.Node, _ inputs: [Value]
  ) throws(ImportError) -> Value {
    let inputs = aligned(inputs, node, flattened: false)
    guard inputs.count > 1 else {
      return add("Activation", node.name, inputs, ["activation": "linear"], shape: inputs[0].shape)
    }
    var shape = inputs[0].shape
    shape[operation.axis - 1] = inputs.reduce(0) { $0 + $1.shape[operation.axis - 1] }
    return add(
      "Concatenate", node.name, inputs, ["axis": json(Float(axis(operation.axis, of: inputs[0])))],
      shape: shape)
  }

  /// Values that lie alike: as they are if they all do, else as here.
  private mutating func aligned(_ inputs: [Value], _ node: Network.Node, flattened: Bool) -> [Value] {
    let isFlattened = if case .flattenedChannelsLast = inputs[0].layout { true } else { false }
    if inputs.allSatisfy({ $0.layout == inputs[0].layout }), flattened || !isFlattened { return inputs }
    var result: [Value] = []
    for (index, input) in inputs.enumerated() {
      result.append(plain(input, "\(node.name)_\(index + 1)"))
    }
    return result
  }

  private mutating func merge(
    _ className: String, _ node: Network.Node, _ inputs: [Value]
  ) throws(ImportError) -> Value {
    guard inputs.count > 1 else {
      return add("Activation", node.name, inputs, ["activation": "linear"], shape: inputs[0].shape)
    }
    let rank = inputs[0].shape.rank
    guard inputs.allSatisfy({ $0.shape.rank == rank }) else {
      throw refusal(node, "its inputs are of several ranks")
    }
    // A layer of Keras's own is of one depth with what it reads: a constant of one example has none.
    let inputs = aligned(inputs, node, flattened: inputs.allSatisfy { $0.shape == inputs[0].shape })
    let shape = Shape((0..<rank).map { axis in inputs.map { $0.shape[axis] }.max()! })
    return add(className, node.name, inputs, shape: shape)
  }
}
