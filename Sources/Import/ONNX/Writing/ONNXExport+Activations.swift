internal import Core

extension ONNXExport {
  mutating func activation(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case let unit as LeakyReLU: writer.node("LeakyRelu", [input()], name, ["alpha": .float(unit.slope)])
    case is PReLU: writer.node("PRelu", [input(), parameter("weight")], name)
    case let unit as ELU: writer.node("Elu", [input()], name, ["alpha": .float(unit.alpha)])
    case let unit as SELU:
      writer.node("Selu", [input()], name, ["alpha": .float(unit.alpha), "gamma": .float(unit.scale)])
    case let unit as CELU: writer.node("Celu", [input()], name, ["alpha": .float(unit.alpha)])
    case let unit as GELU: gelu(unit)
    case let unit as SiLU:
      var inner = input()
      if unit.beta != 1 {
        inner = writer.auxiliary("Mul", [inner, writer.number(unit.beta, beside("beta"))], beside("scaled"))
      }
      let gate = writer.auxiliary("Sigmoid", [inner], beside("gate"))
      writer.node("Mul", [input(), gate], name)
    case is Mish:
      let soft = writer.auxiliary("Softplus", [input()], beside("soft"))
      let gate = writer.auxiliary("Tanh", [soft], beside("gate"))
      writer.node("Mul", [input(), gate], name)
    case let unit as Hardsigmoid:
      writer.node(
        "HardSigmoid", [input()], name, ["alpha": .float(unit.slope), "beta": .float(unit.offset)])
    case let unit as Hardtanh: clip(input(), unit.minimum, unit.maximum)
    case let unit as Threshold:
      writer.node("ThresholdedRelu", [input()], name, ["alpha": .float(unit.threshold)])
    case let unit as ClippedReLU: clippedRectifier(unit)
    case let unit as Pointwise where unit.function == .square: writer.node("Mul", [input(), input()], name)
    case let unit as Rescale:
      let scale = writer.floats(alongChannels(unit.scale), beside("scale"))
      let offset = writer.floats(alongChannels(unit.offset), beside("offset"))
      let scaled = writer.auxiliary("Mul", [input(), scale], beside("scaled"))
      writer.node("Add", [scaled, offset], name)
    case let unit as Softmax: writer.node("Softmax", [input()], name, ["axis": .integer(unit.axis)])
    case let unit as LogSoftmax: writer.node("LogSoftmax", [input()], name, ["axis": .integer(unit.axis)])
    case let unit as Dropout:
      writer.node("Dropout", [input(), writer.number(unit.rate, beside("ratio"))], name)
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  private func alongChannels(_ numbers: [Float]) -> Tensor {
    numbers.count == 1
      ? Tensor([], numbers)
      : Tensor(Shape([numbers.count] + [Int](repeating: 1, count: max(inputShape().rank - 2, 0))), numbers)
  }

  private mutating func clip(_ value: String, _ minimum: Float?, _ maximum: Float?) {
    let low = minimum.map { writer.number($0, beside("min")) }
    let high = maximum.map { writer.number($0, beside("max")) }
    var inputs = [value, low ?? "", high ?? ""]
    while inputs.last == "" { inputs.removeLast() }
    writer.node("Clip", inputs, name)
  }

  /// `½ · x · (1 + erf(x / √2))`, or `½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))`.
  private mutating func gelu(_ unit: GELU) {
    let x = input()
    let inner: String
    if unit.isApproximate {
      let square = writer.auxiliary("Mul", [x, x], beside("square"))
      let cube = writer.auxiliary("Mul", [square, x], beside("cube"))
      let small = writer.auxiliary("Mul", [cube, writer.number(0.044715, beside("factor"))], beside("small"))
      let sum = writer.auxiliary("Add", [x, small], beside("sum"))
      let scaled = writer.auxiliary(
        "Mul", [sum, writer.number(Float((2 / Double.pi).squareRoot()), beside("scale"))], beside("scaled"))
      inner = writer.auxiliary("Tanh", [scaled], beside("tanh"))
    } else {
      let scaled = writer.auxiliary(
        "Mul", [x, writer.number(Float(0.5.squareRoot()), beside("scale"))], beside("scaled"))
      inner = writer.auxiliary("Erf", [scaled], beside("erf"))
    }
    let shifted = writer.auxiliary("Add", [inner, writer.number(1, beside("one"))], beside("shifted"))
    let product = writer.auxiliary("Mul", [x, shifted], beside("product"))
    writer.node("Mul", [product, writer.number(0.5, beside("half"))], name)
  }

  /// What is not below the threshold is kept up to the maximum; what is has the slope.
  private mutating func clippedRectifier(_ unit: ClippedReLU) {
    if unit.threshold == 0 && unit.slope == 0 { return clip(input(), 0, unit.maximum) }
    if unit.threshold == 0 {
      guard let maximum = unit.maximum else {
        return writer.node("LeakyRelu", [input()], name, ["alpha": .float(unit.slope)])
      }
      let leaky = writer.auxiliary("LeakyRelu", [input()], beside("leaky"), ["alpha": .float(unit.slope)])
      return clip(leaky, nil, maximum)
    }
    let threshold = writer.number(unit.threshold, beside("threshold"))
    var kept = input()
    if let maximum = unit.maximum {
      kept = writer.auxiliary("Min", [kept, writer.number(maximum, beside("max"))], beside("kept"))
    }
    let isKept = writer.auxiliary("GreaterOrEqual", [input(), threshold], beside("above"))
    let below = writer.auxiliary("Sub", [input(), threshold], beside("below"))
    let sloped = writer.auxiliary(
      "Mul", [below, writer.number(unit.slope, beside("slope"))], beside("sloped"))
    writer.node("Where", [isKept, kept, sloped], name)
  }
}
