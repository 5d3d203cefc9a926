internal import Core

/// Operations that slide a window over images.
extension ONNXTranslation {
  /// The window of a node: rows and columns, of which a signal has one row.
  private struct Frame {
    var kernel: Extent
    var stride: Extent
    var dilation: Extent
    var padding: Padding
    /// True if the padding has yet to be found from the size of the image.
    var isSame = false
    var isSameLower = false
  }

  private func pair(_ list: [Int]?, or standard: Int, _ isSignal: Bool, _ what: String) throws(ONNXRefusal)
    -> Extent
  {
    guard let list else { return isSignal ? Extent(height: 1, width: standard) : Extent(standard) }
    guard list.count == (isSignal ? 1 : 2) else { throw ONNXRefusal("\(what) of \(list)") }
    return isSignal ? Extent(height: 1, width: list[0]) : Extent(height: list[0], width: list[1])
  }

  private func frame(
    _ site: ONNXSite, kernel: [Int], isSignal: Bool
  ) throws(ONNXRefusal) -> Frame {
    var frame = Frame(
      kernel: try pair(kernel, or: 1, isSignal, "a kernel"),
      stride: try pair(site.integers("strides"), or: 1, isSignal, "strides"),
      dilation: try pair(site.integers("dilations"), or: 1, isSignal, "dilations"), padding: 0)
    for (what, extent) in [("kernel", frame.kernel), ("stride", frame.stride), ("dilation", frame.dilation)] {
      guard (1...4096).contains(extent.height), (1...4096).contains(extent.width) else {
        throw ONNXRefusal("a \(what) of \(extent)")
      }
    }
    // Written with its sides in full, the padding has just one meaning.
    switch site.string("auto_pad", or: "NOTSET") {
    case "NOTSET", "":
      let pads = site.integers("pads") ?? (isSignal ? [0, 0] : [0, 0, 0, 0])
      guard pads.count == (isSignal ? 2 : 4) else { throw ONNXRefusal("pads of \(pads)") }
      frame.padding =
        isSignal
        ? Padding(top: 0, left: pads[0], bottom: 0, right: pads[1])
        : Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    case "VALID": break
    case "SAME_UPPER": frame.isSame = true
    case "SAME_LOWER": (frame.isSame, frame.isSameLower) = (true, true)
    case let other: throw ONNXRefusal("auto_pad '\(other)'")
    }
    return frame
  }

