/// Where each number of a value comes from: one number of the input, or none.
///
/// The place in the input is a sum of one offset for each axis of the value, so that a table an axis says it all: for
/// `out[n, i, j] = in[n, j, 2·i]` with an input of 3 × 8 examples these are `24·n`, `2·i` and `8·j`. An axis may say that its
/// places come from nowhere; then no other axis counts.
struct PlaceMap {
  /// One axis of the value.
  struct Axis {
    let count: Int
    /// The offset of the first place.
    private(set) var first: Int
    /// From one offset to the next, if that is always the same.
    let step: Int?
    /// All offsets, negative where nothing is there; empty if they are evenly apart.
    private let table: [Int]

    /// Places evenly apart: of an axis whose numbers lie `step` apart in the input.
    init(count: Int, from first: Int = 0, step: Int) {
      (self.count, self.first, self.step, table) = (count, first, step, [])
    }

    /// Places of any offsets, at least one; negative where nothing is there.
    init(_ offsets: [Int]) {
      count = offsets.count
      first = offsets[0]
      let step = offsets.count > 1 ? offsets[1] - offsets[0] : 0
      let isEven =
        offsets.allSatisfy { $0 >= 0 }
        && offsets.indices.dropFirst().allSatisfy {
          offsets[$0] - offsets[$0 - 1] == step
        }
      (self.step, table) = isEven ? (step, []) : (nil, offsets)
    }

    /// What a place along the axis adds to the place in the input; negative where nothing is there.
    subscript(index: Int) -> Int { step.map { first + index * $0 } ?? table[index] }

    /// This axis and the next one as a single axis, if that goes on evenly from one row of it to the next.
    fileprivate func joined(with inner: Axis) -> Axis? {
      guard let step, let innerStep = inner.step, step == innerStep * inner.count else { return nil }
      return Axis(count: count * inner.count, from: first + inner.first, step: innerStep)
    }
  }

  /// The axes, outermost first: at least one, and as few as possible.
  private let axes: [Axis]

  /// A map of the value's axes, outermost first.
  init(_ axes: [Axis]) {
    var joined: [Axis] = []
    for axis in axes {
      if let whole = joined.last?.joined(with: axis) {
        joined[joined.count - 1] = whole
      } else {
        joined.append(axis)
      }
    }
    self.axes = joined
  }

  /// Calls `body` for each run along the last axis: where it begins in the value, and what is to be added to the last axis's
  /// offsets in the input; nil if all of the run comes from nowhere.
  @inline(__always)
  private func forEachRun(_ body: (_ output: Int, _ base: Int?) -> Void) {
    let last = axes.count - 1
    let length = axes[last].count
    var index = [Int](repeating: 0, count: last)
    /// The place in the input up to each axis; −1 from the first axis on that has none.
    var bases = [Int](repeating: 0, count: axes.count)
    var output = 0
    /// The outermost axis that has moved on.
    var moved = 0
    while true {
      for axis in moved..<last {
        let offset = axes[axis][index[axis]]
        bases[axis + 1] = bases[axis] < 0 || offset < 0 ? -1 : bases[axis] + offset
      }
      body(output, bases[last] < 0 ? nil : bases[last])
      output += length
      moved = last - 1
      while moved >= 0 {
        index[moved] += 1
        if index[moved] < axes[moved].count { break }
        index[moved] = 0
        moved -= 1
      }
      if moved < 0 { return }
    }
  }

  /// The value: each number from its place in the input, `filler` where there is none.
  func gather<Scalar: ReferenceScalar>(_ input: [Scalar], filler: Scalar, into shape: Shape) -> Values<Scalar>
  {
    let last = axes.last!
    let length = last.count
    let elements = [Scalar](unsafeUninitializedCapacity: shape.elementCount) { target, count in
      input.withUnsafeBufferPointer { source in
        forEachRun { output, base in
          let run = UnsafeMutableBufferPointer(rebasing: target[output..<output + length])
          guard let base else { return run.initialize(repeating: filler) }
          if last.step == 1 {
            _ = run.initialize(
              fromContentsOf: source[base + last.first..<base + last.first + length])
          } else if let step = last.step {
            var place = base + last.first
            for index in 0..<length {
              run.initializeElement(at: index, to: source[place])
              place += step
            }
          } else {
            for index in 0..<length {
              let offset = last[index]
              run.initializeElement(at: index, to: offset < 0 ? filler : source[base + offset])
            }
          }
        }
      }
      count = shape.elementCount
    }
    return Values(shape, elements)
  }

  /// The gradient at the input: each number of a gradient at the value added where the value's number came from.
  func scatter<Scalar: ReferenceScalar>(_ gradient: [Scalar], into shape: Shape) -> Values<Scalar> {
    let last = axes.last!
    let length = last.count
    var result = Values<Scalar>(shape)
    result.elements.withUnsafeMutableBufferPointer { target in
      gradient.withUnsafeBufferPointer { source in
        forEachRun { output, base in
          guard let base else { return }
          if let step = last.step {
            var place = base + last.first
            for index in output..<output + length {
              target[place] += source[index]
              place += step
            }
          } else {
            for index in 0..<length where last[index] >= 0 {
              target[base + last[index]] += source[output + index]
            }
          }
        }
      }
    }
    return result
  }
}

/// An operation whose value holds numbers of its input at other places, and perhaps one number where there is none.
protocol PlaceKernel: ReferenceKernel {
  /// What stands where nothing of the input does.
  var filler: Float { get }
  /// Where the value's numbers come from, for an input and a value of given shapes, batch axis first.
  func places(in input: Shape, for output: Shape) -> PlaceMap
}

extension PlaceKernel {
  var filler: Float { 0 }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    places(in: pass.inputs[0].shape, for: pass.outputShape)
      .gather(pass.inputs[0].elements, filler: Scalar(filler), into: pass.outputShape)
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let input = pass.inputs[0].shape
    return [places(in: input, for: pass.outputShape).scatter(gradient.elements, into: input)]
  }
}

extension Shape {
  /// From one element to the next along each axis, in row-major memory.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }
}
