import Core

/// The least distance of any number that a node reads to a place where the node's operation has no derivative: a
/// rectifier's input to zero, the largest of several numbers to the second largest. Infinite if it has no kink.
func distanceToKinks<Scalar>(
  of operation: any Operation, _ inputs: [Values<Scalar>], output: Shape
) -> Scalar {
  switch operation {
  case let pool as MaxPool2d: return smallestLead(in: pool, inputs[0], output: output)
  case is GlobalMaxPool2d:
    let whole = Extent(height: inputs[0].shape[2], width: inputs[0].shape[3])
    return smallestLead(
      in: MaxPool2d(kernelSize: whole), inputs[0], output: [inputs[0].shape[0], inputs[0].shape[1], 1, 1])
  case let table as Embedding:
    return inputs[0].elements.map { element in
      let hasRow = element > -1 && element < Scalar(table.count)
      return hasRow ? abs(element - element.rounded()) : 0
    }.min() ?? .infinity
  case is Maximum, is Minimum:
    let sign: Scalar = operation is Maximum ? 1 : -1
    let spread = inputs.map { $0.spread(over: output) }
    return (0..<output.elementCount).map { place in lead(spread.map { sign * $0.elements[place] }) }.min()
      ?? .infinity
  case let reduce as Reduce where reduce.kind == .maximum || reduce.kind == .minimum:
    let sign: Scalar = reduce.kind == .maximum ? 1 : -1
    let kept =
      (try? Reduce(reduce.kind, axes: reduce.axes, keepsAxes: true).outputShape(of: [inputs[0].shape]))!
    let groups = Values<Scalar>(kept, (0..<kept.elementCount).map { Scalar($0) }).spread(
      over: inputs[0].shape)
    var members: [Scalar: [Scalar]] = [:]
    for (group, number) in zip(groups.elements, inputs[0].elements) {
      members[group, default: []].append(sign * number)
    }
    return members.values.map(lead).min() ?? .infinity
  default:
    guard let kink = kink(of: operation) else { return .infinity }
    return inputs.flatMap(\.elements).map { Scalar(kink(Double($0))) }.min() ?? .infinity
  }
}

/// How far the largest number is ahead of the next.
private func lead<Scalar: BinaryFloatingPoint>(_ numbers: [Scalar]) -> Scalar {
  let sorted = numbers.sorted(by: >)
  return sorted.count > 1 ? sorted[0] - sorted[1] : .infinity
}

/// How far a number is from the nearest kink or step of an operation on single numbers; nil if it has none.
private func kink(of operation: any Operation) -> (@Sendable (Double) -> Double)? {
  func places(_ places: Double?...) -> @Sendable (Double) -> Double {
    let places = places.compactMap(\.self)
    return { x in places.map { abs(x - $0) }.min() ?? .infinity }
  }
  switch operation {
  case is ReLU, is LeakyReLU, is PReLU, is ELU, is SELU, is CELU: return places(0)
  case let it as Hardsigmoid:
    return places(-Double(it.offset) / Double(it.slope), (1 - Double(it.offset)) / Double(it.slope))
  case is Hardswish: return places(-3, 3)
  case let it as Hardtanh: return places(it.minimum.map(Double.init), it.maximum.map(Double.init))
  case let it as Threshold: return places(Double(it.threshold))
  case let it as ClippedReLU: return places(Double(it.threshold), it.maximum.map(Double.init))
  case let it as Reduce where it.kind == .l1: return places(0)
  case let it as Pointwise:
    switch it.function {
    case .absolute, .sign: return places(0)
    case .floor, .ceiling: return { abs($0 - $0.rounded()) }
    case .round: return { abs($0 - 0.5 - ($0 - 0.5).rounded()) }
    default: return nil
    }
  default: return nil
  }
}

private func smallestLead<Scalar>(in pool: MaxPool2d, _ input: Values<Scalar>, output: Shape) -> Scalar {
  var least = Scalar.infinity
  let (height, width) = (input.shape[2], input.shape[3])
  for plane in 0..<input.shape[0] * input.shape[1] {
    for y in 0..<output[2] {
      for x in 0..<output[3] {
        let top = y * pool.stride.height - pool.padding.top
        let left = x * pool.stride.width - pool.padding.left
        var seen: [Scalar] = []
        for y in 0..<pool.kernelSize.height {
          for x in 0..<pool.kernelSize.width {
            let (row, column) = (top + y * pool.dilation.height, left + x * pool.dilation.width)
            guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
            seen.append(input.elements[(plane * height + row) * width + column])
          }
        }
        // The largest of nothing is no number to compute on with.
        if seen.isEmpty { least = 0 }
        seen.sort(by: >)
        if seen.count > 1 { least = min(least, seen[0] - seen[1]) }
      }
    }
  }
  return least
}
