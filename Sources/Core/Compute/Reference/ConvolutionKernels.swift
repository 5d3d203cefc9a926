/// The linear map of a convolution from an image to its places, the map's transpose, and its gradient by the kernels.
///
/// A convolution goes from image to places, a transposed convolution from places to image: each is the other's
/// gradient by its input, and both have the same gradient by the weight. The weight is
/// `[place channels, image channels / groups, height, width]` for either.
private struct ConvolutionMap {
  let groups: Int
  let imageShape: Shape
  let placesShape: Shape
  /// One group's image as columns.
  let unfolding: Unfolding

  init(_ window: Window, groups: Int, image: Shape, places: Shape) {
    self.groups = groups
    imageShape = image
    placesShape = places
    unfolding = Unfolding(
      channels: image[1] / groups, image: Extent(height: image[2], width: image[3]),
      places: Extent(height: places[2], width: places[3]), window: window)
  }

  /// Channels at the places, in one group.
  private var kernels: Int { placesShape[1] / groups }
  private var taps: Int { unfolding.tapCount }
  private var placeCount: Int { unfolding.placeCount }

  /// Calls `body` for every group of every example, with where its image, its places and its kernels begin.
  private func forEachGroup(_ body: (_ image: Int, _ places: Int, _ weight: Int) -> Void) {
    for example in 0..<imageShape[0] {
      for group in 0..<groups {
        let index = example * groups + group
        body(index * unfolding.elementCount, index * kernels * placeCount, group * kernels * taps)
      }
    }
  }

  /// Image to places: every kernel's products with what it sees, summed.
  func gather<Scalar>(_ image: Values<Scalar>, _ weight: Values<Scalar>) -> Values<Scalar> {
    var result = Values<Scalar>(placesShape)
    var columns = [Scalar](repeating: 0, count: taps * placeCount)
    var places = result.elements.mutableSpan
    forEachGroup { imageStart, placesStart, weightStart in
      unfolding.unfold(image.elements.span, from: imageStart, into: &columns)
      addProduct(
        weight.elements.span, .stored(columns: taps, from: weightStart), columns.span,
        to: &places, at: placesStart, rows: kernels, inner: taps, columns: placeCount)
    }
    return result
  }

  /// Places to image: every number at a place spreads its kernel over what the place sees.
  func spread<Scalar>(_ places: Values<Scalar>, _ weight: Values<Scalar>) -> Values<Scalar> {
    var result = Values<Scalar>(imageShape)
    var image = result.elements.mutableSpan
    forEachGroup { imageStart, placesStart, weightStart in
      var columns = [Scalar](repeating: 0, count: taps * placeCount)
      var columnsSpan = columns.mutableSpan
      addProduct(
        weight.elements.span, .transposed(columns: taps, from: weightStart), places.elements.span,
        from: placesStart, to: &columnsSpan, rows: taps, inner: kernels, columns: placeCount)
      unfolding.fold(columns, addingTo: &image, from: imageStart)
    }
    return result
  }

  /// The gradient by the weight of `Σ places · gather(image, weight)`, which is `Σ image · spread(places, weight)`.
  func weightGradient<Scalar>(
    image: Values<Scalar>, places: Values<Scalar>, weightShape: Shape
  ) -> Values<Scalar> {
    var result = Values<Scalar>(weightShape)
    var columns = [Scalar](repeating: 0, count: taps * placeCount)
    var weight = result.elements.mutableSpan
    forEachGroup { imageStart, placesStart, weightStart in
      unfolding.unfold(image.elements.span, from: imageStart, into: &columns)
      addProduct(
        places.elements.span, .stored(columns: placeCount, from: placesStart),
        transposed(columns, rows: taps, columns: placeCount).span,
        to: &weight, at: weightStart, rows: kernels, inner: placeCount, columns: taps)
    }
    return result
  }
}

extension Conv2d: ReferenceKernel {
  private func map(image: Shape, places: Shape) -> ConvolutionMap {
    ConvolutionMap(window!, groups: groups, image: image, places: places)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var result = map(image: pass.inputs[0].shape, places: pass.outputShape)
      .gather(pass.inputs[0], pass.parameters[0])
    if hasBias { result.addToChannels(pass.parameters[1]) }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    [map(image: pass.inputs[0].shape, places: gradient.shape).spread(gradient, pass.parameters[0])]
  }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let weight = map(image: pass.inputs[0].shape, places: gradient.shape)
      .weightGradient(image: pass.inputs[0], places: gradient, weightShape: pass.parameters[0].shape)
    return hasBias ? [weight, gradient.channelSums()] : [weight]
  }
}

extension ConvTranspose2d: ReferenceKernel {
  private func map(image: Shape, places: Shape) -> ConvolutionMap {
    ConvolutionMap(window!, groups: groups, image: image, places: places)
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    var result = map(image: pass.outputShape, places: pass.inputs[0].shape)
      .spread(pass.inputs[0], pass.parameters[0])
    if hasBias { result.addToChannels(pass.parameters[1]) }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    [map(image: gradient.shape, places: pass.inputs[0].shape).gather(gradient, pass.parameters[0])]
  }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let weight = map(image: gradient.shape, places: pass.inputs[0].shape)
      .weightGradient(image: gradient, places: pass.inputs[0], weightShape: pass.parameters[0].shape)
    return hasBias ? [weight, gradient.channelSums()] : [weight]
  }
}

extension Values {
  /// Adds one number to each channel.
  mutating func addToChannels(_ bias: Values) {
    let layout = ChannelLayout(shape)
    for example in 0..<layout.count {
      for channel in 0..<layout.channels {
        let number = bias.elements[channel]
        for index in layout.range(example, channel) { elements[index] += number }
      }
    }
  }

  /// Each channel's sum over examples and places. Kept in Double: a Float would lose digits over 100,000 terms.
  func channelSums() -> Values {
    let layout = ChannelLayout(shape)
    var sums = [Double](repeating: 0, count: layout.channels)
    for example in 0..<layout.count {
      for channel in 0..<layout.channels {
        for index in layout.range(example, channel) { sums[channel] += Double(elements[index]) }
      }
    }
    return Values([layout.channels], sums.map { Scalar($0) })
  }
}
