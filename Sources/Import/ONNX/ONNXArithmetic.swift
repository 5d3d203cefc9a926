internal import Core

/// A few numbers in a shape, computed with while a graph is translated.
struct ONNXNumbers {
  var shape: [Int]
  var type: ONNXElementType
  var numbers: [Double]

  /// The element at which an index into a larger value of the same number of axes, or more, arrives.
  fileprivate func place(_ index: [Int]) -> Int {
    var place = 0
    for (axis, extent) in shape.enumerated() {
      place = place * extent + (extent == 1 ? 0 : index[index.count - shape.count + axis])
    }
    return place
  }
}

/// How many numbers may still be computed with while a file is opened: a small file can ask for very many.
final class ONNXEffort {
  private var left = 10_000_000

  /// True if there is as much left, which is taken.
  func spend(_ count: Int) -> Bool {
    left -= count
    return left >= 0
  }
}

/// The operations that shapes are computed with, on constants.
struct ONNXArithmetic {
  let site: ONNXSite
  let operands: [ONNXNumbers?]
  let effort: ONNXEffort

  /// The results; nil if the operation is none of these.
  func results() throws(ONNXRefusal) -> [ONNXNumbers]? {
    switch site.node.operation {
    case "Cast": return [try cast(ONNXElementType(rawValue: site.integer("to", or: 1)))]
    case "CastLike": return [try cast(try operand(1).type)]
    case "Gather": return [try gather()]
    case "Slice": return [try slice()]
    case "Concat": return [try concatenate()]
    case "Split": return try split()
    case "Transpose": return [try transpose()]
    case "Expand":
      let source = try operand(0)
      let target = try spread([source.shape, try operand(1).numbers.map(wholeNumber)])
      return [try built(target, source.type) { source.numbers[source.place($0)] }]
    case "Tile": return [try tile()]
    case "Range": return [try range()]
    case "Where":
      let (condition, first, second) = (try operand(0), try operand(1), try operand(2))
      let shape = try spread([condition.shape, first.shape, second.shape])
      return [
        try built(shape, first.type) {
          condition.numbers[condition.place($0)] != 0
            ? first.numbers[first.place($0)] : second.numbers[second.place($0)]
        }
      ]
    case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceMean": return [try reduce()]
    default:
      if let unary = try unary() { return [unary] }
      return try binary().map { [$0] }
    }
  }

  private func operand(_ index: Int) throws(ONNXRefusal) -> ONNXNumbers {
    guard index < operands.count, let operand = operands[index] else {
      throw ONNXRefusal("input \(index) is missing")
    }
    return operand
  }

  private func spread(_ shapes: [[Int]]) throws(ONNXRefusal) -> [Int] { try ONNXShapes.spread(shapes) }

  /// Numbers made one by one from their indices.
  private func built(
    _ shape: [Int], _ type: ONNXElementType, _ number: ([Int]) -> Double
  ) throws(ONNXRefusal) -> ONNXNumbers {
    let count = try checkedCount(shape)
    guard count <= ONNXConstant.mostNumbers, effort.spend(count) else {
      throw ONNXRefusal("\(count) numbers are too many to compute before the network runs")
    }
    var index = [Int](repeating: 0, count: shape.count)
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      numbers.append(number(index))
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return ONNXNumbers(shape: shape, type: type, numbers: numbers)
  }

  private func cast(_ type: ONNXElementType) throws(ONNXRefusal) -> ONNXNumbers {
    var result = try operand(0)
    guard type.isFloat || type.isInteger || type == .boolean else {
      throw ONNXRefusal("a cast to \(type)")
    }
    if type == .boolean {
      result.numbers = result.numbers.map { $0 == 0 ? 0 : 1 }
    } else if type.isInteger && !result.type.isInteger {
      result.numbers = result.numbers.map { $0.rounded(.towardZero) }
    }
    result.type = type
    return result.rounded()
  }

  private func gather() throws(ONNXRefusal) -> ONNXNumbers {
    let (data, indices) = (try operand(0), try operand(1))
    let axis = try resolvedAxis(site.integer("axis", or: 0), rank: data.shape.count)
    let extent = data.shape[axis]
    var places: [Int] = []
    for number in indices.numbers {
      let place = wholeNumber(number) < 0 ? wholeNumber(number) + extent : wholeNumber(number)
      guard (0..<extent).contains(place) else { throw ONNXRefusal("takes element \(place) of \(extent)") }
      places.append(place)
    }
    let shape = Array(data.shape[..<axis] + indices.shape + data.shape[(axis + 1)...])
    let rank = indices.shape.count
    return try built(shape, data.type) { index in
      let inner = ONNXNumbers(shape: indices.shape, type: .int64, numbers: [])
      let place = places[inner.place(Array(index[axis..<axis + rank]))]
      return data.numbers[data.place(Array(index[..<axis] + [place] + index[(axis + rank)...]))]
    }
  }

