/// The first of several complaints, if there is any.
func firstFlaw(_ complaints: String?...) -> String? { complaints.compactMap(\.self).first }

/// The largest count, kernel or step that is believed: products of a few of them must not overflow.
private let largestCount = 1 << 28
private let largestStep = 1 << 12

/// A complaint unless a count is at least one and of a size that something can have.
func countFlaw(_ name: String, _ count: Int) -> String? {
  (1...largestCount).contains(count) ? nil : "\(name) of \(count), expected 1 to \(largestCount)"
}

/// A complaint unless both sides are at least `least` and of a size that something can have.
func extentFlaw(_ name: String, _ extent: Extent, atLeast least: Int = 1) -> String? {
  let range = least...largestStep
  guard range.contains(extent.height), range.contains(extent.width) else {
    return "\(name) of \(extent), expected \(least) to \(largestStep)"
  }
  return nil
}

/// A complaint unless every side is zero or more; with a window given, less than the window, so that every
/// place of it touches the image.
func paddingFlaw(_ padding: Padding, below window: Extent? = nil) -> String? {
  // A window below 1 is complained of by itself; here it only must not make a range that ends before it begins.
  let heights = 0..<max(1, window?.height ?? largestStep + 1)
  let widths = 0..<max(1, window?.width ?? largestStep + 1)
  guard heights.contains(padding.top), heights.contains(padding.bottom), widths.contains(padding.left),
    widths.contains(padding.right)
  else {
    let sides =
      "padding of \(padding.top) above, \(padding.bottom) below, \(padding.left) left, \(padding.right) right"
    return window.map { "\(sides) is not within a window of \($0)" }
      ?? "\(sides), expected 0 to \(largestStep)"
  }
  return nil
}

/// A complaint unless the groups divide the channels.
func groupsFlaw(_ groups: Int, _ inputs: Int, _ outputs: Int) -> String? {
  groups > 0 && inputs % groups == 0 && outputs % groups == 0
    ? nil : "\(groups) groups do not divide \(inputs) and \(outputs) channels"
}

/// A complaint unless a number is finite: infinities and NaN have no place in JSON.
func finiteFlaw(_ name: String, _ number: Float) -> String? {
  number.isFinite ? nil : "\(name) of \(number), expected a finite number"
}

/// A complaint unless what is added to a variance is finite and not negative.
func epsilonFlaw(_ epsilon: Float) -> String? {
  epsilon >= 0 && epsilon.isFinite ? nil : "an epsilon of \(epsilon), expected 0 or more"
}

/// A complaint unless all numbers of a list are within a range.
func listFlaw(_ name: String, _ numbers: [Int], in range: ClosedRange<Int>) -> String? {
  numbers.first { !range.contains($0) }.map {
    "\(name) of \($0), expected \(range.lowerBound) to \(range.upperBound)"
  }
}

/// A complaint unless a list holds whole numbers that something can have, negative ones included.
func listFlaw(_ name: String, _ numbers: [Int]) -> String? {
  listFlaw(name, numbers, in: -largestCount...largestCount)
}

/// A complaint unless every count of a list is at least one and of a size that something can have.
func countsFlaw(_ name: String, _ counts: [Int]) -> String? { listFlaw(name, counts, in: 1...largestCount) }

/// A complaint unless a shape has numbers to hold, and no more than memory can.
func shapeFlaw(_ shape: Shape) -> String? {
  if shape.checkedElementCount == nil { return "a shape of \(shape), which no memory holds" }
  return shape.extents.contains(0) ? "a shape of \(shape), which holds nothing" : nil
}
