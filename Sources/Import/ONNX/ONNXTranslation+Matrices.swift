internal import Core

/// Matrix products, and operations on several values that meet element by element.
extension ONNXTranslation {
  mutating func gemm(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var left = try site.input(0)
    let right = try site.input(1)
    let offset = site.optional(2)
    let (alpha, beta) = (site.float("alpha", or: 1), site.float("beta", or: 1))
    let (flipsLeft, flipsRight) = (site.flag("transA"), site.flag("transB"))
    let extents = try shape(right)
    guard extents.count == 2, !extents.contains(0) else { throw ONNXRefusal("a matrix of \(extents)") }
    if left.shape?.first == 1, !left.isBatched, reading == .whole, !flipsLeft {
      left = try batched(left, "a product")
    }
    let outputs = flipsRight ? extents[0] : extents[1]
    let offsetShape = offset?.shape
    let hasPlainOffset =
      offset == nil
      || isFixed(offset!) && [[], [1], [outputs], [1, 1], [1, outputs]].contains(offsetShape)
    if left.isBatched || left.shape == nil, !flipsLeft, isFixed(right), hasPlainOffset {
      var parameters = [
        "weight": try weights(right, isTransposed: flipsRight, factor: alpha)
      ]
      if let offset {
        let tensor = try stored(offset, "C")
        parameters["bias"] = tensor.mapped([outputs]) { tensor in
          Tensor(
            [outputs],
            (0..<outputs).map { tensor.elements[tensor.elements.count == 1 ? 0 : $0] * beta })
        }
      }
      let operation = Linear(
        inputFeatures: flipsRight ? extents[1] : extents[0], outputFeatures: outputs, hasBias: offset != nil)
      return try add(operation, [left], parameters: parameters)
    }
    // α · A′ · B′ + β · C, step by step.
    var (a, b) = (left, right)
    if flipsLeft { a = try add(Permute(axes: [2, 1]), [try unbatched(a)], as: "A") }
    if flipsRight {
      b =
        b.constant == nil
        ? try add(Permute(axes: [2, 1]), [try unbatched(b)], as: "B")
        : ONNXValue(transposed(b.constant!, name: site.node.inputs[1]))
    }
    var result = try product(a, b)
    if alpha != 1 { result = try add(Rescale(scale: [alpha], offset: [0]), [result], as: "alpha") }
    if var offset {
      if beta != 1 { offset = try add(Rescale(scale: [beta], offset: [0]), [offset], as: "beta") }
      result = try add(Add(), try aligned([result, offset]), as: "sum")
    }
    return result
  }

  private func transposed(_ constant: ONNXConstant, name: String) -> ONNXConstant {
    var copy = constant
    copy.shape = constant.shape.reversed()
    copy.name = "\(name).transposed"
    if case .uniform = constant.content { return copy }
    copy.content = .stored(constant.stored(in: path).permuted([1, 0]))
    return copy
  }

  /// A matrix as the weights of a linear layer, `[out, in]`.
  private mutating func weights(
    _ matrix: ONNXValue, isTransposed: Bool, factor: Float = 1
  ) throws(ONNXRefusal) -> StoredTensor {
    let tensor = try stored(matrix, "weight")
    let laid = isTransposed ? tensor : tensor.permuted([1, 0])
    return factor == 1 ? laid : laid.mapped(laid.shape) { $0.map { $0 * factor } }
  }

  mutating func matMul(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var left = try site.input(0)
    let right = try site.input(1)
    if left.type.isInteger { throw ONNXRefusal("arithmetic on \(left.type)") }
    if reading == .whole, left.shape?.count == 2, left.shape?[0] == 1, isFixed(right), right.shape?.count == 2
    {
      left = try batched(left, "a product")
    }
    if left.isBatched || left.shape == nil, left.shape?.count ?? 2 == 2, isFixed(right),
      let extents = right.shape, extents.count == 2, !extents.contains(0)
    {
      let operation = Linear(inputFeatures: extents[0], outputFeatures: extents[1], hasBias: false)
      return try add(operation, [left], parameters: ["weight": try weights(right, isTransposed: false)])
    }
    return try product(left, right)
  }

  /// NumPy's matrix product, example by example.
  private mutating func product(_ left: ONNXValue, _ right: ONNXValue) throws(ONNXRefusal) -> ONNXValue {
    var (left, right) = (left, right)
    let (a, b) = (try shape(left), try shape(right))
    guard !a.isEmpty, !b.isEmpty else { throw ONNXRefusal("a product of single numbers") }
    // The batch must be an axis along which the product is repeated, the same in both.
    let staysApart: Bool
    switch (left.isBatched, right.isBatched) {
    case (false, false): staysApart = true
    case (true, true): staysApart = a.count >= 3 && a.count == b.count
    case (true, false):
      staysApart = a.count >= 2 && b.count <= max(a.count - 1, 1) || a.count == 2 && b.count == 2
    case (false, true): staysApart = b.count >= 3 && a.count < b.count
    }
    if !staysApart { (left, right) = (try unbatched(left), try unbatched(right)) }
    return try add(MatMul(), [left, right])
  }

  mutating func combination(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let operation = site.node.operation
    var values = try site.all()
    if values.contains(where: { $0.type.isInteger || $0.type == .boolean }) {
      try checkIntegers(operation, values)
    }
    if site.version < 7, values.count == 2, site.flag("broadcast") {
      values[1] = try placed(values[1], on: values[0], axis: site.integer("axis"))
    }
    guard values.count > 1 else { return try add(Identity(), values) }
    if operation == "Pow", let exponent = values[1].constant, exponent.count == 1,
      try exponent.numbers(in: path)[0] == 2, exponent.shape.count <= (values[0].shape?.count ?? 0)
    {
      return try add(Pointwise(.square), [values[0]])
    }
    values = try aligned(values)
    switch operation {
    case "Add", "Sum": return try add(Add(), values)
    case "Sub": return try add(Subtract(), values)
    case "Mul": return try add(Multiply(), values)
    case "Div": return try add(Divide(), values)
    case "Pow": return try add(Power(), values)
    case "Max": return try add(Maximum(), values)
    case "Min": return try add(Minimum(), values)
    default: return try add(Average(), values)
    }
  }

  /// Whole numbers run as floats, where that is the same: up to 2²⁴, and not where they wrap around or round.
  private mutating func checkIntegers(_ operation: String, _ values: [ONNXValue]) throws(ONNXRefusal) {
    let first = values[0].type
    switch operation {
    case "Max", "Min": break
    case "Add", "Sub", "Mul":
      guard !first.wrapsEarly, first != .boolean else { throw ONNXRefusal("arithmetic on \(first)") }
    case "Pow" where first.isFloat: break
    default: throw ONNXRefusal("arithmetic on \(first)")
    }
    remark("whole numbers are computed as 32-bit floats, which are exact up to 2²⁴")
  }

  /// Before version 7 the second value is laid on the first from an axis on; without one, at its end.
  private mutating func placed(
    _ value: ONNXValue, on other: ONNXValue, axis: Int?
  ) throws(ONNXRefusal) -> ONNXValue {
    guard let axis, let shape = value.shape, let rank = other.shape?.count else { return value }
    let first = try resolvedAxis(axis, rank: rank)
    guard first + shape.count <= rank else { throw ONNXRefusal("\(shape) does not lie on axis \(axis)") }
    let trailing = rank - first - shape.count
    return trailing == 0
      ? value : try reshaped(value, to: shape + [Int](repeating: 1, count: trailing), as: "placed")
  }
}