  private func slice() throws(ONNXRefusal) -> ONNXNumbers {
    let data = try operand(0)
    func list(_ index: Int) -> [Int]? {
      index < operands.count ? operands[index]?.numbers.map(wholeNumber) : nil
    }
    guard let starts = site.integers("starts") ?? list(1), let ends = site.integers("ends") ?? list(2) else {
      throw ONNXRefusal("no starts and ends")
    }
    let ranges = try ONNXShapes.slices(
      data.shape, starts: starts, ends: ends, axes: site.integers("axes") ?? list(3), steps: list(4))
    return try built(ranges.map(\.count), data.type) { index in
      data.numbers[data.place(zip(index, ranges).map { $1.start + $0 * $1.step })]
    }
  }

  private func concatenate() throws(ONNXRefusal) -> ONNXNumbers {
    let parts = operands.compactMap(\.self)
    let first = try operand(0)
    let axis = try resolvedAxis(site.integer("axis", or: 1), rank: first.shape.count)
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      var fitted = part.shape
      guard fitted.count == shape.count else { throw ONNXRefusal("parts of different rank") }
      shape[axis] += fitted[axis]
      fitted[axis] = first.shape[axis]
      guard fitted == first.shape else { throw ONNXRefusal("parts of \(parts.map(\.shape))") }
    }
    return try built(shape, first.type) { index in
      var index = index
      var part = 0
      while index[axis] >= parts[part].shape[axis] {
        index[axis] -= parts[part].shape[axis]
        part += 1
      }
      return parts[part].numbers[parts[part].place(index)]
    }
  }

  private func split() throws(ONNXRefusal) -> [ONNXNumbers] {
    let data = try operand(0)
    let axis = try resolvedAxis(site.integer("axis", or: 0), rank: data.shape.count)
    let sizes = site.integers("split") ?? (operands.count > 1 ? operands[1]?.numbers.map(wholeNumber) : nil)
    let parts = try ONNXShapes.parts(of: data.shape[axis], sizes: sizes, count: site.node.outputs.count)
    var start = 0
    var results: [ONNXNumbers] = []
    for part in parts {
      var shape = data.shape
      shape[axis] = part
      let offset = start
      results.append(
        try built(shape, data.type) { index in
          var index = index
          index[axis] += offset
          return data.numbers[data.place(index)]
        })
      start += part
    }
    return results
  }

  private func transpose() throws(ONNXRefusal) -> ONNXNumbers {
    let data = try operand(0)
    let axes = try resolvedAxes(
      site.integers("perm") ?? Array(data.shape.indices.reversed()), rank: data.shape.count)
    guard axes.count == data.shape.count else { throw ONNXRefusal("axes \(axes) of \(data.shape)") }
    return try built(axes.map { data.shape[$0] }, data.type) { index in
      var source = index
      for (place, axis) in axes.enumerated() { source[axis] = index[place] }
      return data.numbers[data.place(source)]
    }
  }

  private func tile() throws(ONNXRefusal) -> ONNXNumbers {
    let (data, repeats) = (try operand(0), try operand(1).numbers.map(wholeNumber))
    guard repeats.count == data.shape.count, repeats.allSatisfy({ $0 >= 0 }) else {
      throw ONNXRefusal("repeats \(data.shape) as often as \(repeats)")
    }
    return try built(zip(data.shape, repeats).map { $0 * $1 }, data.type) { index in
      data.numbers[data.place(zip(index, data.shape).map { $0 % $1 })]
    }
  }

  private func range() throws(ONNXRefusal) -> ONNXNumbers {
    guard let start = try operand(0).numbers.first, let limit = try operand(1).numbers.first,
      let delta = try operand(2).numbers.first, delta != 0
    else { throw ONNXRefusal("a range without start, limit or step") }
    let count = ((limit - start) / delta).rounded(.up)
    guard count <= Double(ONNXConstant.mostNumbers) else { throw ONNXRefusal("a range of \(count) numbers") }
    let type = try operand(0).type
    return try built([max(0, wholeNumber(count))], type) { start + Double($0[0]) * delta }.rounded()
  }

  private func reduce() throws(ONNXRefusal) -> ONNXNumbers {
    let data = try operand(0)
    let listed = site.integers("axes") ?? (operands.count > 1 ? operands[1]?.numbers.map(wholeNumber) : nil)
    if listed?.isEmpty ?? true, site.flag("noop_with_empty_axes") { return data }
    let axes = try resolvedAxes(
      listed.flatMap { $0.isEmpty ? nil : $0 } ?? Array(data.shape.indices), rank: data.shape.count)
    let kept = data.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let frame = ONNXNumbers(shape: kept, type: data.type, numbers: [])
    var sums = [[Double]](repeating: [], count: try checkedCount(kept))
    let places = try built(data.shape, .int64) { Double(frame.place($0)) }
    for (place, number) in zip(places.numbers, data.numbers) { sums[Int(place)].append(number) }
    let numbers = sums.map { group in
      switch site.node.operation {
      case "ReduceProd": group.reduce(1, *)
      case "ReduceMax": group.max() ?? -.infinity
      case "ReduceMin": group.min() ?? .infinity
      case "ReduceMean": group.reduce(0, +) / Double(max(group.count, 1))
      default: group.reduce(0, +)
      }
    }
    let shape =
      site.flag("keepdims", or: true)
      ? kept : data.shape.indices.filter { !axes.contains($0) }.map { data.shape[$0] }
    return ONNXNumbers(shape: shape, type: data.type, numbers: numbers).rounded()
  }

  private func unary() throws(ONNXRefusal) -> ONNXNumbers? {
    let function: (Double) -> Double
    switch site.node.operation {
    case "Neg": function = { -$0 }
    case "Abs": function = { abs($0) }
    case "Floor": function = { $0.rounded(.down) }
    case "Ceil": function = { $0.rounded(.up) }
    case "Round": function = { $0.rounded(.toNearestOrEven) }
    case "Sqrt": function = { $0.squareRoot() }
    case "Reciprocal": function = { 1 / $0 }
    case "Not": function = { $0 == 0 ? 1 : 0 }
    default: return nil
    }
    var result = try operand(0)
    result.numbers = result.numbers.map(function)
    return result.rounded()
  }

  private func binary() throws(ONNXRefusal) -> ONNXNumbers? {
    let isInteger = try operand(0).type.isInteger
    var isLogical = false
    let function: (Double, Double) -> Double
    switch site.node.operation {
    case "Add", "Sum": function = { $0 + $1 }
    case "Sub": function = { $0 - $1 }
    case "Mul": function = { $0 * $1 }
    // Whole numbers are divided as in C.
    case "Div": function = { isInteger ? ($1 == 0 ? 0 : ($0 / $1).rounded(.towardZero)) : $0 / $1 }
    case "Mod":
      guard isInteger, !site.flag("fmod") else { return nil }
      function = { $1 == 0 ? 0 : $0 - ($0 / $1).rounded(.down) * $1 }
    case "Max": function = { max($0, $1) }
    case "Min": function = { min($0, $1) }
    case "Equal": (function, isLogical) = ({ $0 == $1 ? 1 : 0 }, true)
    case "Less": (function, isLogical) = ({ $0 < $1 ? 1 : 0 }, true)
    case "LessOrEqual": (function, isLogical) = ({ $0 <= $1 ? 1 : 0 }, true)
    case "Greater": (function, isLogical) = ({ $0 > $1 ? 1 : 0 }, true)
    case "GreaterOrEqual": (function, isLogical) = ({ $0 >= $1 ? 1 : 0 }, true)
    case "And": (function, isLogical) = ({ $0 != 0 && $1 != 0 ? 1 : 0 }, true)
    case "Or": (function, isLogical) = ({ $0 != 0 || $1 != 0 ? 1 : 0 }, true)
    default: return nil
    }
    // Before version 7 values met in another way, which nothing computes shapes with.
    guard site.version >= 7 || site.node.attributes["broadcast"] == nil else { return nil }
    var result = try operand(0)
    for index in operands.indices.dropFirst() {
      let (left, right) = (result, try operand(index))
      result = try built(try spread([left.shape, right.shape]), left.type) {
        function(left.numbers[left.place($0)], right.numbers[right.place($0)])
      }.rounded()
    }
    if isLogical { result.type = .boolean }
    return result
  }
}

extension ONNXNumbers {
  /// The numbers as their type holds them: what is computed with 32-bit floats in the file must not be more exact here.
  fileprivate func rounded() -> ONNXNumbers {
    guard type == .float else { return self }
    var copy = self
    copy.numbers = numbers.map { Double(Float($0)) }
    return copy
  }
}
