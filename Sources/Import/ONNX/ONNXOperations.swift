internal import Core

extension ONNXTranslation {
  /// Attributes that say yes or no, and may say nothing else.
  private static let flags = [
    "allowzero", "antialias", "ceil_mode", "count_include_pad", "exclude_outside", "keepdims",
    "noop_with_empty_axes", "training_mode", "transA", "transB",
  ]

  /// Translates a node; one that cannot be becomes an `Unsupported`, and the rest goes on.
  mutating func translate(_ node: ONNXNode) {
    let inputs = node.inputs.map { values[$0] }
    let mark = begin(node)
    do throws(ONNXRefusal) {
      let site = ONNXSite(node: node, inputs: inputs, path: path)
      guard node.domain.isEmpty || node.domain == "ai.onnx" else {
        throw ONNXRefusal("operations of '\(node.domain)' are not known here")
      }
      for name in Self.flags {
        guard let value = node.attributes[name]?.integer, value != 0, value != 1 else { continue }
        throw ONNXRefusal("\(name) of \(value), expected 0 or 1")
      }
      let results: [ONNXValue]
      if let constants = try folded(site) {
        results = zip(constants, node.outputs).map { constant, output in
          var named = constant
          named.name = output
          return ONNXValue(named)
        }
      } else {
        results = try outputs(of: site)
      }
      for (index, output) in node.outputs.enumerated() where !output.isEmpty {
        if index < results.count {
          values[output] = results[index]
        } else if used.contains(output) {
          refuse(
            node, output: output, inputs.compactMap(\.self),
            ONNXRefusal("its output \(index), '\(output)', is not computed"), as: "output\(index)")
          refusals.append((node.shownName, ONNXRefusal("its output \(index) is not computed")))
        }
      }
      end()
    } catch {
      rollBack(to: mark)
      refuse(node, inputs.compactMap(\.self), error)
    }
  }

  /// The values of a node that is to be run, or else a refusal.
  private mutating func outputs(of site: ONNXSite) throws(ONNXRefusal) -> [ONNXValue] {
    if let operation = try elementwise(site) {
      return [try add(operation, [try site.input(0)])]
    }
    switch site.node.operation {
    case "Conv": return [try convolution(site)]
    case "ConvTranspose": return [try transposedConvolution(site)]
    case "MaxPool": return [try maximumPooling(site)]
    case "AveragePool": return [try averagePooling(site)]
    case "GlobalAveragePool": return [try globalPooling(site, .mean)]
    case "GlobalMaxPool": return [try globalPooling(site, .maximum)]
    case "BatchNormalization": return [try batchNormalization(site)]
    case "InstanceNormalization": return [try instanceNormalization(site)]
    case "LayerNormalization": return try layerNormalization(site)
    case "GroupNormalization": return [try groupNormalization(site)]
    case "LRN": return [try localResponseNormalization(site)]
    case "Gemm": return [try gemm(site)]
    case "MatMul": return [try matMul(site)]
    case "Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean": return [try combination(site)]
    case "Clip": return [try clip(site)]
    case "PRelu": return [try parametricRectifier(site)]
    case "Softmax": return [try softmax(site, isLogarithmic: false)]
    case "LogSoftmax": return [try softmax(site, isLogarithmic: true)]
    case "Cast": return [try cast(site, to: ONNXElementType(rawValue: site.integer("to", or: 1)))]
    case "CastLike": return [try cast(site, to: try site.input(1).type)]
    case "Dropout": return [try dropout(site)]
    case "Flatten": return [try flatten(site)]
    case "Reshape": return [try reshape(site)]
    case "Squeeze": return [try squeeze(site)]
    case "Unsqueeze": return [try unsqueeze(site)]
    case "Transpose": return [try transpose(site)]
    case "Concat": return [try concatenate(site)]
    case "Split": return try split(site)
    case "Slice": return [try slice(site)]
    case "Gather": return [try gather(site)]
    case "Pad": return [try pad(site)]
    case "Expand": return [try expand(site)]
    case "Tile": return [try tile(site)]
    case "Resize", "Upsample": return [try resize(site)]
    case "DepthToSpace", "SpaceToDepth": return [try shuffle(site)]
    case "ReduceMean": return [try reduce(site, .mean, axesSince: 18)]
    case "ReduceSum": return [try reduce(site, .sum, axesSince: 13)]
    case "ReduceMax": return [try reduce(site, .maximum, axesSince: 18)]
    case "ReduceMin": return [try reduce(site, .minimum, axesSince: 18)]
    case "ReduceProd": return [try reduce(site, .product, axesSince: 18)]
    case "ReduceL1": return [try reduce(site, .l1, axesSince: 18)]
    case "ReduceL2": return [try reduce(site, .l2, axesSince: 18)]
    case "ReduceSumSquare": return [try reduce(site, .sumSquare, axesSince: 18)]
    case "ReduceLogSum": return [try reduce(site, .logSum, axesSince: 18)]
    case "ReduceLogSumExp": return [try reduce(site, .logSumExp, axesSince: 18)]
    default:
      if let unread = site.node.attributes.values.compactMap(\.unread).first {
        throw ONNXRefusal("it holds \(unread), which is not run")
      }
      throw ONNXRefusal("it has no counterpart here")
    }
  }

