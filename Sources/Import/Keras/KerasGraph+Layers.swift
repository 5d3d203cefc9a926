internal import Core

extension KerasGraph {
  /// Adds the nodes of one call of a layer; the last is called as the site says.
  /// - Throws: `ImportError` for what cannot be, `KerasUnsupported` for what only this program cannot do.
  mutating func build(_ site: KerasSite) throws -> KerasValue {
    if let value = try buildElementwise(site) { return value }
    switch site.className {
    case "Dense": return try dense(site)
    case "Conv2D": return try convolution(site)
    case "DepthwiseConv2D": return try depthwise(site)
    case "SeparableConv2D": return try separable(site)
    case "Conv2DTranspose": return try transposed(site)
    case "BatchNormalization", "SyncBatchNormalization": return try batchNormalisation(site)
    case "LayerNormalization": return try layerNormalisation(site)
    case "GroupNormalization", "InstanceNormalization", "Addons>InstanceNormalization":
      return try groupNormalisation(site)
    case "Normalization": return try normalisation(site)
    case "PReLU": return try parametricRectifier(site)
    case "MaxPooling2D", "AveragePooling2D": return try pooling(site)
    case "GlobalAveragePooling2D", "GlobalMaxPooling2D": return try globalPooling(site)
    case "UpSampling2D": return try upsampling(site)
    case "Resizing": return try resizing(site)
    case "ZeroPadding2D": return try padding(site)
    case "Cropping2D": return try cropping(site)
    case "Flatten": return try flatten(site)
    case "Reshape": return try reshape(site)
    case "Permute": return try permute(site)
    case "RepeatVector": return try repeatVector(site)
    case "Embedding": return try embedding(site)
    case "Concatenate": return try concatenate(site)
    case "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Divide", "TrueDivide":
      return try combine(site, site.className)
    case "TFOpLambda": return try operatorLayer(site)
    case "Conv1D", "Conv1DTranspose", "DepthwiseConv1D", "SeparableConv1D", "MaxPooling1D",
      "AveragePooling1D",
      "UpSampling1D", "ZeroPadding1D", "Cropping1D":
      return try oneDimensional(site)
    case "GlobalAveragePooling1D", "GlobalMaxPooling1D": return try globalPoolingOfSeries(site)
    case "Lambda": throw KerasUnsupported(reason: "a Lambda is Python code, which is not run")
    default:
      throw KerasUnsupported(reason: "there is no such layer here")
    }
  }

  // MARK: Activations

  /// The name of the node before the activation that a layer has in it.
  func linearName(_ site: KerasSite) -> String {
    isLinear(site.config["activation"]) ? site.name : site.name + ".linear"
  }

  private func isLinear(_ activation: JSON?) -> Bool {
    activation == nil || activation?.text == "linear" || activation?["config"]?.text == "linear"
  }

  /// A layer's value behind the activation that it has in it.
  mutating func activated(_ value: KerasValue, _ site: KerasSite) throws -> KerasValue {
    let activation = site.config["activation"]
    guard let activation, !isLinear(activation) else { return value }
    return try activated(value, activation, site)
  }

  private mutating func activated(
    _ value: KerasValue, _ activation: JSON, _ site: KerasSite
  ) throws -> KerasValue {
    let className = activation["class_name"]?.text
    let operation: (any Operation)?
    if className == nil || className == "function" {
      let name =
        activation.text ?? activation["config"]?.text ?? activation["config"]?["name"]?.text ?? "unknown"
      operation = try function(name, of: value, site)
    } else {
      let config = KerasConfig(subject: site.config.subject, options: activation["config"]?.object ?? [:])
      operation = try layerFunction(className!, config, of: value, site)
    }
    guard let operation else {
      let name = className.flatMap { $0 == "function" ? nil : $0 } ?? activation.text ?? activation.written
      return try add(
        Unsupported(
          operation: "activation \(name.prefix(60))", reason: "there is no such activation here",
          outputShape: value.shape),
        site.name, [value])
    }
    return try add(operation, site.name, [value])
  }

  /// Operations of Keras 3 that are no layers.
  private static let operations: [String: any Operation] = [
    "Relu": ReLU(), "Relu6": ClippedReLU(maximum: 6), "Sigmoid": Sigmoid(), "Tanh": Tanh(),
    "Softplus": Softplus(),
    "Softsign": Softsign(), "Silu": SiLU(), "Selu": SELU(), "Exp": Pointwise(.exponential),
    "Log": Pointwise(.logarithm),
    "Sqrt": Pointwise(.squareRoot), "Square": Pointwise(.square), "Absolute": Pointwise(.absolute),
    "Abs": Pointwise(.absolute), "Negative": Pointwise(.negative), "Sin": Pointwise(.sine),
    "Cos": Pointwise(.cosine),
  ]

