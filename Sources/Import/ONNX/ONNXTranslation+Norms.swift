internal import Core

/// Normalisations and reductions.
extension ONNXTranslation {
  /// Weights that lie along the channels, computed while the network runs, in the shape that meets images of a rank.
  private mutating func alongChannels(_ value: ONNXValue, rank: Int) throws(ONNXRefusal) -> ONNXValue {
    let extents = try shape(value)
    guard extents.count == 1 else {
      throw ONNXRefusal("weights of \(extents), expected one for each channel")
    }
    return try reshaped(
      try unbatched(value), to: [extents[0]] + [Int](repeating: 1, count: max(rank - 2, 0)), as: "channels")
  }

  mutating func batchNormalization(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let hasStatistics = site.node.outputs.dropFirst().contains { !$0.isEmpty && used.contains($0) }
    guard !site.flag("training_mode"), !hasStatistics else {
      throw ONNXRefusal("batch normalization in training mode")
    }
    let input = try site.input(0)
    guard site.version >= 9 || site.integer("spatial", or: 1) == 1 || input.shape?.count == 2 else {
      throw ONNXRefusal("statistics for every place (spatial = 0)")
    }
    let weights = [
      try site.input(1), try site.input(2), try site.input(3), try site.input(4),
    ]
    let epsilon = site.float("epsilon", or: 1e-5)
    guard weights.allSatisfy(isFixed) else { return try runningNormalization(input, weights, epsilon) }
    let names = ["weight", "bias", "running_mean", "running_var"]
    let channels = try shape(weights[0])
    guard channels.count == 1 else {
      throw ONNXRefusal("weights of \(channels), expected one for each channel")
    }
    var parameters: [String: StoredTensor] = [:]
    for (name, value) in zip(names, weights) { parameters[name] = try stored(value, name) }
    let momentum = 1 - min(max(site.float("momentum", or: 0.9), 0), 1)
    let spatial = BatchNorm2d(channels: channels[0], epsilon: epsilon, momentum: momentum)
    guard input.shape != nil else { return try add(spatial, [input], parameters: parameters) }
    let value = try batched(input, "batch normalization")
    let extents = try shape(value)
    switch extents.count {
    case 2, 3:
      let operation = BatchNorm1d(features: channels[0], epsilon: epsilon, momentum: momentum)
      return try add(operation, [value], parameters: parameters)
    case 4: return try add(spatial, [value], parameters: parameters)
    case 5...:
      // The places are all alike: any arrangement of them will do.
      let flat = try add(
        Reshape(shape: [extents[1], extents[2], try checkedCount(Array(extents[3...]))]), [value], as: "flat")
      let result = try add(spatial, [flat], parameters: parameters)
      return try add(Reshape(shape: Shape(Array(extents[1...]))), [result], as: "shape")
    default: throw ONNXRefusal("batch normalization of a value of \(extents)")
    }
  }

  /// Batch normalization whose weights are only known while the network runs: (x − μ) / √(σ² + ε) · γ + β.
  private mutating func runningNormalization(
    _ input: ONNXValue, _ weights: [ONNXValue], _ epsilon: Float
  ) throws(ONNXRefusal) -> ONNXValue {
    let rank = try shape(input).count
    var shaped: [ONNXValue] = []
    for weight in weights { shaped.append(try alongChannels(weight, rank: rank)) }
    let shifted = try add(Rescale(scale: [1], offset: [epsilon]), [shaped[3]], as: "shifted")
    let deviation = try add(Pointwise(.squareRoot), [shifted], as: "deviation")
    let centred = try add(Subtract(), try aligned([input, shaped[2]]), as: "centred")
    let scaled = try add(Divide(), try aligned([centred, deviation]), as: "scaled")
    let weighted = try add(Multiply(), try aligned([scaled, shaped[0]]), as: "weighted")
    return try add(Add(), try aligned([weighted, shaped[1]]))
  }