  /// Operations that take each number by itself.
  private func elementwise(_ site: ONNXSite) throws(ONNXRefusal) -> (any Operation)? {
    switch site.node.operation {
    case "Relu": return ReLU()
    case "LeakyRelu":
      let slope = site.float("alpha", or: 0.01)
      // A negative slope is no leak; a PReLU takes any.
      return slope >= 0 ? LeakyReLU(slope: slope) : ClippedReLU(maximum: nil, slope: slope, threshold: 0)
    case "Sigmoid": return Sigmoid()
    case "Tanh": return Tanh()
    case "Elu": return ELU(alpha: site.float("alpha", or: 1))
    case "Selu":
      let isFirst = site.version < 6
      return SELU(
        alpha: site.float("alpha", or: isFirst ? 1.6732 : 1.673_263_192_176_818_8),
        scale: site.float("gamma", or: isFirst ? 1.0507 : 1.050_701_022_148_132_3))
    case "Celu": return CELU(alpha: site.float("alpha", or: 1))
    case "Gelu":
      let approximation = site.string("approximate", or: "none")
      guard ["none", "tanh"].contains(approximation) else {
        throw ONNXRefusal("an approximation '\(approximation)'")
      }
      return GELU(isApproximate: approximation == "tanh")
    case "Softplus": return Softplus()
    case "Softsign": return Softsign()
    case "Swish": return SiLU(beta: site.float("alpha", or: 1))
    case "Mish": return Mish()
    case "HardSigmoid":
      return Hardsigmoid(slope: site.float("alpha", or: 0.2), offset: site.float("beta", or: 0.5))
    case "HardSwish": return Hardswish()
    case "ThresholdedRelu": return Threshold(threshold: site.float("alpha", or: 1))
    case "Abs": return Pointwise(.absolute)
    case "Ceil": return Pointwise(.ceiling)
    case "Cos": return Pointwise(.cosine)
    case "Erf": return Pointwise(.erf)
    case "Exp": return Pointwise(.exponential)
    case "Floor": return Pointwise(.floor)
    case "Log": return Pointwise(.logarithm)
    case "Neg": return Pointwise(.negative)
    case "Reciprocal": return Pointwise(.reciprocal)
    case "Round": return Pointwise(.round)
    case "Sign": return Pointwise(.sign)
    case "Sin": return Pointwise(.sine)
    case "Sqrt": return Pointwise(.squareRoot)
    case "Identity": return Identity()
    default: return nil
    }
  }

