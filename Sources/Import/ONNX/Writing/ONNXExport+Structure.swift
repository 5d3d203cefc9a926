internal import Core

extension ONNXExport {
  mutating func combination(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case is Add: chain("Add", aligned())
    case is Multiply: chain("Mul", aligned())
    case is Subtract: chain("Sub", aligned())
    case is Divide: chain("Div", aligned())
    case is Power: chain("Pow", aligned())
    case is Maximum: writer.node("Max", aligned(), name)
    case is Minimum: writer.node("Min", aligned(), name)
    case is Average: writer.node("Mean", aligned(), name)
    case is MatMul: matrixProduct()
    case let joint as Concatenate: concatenate(joint)
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  private mutating func matrixProduct() {
    let ranks = [inputShape(0).rank - 1, inputShape(1).rank - 1]
    let rank = max(ranks[0], ranks[1], 2)
    var names: [String] = []
    for index in 0..<2 {
      var example = Array(inputShape(index).extents.dropFirst())
      // A vector is a row on the left, a column on the right.
      if ranks[index] == 1 { example = index == 0 ? [1] + example : example + [1] }
      example = [Int](repeating: 1, count: rank - example.count) + example
      names.append(
        ranks[index] == rank ? input(index) : reshaped(input(index), example, as: "matrix\(index)"))
    }
    guard ranks.contains(1) else { return writer.node("MatMul", names, name) }
    let product = writer.auxiliary("MatMul", names, beside("product"))
    reshape(product, to: Array(outputShape.extents.dropFirst()))
  }

  private mutating func concatenate(_ joint: Concatenate) {
    var parts = node.inputs
    // What is the same for every example must be written out for each.
    if let batched = parts.first(where: { !writer.fixed.contains($0) }),
      parts.contains(where: writer.fixed.contains)
    {
      let count = writer.auxiliary(
        "Shape", [batched], beside("count"), ["start": .integer(0), "end": .integer(1)])
      for index in parts.indices where writer.fixed.contains(parts[index]) {
        let ones = writer.integers([Int](repeating: 1, count: inputShape(index).rank - 1), beside("ones"))
        let shape = writer.auxiliary("Concat", [count, ones], beside("spread"), ["axis": .integer(0)])
        parts[index] = writer.auxiliary("Expand", [parts[index], shape], beside("part\(index)"))
      }
    }
    writer.node("Concat", parts, name, ["axis": .integer(joint.axis)])
  }

  mutating func structure(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case is Flatten: writer.node("Flatten", [input()], name, ["axis": .integer(1)])
    case let operation as Reshape: reshape(input(), to: operation.shape.extents)
    case let operation as Permute:
      writer.node("Transpose", [input()], name, ["perm": .integers([0] + operation.axes)])
    case is Constant:
      let tensor = parameters[name, "value"]!
      writer.node("Constant", [], name, ["value": .tensor(tensor.reshaped(tensor.shape.batched(1)))])
    case let operation as Slice:
      // An end before the first element is one that counting from the back does not reach.
      let ends = operation.starts.indices.map { axis in
        let end = operation.starts[axis] + operation.counts[axis] * operation.steps[axis]
        return end < 0 ? -1 << 31 : end
      }
      let inputs = [
        input(), writer.integers(operation.starts, beside("starts")), writer.integers(ends, beside("ends")),
        writer.integers(Array(1..<operation.starts.count + 1), beside("axes")),
        writer.integers(operation.steps, beside("steps")),
      ]
      writer.node("Slice", inputs, name)
    case let operation as Gather: gather(operation)
    case is Embedding:
      var indices = input()
      if !takesIndices(indices) {
        indices = writer.auxiliary(
          "Cast", [indices], beside("indices"), ["to": .integer(ONNXElementType.int64.rawValue)])
      }
      writer.node("Gather", [parameter("weight"), indices], name, ["axis": .integer(0)])
    case let operation as Pad: try pad(operation)
    case let operation as Expand:
      var value = input()
      let rank = outputShape.rank
      if inputShape().rank < rank {
        let ones = [Int](repeating: 1, count: rank - inputShape().rank)
        value = reshaped(value, ones + Array(inputShape().extents.dropFirst()), as: "aligned")
      }
      let shape = writer.integers([1] + Array(outputShape.extents.dropFirst()), beside("shape"))
      _ = operation
      writer.node("Expand", [value, shape], name)
    case let operation as Tile:
      writer.node("Tile", [input(), writer.integers([1] + operation.repeats, beside("repeats"))], name)
    case let operation as Reduce: reduce(operation)
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  private mutating func gather(_ operation: Gather) {
    let list = operation.indices
    if operation.indexShape.rank == 1 {
      let indices = writer.integers(list, beside("indices"))
      return writer.node("Gather", [input(), indices], name, ["axis": .integer(operation.axis)])
    }
    // Whole numbers are written as lists: one element is taken out of it, or several are put in their places after.
    let indices = writer.integers(list, beside("indices"))
    let row = writer.auxiliary(
      "Gather", [input(), indices], beside("row"), ["axis": .integer(operation.axis)])
    reshape(row, to: Array(outputShape.extents.dropFirst()))
  }

  private mutating func pad(_ operation: Pad) throws(ONNXRefusal) {
    let mode: String
    switch operation.mode {
    case .constant: mode = "constant"
    case .reflect: mode = "reflect"
    case .replicate: mode = "edge"
    case .circular: throw ONNXRefusal("it goes round in circles, which came with opset 19")
    }
    let widths = writer.integers([0] + operation.before + [0] + operation.after, beside("pads"))
    let inputs =
      operation.mode == .constant
      ? [input(), widths, writer.number(operation.value, beside("value"))] : [input(), widths]
    writer.node("Pad", inputs, name, ["mode": .text(mode)])
  }

  private mutating func reduce(_ operation: Reduce) {
    let rank = inputShape().rank
    let axes = operation.axes.map { $0 < 0 ? $0 + rank : $0 }
    let keeps = ONNXGraphWriter.Attribute.integer(operation.keepsAxes ? 1 : 0)
    let kind =
      switch operation.kind {
      case .mean: "ReduceMean"
      case .sum: "ReduceSum"
      case .maximum: "ReduceMax"
      case .minimum: "ReduceMin"
      case .product: "ReduceProd"
      case .l1: "ReduceL1"
      case .l2: "ReduceL2"
      case .sumSquare: "ReduceSumSquare"
      case .logSum: "ReduceLogSum"
      case .logSumExp: "ReduceLogSumExp"
      }
    if operation.kind == .sum {
      writer.node(kind, [input(), writer.integers(axes, beside("axes"))], name, ["keepdims": keeps])
    } else {
      writer.node(kind, [input()], name, ["axes": .integers(axes), "keepdims": keeps])
    }
  }

  mutating func resizing(_ operation: any Operation) throws(ONNXRefusal) {
    switch operation {
    case let operation as Upsample:
      let scales = Tensor([4], [1, 1, Float(operation.factor.height), Float(operation.factor.width)])
      writer.node(
        "Resize", [input(), "", writer.floats(scales, beside("scales"))], name,
        [
          "mode": .text("nearest"), "coordinate_transformation_mode": .text("asymmetric"),
          "nearest_mode": .text("floor"),
        ])
    case let operation as Resize: try resize(operation)
    case let operation as PixelShuffle:
      writer.node(
        "DepthToSpace", [input()], name,
        [
          "blocksize": .integer(operation.factor),
          "mode": .text(operation.order == .channelFirst ? "CRD" : "DCR"),
        ])
    case let operation as PixelUnshuffle: unshuffle(operation)
    default: throw ONNXRefusal("there is no such operation there")
    }
  }

  /// `SpaceToDepth` knows one order; the other is made by hand.
  private mutating func unshuffle(_ operation: PixelUnshuffle) {
    let factor = operation.factor
    guard operation.order == .channelFirst else {
      return writer.node("SpaceToDepth", [input()], name, ["blocksize": .integer(factor)])
    }
    let shape = inputShape()
    let blocks = reshaped(
      input(), [shape[1], shape[2] / factor, factor, shape[3] / factor, factor], as: "blocks")
    let turned = writer.auxiliary(
      "Transpose", [blocks], beside("turned"), ["perm": .integers([0, 1, 3, 5, 2, 4])])
    reshape(turned, to: Array(outputShape.extents.dropFirst()))
  }

  private mutating func resize(_ operation: Resize) throws(ONNXRefusal) {
    guard !operation.antialiases else { throw ONNXRefusal("smoothing came with opset 18") }
    let mode =
      switch operation.mode {
      case .nearest: "nearest"
      case .linear: "linear"
      case .cubic: "cubic"
      }
    let coordinates: String
    switch operation.coordinates {
    case .halfPixel: coordinates = "half_pixel"
    case .asymmetric: coordinates = "asymmetric"
    case .alignCorners: coordinates = "align_corners"
    case .pytorchHalfPixel: coordinates = "pytorch_half_pixel"
    case .halfPixelSymmetric: throw ONNXRefusal("symmetric half pixels came with opset 19")
    }
    let rounding =
      switch operation.rounding {
      case .floor: "floor"
      case .ceiling: "ceil"
      case .roundPreferFloor: "round_prefer_floor"
      case .roundPreferCeiling: "round_prefer_ceil"
      }
    let shape = inputShape()
    var inputs = [input(), ""]
    if let scale = operation.scale {
      let scales = Tensor([4], [1, 1, Float(scale.height), Float(scale.width)])
      guard Int((Float(shape[2]) * scales.elements[2]).rounded(.down)) == operation.size.height,
        Int((Float(shape[3]) * scales.elements[3]).rounded(.down)) == operation.size.width
      else { throw ONNXRefusal("a scale of \(scale) does not make \(operation.size) there") }
      inputs.append(writer.floats(scales, beside("scales")))
    } else {
      let front = writer.auxiliary(
        "Shape", [input()], beside("front"), ["start": .integer(0), "end": .integer(2)])
      let back = writer.integers([operation.size.height, operation.size.width], beside("size"))
      let sizes = writer.auxiliary("Concat", [front, back], beside("sizes"), ["axis": .integer(0)])
      inputs += ["", sizes]
    }
    writer.node(
      "Resize", inputs, name,
      [
        "mode": .text(mode), "coordinate_transformation_mode": .text(coordinates),
        "nearest_mode": .text(rounding), "cubic_coeff_a": .float(operation.cubicCoefficient),
        "exclude_outside": .integer(operation.excludesOutside ? 1 : 0),
      ])
  }
}
