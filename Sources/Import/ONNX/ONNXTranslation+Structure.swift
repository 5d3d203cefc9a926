internal import Core

/// Operations that move numbers about.
extension ONNXTranslation {
  mutating func reshape(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    var target: [Int]
    if let attribute = site.integers("shape") {
      target = attribute
    } else if site.optional(1) == nil, site.node.attributes["shape"] != nil {
      target = []
    } else {
      target = try site.integers(try site.input(1), "shape")
    }
    let shape = try shape(input)
    if input.isBatched, reading != .whole, let first = target.first, target.count > 1 || shape.count == 1 {
      // A batch size that was written into the file stands for any.
      let example = try checkedCount(Array(shape.dropFirst()))
      let rest = target.dropFirst()
      let isFree = first == declaredBatch || first == 1 && declaredBatch == nil
      if isFree,
        rest.contains(-1) || rest.allSatisfy({ $0 >= 0 }) && rest.reduce(1, saturatedProduct) == example
      {
        target[0] = batch
      }
    }
    return try reshaped(
      input, to: try ONNXShapes.reshaped(shape, to: target, allowsZero: site.flag("allowzero")))
  }

  mutating func flatten(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    let axis = site.integer("axis", or: 1)
    guard let shape = input.shape else {
      guard axis == 1 else { throw ONNXRefusal("the shape of its input is not known") }
      return try add(Flatten(), [input])
    }
    if input.isBatched, axis == 1 || axis + shape.count == 1 { return try add(Flatten(), [input]) }
    return try reshaped(input, to: try ONNXShapes.flattened(shape, axis: axis))
  }

  mutating func squeeze(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    let shape = try shape(input)
    let axes = try site.axes(input: 1)
    if axes == nil, input.isBatched, reading != .whole, declaredBatch == 1 {
      throw ONNXRefusal("it takes the batch axis away", touchesBatch: true)
    }
    return try reshaped(input, to: try ONNXShapes.squeezed(shape, axes))
  }

  mutating func unsqueeze(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let input = try site.input(0)
    guard let axes = try site.axes(input: 1) else { throw ONNXRefusal("no axes") }
    return try reshaped(input, to: try ONNXShapes.unsqueezed(try shape(input), axes))
  }

  mutating func transpose(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    let rank = try shape(input).count
    let order = try resolvedAxes(site.integers("perm") ?? Array((0..<rank).reversed()), rank: rank)
    guard order.count == rank else { throw ONNXRefusal("axes \(order) of a value of rank \(rank)") }
    if case .node(let name) = input.source, translatedImages.contains(name), order == [0, 3, 1, 2] {
      // The input comes in our layout already.
      return try add(Identity(), [input])
    }
    if input.isBatched && order.first != 0 { input = try unbatched(input) }
    guard rank > 0 else { return try add(Identity(), [input]) }
    return try add(Permute(axes: input.isBatched ? Array(order.dropFirst()) : order.map { $0 + 1 }), [input])
  }

  mutating func concatenate(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var values = try site.all()
    guard let shape = values[0].shape else {
      guard site.integer("axis", or: 1) == 1 else { throw ONNXRefusal("the shape of its input is not known") }
      return try add(Concatenate(), values)
    }
    let axis = try resolvedAxis(site.integer("axis", or: 1), rank: shape.count)
    for value in values where value.shape?.count ?? shape.count != shape.count {
      throw ONNXRefusal("\(shape) and \(value.shape!) do not go behind each other")
    }
    if values.contains(where: \.isBatched) {
      var together: [ONNXValue] = []
      for value in values {
        if value.isBatched && axis != 0 {
          together.append(value)
        } else if axis != 0, let extents = value.shape, extents[0] == 1 || extents[0] == declaredBatch,
          let constant = value.constant, reading != .whole
        {
          together.append(ONNXValue(try forEveryExample(constant)))
        } else {
          together.append(try unbatched(value))
        }
      }
      if together.contains(where: \.isBatched) && reading == .whole {
        for index in together.indices { together[index] = try unbatched(together[index]) }
      }
      values = together
    }
    let isBatched = values.contains(where: \.isBatched)
    return try add(Concatenate(axis: isBatched ? axis : axis + 1), values)
  }