  private func sameFrame(_ frame: Frame, _ images: ONNXValue) throws(ONNXRefusal) -> Frame {
    guard frame.isSame else { return frame }
    let shape = try shape(images)
    func sides(_ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (Int, Int) {
      let count = (extent + stride - 1) / stride
      let total = max((count - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
      return frame.isSameLower ? (total - total / 2, total / 2) : (total / 2, total - total / 2)
    }
    let (top, bottom) = sides(shape[2], frame.kernel.height, frame.stride.height, frame.dilation.height)
    let (left, right) = sides(shape[3], frame.kernel.width, frame.stride.width, frame.dilation.width)
    var result = frame
    result.padding = Padding(top: top, left: left, bottom: bottom, right: right)
    return result
  }

  /// Adds a bias that is computed while the network runs.
  private mutating func biased(_ value: ONNXValue, _ bias: ONNXValue?) throws(ONNXRefusal) -> ONNXValue {
    guard let bias else { return value }
    let channels = try shape(bias)
    let rank = try shape(value).count
    let shaped = try reshaped(
      try unbatched(bias), to: channels + [Int](repeating: 1, count: max(rank - 2, 0)), as: "bias")
    return try add(Add(), try aligned([value, shaped]), as: "biased")
  }

  mutating func convolution(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let (input, weight) = (try site.input(0), try site.input(1))
    let kernel = try shape(weight)
    guard kernel.count == 3 || kernel.count == 4 else {
      throw ONNXRefusal("a \(kernel.count - 2)-D convolution")
    }
    let isSignal = kernel.count == 3
    if let stated = site.integers("kernel_shape"), stated != Array(kernel[2...]) {
      throw ONNXRefusal("a kernel_shape of \(stated) for weights of \(kernel)")
    }
    if let rank = input.shape?.count, rank != kernel.count {
      throw ONNXRefusal("weights of \(kernel) for an input of \(input.shape!)")
    }
    let tensor = try stored(weight, "weight")
    let groups = site.integer("group", or: 1)
    guard groups >= 1, groups <= 1 << 20, kernel[0] % groups == 0, !kernel.contains(0) else {
      throw ONNXRefusal("\(groups) groups for weights of \(kernel)")
    }
    var frame = try frame(site, kernel: Array(kernel[2...]), isSignal: isSignal)
    let images: ONNXValue
    if isSignal && input.shape == nil {
      throw ONNXRefusal("the shape of its input is not known")
    }
    (images, _) = try self.images(input, "convolution")
    frame = try sameFrame(frame, images)
    let bias = site.optional(2)
    let isBiasKnown = bias.map(isFixed) ?? false
    let operation = Conv2d(
      inputChannels: kernel[1] * groups, outputChannels: kernel[0], kernelSize: frame.kernel,
      stride: frame.stride, padding: frame.padding, dilation: frame.dilation, groups: groups,
      hasBias: isBiasKnown)
    var parameters = [
      "weight": tensor.reshaped([kernel[0], kernel[1], frame.kernel.height, frame.kernel.width])
    ]
    if isBiasKnown, let bias { parameters["bias"] = try stored(bias, "bias") }
    let result = try add(operation, [images], parameters: parameters)
    return try biased(try signals(result, if: isSignal), isBiasKnown ? nil : bias)
  }

  mutating func transposedConvolution(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let (input, weight) = (try site.input(0), try site.input(1))
    let kernel = try shape(weight)
    guard kernel.count == 3 || kernel.count == 4 else {
      throw ONNXRefusal("a \(kernel.count - 2)-D transposed convolution")
    }
    let isSignal = kernel.count == 3
    if let rank = input.shape?.count, rank != kernel.count {
      throw ONNXRefusal("weights of \(kernel) for an input of \(input.shape!)")
    }
    let tensor = try stored(weight, "weight")
    let groups = site.integer("group", or: 1)
    guard groups >= 1, groups <= 1 << 20, kernel[0] % groups == 0, !kernel.contains(0),
      kernel[1] <= 1 << 28
    else { throw ONNXRefusal("\(groups) groups for weights of \(kernel)") }
    if isSignal && input.shape == nil { throw ONNXRefusal("the shape of its input is not known") }
    var frame = try frame(site, kernel: Array(kernel[2...]), isSignal: isSignal)
    var more = try pair(site.integers("output_padding"), or: 0, isSignal, "output_padding")
    if isSignal { more.height = 0 }
    guard (0...4096).contains(more.height), (0...4096).contains(more.width) else {
      throw ONNXRefusal("output_padding of \(more)")
    }
    let (images, _) = try self.images(input, "transposed convolution")
    if let stated = site.integers("output_shape") {
      // Some write the batch and the channels as well.
      let size = Array(stated.suffix(isSignal ? 1 : 2))
      let extent = try pair(size, or: 1, isSignal, "output_shape")
      try fit(&frame, &more, images, to: extent)
    } else if frame.isSame {
      let shape = try shape(images)
      let extent = Extent(
        height: shape[2] * frame.stride.height, width: shape[3] * frame.stride.width)
      try fit(&frame, &more, images, to: extent)
    }
    let bias = site.optional(2)
    let isBiasKnown = bias.map(isFixed) ?? false
    let operation = ConvTranspose2d(
      inputChannels: kernel[0], outputChannels: kernel[1] * groups, kernelSize: frame.kernel,
      stride: frame.stride, padding: frame.padding, outputPadding: more, dilation: frame.dilation,
      groups: groups, hasBias: isBiasKnown)
    var parameters = [
      "weight": tensor.reshaped([kernel[0], kernel[1], frame.kernel.height, frame.kernel.width])
    ]
    if isBiasKnown, let bias { parameters["bias"] = try stored(bias, "bias") }
    let result = try add(operation, [images], parameters: parameters)
    return try biased(try signals(result, if: isSignal), isBiasKnown ? nil : bias)
  }

  /// Padding and output padding that give an output of a size.
  ///
  /// `total = stride · (in − 1) + output padding + span − out`; the larger half is cut off at the end for SAME_UPPER, else at
  /// the start. Where it is negative, places that no input reaches are added at the end.
  private func fit(
    _ frame: inout Frame, _ more: inout Extent, _ images: ONNXValue, to size: Extent
  ) throws(ONNXRefusal) {
    let shape = try shape(images)
    let isUpper = frame.isSame && !frame.isSameLower
    func sides(
      _ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ more: inout Int, _ size: Int
    ) -> (Int, Int) {
      let total = stride * (extent - 1) + more + (kernel - 1) * dilation + 1 - size
      guard total >= 0 else {
        more -= total
        return (0, 0)
      }
      return isUpper ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
    }
    let (top, bottom) = sides(
      shape[2], frame.kernel.height, frame.stride.height, frame.dilation.height, &more.height, size.height)
    let (left, right) = sides(
      shape[3], frame.kernel.width, frame.stride.width, frame.dilation.width, &more.width, size.width)
    frame.padding = Padding(top: top, left: left, bottom: bottom, right: right)
  }

  mutating func maximumPooling(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let (images, isSignal, frame) = try pooling(site, "max pooling")
    let operation = MaxPool2d(
      kernelSize: frame.kernel, stride: frame.stride, padding: frame.padding,
      roundsUp: site.flag("ceil_mode"), dilation: frame.dilation)
    return try signals(try add(operation, [images]), if: isSignal)
  }

  mutating func averagePooling(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let (images, isSignal, frame) = try pooling(site, "average pooling")
    let operation = AvgPool2d(
      kernelSize: frame.kernel, stride: frame.stride, padding: frame.padding,
      countsPadding: site.flag("count_include_pad"), roundsUp: site.flag("ceil_mode"),
      dilation: frame.dilation)
    return try signals(try add(operation, [images]), if: isSignal)
  }

  private mutating func pooling(
    _ site: ONNXSite, _ what: String
  ) throws(ONNXRefusal) -> (images: ONNXValue, isSignal: Bool, Frame) {
    guard let kernel = site.integers("kernel_shape") else { throw ONNXRefusal("no kernel_shape") }
    guard kernel.count == 1 || kernel.count == 2 else { throw ONNXRefusal("\(kernel.count)-D \(what)") }
    let input = try site.input(0)
    if let shape = input.shape, shape.count != kernel.count + 2 {
      throw ONNXRefusal("a window of \(kernel) on a value of \(shape)")
    }
    if kernel.count == 1 && input.shape == nil { throw ONNXRefusal("the shape of its input is not known") }
    let (images, isSignal) = try images(input, what)
    let frame = try sameFrame(try frame(site, kernel: kernel, isSignal: kernel.count == 1), images)
    return (images, isSignal, frame)
  }

  mutating func globalPooling(_ site: ONNXSite, _ kind: Reduce.Kind) throws(ONNXRefusal) -> ONNXValue {
    var input = try site.input(0)
    guard let shape = input.shape else {
      return try add(
        kind == .mean
          ? GlobalAvgPool2d(keepsPlaces: true) as any Operation : GlobalMaxPool2d(keepsPlaces: true),
        [input])
    }
    guard shape.count >= 3 else { throw ONNXRefusal("global pooling of a value of \(shape)") }
    if shape.count == 4, input.isBatched || shape[0] == 1 {
      input = try batched(input, "global pooling")
      return try add(
        kind == .mean
          ? GlobalAvgPool2d(keepsPlaces: true) as any Operation : GlobalMaxPool2d(keepsPlaces: true),
        [input])
    }
    let axes = try axes(Array(2..<shape.count), of: &input)
    return try add(Reduce(kind, axes: axes, keepsAxes: true), [input])
  }
}