  /// A normalisation whose factor and offset are one for each channel: as its parameters if they are known, else applied
  /// behind it.
  private mutating func affine(
    _ value: ONNXValue, scale: ONNXValue, offset: ONNXValue, _ operation: (_ isAffine: Bool) -> any Operation
  ) throws(ONNXRefusal) -> ONNXValue {
    if isFixed(scale) && isFixed(offset) {
      return try add(
        operation(true), [value],
        parameters: ["weight": try stored(scale, "scale"), "bias": try stored(offset, "offset")])
    }
    let rank = try shape(value).count
    let plain = try add(operation(false), [value])
    let weighted = try add(
      Multiply(), try aligned([plain, try alongChannels(scale, rank: rank)]), as: "weighted")
    return try add(Add(), try aligned([weighted, try alongChannels(offset, rank: rank)]), as: "shifted")
  }

  mutating func instanceNormalization(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let value = try batched(try site.input(0), "instance normalization")
    let (scale, offset) = (try site.input(1), try site.input(2))
    guard let channels = try shape(scale).first else { throw ONNXRefusal("a scale that is a single number") }
    let epsilon = site.float("epsilon", or: 1e-5)
    return try affine(value, scale: scale, offset: offset) {
      InstanceNorm2d(channels: channels, epsilon: epsilon, isAffine: $0)
    }
  }

  mutating func groupNormalization(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let value = try batched(try site.input(0), "group normalization")
    var (scale, offset) = (try site.input(1), try site.input(2))
    let groups = site.integer("num_groups", or: 0)
    let extents = try shape(value)
    guard extents.count >= 2, groups >= 1, extents[1] % groups == 0 else {
      throw ONNXRefusal("\(groups) groups of the channels of \(extents)")
    }
    let channels = extents[1]
    if site.version < 21 {
      // Before version 21 there is one factor for each group.
      scale = try repeated(scale, channels / groups)
      offset = try repeated(offset, channels / groups)
    }
    let epsilon = site.float("epsilon", or: 1e-5)
    return try affine(value, scale: scale, offset: offset) {
      GroupNorm(groups: groups, channels: channels, epsilon: epsilon, isAffine: $0)
    }
  }

  /// Each number of a list several times.
  private mutating func repeated(_ value: ONNXValue, _ times: Int) throws(ONNXRefusal) -> ONNXValue {
    let extents = try shape(value)
    guard extents.count == 1, extents[0] * times <= 1 << 24 else {
      throw ONNXRefusal("weights of \(extents)")
    }
    guard let constant = value.constant else { throw ONNXRefusal("its scale is computed from an input") }
    let count = extents[0] * times
    let tensor = constant.stored(in: path).mapped([count]) { tensor in
      Tensor([count], tensor.elements.flatMap { [Float](repeating: $0, count: times) })
    }
    return ONNXValue(
      ONNXConstant(
        shape: [count], type: value.type, content: .stored(tensor), name: constant.name + ".repeated"))
  }

  mutating func layerNormalization(_ site: ONNXSite) throws(ONNXRefusal) -> [ONNXValue] {
    var input = try site.input(0)
    let rank = try shape(input).count
    let first = try resolvedAxis(site.integer("axis", or: -1), rank: rank)
    let axes = try axes(Array(first..<rank), of: &input)
    let epsilon = site.float("epsilon", or: 1e-5)
    let normalized = try layerNormalization(site, input, axes, epsilon)
    guard site.node.outputs.dropFirst().contains(where: used.contains) else { return [normalized] }
    // Some training graphs want the statistics as well.
    let mean = try add(Reduce(.mean, axes: axes, keepsAxes: true), [input], as: "mean")
    let centred = try add(Subtract(), [input, mean], as: "centred")
    let squared = try add(Pointwise(.square), [centred], as: "squared")
    let variance = try add(Reduce(.mean, axes: axes, keepsAxes: true), [squared], as: "variance")
    let shifted = try add(Rescale(scale: [1], offset: [epsilon]), [variance], as: "shifted")
    let deviation = try add(Pointwise(.squareRoot), [shifted], as: "deviation")
    return [normalized, mean, try add(Pointwise(.reciprocal), [deviation], as: "inverse")]
  }

