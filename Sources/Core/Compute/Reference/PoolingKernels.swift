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

  /// Calls `body` for every window of every channel.
  /// - Parameter body: the output's index, the index of the plane's first pixel, and the rows and columns of the
  ///   window that lie on the image.
  @inline(__always)
  func forEachWindow(_ body: (_ output: Int, _ plane: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void)
  {
    for plane in 0..<planes {
      for y in 0..<places.height {
        let top = y * window.stride.height - window.padding.top
        let rows = max(top, 0)..<min(top + window.kernelSize.height, image.height)
        for x in 0..<places.width {
          let left = x * window.stride.width - window.padding.left
          let columns = max(left, 0)..<min(left + window.kernelSize.width, image.width)
          body(
            (plane * places.height + y) * places.width + x, plane * image.height * image.width, rows, columns)
        }
      }
    }
  }
}

extension MaxPool2d: ReferenceKernel {
  /// For every output the index of the input that won: the first of equals, row by row; a NaN beats any number.
  private func winners<Scalar>(_ input: Values<Scalar>, outputShape: Shape) -> [Int] {
    var winners = [Int](repeating: 0, count: outputShape.elementCount)
    let windows = PoolingWindows(window!, image: input.shape, places: outputShape)
    windows.forEachWindow { output, plane, rows, columns in
      var winner = plane + rows.lowerBound * windows.image.width + columns.lowerBound
      for row in rows {
        for column in columns {
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
    return Values(pass.outputShape, winners.map { input.elements[$0] })
  }

  /// The winners get all of the gradient.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let winners = winners(pass.inputs[0], outputShape: pass.outputShape)
    for output in winners.indices { result.elements[winners[output]] += gradient.elements[output] }
    return [result]
  }
}

extension AvgPool2d: ReferenceKernel {
  /// One over the numbers that a window averages.
  private func share<Scalar: ReferenceScalar>(_ rows: Range<Int>, _ columns: Range<Int>) -> Scalar {
    1 / Scalar(countsPadding ? kernelSize.height * kernelSize.width : rows.count * columns.count)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    var result = Values<Scalar>(pass.outputShape)
    let windows = PoolingWindows(window!, image: input.shape, places: pass.outputShape)
    windows.forEachWindow { output, plane, rows, columns in
      var sum: Scalar = 0
      for row in rows {
        for column in columns { sum += input.elements[plane + row * windows.image.width + column] }
      }
      result.elements[output] = sum * share(rows, columns)
    }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let windows = PoolingWindows(window!, image: result.shape, places: pass.outputShape)
    windows.forEachWindow { output, plane, rows, columns in
      let part = gradient.elements[output] * share(rows, columns)
      for row in rows {
        for column in columns { result.elements[plane + row * windows.image.width + column] += part }
      }
    }
    return [result]
  }
}

extension GlobalAvgPool2d: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    let places = input.shape[2] * input.shape[3]
    var result = Values<Scalar>(pass.outputShape)
    for plane in result.elements.indices {
      var sum: Scalar = 0
      for index in plane * places..<(plane + 1) * places { sum += input.elements[index] }
      result.elements[plane] = sum / Scalar(places)
    }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    let places = result.shape[2] * result.shape[3]
    for plane in gradient.elements.indices {
      let part = gradient.elements[plane] / Scalar(places)
      for index in plane * places..<(plane + 1) * places { result.elements[index] = part }
    }
    return [result]
  }
}

extension Upsample: ReferenceKernel {
  /// Calls `body` with the index of every output and of the input that it repeats.
  @inline(__always)
  private func forEachPair(_ input: Shape, _ body: (_ output: Int, _ source: Int) -> Void) {
    let (height, width) = (input[2], input[3])
    var output = 0
    for plane in 0..<input[0] * input[1] {
      for y in 0..<height * factor.height {
        let row = (plane * height + y / factor.height) * width
        for x in 0..<width * factor.width {
          body(output, row + x / factor.width)
          output += 1
        }
      }
    }
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let input = pass.inputs[0]
    var result = Values<Scalar>(pass.outputShape)
    forEachPair(input.shape) { output, source in result.elements[output] = input.elements[source] }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    var result = Values<Scalar>(pass.inputs[0].shape)
    forEachPair(result.shape) { output, source in result.elements[source] += gradient.elements[output] }
    return [result]
  }
}
