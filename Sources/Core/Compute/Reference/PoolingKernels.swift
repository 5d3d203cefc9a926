/// The windows of a pooling over the channels of `[count, channels, height, width]`.
private struct PoolingWindows {
  let window: Window
  let planes: Int
  let image: Extent
  let places: Extent

  init(_ window: Window, image: Shape, places: Shape) {
    self.window = window
    planes = image[0] * image[1]
    self.image = Extent(height: image[2], width: image[3])
    self.places = Extent(height: places[2], width: places[3])
  }

  /// The rows or columns of a window, every `step`-th of those from `first` to before `end`.
  struct Taps {
    let first: Int
    let end: Int
    let step: Int

    /// The taps that a window has within `limits` of the `taps` that begin at `start`.
    init(from start: Int, _ taps: Int, _ step: Int, within limits: Range<Int>) {
      let skipped = max(0, (limits.lowerBound - start + step - 1) / step)
      first = start + skipped * step
      end = min(start + (taps - 1) * step + 1, limits.upperBound)
      self.step = step
    }

    var count: Int { max(0, (end - first + step - 1) / step) }
    var places: StrideTo<Int> { stride(from: first, to: end, by: step) }
  }

  /// The rows of a window at a place of the result that lie on the image or, if padding counts, on the padding.
  @inline(__always)
  func rows(_ y: Int, countingPadding: Bool = false) -> Taps {
    Taps(
      from: y * window.stride.height - window.padding.top, window.kernelSize.height, window.dilation.height,
      within: countingPadding
        ? -window.padding.top..<image.height + window.padding.bottom : 0..<image.height)
  }

  /// The columns likewise.
  @inline(__always)
  func columns(_ x: Int, countingPadding: Bool = false) -> Taps {
    Taps(
      from: x * window.stride.width - window.padding.left, window.kernelSize.width, window.dilation.width,
      within: countingPadding ? -window.padding.left..<image.width + window.padding.right : 0..<image.width)
  }

  /// Calls `body` for every window of every channel.
  /// - Parameter body: the output's index, the output's row and column, the index of the plane's first pixel, and the rows
  ///   and columns of the window that lie on the image.
  @inline(__always)
  func forEachWindow(
    _ body: (_ output: Int, _ place: (y: Int, x: Int), _ plane: Int, _ rows: Taps, _ columns: Taps) -> Void
  ) {
    for plane in 0..<planes {
      for y in 0..<places.height {
        let rows = rows(y)
        for x in 0..<places.width {
          body(
            (plane * places.height + y) * places.width + x, (y, x), plane * image.height * image.width, rows,
            columns(x))
        }
      }
    }
  }
}

extension MaxPool2d: ReferenceKernel {
  /// For every output the index of the input that won: the first of equals, row by row; a NaN beats any number. −1 where a
  /// window does not touch the image.
  private func winners<Scalar>(_ input: Values<Scalar>, outputShape: Shape) -> [Int] {
    var winners = [Int](repeating: 0, count: outputShape.elementCount)
    let windows = PoolingWindows(window!, image: input.shape, places: outputShape)
    windows.forEachWindow { output, _, plane, rows, columns in
      guard rows.count > 0, columns.count > 0 else { return winners[output] = -1 }
      var winner = plane + rows.first * windows.image.width + columns.first
      for row in rows.places {
        for column in columns.places {
          let index = plane + row * windows.image.width + column
          let value = input.elements[index]
          if value > input.elements[winner] || (value.isNaN && !input.elements[winner].isNaN) {
            winner = index
          }
        }
      }
      winners[output] = winner
    }
    return winners
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let winners = winners(input, outputShape: pass.outputShape)
    return Values(pass.outputShape, winners.map { $0 < 0 ? -Scalar.infinity : input.elements[$0] })
  }

  /// The winners get all of the gradient.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let winners = winners(pass.inputs[0], outputShape: pass.outputShape)
    for output in winners.indices where winners[output] >= 0 {
      result.elements[winners[output]] += gradient.elements[output]
    }
    return [result]
  }
}

extension AvgPool2d: ReferenceKernel {
  /// One over the numbers that each window averages, by the place of the result; 0 where there is none.
  private func shares<Scalar: ReferenceScalar>(_ windows: PoolingWindows) -> [Scalar] {
    let columns = (0..<windows.places.width).map { windows.columns($0, countingPadding: countsPadding).count }
    return (0..<windows.places.height).flatMap { y in
      let rows = windows.rows(y, countingPadding: countsPadding).count
      return columns.map { rows * $0 == 0 ? 0 : 1 / Scalar(rows * $0) }
    }
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    var result = Values<Scalar>(pass.outputShape)
    let windows = PoolingWindows(window!, image: input.shape, places: pass.outputShape)
    let shares: [Scalar] = shares(windows)
    windows.forEachWindow { output, place, plane, rows, columns in
      var sum: Scalar = 0
      for row in rows.places {
        for column in columns.places { sum += input.elements[plane + row * windows.image.width + column] }
      }
      result.elements[output] = sum * shares[place.y * windows.places.width + place.x]
    }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let windows = PoolingWindows(window!, image: result.shape, places: pass.outputShape)
    let shares: [Scalar] = shares(windows)
    windows.forEachWindow { output, place, plane, rows, columns in
      let part = gradient.elements[output] * shares[place.y * windows.places.width + place.x]
      for row in rows.places {
        for column in columns.places { result.elements[plane + row * windows.image.width + column] += part }
      }
    }
    return [result]
  }
}
