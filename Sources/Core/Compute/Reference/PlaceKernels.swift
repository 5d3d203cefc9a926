extension Pad: PlaceKernel {
  var filler: Float { value }

  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let strides = input.strides
    return PlaceMap(
      [.init(count: input[0], step: strides[0])]
        + before.indices.map { axis in
          let (extent, stride) = (input[axis + 1], strides[axis + 1])
          return .init(
            (0..<output[axis + 1]).map { place in
              source(of: place - before[axis], extent).map { $0 * stride } ?? -1
            })
        })
  }

  /// Which element of an axis stands at a place that may lie outside of it.
  private func source(of place: Int, _ extent: Int) -> Int? {
    if (0..<extent).contains(place) { return place }
    switch mode {
    case .constant: return nil
    case .replicate: return min(max(place, 0), extent - 1)
    case .circular: return place.wrapped(by: extent)
    case .reflect:
      // There and back again without the ends twice; a single element is its own mirror image.
      guard extent > 1 else { return 0 }
      let period = 2 * (extent - 1)
      let phase = place.wrapped(by: period)
      return min(phase, period - phase)
    }
  }
}

extension Int {
  /// The remainder in `0 ..< period`.
  fileprivate func wrapped(by period: Int) -> Int {
    let remainder = self % period
    return remainder < 0 ? remainder + period : remainder
  }
}

extension Permute: PlaceKernel {
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let strides = input.strides
    return PlaceMap(([0] + axes).map { .init(count: input[$0], step: strides[$0]) })
  }
}

extension Slice: PlaceKernel {
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let strides = input.strides
    return PlaceMap(
      [.init(count: input[0], step: strides[0])]
        + counts.indices.map { axis in
          .init((0..<counts[axis]).map { (starts[axis] + $0 * steps[axis]) * strides[axis + 1] })
        })
  }
}

extension Gather: PlaceKernel {
  /// As axes: all before the one taken from, the indices, all behind it.
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let (extent, stride) = (input[axis], input.strides[axis])
    return PlaceMap([
      .init(count: input.extents[..<axis].reduce(1, *), step: extent * stride),
      .init(indices.map { ($0 < 0 ? $0 + extent : $0) * stride }),
      .init(count: stride, step: 1),
    ])
  }
}

extension Expand: PlaceKernel {
  /// Axes along which the example has one element, or that it does not have, add nothing.
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let strides = input.strides
    let missing = output.rank - input.rank
    return PlaceMap(
      [.init(count: input[0], step: strides[0])]
        + (1..<output.rank).map { axis in
          let own = axis - missing
          return .init(count: output[axis], step: own < 1 || input[own] == 1 ? 0 : strides[own])
        })
  }
}

extension Tile: PlaceKernel {
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let strides = input.strides
    return PlaceMap(
      [.init(count: input[0], step: strides[0])]
        + (1..<output.rank).map { axis in
          .init((0..<output[axis]).map { $0 % input[axis] * strides[axis] })
        })
  }
}

extension Upsample: PlaceKernel {
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let width = input[3]
    return PlaceMap([
      .init(count: input[0] * input[1], step: input[2] * width),
      .init((0..<output[2]).map { $0 / factor.height * width }),
      .init((0..<output[3]).map { $0 / factor.width }),
    ])
  }
}

extension PixelShuffle {
  /// Distances in memory, in images of `channels · factor²` channels of `places` pixels: from one channel of the result to the
  /// next, from one row of a block to the next, from one pixel of such a row to the next.
  static func strides(
    _ order: Order, factor: Int, channels: Int, places: Int
  ) -> (channel: Int, row: Int, column: Int) {
    switch order {
    case .channelFirst: (factor * factor * places, factor * places, places)
    case .blockFirst: (places, factor * channels * places, channels * places)
    }
  }
}

extension PixelShuffle: PlaceKernel {
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let (height, width) = (input[2], input[3])
    let strides = Self.strides(order, factor: factor, channels: output[1], places: height * width)
    return PlaceMap([
      .init(count: input[0], step: input[1] * height * width),
      .init(count: output[1], step: strides.channel),
      .init((0..<output[2]).map { $0 / factor * width + $0 % factor * strides.row }),
      .init((0..<output[3]).map { $0 / factor + $0 % factor * strides.column }),
    ])
  }
}

extension PixelUnshuffle: PlaceKernel {
  /// The channels of the value are read off as channel, row and column of a block, in the order in which they vary.
  func places(in input: Shape, for output: Shape) -> PlaceMap {
    let (height, width) = (input[2], input[3])
    let channel = PlaceMap.Axis(count: input[1], step: height * width)
    let block = [PlaceMap.Axis(count: factor, step: width), .init(count: factor, step: 1)]
    return PlaceMap(
      [.init(count: input[0], step: input[1] * height * width)]
        + (order == .channelFirst ? [channel] + block : block + [channel])
        + [
          .init(count: output[2], step: factor * width), .init(count: output[3], step: factor),
        ])
  }
}