  private mutating func clip(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    var limits: [Float?] = [nil, nil]
    if site.version < 11 {
      limits = [site.node.attributes["min"]?.float, site.node.attributes["max"]?.float]
    } else {
      let values = [site.optional(1), site.optional(2)]
      if values.contains(where: { $0 != nil && $0?.constant == nil }) {
        // Limits that come out of the network.
        var result = input
        if let minimum = values[0] { result = try add(Maximum(), try aligned([result, minimum])) }
        if let maximum = values[1] {
          result = try add(Minimum(), try aligned([result, maximum]), as: "maximum")
        }
        return result
      }
      for (index, value) in values.enumerated() {
        guard let value else { continue }
        limits[index] = try site.floats(value, "limit").first
      }
    }
    // The largest number there is stands for no limit.
    if let low = limits[0], low <= -.greatestFiniteMagnitude { limits[0] = nil }
    if let high = limits[1], high >= .greatestFiniteMagnitude { limits[1] = nil }
    if limits[0] == nil && limits[1] == nil { return try add(Identity(), [input]) }
    if let low = limits[0], let high = limits[1], low > high {
      // The upper limit is applied last, and wins.
      let raised = try add(Hardtanh(minimum: low, maximum: nil), [input])
      return try add(Hardtanh(minimum: nil, maximum: high), [raised], as: "maximum")
    }
    return try add(Hardtanh(minimum: limits[0], maximum: limits[1]), [input])
  }

  private mutating func parametricRectifier(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let (input, slope) = (try site.input(0), try site.input(1))
    guard let shape = input.shape, var slopeShape = slope.shape else {
      throw ONNXRefusal("the shape of its input is not known")
    }
    // Before version 7 a list of slopes is one for each channel, wherever the channels are.
    if site.version < 7, slopeShape.count == 1, shape.count > 2, slopeShape[0] > 1, slopeShape[0] == shape[1]
    {
      slopeShape += [Int](repeating: 1, count: shape.count - 2)
    }
    while slopeShape.count > (input.example?.count ?? 0), slopeShape.first == 1 { slopeShape.removeFirst() }
    guard slopeShape.count <= (input.example?.count ?? 0) else {
      throw ONNXRefusal("a slope for each example of the batch", touchesBatch: true)
    }
    if slope.constant != nil || isFixed(slope) {
      let tensor = try stored(slope, "slope").reshaped(Shape(slopeShape))
      return try add(PReLU(slopeShape: Shape(slopeShape)), [input], parameters: ["weight": tensor])
    }
    // max(x, 0) + slope · min(x, 0)
    let negative = try add(Hardtanh(minimum: nil, maximum: 0), [input], as: "negative")
    let scaled = try add(Multiply(), try aligned([negative, slope]), as: "scaled")
    let positive = try add(ReLU(), [input], as: "positive")
    return try add(Add(), [positive, scaled])
  }

  private mutating func cast(
    _ site: ONNXSite, to type: ONNXElementType
  ) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    if input.type.isFloat, type.isInteger, rowNumbers.contains(site.node.outputs.first ?? "") {
      // What looks up the row of a table cuts the number off by itself.
      return try add(Identity(), [input], type: type)
    }
    guard type.isFloat || type == input.type, input.type.format != nil else {
      throw ONNXRefusal("a cast from \(input.type) to \(type) rounds or wraps, which is not done here")
    }
    if type == .float16 || type == .bfloat16 {
      // What leaves the graph in half precision would be seen to be different.
      guard !leaving.contains(site.node.outputs.first ?? "") else {
        throw ONNXRefusal("a cast to \(type) rounds, which is not done here")
      }
      remark("half precision is computed in 32-bit floats, which rounds less")
    }
    return try add(Identity(), [input], type: type)
  }

  private mutating func dropout(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    if let mode = site.optional(2), try site.integers(mode, "mode").first ?? 0 != 0 {
      throw ONNXRefusal("dropout in training mode")
    }
    var rate = site.float("ratio", or: 0.5)
    if let value = site.optional(1), value.constant != nil {
      rate = try site.floats(value, "ratio").first ?? rate
    }
    return try add(
      rate >= 0 && rate < 1 ? Dropout(rate: rate) as any Operation : Identity(), [try site.input(0)])
  }
}
