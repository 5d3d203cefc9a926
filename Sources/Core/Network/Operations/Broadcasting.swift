// How values of different shapes meet: examples as in NumPy, a batch of one with any batch.

extension Shape {
  /// The shape that this one and another, both batch axis first, have in common once each is spread over the other.
  func spread(with other: Shape) throws(ShapeMismatch) -> Shape {
    guard rank >= 1, other.rank >= 1 else { throw ShapeMismatch("cannot spread \(self) and \(other)") }
    let length = max(rank, other.rank)
    let (left, right) = (aligned(to: length), other.aligned(to: length))
    var result = left
    for axis in left.extents.indices where left[axis] != right[axis] {
      guard left[axis] == 1 || right[axis] == 1 else {
        throw ShapeMismatch("cannot spread \(other) over \(self)")
      }
      if left[axis] == 1 { result[axis] = right[axis] }
    }
    return result
  }

  /// This shape, after a check that parameters of a shape can be spread over its examples without enlarging them.
  func spreading(_ parameters: Shape, _ what: String) throws(ShapeMismatch) -> Shape {
    guard rank >= 1, (try? spread(with: parameters.batched(1))) == self else {
      throw ShapeMismatch("\(what) of \(parameters) do not fit examples of \(self)")
    }
    return self
  }

  /// The shape with extents of 1 behind the batch axis, to have more axes.
  func aligned(to length: Int) -> Shape {
    Shape([self[0]] + Array(repeating: 1, count: length - rank) + extents.dropFirst())
  }

  /// The shape with extents of 1 at some axes.
  func withOnes(at axes: Set<Int>) -> Shape {
    Shape(extents.indices.map { axes.contains($0) ? 1 : self[$0] })
  }

  /// Axes counted from the first, where negative ones count from the last, −1.
  func resolved(_ axes: [Int]) throws(ShapeMismatch) -> Set<Int> {
    var result: Set<Int> = []
    for axis in axes {
      let resolved = axis < 0 ? axis + rank : axis
      guard resolved > 0, resolved < rank else {
        throw ShapeMismatch("there is no axis \(axis) in an example of \(self)")
      }
      guard result.insert(resolved).inserted else {
        throw ShapeMismatch("axis \(axis) of \(self) is named twice")
      }
    }
    return result
  }
}

/// A complaint for axis 0, the batch's.
func axisFlaw(_ axis: Int) -> String? { axis == 0 ? "an axis of 0, which is that of the batch" : nil }

/// The complaint for the first axis that deserves one.
func firstFlaw(axes: [Int]) -> String? { axes.lazy.compactMap { axisFlaw($0) }.first }

/// True if one of the axes may be one of places. Negative ones are taken for such, as they are for images.
func mixesPlaces(_ axes: [Int]) -> Bool { axes.contains { $0 != 1 } }
