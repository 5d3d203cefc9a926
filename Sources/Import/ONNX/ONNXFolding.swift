internal import Core

/// Computes what is known before the network runs: exporters write down how a shape is computed, not the shape.
extension ONNXTranslation {
  /// The values of a node, if they follow from constants and shapes alone and are few numbers; nil if the node is one to be
  /// run.
  mutating func folded(_ site: ONNXSite) throws(ONNXRefusal) -> [ONNXConstant]? {
    let node = site.node
    switch node.operation {
    case "Shape", "Size":
      guard let shape = try site.input(0).shape else {
        throw ONNXRefusal("the shape of its input is not known")
      }
      return [try shapeOf(shape, site)]
    case "Constant": return [try constant(site)]
    case "ConstantOfShape":
      let shape = try site.integers(try site.input(0), "shape")
      _ = try checkedCount(shape)
      let filler = node.attributes["value"]?.tensor
      var value = 0.0
      if let filler {
        guard filler.count == 1 else { throw ONNXRefusal("a value of \(filler.count) numbers, expected 1") }
        do { value = try filler.numbers(in: path)[0] } catch { throw ONNXRefusal(error.reason) }
      }
      return [ONNXConstant(shape: shape, type: filler?.type ?? .float, content: .uniform(value), name: "")]
    default: break
    }
    var constants: [ONNXConstant?] = []
    for input in site.inputs {
      guard let input else {
        constants.append(nil)
        continue
      }
      guard let constant = input.constant else { return nil }
      constants.append(constant)
    }
    guard let first = constants.first.flatMap(\.self) ?? constants.compactMap(\.self).first else {
      return nil
    }
    if let moved = try rearranged(first, site) { return [moved] }
    let count = constants.reduce(0) { $0 + ($1?.count ?? 0) }
    guard count <= ONNXConstant.mostNumbers else { return nil }
    // What is too much to compute here is left to the network.
    guard effort.spend(count) else { return nil }
    var operands: [ONNXNumbers?] = []
    for constant in constants {
      guard let constant else {
        operands.append(nil)
        continue
      }
      operands.append(
        ONNXNumbers(
          shape: constant.shape, type: constant.type, numbers: try constant.numbers(in: path)))
    }
    if site.node.operation == "Expand", operands.count == 2, var target = operands[1] {
      target.numbers = sharedTarget(target.numbers.map(wholeNumber), of: first.shape).map(Double.init)
      operands[1] = target
    }
    guard let results = try ONNXArithmetic(site: site, operands: operands, effort: effort).results() else {
      return nil
    }
    return results.map {
      ONNXConstant(shape: $0.shape, type: $0.type, content: .numbers($0.numbers), name: "")
    }
  }

  /// What a constant is to be expanded to, if that only repeats it for every example of a batch: then it is kept once, since
  /// a batch of one goes with any.
  func sharedTarget(_ target: [Int], of shape: [Int]) -> [Int] {
    guard case .batched(let size) = reading, target.first == size,
      shape.count < target.count || shape.first == 1
    else { return target }
    return [1] + target.dropFirst()
  }

  private func shapeOf(_ shape: [Int], _ site: ONNXSite) throws(ONNXRefusal) -> ONNXConstant {
    if site.node.operation == "Size" {
      return ONNXConstant(
        shape: [], type: .int64, content: .numbers([Double(try checkedCount(shape))]), name: "")
    }
    func place(_ name: String, or standard: Int) -> Int {
      let place = site.integer(name, or: standard)
      return min(max(place < 0 ? place + shape.count : place, 0), shape.count)
    }
    let (start, end) = (place("start", or: 0), place("end", or: shape.count))
    let kept = start < end ? shape[start..<end].map(Double.init) : []
    return ONNXConstant(shape: [kept.count], type: .int64, content: .numbers(kept), name: "")
  }

  private func constant(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXConstant {
    func made(_ shape: [Int], _ type: ONNXElementType, _ numbers: [Double]) -> ONNXConstant {
      ONNXConstant(shape: shape, type: type, content: .numbers(numbers), name: "")
    }
    for (name, attribute) in site.node.attributes {
      switch name {
      case "value":
        guard let tensor = attribute.tensor else { break }
        if case .unreadable(let reason) = tensor.storage { throw ONNXRefusal(reason) }
        return ONNXConstant(shape: tensor.extents, type: tensor.type, content: .file(tensor), name: "")
      case "value_float": return made([], .float, [Double(attribute.float ?? 0)])
      case "value_floats":
        return made([attribute.floats.count], .float, attribute.floats.map(Double.init))
      case "value_int": return made([], .int64, [Double(attribute.integer ?? 0)])
      case "value_ints":
        return made([attribute.integers.count], .int64, attribute.integers.map(Double.init))
      default: throw ONNXRefusal("a constant given as '\(name)' is not read")
      }
    }
    throw ONNXRefusal("a constant without a value")
  }

  /// Constants of any size in another shape or order: nothing is read for that.
  private func rearranged(_ constant: ONNXConstant, _ site: ONNXSite) throws(ONNXRefusal) -> ONNXConstant? {
    let shape = constant.shape
    switch site.node.operation {
    case "Identity": return constant
    case "Reshape":
      let target: [Int]
      if let attribute = site.integers("shape") {
        target = attribute
      } else {
        target = try site.integers(try site.input(1), "shape")
      }
      return constant.reshaped(
        try ONNXShapes.reshaped(shape, to: target, allowsZero: site.flag("allowzero")), in: path)
    case "Flatten":
      return constant.reshaped(try ONNXShapes.flattened(shape, axis: site.integer("axis", or: 1)), in: path)
    case "Squeeze":
      return constant.reshaped(try ONNXShapes.squeezed(shape, try site.axes(input: 1)), in: path)
    case "Unsqueeze":
      guard let axes = try site.axes(input: 1) else { throw ONNXRefusal("no axes") }
      return constant.reshaped(try ONNXShapes.unsqueezed(shape, axes), in: path)
    case "Cast":
      let type = ONNXElementType(rawValue: site.integer("to", or: 1))
      // Half precision would round; what is computed here is not rounded in between.
      guard type.isFloat, constant.type.isFloat || constant.type.isInteger || constant.type == .boolean else {
        return nil
      }
      var copy = constant
      copy.type = type
      return copy
    case "Transpose":
      guard constant.count > ONNXConstant.mostNumbers || constant.type.isFloat else { return nil }
      let axes = try resolvedAxes(site.integers("perm") ?? Array(shape.indices.reversed()), rank: shape.count)
      guard axes.count == shape.count else { throw ONNXRefusal("axes \(axes) of a value of \(shape)") }
      var copy = constant
      copy.shape = axes.map { shape[$0] }
      if case .uniform = constant.content { return copy }
      copy.content = .stored(constant.stored(in: path).permuted(axes))
      return copy
    default: return nil
    }
  }
}
