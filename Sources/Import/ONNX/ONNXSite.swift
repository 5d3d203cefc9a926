internal import Core

/// A node with the values that it reads: what the translation of one operation is given.
struct ONNXSite {
  let node: ONNXNode
  /// The values by their places; nil where an optional one is left out.
  let inputs: [ONNXValue?]
  let path: String

  /// The version of the operator set.
  var version: Int { node.version }

  /// A value that the operation cannot do without.
  func input(_ index: Int) throws(ONNXRefusal) -> ONNXValue {
    guard index < inputs.count, let value = inputs[index] else {
      throw ONNXRefusal("input \(index) is missing")
    }
    return value
  }

  /// A value that may be left out.
  func optional(_ index: Int) -> ONNXValue? { index < inputs.count ? inputs[index] : nil }

  /// All values, none of which may be left out.
  func all() throws(ONNXRefusal) -> [ONNXValue] {
    var values: [ONNXValue] = []
    for index in inputs.indices { values.append(try input(index)) }
    guard !values.isEmpty else { throw ONNXRefusal("it reads nothing") }
    return values
  }

  // MARK: attributes

  func integer(_ name: String) -> Int? { node.attributes[name]?.integer.map(saturated) }
  func integer(_ name: String, or standard: Int) -> Int { integer(name) ?? standard }
  func flag(_ name: String, or standard: Bool = false) -> Bool {
    node.attributes[name]?.integer.map { $0 != 0 } ?? standard
  }

  /// A list of whole numbers; nil if the attribute is not there or empty.
  func integers(_ name: String) -> [Int]? {
    guard let list = node.attributes[name]?.integers, !list.isEmpty else { return nil }
    return list.map(saturated)
  }

  func float(_ name: String, or standard: Float) -> Float { node.attributes[name]?.float ?? standard }
  func string(_ name: String, or standard: String) -> String { node.attributes[name]?.string ?? standard }

  // MARK: values that must be known

  /// Whole numbers that must be known before the network runs: axes, sizes, shapes.
  func integers(_ value: ONNXValue, _ what: String) throws(ONNXRefusal) -> [Int] {
    guard let constant = value.constant else {
      throw ONNXRefusal("its \(what) must be known before the network runs")
    }
    return try constant.numbers(in: path).map(wholeNumber)
  }

  /// Numbers that must be known before the network runs.
  func floats(_ value: ONNXValue, _ what: String) throws(ONNXRefusal) -> [Float] {
    guard let constant = value.constant else {
      throw ONNXRefusal("its \(what) must be known before the network runs")
    }
    return try constant.numbers(in: path).map { Float($0) }
  }

  /// Axes from an attribute, or in later versions from an input; nil if there are neither.
  func axes(input index: Int, attribute: String = "axes") throws(ONNXRefusal) -> [Int]? {
    if let list = node.attributes[attribute]?.integers, !list.isEmpty { return list.map(saturated) }
    guard let value = optional(index) else { return nil }
    return try integers(value, attribute)
  }
}

/// A number that sums and products can be made of without overflow: nothing real is larger, and `Slice` writes the largest
/// number there is for an end.
func saturated(_ number: Int) -> Int { min(max(number, -1 << 31), 1 << 31) }

/// A number from a file as a whole number, however large it is.
func wholeNumber(_ number: Double) -> Int {
  guard number == number else { return 0 }
  return Int(min(max(number, -0x1p31), 0x1p31))
}

/// An axis counted from the front.
func resolvedAxis(_ axis: Int, rank: Int) throws(ONNXRefusal) -> Int {
  let resolved = axis < 0 ? axis + rank : axis
  guard resolved >= 0, resolved < rank else {
    throw ONNXRefusal("there is no axis \(axis) in a value of rank \(rank)")
  }
  return resolved
}

/// Axes counted from the front, none twice.
func resolvedAxes(_ axes: [Int], rank: Int) throws(ONNXRefusal) -> [Int] {
  var resolved: [Int] = []
  for axis in axes {
    let axis = try resolvedAxis(axis, rank: rank)
    guard !resolved.contains(axis) else { throw ONNXRefusal("axis \(axis) is named twice") }
    resolved.append(axis)
  }
  return resolved
}

/// The number of elements, or a refusal if no memory holds them.
func checkedCount(_ shape: [Int]) throws(ONNXRefusal) -> Int {
  guard shape.allSatisfy({ $0 >= 0 }), let count = Shape(shape).checkedElementCount else {
    throw ONNXRefusal("a shape of \(shape) cannot be")
  }
  return count
}
