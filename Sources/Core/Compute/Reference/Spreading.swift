/// How the numbers of a value lie when it is spread over a larger shape: in rows of the larger one, each of which meets
/// a row of the value (`step` 1) or one number of it again and again (`step` 0).
struct SpreadRows {
  /// Numbers in a row.
  let length: Int
  /// From a row's number to the next, in the value: 1 or 0.
  let step: Int
  /// Numbers of the larger shape.
  private let total: Int
  /// The axes outside a row, outermost first: their extents, and the steps that the value takes along them.
  private let counts: [Int]
  private let steps: [Int]

  /// A shape over a larger one; both batch axis first, examples aligned at their ends.
  init(_ shape: Shape, over target: Shape) {
    let extents = shape.aligned(to: target.rank).extents
    var stride = 1
    var axes: [(count: Int, step: Int)] = []
    for axis in extents.indices.reversed() {
      let step = extents[axis] == 1 ? 0 : stride
      stride *= extents[axis]
      guard target[axis] != 1 else { continue }
      // Axes that continue each other are one.
      if let inner = axes.last, step == inner.step * inner.count {
        axes[axes.count - 1].count *= target[axis]
      } else {
        axes.append((target[axis], step))
      }
    }
    length = axes.first?.count ?? 1
    step = axes.first?.step ?? 1
    counts = axes.dropFirst().reversed().map(\.count)
    steps = axes.dropFirst().reversed().map(\.step)
    total = target.elementCount
  }

  /// Calls `body` for each row with where it begins in the larger shape and in the value.
  @inline(__always)
  func forEach(_ body: (_ row: Int, _ start: Int) -> Void) {
    guard total > 0 else { return }
    var position = [Int](repeating: 0, count: counts.count)
    var start = 0
    for row in stride(from: 0, to: total, by: length) {
      body(row, start)
      var axis = counts.count - 1
      while axis >= 0 {
        position[axis] += 1
        start += steps[axis]
        guard position[axis] == counts[axis] else { break }
        start -= steps[axis] * counts[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }

  /// For each number of the larger shape its place in the value.
  var places: [Int] {
    var result: [Int] = []
    result.reserveCapacity(total)
    forEach { _, start in
      for offset in 0..<length { result.append(start + offset * step) }
    }
    return result
  }
}

extension Values {
  /// The value spread over a larger shape, as NumPy does; itself if it has that shape.
  package func spread(over target: Shape) -> Values {
    if shape == target { return self }
    var result = Values(target)
    let rows = SpreadRows(shape, over: target)
    rows.forEach { row, start in
      if rows.step == 0 {
        let number = elements[start]
        for offset in 0..<rows.length { result.elements[row + offset] = number }
      } else {
        for offset in 0..<rows.length { result.elements[row + offset] = elements[start + offset] }
      }
    }
    return result
  }

  /// One result for each number of a smaller shape, from all the numbers that it would be spread over, in order.
  @inline(__always)
  func folded<Result>(
    to smaller: Shape, from initial: Result, _ combine: (Result, Scalar) -> Result
  ) -> [Result] {
    var results = [Result](repeating: initial, count: smaller.elementCount)
    let rows = SpreadRows(smaller, over: shape)
    rows.forEach { row, start in
      if rows.step == 0 {
        var result = results[start]
        for offset in 0..<rows.length { result = combine(result, elements[row + offset]) }
        results[start] = result
      } else {
        for offset in 0..<rows.length {
          results[start + offset] = combine(results[start + offset], elements[row + offset])
        }
      }
    }
    return results
  }

  /// Over how many numbers of this value one of a smaller shape is spread; 0 where there are none.
  func numbersEach(of smaller: Shape) -> Int { elements.count / max(smaller.elementCount, 1) }

  /// The gradient at a value of a smaller shape, from that at the value spread over this shape: the sums of what each of
  /// its numbers was spread over. In Double: a Float would lose digits over 100,000 terms.
  package func summed(to smaller: Shape) -> Values {
    if shape == smaller { return self }
    return Values(smaller, folded(to: smaller, from: 0.0) { $0 + Double($1) }.map { Scalar($0) })
  }
}
