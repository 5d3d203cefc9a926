extension Tensor {
  /// The tensor with its axes in another order, as NumPy's `transpose`: axis `i` of the result is `axes[i]` of this one.
  /// Traps unless every axis is named once.
  public func permuted(_ axes: [Int]) -> Tensor {
    precondition(axes.sorted() == Array(0..<shape.rank), "\(axes) are not the axes of \(shape)")
    guard axes != Array(0..<shape.rank) else { return self }
    let result = Shape(axes.map { shape[$0] })
    guard result.elementCount > 0 else { return Tensor(result) }
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let steps = axes.map { strides[$0] }
    let (run, step) = (result.extents.last!, steps.last!)
    return Tensor(result) { target in
      elements.withUnsafeBufferPointer { source in
        var index = [Int](repeating: 0, count: result.rank)
        var from = 0
        for start in Swift.stride(from: 0, to: target.count, by: run) {
          for offset in 0..<run { target[start + offset] = source[from + offset * step] }
          var axis = result.rank - 2
          while axis >= 0 {
            index[axis] += 1
            from += steps[axis]
            if index[axis] < result[axis] { break }
            from -= index[axis] * steps[axis]
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
