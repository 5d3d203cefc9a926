internal import Core
internal import Render

extension Report.Illustration {
  /// How the first convolution slides, with small whole numbers in its own kernel size, stride and padding.
  static func sliding(of specimen: Specimen) throws -> [Report.Illustration] {
    let convolutions = specimen.model.network.nodes.compactMap { $0.operation as? Conv2d }
    guard let layer = convolutions.first, layer.kernelSize.isSmallSquare, layer.stride.isSquare else {
      return []
    }
    let kernel = layer.kernelSize.height
    let figure = try ArithmeticSheet(
      SlidingArithmetic(
        .convolution, input: kernel + 2, kernel: kernel, stride: layer.stride.height,
        padding: min(layer.padding.top, kernel - 1)),
      steps: 6
    ).figure()
    return [
      .init(
        "sliding", figure,
        "The first convolution of this network moves like this, here over a small square with whole numbers. At each step the numbers "
          + "under the window are multiplied by the weights and summed to <em>one</em> number. The <em>stride</em> is how far the window "
          + "then moves; the <em>padding</em> are zeros around the picture, so that the window can stand at its edge."
      )
    ]
  }

  /// How the generator's first transposed convolution spreads, and whether what it paints overlaps evenly.
  static func spreading(of generator: Specimen) throws -> [Report.Illustration] {
    let layers = generator.model.network.nodes.compactMap { $0.operation as? ConvTranspose2d }
    guard let layer = layers.first, layer.kernelSize.isSmallSquare, layer.stride.isSquare else { return [] }
    let (kernel, stride) = (layer.kernelSize.height, layer.stride.height)
    let isEven = kernel % stride == 0
    return [
      .init(
        "spreading",
        try ArithmeticSheet(
          SlidingArithmetic(
            .transposedConvolution, input: 3, kernel: kernel, stride: stride,
            padding: min(layer.padding.top, kernel - 1)),
          view: .spread, steps: 6
        ).figure(),
        "A <strong>transposed convolution</strong> is a convolution read backward: there a window of numbers became one, here one number "
          + "becomes a window. Each is multiplied by the whole kernel and laid down like a stamp; where stamps overlap they add up. "
          + "With a stride of \(stride) the map becomes \(stride) times as large."),
      .init(
        "checkerboard", try Checkerboard(kernel: kernel, stride: stride).figure(),
        "How many stamps overlap at a place? "
          + (isEven
            ? "With kernels of \(kernel) and a stride of \(stride) it is the same everywhere but at the edges, since \(stride) divides \(kernel): that is why "
              + "this size is chosen. Were it not so, some pixels would get more than their neighbours, and pictures would show a checkerboard."
            : "With kernels of \(kernel) and a stride of \(stride) some places get more than others, since \(stride) does not divide \(kernel). The weights have to make "
              + "up for it; where they do not, pictures show a checkerboard.")),
    ]
  }
}

extension Extent {
  fileprivate var isSquare: Bool { height == width }
  /// True for kernels whose steps can be followed by eye.
  fileprivate var isSmallSquare: Bool { isSquare && (2...5).contains(height) }
}