  private mutating func layerNormalization(
    _ site: ONNXSite, _ input: ONNXValue, _ axes: [Int], _ epsilon: Float
  ) throws(ONNXRefusal) -> ONNXValue {
    let scale = try site.input(1)
    let offset = site.optional(2)
    let extents = try shape(scale)
    guard isFixed(scale), offset.map(isFixed) ?? true else {
      let plain = try add(
        LayerNorm(axes: axes, parameterShape: [], epsilon: epsilon, hasScale: false, hasOffset: false),
        [input])
      let weighted = try add(Multiply(), try aligned([plain, scale]), as: "weighted")
      guard let offset else { return weighted }
      return try add(Add(), try aligned([weighted, offset]), as: "shifted")
    }
    var parameters = ["weight": try stored(scale, "scale")]
    if let offset {
      // The two may differ in their extents of 1; ours have one shape.
      let tensor = try stored(offset, "offset")
      guard tensor.shape == Shape(extents) else {
        throw ONNXRefusal("an offset of \(tensor.shape) for a scale of \(extents)")
      }
      parameters["bias"] = tensor
    }
    return try add(
      LayerNorm(axes: axes, parameterShape: Shape(extents), epsilon: epsilon, hasOffset: offset != nil),
      [input], parameters: parameters)
  }

  mutating func localResponseNormalization(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    guard let size = site.integer("size") else { throw ONNXRefusal("no size") }
    // With an even size the window's larger half lies on the other side than PyTorch's.
    guard size % 2 == 1 else { throw ONNXRefusal("a size of \(size), which is not odd") }
    let value = try batched(try site.input(0), "local response normalization")
    return try add(
      LocalResponseNorm(
        size: size, alpha: site.float("alpha", or: 1e-4), beta: site.float("beta", or: 0.75),
        k: site.float("bias", or: 1)), [value])
  }

  mutating func reduce(
    _ site: ONNXSite, _ kind: Reduce.Kind, axesSince version: Int
  ) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    guard !input.type.isInteger || kind == .maximum || kind == .minimum else {
      throw ONNXRefusal("arithmetic on \(input.type)")
    }
    let listed = try site.axes(input: 1) ?? []
    if listed.isEmpty && site.flag("noop_with_empty_axes") { return try add(Identity(), [input]) }
    let shape = try shape(input)
    let all = try resolvedAxes(listed.isEmpty ? Array(shape.indices) : listed, rank: shape.count).sorted()
    let keeps = site.flag("keepdims", or: true)
    guard !all.isEmpty else { return try add(Identity(), [input]) }
    if all == [2, 3], shape.count == 4, input.isBatched {
      if kind == .mean { return try add(GlobalAvgPool2d(keepsPlaces: keeps), [input]) }
      if kind == .maximum { return try add(GlobalMaxPool2d(keepsPlaces: keeps), [input]) }
    }
    let axes = try axes(all, of: &input)
    return try add(Reduce(kind, axes: axes, keepsAxes: keeps), [input])
  }

  mutating func softmax(_ site: ONNXSite, isLogarithmic: Bool) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    func operation(_ axis: Int) -> any Operation {
      isLogarithmic ? LogSoftmax(axis: axis) : Softmax(axis: axis)
    }
    guard let shape = input.shape else {
      guard [1, -1].contains(site.integer("axis", or: site.version < 13 ? 1 : -1)) else {
        throw ONNXRefusal("the shape of its input is not known")
      }
      return try add(operation(1), [input])
    }
    if site.version >= 13 {
      let axis = try axis(site.integer("axis", or: -1), of: &input)
      return try add(operation(axis), [input])
    }
    // Before version 13: over all axes from this one on, taken together.
    let first = try resolvedAxis(site.integer("axis", or: 1), rank: shape.count)
    let axis = try axis(first, of: &input)
    if first == shape.count - 1 { return try add(operation(axis), [input]) }
    let example = input.example!
    let front = try checkedCount(Array(example[..<(axis - 1)]))
    let back = try checkedCount(Array(example[(axis - 1)...]))
    let flat = try add(Reshape(shape: axis == 1 ? [back] : [front, back]), [input], as: "flat")
    let result = try add(operation(axis == 1 ? 1 : 2), [flat])
    return try add(Reshape(shape: Shape(example)), [result], as: "shape")
  }
}
