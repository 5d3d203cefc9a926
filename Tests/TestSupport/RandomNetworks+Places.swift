import Core

extension NetworkMaker {
  /// Puts an operation that moves numbers to other places behind images.
  mutating func moveNumbers(of source: (name: String, shape: Shape)) {
    let extents = source.shape.extents
    guard extents.count == 3 else { return }
    let axis = Int.random(in: 0..<3, using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      let modes: [Pad.Mode] = [.constant, .reflect, .replicate, .circular]
      let widths = (0..<6).map { _ in number([-1, 0, 0, 1, 2]) }
      append(
        Pad(
          before: Array(widths[..<3]), after: Array(widths[3...]), mode: modes.randomElement(using: &random)!,
          value: 0.5), reading: [source])
    case 2:
      append(Permute(axes: [1, 2, 3].shuffled(using: &random)), reading: [source])
    case 3:
      let starts = extents.map { Int.random(in: 0..<$0, using: &random) }
      let steps = starts.map { _ in number([-2, -1, 1, 1, 2]) }
      let counts = extents.indices.map { axis in
        let most = (steps[axis] > 0 ? extents[axis] - 1 - starts[axis] : starts[axis]) / abs(steps[axis]) + 1
        return Int.random(in: 1...most, using: &random)
      }
      append(Slice(starts: starts, counts: counts, steps: steps), reading: [source])
    case 4:
      let indices = (0..<number([1, 3])).map { _ in
        Int.random(in: -extents[axis]..<extents[axis], using: &random)
      }
      append(Gather(axis: axis + 1, indices: indices, indexShape: [indices.count]), reading: [source])
    case 5:
      var shape = extents.map { _ in 1 }
      if extents[axis] == 1 { shape[axis] = 3 }
      append(Expand(shape: Shape(shape)), reading: [source])
    case 6:
      append(Tile(repeats: (0..<3).map { _ in number([1, 1, 2]) }), reading: [source])
    case 7, 8: append(resizing(), reading: [source])
    case 9:
      append(
        PixelShuffle(factor: 2, order: number([0, 1]) == 0 ? .channelFirst : .blockFirst), reading: [source])
      append(
        PixelUnshuffle(factor: 2, order: number([0, 1]) == 0 ? .channelFirst : .blockFirst), reading: [source]
      )
    case 10:
      let partners = made.filter { other in
        other.shape.rank == 3 && (0..<3).allSatisfy { $0 == axis || other.shape[$0] == extents[$0] }
      }
      append(Concatenate(axis: axis + 1), reading: [partners.randomElement(using: &random)!, source])
    default: append(Identity(), reading: [source])
    }
  }

  private mutating func resizing() -> Resize {
    Resize(
      size: extent(1...9), mode: [.nearest, .linear, .cubic].randomElement(using: &random)!,
      coordinates: [.halfPixel, .asymmetric, .alignCorners, .pytorchHalfPixel, .halfPixelSymmetric]
        .randomElement(using: &random)!,
      rounding: [.floor, .ceiling, .roundPreferFloor, .roundPreferCeiling].randomElement(using: &random)!,
      cubicCoefficient: -0.5, excludesOutside: Bool.random(using: &random),
      antialiases: Bool.random(using: &random))
  }
}