  /// A constant that goes with every example: one with a batch axis of 1, or all of whose examples are the same number.
  private func forEveryExample(_ constant: ONNXConstant) throws(ONNXRefusal) -> ONNXConstant {
    let example = Array(constant.shape.dropFirst())
    if constant.shape[0] == 1 { return constant.reshaped(example, in: path) }
    if case .uniform = constant.content {
      var copy = constant
      copy.shape = example
      return copy
    }
    throw ONNXRefusal("a constant for each example of a batch of \(constant.shape[0])", touchesBatch: true)
  }

  mutating func split(_ site: ONNXSite) throws(ONNXRefusal) -> [ONNXValue] {
    var input = try site.input(0)
    let axis = try axis(site.integer("axis", or: 0), of: &input)
    guard let example = input.example else { throw ONNXRefusal("the shape of its input is not known") }
    var sizes = site.integers("split")
    if sizes == nil, let value = site.optional(1) { sizes = try site.integers(value, "split") }
    let count = site.integer("num_outputs") ?? site.node.outputs.count
    let parts = try ONNXShapes.parts(of: example[axis - 1], sizes: sizes, count: count)
    guard parts.count == site.node.outputs.count else {
      throw ONNXRefusal("\(parts.count) parts for \(site.node.outputs.count) outputs")
    }
    var start = 0
    var results: [ONNXValue] = []
    for (index, part) in parts.enumerated() {
      guard part > 0 else { throw ONNXRefusal("a part of no size") }
      var (starts, counts) = ([Int](repeating: 0, count: example.count), example)
      (starts[axis - 1], counts[axis - 1]) = (start, part)
      results.append(
        try add(
          Slice(starts: starts, counts: counts, steps: [Int](repeating: 1, count: example.count)), [input],
          as: index == 0 ? nil : "output\(index)"))
      start += part
    }
    return results
  }

  mutating func slice(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    let shape = try shape(input)
    let ranges: [ONNXShapes.Range]
    if site.version < 10 {
      guard let starts = site.integers("starts"), let ends = site.integers("ends") else {
        throw ONNXRefusal("no starts and ends")
      }
      ranges = try ONNXShapes.slices(
        shape, starts: starts, ends: ends, axes: site.integers("axes"), steps: nil)
    } else {
      let starts = try site.integers(try site.input(1), "start")
      let ends = try site.integers(try site.input(2), "end")
      let axes = try site.optional(3).map { value throws(ONNXRefusal) in try site.integers(value, "axes") }
      let steps = try site.optional(4).map { value throws(ONNXRefusal) in try site.integers(value, "steps") }
      ranges = try ONNXShapes.slices(shape, starts: starts, ends: ends, axes: axes, steps: steps)
    }
    var kept = ranges
    if input.isBatched {
      if ranges[0].isWhole(shape[0]) { kept.removeFirst() } else { input = try unbatched(input) }
    }
    guard !kept.contains(where: { $0.count == 0 }) else { throw ONNXRefusal("nothing is left of \(shape)") }
    return try add(
      Slice(starts: kept.map(\.start), counts: kept.map(\.count), steps: kept.map(\.step)), [input])
  }

  mutating func gather(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var data = try site.input(0)
    let indices = try site.input(1)
    let shape = try shape(data)
    let place = try resolvedAxis(site.integer("axis", or: 0), rank: shape.count)
    if let constant = indices.constant {
      let axis = try axis(place, of: &data)
      let numbers = try constant.numbers(in: path).map(wholeNumber)
      guard numbers.allSatisfy({ (-shape[place]..<shape[place]).contains($0) }) else {
        throw ONNXRefusal("takes elements \(numbers.prefix(8)) of \(shape[place])")
      }
      return try add(
        Gather(
          axis: axis, indices: numbers.map { $0 < 0 ? $0 + shape[place] : $0 },
          indexShape: Shape(constant.shape)), [data])
    }
    guard isFixed(data), place == 0, shape.count >= 1, !shape.contains(0) else {
      throw ONNXRefusal("its indices are only known while the network runs")
    }
    guard indices.type.isInteger else { throw ONNXRefusal("indices of \(indices.type)") }
    // Rows of a table: an embedding.
    let rest = Array(shape.dropFirst())
    let dimensions = try checkedCount(rest)
    let table = try stored(data, "table").reshaped([shape[0], dimensions])
    let rows = try add(
      Embedding(count: shape[0], dimensions: dimensions), [indices], parameters: ["weight": table],
      type: data.type)
    guard rest.count != 1, let found = indices.shape else { return rows }
    return try reshaped(rows, to: found + rest, as: "rows")
  }

