extension [Shape] {
  /// The one input of an operation that takes one.
  func only() throws(ShapeMismatch) -> Shape {
    guard count == 1 else { throw ShapeMismatch("takes one input, \(count) were given") }
    return self[0]
  }

  /// The one input, which must be a batch, of examples of as many axes if a number is given.
  func onlyExample(axes: Int? = nil) throws(ShapeMismatch) -> Shape {
    let input = try only()
    guard input.rank >= 1 else { throw ShapeMismatch("expected a batch, found a scalar") }
    guard axes == nil || input.rank - 1 == axes else {
      throw ShapeMismatch("expected examples of \(axes!) axes, found \(input.perExample)")
    }
    return input
  }

  /// The one input, which must be a batch of images `[count, channels, height, width]`.
  func onlyImage(channels: Int? = nil) throws(ShapeMismatch) -> Shape {
    let input = try only()
    guard input.rank == 4 else {
      throw ShapeMismatch("expected images [count, channels, height, width], found \(input)")
    }
    if let channels, input[1] != channels {
      throw ShapeMismatch("expected \(channels) input channels, found \(input[1]) in \(input)")
    }
    return input
  }
}

/// Places that a window takes on an image: `⌊(in + p₁ + p₂ − span) / stride⌋ + 1` along each axis.
func slidingSize(
  of input: Shape, through window: Window, roundingUp: Bool = false
) throws(ShapeMismatch) -> Extent {
  let rows = input[2] + window.padding.top + window.padding.bottom - window.span.height
  let columns = input[3] + window.padding.left + window.padding.right - window.span.width
  guard rows >= 0, columns >= 0 else {
    throw ShapeMismatch(
      "a window of \(window.span) does not fit into \(input[2]) × \(input[3])"
        + " with padding \(window.padding.top) above, \(window.padding.bottom) below,"
        + " \(window.padding.left) left, \(window.padding.right) right")
  }
  return Extent(
    height: placements(rows, window.stride.height, window.padding.top, input[2], roundingUp),
    width: placements(columns, window.stride.width, window.padding.left, input[3], roundingUp))
}

private func placements(
  _ slack: Int, _ stride: Int, _ padding: Int, _ size: Int, _ roundingUp: Bool
) -> Int {
  guard roundingUp else { return slack / stride + 1 }
  let count = (slack + stride - 1) / stride + 1
  // As PyTorch: the last window must begin inside the image or its leading padding.
  return (count - 1) * stride >= size + padding ? count - 1 : count
}
