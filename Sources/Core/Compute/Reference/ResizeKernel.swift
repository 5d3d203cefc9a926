/// Along one axis: which places of the input each place of the result is a sum of, and with what weights.
struct ResizeTaps {
  /// Places summed for each place of the result.
  let count: Int
  /// For each place of the result, `count` places of the input, all in it.
  private(set) var places: [Int] = []
  /// As many weights.
  private(set) var weights: [Double] = []

  /// The taps of a resizing along an axis, from `extent` places to `size`.
  init(_ resize: Resize, extent: Int, size: Int, scale given: Double?) {
    let scale = given ?? Double(size) / Double(extent)
    /// What the kernel is squeezed by so that it covers more of the input.
    let squeeze = resize.antialiases ? min(scale, 1) : 1
    let reach = Double(resize.reach / 2)
    /// The first tap, from the place at or before the one looked at.
    let first = resize.mode == .nearest ? 0 : Int((-reach / squeeze).rounded(.down)) + 1
    count = resize.mode == .nearest ? 1 : 2 - 2 * first
    places.reserveCapacity(size * count)
    weights.reserveCapacity(size * count)
    for index in 0..<size {
      // Far outside is as good as further outside, and a whole number can still say where.
      let x = min(
        max(resize.coordinates.source(of: index, extent: extent, size: size, scale: scale), -0x1p32), 0x1p32)
      guard resize.mode != .nearest else {
        places.append(min(max(Int(resize.rounding.nearest(x)), 0), extent - 1))
        weights.append(1)
        continue
      }
      let before = x.rounded(.down)
      let start = weights.count
      var sum = 0.0
      var sumInside = 0.0
      for tap in first..<first + count {
        let place = Int(before) + tap
        let weight = resize.kernel((Double(tap) - (x - before)) * squeeze)
        let isInside = (0..<extent).contains(place)
        sum += weight
        if isInside { sumInside += weight }
        places.append(min(max(place, 0), extent - 1))
        weights.append(resize.excludesOutside && !isInside ? 0 : weight)
      }
      // Only a widened kernel's weights do not add up to 1 by themselves.
      if resize.excludesOutside { sum = sumInside }
      if sum == 0 {
        // All that is around lies outside: the edge is left.
        (weights[start], sum) = (1, 1)
      }
      for tap in start..<weights.count { weights[tap] /= sum }
    }
  }
}

extension Resize {
  /// The weight of a pixel at a distance: a triangle, or Keys' piecewise cubic (1981, equation 4 with the coefficient a).
  fileprivate func kernel(_ distance: Double) -> Double {
    let x = abs(distance)
    guard mode == .cubic else { return max(0, 1 - x) }
    let a = Double(cubicCoefficient)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}

extension Resize.Coordinates {
  /// The place of the input that a place of the result looks at, the middle of the first pixel being 0.
  fileprivate func source(of index: Int, extent: Int, size: Int, scale: Double) -> Double {
    let (place, extent) = (Double(index), Double(extent))
    // The size before it was rounded, if a scale was given.
    let length = scale * extent
    switch self {
    case .halfPixel: return (place + 0.5) / scale - 0.5
    case .asymmetric: return place / scale
    case .alignCorners: return size == 1 || length == 1 ? 0 : place * (extent - 1) / (length - 1)
    case .pytorchHalfPixel: return size == 1 ? 0 : (place + 0.5) / scale - 0.5
    case .halfPixelSymmetric:
      return extent / 2 * (1 - Double(size) / length) + (place + 0.5) / scale - 0.5
    }
  }
}

extension Resize.Rounding {
  /// The whole number that counts as the nearest.
  fileprivate func nearest(_ x: Double) -> Double {
    switch self {
    case .floor: x.rounded(.down)
    case .ceiling: x.rounded(.up)
    case .roundPreferFloor: (x - 0.5).rounded(.up)
    case .roundPreferCeiling: (x + 0.5).rounded(.down)
    }
  }
}

extension Resize: ReferenceKernel {
  private func taps(_ input: Shape) -> (rows: ResizeTaps, columns: ResizeTaps) {
    (
      ResizeTaps(self, extent: input[2], size: size.height, scale: scale?.height),
      ResizeTaps(self, extent: input[3], size: size.width, scale: scale?.width)
    )
  }

  /// Where each pixel comes from, if it is one of the input's.
  private func places(_ input: Shape, _ rows: ResizeTaps, _ columns: ResizeTaps) -> PlaceMap {
    PlaceMap([
      .init(count: input[0] * input[1], step: input[2] * input[3]), .init(rows.places.map { $0 * input[3] }),
      .init(columns.places),
    ])
  }

  /// Rows first: sums of whole rows, then along each of them.
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let (rows, columns) = taps(input.shape)
    if mode == .nearest {
      return places(input.shape, rows, columns).gather(input.elements, filler: 0, into: pass.outputShape)
    }
    let (height, width) = (input.shape[2], input.shape[3])
    let (rowWeights, columnWeights) = (rows.weights.map { Scalar($0) }, columns.weights.map { Scalar($0) })
    var result = Values<Scalar>(pass.outputShape)
    var sum = [Scalar](repeating: 0, count: width)
    for plane in 0..<input.shape[0] * input.shape[1] {
      for y in 0..<size.height {
        for x in 0..<width { sum[x] = 0 }
        for tap in y * rows.count..<(y + 1) * rows.count where rowWeights[tap] != 0 {
          let start = (plane * height + rows.places[tap]) * width
          let weight = rowWeights[tap]
          let row = input.elements[start..<start + width]
          for x in 0..<width { sum[x] += weight * row[start + x] }
        }
        let start = (plane * size.height + y) * size.width
        for x in 0..<size.width {
          var value: Scalar = 0
          for tap in x * columns.count..<(x + 1) * columns.count where columnWeights[tap] != 0 {
            value += columnWeights[tap] * sum[columns.places[tap]]
          }
          result.elements[start + x] = value
        }
      }
    }
    return result
  }

  /// The same steps backward: each number's gradient goes to what it was a sum of, by the same weights.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let (rows, columns) = taps(result.shape)
    if mode == .nearest {
      return [places(result.shape, rows, columns).scatter(gradient.elements, into: result.shape)]
    }
    let (height, width) = (result.shape[2], result.shape[3])
    let (rowWeights, columnWeights) = (rows.weights.map { Scalar($0) }, columns.weights.map { Scalar($0) })
    var sum = [Scalar](repeating: 0, count: width)
    for plane in 0..<result.shape[0] * result.shape[1] {
      for y in 0..<size.height {
        for x in 0..<width { sum[x] = 0 }
        let start = (plane * size.height + y) * size.width
        for x in 0..<size.width {
          for tap in x * columns.count..<(x + 1) * columns.count {
            sum[columns.places[tap]] += columnWeights[tap] * gradient.elements[start + x]
          }
        }
        for tap in y * rows.count..<(y + 1) * rows.count where rowWeights[tap] != 0 {
          let start = (plane * height + rows.places[tap]) * width
          for x in 0..<width { result.elements[start + x] += rowWeights[tap] * sum[x] }
        }
      }
    }
    return [result]
  }
}