  /// Layers that work number by number, and those that do nothing outside training.
  private mutating func buildElementwise(_ site: KerasSite) throws -> KerasValue? {
    if site.inputs.count == 1, let input = site.values.first,
      let operation = KerasGraph.operations[site.className]
    {
      return try add(operation, site.name, [input])
    }
    switch site.className {
    case "Activation":
      let input = try site.input()
      guard let activation = site.config["activation"], !isLinear(activation) else {
        return try add(Identity(), site.name, [input])
      }
      return try activated(input, activation, site)
    case "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D":
      let rate = try site.config.number("rate", 0.5)
      let operation: any Operation = rate >= 0 && rate < 1 ? Dropout(rate: rate) : Identity()
      return try add(operation, site.name, [try site.input()])
    case "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Masking", "Identity",
      "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness":
      return try add(Identity(), site.name, [try site.input()])
    case "Rescaling":
      let input = try site.input()
      return try rescaled(input, site)
    default:
      let input = site.values.first
      guard let input, let operation = try layerFunction(site.className, site.config, of: input, site) else {
        return nil
      }
      return try add(operation, site.name, [input])
    }
  }

  /// The operation of an activation layer; nil if the class is none.
  private func layerFunction(
    _ className: String, _ config: KerasConfig, of value: KerasValue, _ site: KerasSite
  ) throws -> (any Operation)? {
    switch className {
    case "LeakyReLU":
      return LeakyReLU(slope: try config.number("negative_slope", config.number("alpha", 0.3)))
    case "ReLU":
      let maximum = config["max_value"]?.number.map { Float($0) }
      let slope = try config.number("negative_slope", 0)
      let threshold = try config.number("threshold", 0)
      if threshold == 0, maximum == nil { return slope == 0 ? ReLU() : LeakyReLU(slope: slope) }
      return ClippedReLU(maximum: maximum, slope: slope, threshold: threshold)
    case "ELU": return ELU(alpha: try config.number("alpha", 1))
    case "ThresholdedReLU": return Threshold(threshold: try config.number("theta", 1))
    case "Softmax":
      let axes = try config.wholes("axis") ?? [-1]
      guard axes.count == 1 else { throw KerasUnsupported(reason: "a softmax over several axes") }
      return Softmax(axis: try axis(axes[0], of: value, site))
    default: return nil
    }
  }

  /// The operation of an activation by its name; nil if there is none here.
  private func function(_ name: String, of value: KerasValue, _ site: KerasSite) throws -> (any Operation)? {
    switch name {
    case "relu": ReLU()
    case "relu6": ClippedReLU(maximum: 6)
    case "leaky_relu": LeakyReLU(slope: 0.2)
    case "elu": ELU()
    case "selu": SELU()
    case "celu": CELU()
    case "gelu": GELU()
    case "softplus": Softplus()
    case "softsign": Softsign()
    case "silu", "swish": SiLU()
    case "mish": Mish()
    case "tanh": Tanh()
    case "sigmoid": Sigmoid()
    case "exponential": Pointwise(.exponential)
    case "hard_tanh": Hardtanh(minimum: -1, maximum: 1)
    case "hard_silu", "hard_swish": Hardswish()
    // Another line through a half from Keras 3 on.
    case "hard_sigmoid": version.major < 3 ? Hardsigmoid(slope: 0.2) : Hardsigmoid(slope: 1 / 6)
    case "softmax", "softmax_v2": Softmax(axis: try axis(-1, of: value, site))
    case "log_softmax": LogSoftmax(axis: try axis(-1, of: value, site))
    default: nil
    }
  }

  // MARK: Plain scaling

  private mutating func rescaled(_ input: KerasValue, _ site: KerasSite) throws -> KerasValue {
    func numbers(_ key: String, _ usual: Float) throws(ImportError) -> [Float] {
      guard let value = site.config[key] else { return [usual] }
      guard let list = value.number.map({ [$0] }) ?? value.array?.compactMap(\.number), !list.isEmpty else {
        throw site.config.error("\(key) is \(value.written), expected numbers")
      }
      return list.map { Float($0) }
    }
    let (scale, offset) = (try numbers("scale", 1), try numbers("offset", 0))
    let isPerChannel = max(scale.count, offset.count) > 1
    if isPerChannel && !(input.layout == .channelsLast || input.shape.rank == 1 && input.layout == .same) {
      throw KerasUnsupported(reason: "numbers for each channel of a value of rank \(input.shape.rank + 1)")
    }
    return try add(Rescale(scale: scale, offset: offset), site.name, [input])
  }

  /// Keras 1 and 2's `PReLU`: a slope for each place, or one along some axes.
  private mutating func parametricRectifier(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    guard let alpha = site.weights["alpha"] else { throw site.config.error("there is no alpha in the file") }
    guard alpha.shape.rank == input.shape.rank else {
      throw site.config.error("expected a slope for each place of \(input.fileShape), found \(alpha.shape)")
    }
    var slope = alpha
    if input.layout == .channelsLast {
      slope = alpha.permuted([2, 0, 1])
    } else if alpha.shape == input.shape {
      slope = KerasGraph.perFeature(alpha, of: input)
    }
    return try add(PReLU(slopeShape: slope.shape), site.name, [input], ["weight": slope])
  }

  // MARK: Embedding

  private mutating func embedding(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let (count, dimensions) = (try site.config.count("input_dim"), try site.config.count("output_dim"))
    let table = try site.array("embeddings", [count, dimensions])
    return try add(
      Embedding(count: count, dimensions: dimensions), site.name, [try inFileOrder(input, site.name)],
      layout: .same, ["weight": table])
  }
}
