internal import Core

/// What `Reshape`, `Slice` and the like come to: plain arithmetic on shapes, the same for constants and for values.
enum ONNXShapes {
  /// The shape that `Reshape` gives: 0 keeps an extent, −1 takes what is left.
  static func reshaped(_ shape: [Int], to target: [Int], allowsZero: Bool) throws(ONNXRefusal) -> [Int] {
    var result = target
    for axis in result.indices where result[axis] == 0 && !allowsZero {
      guard axis < shape.count else { throw ONNXRefusal("keeps axis \(axis) of \(shape), which has none") }
      result[axis] = shape[axis]
    }
    let count = try checkedCount(shape)
    if let free = result.firstIndex(of: -1) {
      guard result.filter({ $0 < 0 }).count == 1 else { throw ONNXRefusal("a shape of \(target)") }
      result[free] = 1
      let others = try checkedCount(result)
      guard others > 0, count % others == 0 else { throw mismatch(shape, target) }
      result[free] = count / others
    }
    guard result.allSatisfy({ $0 >= 0 }), try checkedCount(result) == count else {
      throw mismatch(shape, target)
    }
    return result
  }

  private static func mismatch(_ shape: [Int], _ target: [Int]) -> ONNXRefusal {
    var refusal = ONNXRefusal("\(shape) does not become \(target)")
    refusal.isAboutSizes = true
    return refusal
  }

  static func unsqueezed(_ shape: [Int], _ axes: [Int]) throws(ONNXRefusal) -> [Int] {
    guard axes.count <= 64 else { throw ONNXRefusal("\(axes.count) new axes") }
    let rank = shape.count + axes.count
    let axes = Set(try resolvedAxes(axes, rank: rank))
    var rest = shape[...]
    return (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }
  }

  static func squeezed(_ shape: [Int], _ axes: [Int]?) throws(ONNXRefusal) -> [Int] {
    let axes = try axes.map { axes throws(ONNXRefusal) in try resolvedAxes(axes, rank: shape.count) }
    for axis in axes ?? [] where shape[axis] != 1 {
      throw ONNXRefusal("axis \(axis) of \(shape) has an extent of \(shape[axis]), expected 1")
    }
    let kept = shape.indices.filter { axis in
      if let axes { !axes.contains(axis) } else { shape[axis] != 1 }
    }
    return kept.map { shape[$0] }
  }

  static func flattened(_ shape: [Int], axis: Int) throws(ONNXRefusal) -> [Int] {
    let resolved = axis < 0 ? axis + shape.count : axis
    guard (0...shape.count).contains(resolved) else {
      throw ONNXRefusal("there is no axis \(axis) in \(shape)")
    }
    return [try checkedCount(Array(shape[..<resolved])), try checkedCount(Array(shape[resolved...]))]
  }

  /// The shape of values that meet as in NumPy.
  static func spread(_ shapes: [[Int]]) throws(ONNXRefusal) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (axis, extent) in shape.enumerated() {
        let place = rank - shape.count + axis
        guard extent == result[place] || extent == 1 || result[place] == 1 else {
          throw ONNXRefusal("\(shapes) do not go together")
        }
        if extent != 1 { result[place] = extent }
      }
    }
    return result
  }

  /// One axis of a slice.
  struct Range: Hashable {
    var start: Int
    var count: Int
    var step: Int
    /// True if everything is kept as it is.
    func isWhole(_ extent: Int) -> Bool { start == 0 && count == extent && step == 1 }
  }

  /// What `Slice` keeps along every axis.
  static func slices(
    _ shape: [Int], starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?
  ) throws(ONNXRefusal) -> [Range] {
    var result = shape.map { Range(start: 0, count: $0, step: 1) }
    guard starts.count <= 64 else { throw ONNXRefusal("\(starts.count) axes") }
    let axes = try resolvedAxes(axes ?? Array(starts.indices), rank: shape.count)
    guard starts.count == ends.count, axes.count == starts.count, steps?.count ?? starts.count == starts.count
    else { throw ONNXRefusal("starts, ends, axes and steps are not as many") }
    for (index, axis) in axes.enumerated() {
      let extent = shape[axis]
      let step = steps?[index] ?? 1
      guard step != 0 else { throw ONNXRefusal("a step of 0") }
      var (start, end) = (starts[index], ends[index])
      if start < 0 { start += extent }
      if end < 0 { end += extent }
      let count: Int
      if step > 0 {
        start = min(max(start, 0), extent)
        end = min(max(end, 0), extent)
        count = end > start ? (end - start + step - 1) / step : 0
      } else {
        start = min(max(start, -1), extent - 1)
        end = min(max(end, -1), extent - 1)
        count = start > end ? (start - end - step - 1) / -step : 0
      }
      result[axis] = Range(start: start, count: count, step: count > 1 ? step : 1)
    }
    return result
  }

  /// The sizes of the parts that `Split` makes of an extent.
  static func parts(of extent: Int, sizes: [Int]?, count: Int) throws(ONNXRefusal) -> [Int] {
    if let sizes {
      guard sizes.allSatisfy({ $0 >= 0 && $0 <= extent }), sizes.count <= 1 << 16,
        sizes.reduce(0, +) == extent
      else { throw ONNXRefusal("parts of \(sizes) do not make up \(extent)") }
      return sizes
    }
    guard count > 0, count <= max(extent, 1) else { throw ONNXRefusal("\(count) parts of \(extent)") }
    let size = (extent + count - 1) / count
    return (0..<count).map { min(size, max(extent - $0 * size, 0)) }
  }
}