  mutating func pad(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    let shape = try shape(input)
    var value = site.float("value", or: 0)
    var widths: [Int]
    if site.version < 11 {
      guard let list = site.integers("pads") ?? site.integers("paddings") else {
        throw ONNXRefusal("no pads")
      }
      widths = list
    } else {
      widths = try site.integers(try site.input(1), "pads")
      if let filler = site.optional(2) { value = try site.floats(filler, "value").first ?? 0 }
    }
    if let axes = try site.axes(input: 3) {
      let resolved = try resolvedAxes(axes, rank: shape.count)
      guard widths.count == 2 * resolved.count else { throw ONNXRefusal("pads of \(widths)") }
      var full = [Int](repeating: 0, count: 2 * shape.count)
      for (index, axis) in resolved.enumerated() {
        full[axis] = widths[index]
        full[shape.count + axis] = widths[resolved.count + index]
      }
      widths = full
    }
    guard widths.count == 2 * shape.count else {
      throw ONNXRefusal("pads of \(widths) for a value of \(shape)")
    }
    let mode: Pad.Mode
    switch site.string("mode", or: "constant") {
    case "constant": mode = .constant
    case "reflect": mode = .reflect
    case "edge": mode = .replicate
    case "wrap": mode = .circular
    case let other: throw ONNXRefusal("a mode '\(other)'")
    }
    var (before, after) = (Array(widths[..<shape.count]), Array(widths[shape.count...]))
    if (before + after).allSatisfy({ $0 == 0 }) { return try add(Identity(), [input]) }
    if input.isBatched {
      if before[0] == 0 && after[0] == 0 {
        before.removeFirst()
        after.removeFirst()
      } else {
        input = try unbatched(input)
      }
    }
    return try add(Pad(before: before, after: after, mode: mode, value: value), [input])
  }

  mutating func expand(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    var target = try site.integers(try site.input(1), "shape")
    let shape = try shape(input)
    _ = try checkedCount(target)
    if input.isBatched {
      if target.count < shape.count {
      } else if target.count == shape.count, [1, batch, declaredBatch ?? batch].contains(target[0]) {
        target.removeFirst()
      } else {
        input = try unbatched(input)
      }
    }
    if input.constant != nil, case .batched(let size) = reading, target.first == size {
      throw ONNXRefusal("it makes a batch of a constant", touchesBatch: true)
    }
    return try add(Expand(shape: Shape(target)), [input])
  }

  mutating func tile(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    let shape = try shape(input)
    var repeats: [Int]
    if site.version < 6 {
      let count = try site.integers(try site.input(1), "repeats").first ?? 1
      let axis = try site.integers(try site.input(2), "axis").first ?? 0
      repeats = [Int](repeating: 1, count: shape.count)
      repeats[try resolvedAxis(axis, rank: shape.count)] = count
    } else {
      repeats = try site.integers(try site.input(1), "repeats")
    }
    guard repeats.count == shape.count else { throw ONNXRefusal("repeats \(shape) as often as \(repeats)") }
    if repeats.isEmpty { return try add(Identity(), [input]) }
    if input.isBatched {
      if repeats[0] == 1 { repeats.removeFirst() } else { input = try unbatched(input) }
    }
    return try add(Tile(repeats: repeats), [input])
  }

  mutating func shuffle(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let factor = site.integer("blocksize", or: 0)
    guard (1...4096).contains(factor) else { throw ONNXRefusal("a blocksize of \(factor)") }
    let order: PixelShuffle.Order
    switch site.string("mode", or: "DCR") {
    case "DCR": order = .blockFirst
    case "CRD": order = .channelFirst
    case let other: throw ONNXRefusal("a mode '\(other)'")
    }
    let value = try batched(try site.input(0), site.node.operation)
    return try add(
      site.node.operation == "DepthToSpace"
        ? PixelShuffle(factor: factor, order: order) as any Operation
        : PixelUnshuffle(factor: factor, order: order), [value])
  }
}

private func saturatedProduct(_ left: Int, _ right: Int) -> Int {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? .max : product
}
