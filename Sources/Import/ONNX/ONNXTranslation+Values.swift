internal import Core

/// How a value is looked at: as a batch of examples, as images, aligned with others.
extension ONNXTranslation {
  /// True if the numbers do not depend on any input.
  func isFixed(_ value: ONNXValue) -> Bool {
    switch value.source {
    case .constant: true
    case .node(let name): fixedNodes.contains(name)
    }
  }

  mutating func remark(_ text: String) {
    if !remarks.contains(text) { remarks.append(text) }
  }

  /// The extents, which must be known.
  func shape(_ value: ONNXValue) throws(ONNXRefusal) -> [Int] {
    guard let shape = value.shape else { throw ONNXRefusal("the shape of its input is not known") }
    return shape
  }

  /// The value as one example with all of its axes: possible only if the batch is one.
  mutating func unbatched(_ value: ONNXValue) throws(ONNXRefusal) -> ONNXValue {
    guard value.isBatched else { return value }
    guard reading == .whole else {
      throw ONNXRefusal("it works across the examples of a batch", touchesBatch: true)
    }
    let shape = try shape(value)
    var result = try add(Reshape(shape: Shape(shape)), [value], as: "whole")
    result.isBatched = false
    result.shape = shape
    mark(result, isBatched: false)
    return result
  }

  /// The value with axis 0 as our batch: possible for one that has it already, or whose axis 0 has an extent of 1.
  mutating func batched(_ value: ONNXValue, _ what: String) throws(ONNXRefusal) -> ONNXValue {
    if value.isBatched || value.shape == nil { return value }
    let shape = try shape(value)
    guard let first = shape.first, first == 1 else {
      throw ONNXRefusal("\(what) of a value of \(shape) whose axis 0 is no batch")
    }
    // Elsewhere what has no batch axis is a constant, the same for every example: there is nothing to run it on.
    guard reading == .whole else {
      throw ONNXRefusal("\(what) of a constant", touchesBatch: true)
    }
    var result = try add(Reshape(shape: Shape(Array(shape.dropFirst()))), [value], as: "batch")
    result.shape = shape
    result.isBatched = true
    mark(result, isBatched: true)
    return result
  }

  private mutating func mark(_ value: ONNXValue, isBatched: Bool) {
    guard case .node(let name) = value.source else { return }
    layouts[name] = isBatched ? nil : .withoutBatch
  }

  /// Our axis for an axis of the file's, the batch axis being 0 in both; the value as one example if the axis is that of the
  /// batch.
  mutating func axis(_ axis: Int, of value: inout ONNXValue) throws(ONNXRefusal) -> Int {
    let resolved = try resolvedAxis(axis, rank: try shape(value).count)
    if value.isBatched && resolved == 0 { value = try unbatched(value) }
    return value.isBatched ? resolved : resolved + 1
  }

  /// Our axes for axes of the file's.
  mutating func axes(_ axes: [Int], of value: inout ONNXValue) throws(ONNXRefusal) -> [Int] {
    let resolved = try resolvedAxes(axes, rank: try shape(value).count)
    if value.isBatched && resolved.contains(0) { value = try unbatched(value) }
    let offset = value.isBatched ? 0 : 1
    return resolved.map { $0 + offset }
  }

  /// Another shape for a value, in the file's terms: its batch axis must stay what it is.
  mutating func reshaped(
    _ value: ONNXValue, to target: [Int], as what: String? = nil
  ) throws(ONNXRefusal) -> ONNXValue {
    if let constant = value.constant { return ONNXValue(constant.reshaped(target, in: path)) }
    var value = value
    let shape = try shape(value)
    if value.isBatched {
      let example = try checkedCount(Array(shape.dropFirst()))
      if target.first == batch, try checkedCount(Array(target.dropFirst())) == example {
        let inner = Array(target.dropFirst())
        if inner.count == 1 && shape.count > 2 { return try add(Flatten(), [value], as: what) }
        return try add(Reshape(shape: Shape(inner)), [value], as: what)
      }
      value = try unbatched(value)
    }
    return try add(Reshape(shape: Shape(target)), [value], as: what)
  }

  /// Values that are to meet element by element, so that their examples meet as the file's values do.
  mutating func aligned(_ values: [ONNXValue]) throws(ONNXRefusal) -> [ONNXValue] {
    guard values.contains(where: \.isBatched), !values.contains(where: { $0.shape == nil }) else {
      return values
    }
    let rank = values.map { $0.shape!.count }.max()!
    let fits = values.allSatisfy { value in
      value.isBatched
        ? value.shape!.count == rank : value.shape!.count < rank || value.shape![0] == 1 || isSpread(value)
    }
    var result: [ONNXValue] = []
    for value in values {
      guard fits else {
        result.append(try unbatched(value))
        continue
      }
      if value.isBatched || value.shape!.count < rank {
        result.append(value)
      } else {
        let inner = Array(value.shape!.dropFirst())
        if var constant = value.constant {
          if case .uniform = constant.content {
            constant.shape = inner
          } else {
            constant = constant.reshaped(inner, in: path)
          }
          result.append(ONNXValue(constant))
        } else {
          result.append(try add(Reshape(shape: Shape(inner)), [value], as: "aligned"))
        }
      }
    }
    return result
  }

  /// True for a constant that is the same for all examples of a batch because all of its numbers are.
  private func isSpread(_ value: ONNXValue) -> Bool {
    if case .uniform = value.constant?.content {
      value.shape?.first == batch && reading != .whole
    } else {
      false
    }
  }

  /// A value of images: a batch `[count, channels, height, width]`, into which signals `[count, channels, length]` are put
  /// with a height of 1.
  /// - Returns: the images, and true if they were signals.
  mutating func images(_ value: ONNXValue, _ what: String) throws(ONNXRefusal) -> (ONNXValue, isSignal: Bool)
  {
    guard let shape = value.shape else { return (value, false) }
    guard shape.count == 3 || shape.count == 4 else {
      throw ONNXRefusal(shape.count == 5 ? "a 3-D \(what)" : "\(what) of a value of \(shape)")
    }
    let value = try batched(value, what)
    guard shape.count == 3 else { return (value, false) }
    return (try add(Reshape(shape: [shape[1], 1, shape[2]]), [value], as: "image"), true)
  }

  /// Images that were signals as signals again.
  mutating func signals(_ value: ONNXValue, if isSignal: Bool) throws(ONNXRefusal) -> ONNXValue {
    guard isSignal, let shape = value.shape else { return value }
    return try add(Reshape(shape: [shape[1], shape[3]]), [value], as: "signal")
  }
}
