internal import Core

/// What every convolution says, read once.
private struct Sliding {
  let kernelSize: Extent
  let stride: Extent
  let dilation: Extent
  let padding: String
  let hasBias: Bool

  init(_ config: KerasConfig) throws(ImportError) {
    kernelSize = try config.pair("kernel_size")
    stride = try config.pair("strides", 1)
    dilation = try config.pair("dilation_rate", 1)
    padding = config.text("padding") ?? "valid"
    hasBias = config.flag("use_bias", true)
  }

  var span: Extent {
    Extent(
      height: (kernelSize.height - 1) * dilation.height + 1,
      width: (kernelSize.width - 1) * dilation.width + 1)
  }
}

extension KerasGraph {
  /// True if a layer's images have their channels first in the file.
  func isChannelsFirst(_ site: KerasSite) -> Bool {
    site.config.text("data_format").map { $0 == "channels_first" } ?? hasChannelsFirst
  }

  /// Padding by Keras's rule: what is odd goes behind.
  func padding(
    _ kind: String, of shape: Shape, through span: Extent, stride: Extent, _ site: KerasSite
  ) throws(ImportError) -> Padding {
    func same(_ size: Int, _ span: Int, _ stride: Int) -> (before: Int, after: Int) {
      let count = (size + stride - 1) / stride
      let total = max((count - 1) * stride + span - size, 0)
      return (total / 2, total - total / 2)
    }
    switch kind {
    case "valid": return 0
    case "same":
      let rows = same(shape[1], span.height, stride.height)
      let columns = same(shape[2], span.width, stride.width)
      return Padding(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
    case "full":
      return Padding(
        top: span.height - 1, left: span.width - 1, bottom: span.height - 1, right: span.width - 1)
    case "causal": return Padding(top: 0, left: span.width - 1, bottom: 0, right: 0)
    default: throw site.config.error("padding is '\(kind)', expected 'valid' or 'same'")
    }
  }

  private func turned(_ kernel: StoredTensor) -> StoredTensor {
    turnsKernels ? KerasGraph.turned(kernel) : kernel
  }

  /// A kernel of a true convolution for one that does not turn it; taps are its last two axes.
  static func turned(_ kernel: StoredTensor) -> StoredTensor {
    let area = kernel.shape[kernel.shape.rank - 2] * kernel.shape[kernel.shape.rank - 1]
    return kernel.mapped(kernel.shape) { tensor in
      Tensor(tensor.shape) { target in
        for start in stride(from: 0, to: target.count, by: area) {
          for tap in 0..<area { target[start + tap] = tensor.elements[start + area - 1 - tap] }
        }
      }
    }
  }

  /// True if kernels lie as Theano's of Keras 1: outputs and inputs first.
  private func hasOldKernels(_ site: KerasSite) -> Bool { version.major == 1 && isChannelsFirst(site) }

  private func bias(_ site: KerasSite, _ count: Int, _ hasBias: Bool) throws(ImportError) -> [String:
    StoredTensor]
  {
    hasBias ? ["bias": try site.array("bias", [count])] : [:]
  }

  private func divide(_ groups: Int, _ channels: Int, _ site: KerasSite) throws(ImportError) {
    guard channels % groups == 0 else {
      throw site.config.error("\(groups) groups do not divide \(channels) channels")
    }
  }

  // MARK: Plain

  mutating func convolution(_ site: KerasSite) throws -> KerasValue {
    let sliding = try Sliding(site.config)
    let filters = try site.config.count("filters")
    let groups = try site.config.count("groups", 1)
    let channelsFirst = isChannelsFirst(site)
    var input = try images(try site.input(), site, channelsFirst: channelsFirst)
    let (rows, columns) = (sliding.kernelSize.height, sliding.kernelSize.width)
    if let kernel = site.weights["kernel"], kernel.shape.rank == 4 {
      let channels = (hasOldKernels(site) ? kernel.shape[1] : kernel.shape[2]).multipliedReportingOverflow(
        by: groups)
      if !channels.overflow, channels.partialValue != input.shape[0] {
        input = try fitted(input, [channels.partialValue, input.shape[1], input.shape[2]], site)
      }
    }
    let channels = input.shape[0]
    try divide(groups, channels, site)
    try divide(groups, filters, site)
    let kernel =
      hasOldKernels(site)
      ? try site.array("kernel", [filters, channels / groups, rows, columns])
      : try site.array("kernel", [rows, columns, channels / groups, filters]).permuted([3, 2, 0, 1])
    let padding = try padding(
      sliding.padding, of: input.shape, through: sliding.span, stride: sliding.stride, site)
    let operation = Conv2d(
      inputChannels: channels, outputChannels: filters, kernelSize: sliding.kernelSize,
      stride: sliding.stride,
      padding: padding, dilation: sliding.dilation, groups: groups, hasBias: sliding.hasBias)
    let arrays = try bias(site, filters, sliding.hasBias).merging(["weight": turned(kernel)]) { $1 }
    return try activated(add(operation, linearName(site), [input], arrays), site)
  }

  // MARK: Depthwise

  private mutating func depthwise(
    _ site: KerasSite, name: String, hasBias: Bool
  ) throws(ImportError) -> KerasValue {
    let sliding = try Sliding(site.config)
    let multiplier = try site.config.count("depth_multiplier", 1)
    let channelsFirst = isChannelsFirst(site)
    var input = try images(try site.input(), site, channelsFirst: channelsFirst)
    let (rows, columns) = (sliding.kernelSize.height, sliding.kernelSize.width)
    if let kernel = site.weights["depthwise_kernel"], kernel.shape.rank == 4, !hasOldKernels(site) {
      input = try fitted(input, [kernel.shape[2], input.shape[1], input.shape[2]], site)
    }
    let channels = input.shape[0]
    let (count, overflow) = channels.multipliedReportingOverflow(by: multiplier)
    guard !overflow, count <= KerasConfig.largest else {
      throw site.config.error("\(channels) channels times \(multiplier) are more than can be")
    }
    let kernel =
      hasOldKernels(site)
      ? try site.array("depthwise_kernel", [multiplier, channels, rows, columns]).permuted([1, 0, 2, 3])
      : try site.array("depthwise_kernel", [rows, columns, channels, multiplier]).permuted([2, 3, 0, 1])
    let padding = try padding(
      sliding.padding, of: input.shape, through: sliding.span, stride: sliding.stride, site)
    let operation = Conv2d(
      inputChannels: channels, outputChannels: count, kernelSize: sliding.kernelSize, stride: sliding.stride,
      padding: padding, dilation: sliding.dilation, groups: channels, hasBias: hasBias)
    let arrays = try bias(site, count, hasBias)
      .merging(["weight": turned(kernel.reshaped([count, 1, rows, columns]))]) { $1 }
    return try add(operation, name, [input], arrays)
  }

  mutating func depthwise(_ site: KerasSite) throws -> KerasValue {
    let hasBias = site.config.flag("use_bias", true)
    return try activated(depthwise(site, name: linearName(site), hasBias: hasBias), site)
  }

  mutating func separable(_ site: KerasSite) throws -> KerasValue {
    let filters = try site.config.count("filters")
    let hasBias = site.config.flag("use_bias", true)
    let spread = try depthwise(site, name: site.name + ".depthwise", hasBias: false)
    let channels = spread.shape[0]
    let kernel =
      hasOldKernels(site)
      ? try site.array("pointwise_kernel", [filters, channels, 1, 1])
      : try site.array("pointwise_kernel", [1, 1, channels, filters]).permuted([3, 2, 0, 1])
    let operation = Conv2d(inputChannels: channels, outputChannels: filters, kernelSize: 1, hasBias: hasBias)
    let arrays = try bias(site, filters, hasBias).merging(["weight": kernel]) { $1 }
    return try activated(add(operation, linearName(site), [spread], arrays), site)
  }

  // MARK: Transposed

  /// Where a transposed convolution begins in what it spreads over, and how long the result is.
  private func spread(
    _ count: Int, _ span: Int, _ stride: Int, _ kind: String, more: Int?, stated: Int?
  ) -> (before: Int, after: Int, more: Int) {
    let full = (count - 1) * stride + span
    let size =
      if let stated {
        stated
      } else if let more {
        full - (kind == "same" ? 2 * (span / 2) : 0) + more
      } else {
        kind == "same" ? count * stride : full + max(stride - span, 0)
      }
    let before = kind == "same" ? max(full - size, 0) / 2 : 0
    let after = full - before - size
    return (before, max(after, 0), max(-after, 0))
  }

  mutating func transposed(_ site: KerasSite) throws -> KerasValue {
    let sliding = try Sliding(site.config)
    let filters = try site.config.count("filters")
    let groups = try site.config.count("groups", 1)
    let channelsFirst = isChannelsFirst(site)
    var input = try images(try site.input(), site, channelsFirst: channelsFirst)
    guard ["same", "valid"].contains(sliding.padding) else {
      throw site.config.error("padding is '\(sliding.padding)', expected 'valid' or 'same'")
    }
    guard groups == 1 else { throw KerasUnsupported(reason: "a transposed convolution in \(groups) groups") }
    if let kernel = site.weights["kernel"], kernel.shape.rank == 4, !hasOldKernels(site) {
      input = try fitted(input, [kernel.shape[3], input.shape[1], input.shape[2]], site)
    }
    let channels = input.shape[0]
    let (rows, columns) = (sliding.kernelSize.height, sliding.kernelSize.width)
    let kernel: StoredTensor
    if version.major == 1 {
      // Keras 1 keeps it as a convolution's: what goes in before what comes out.
      kernel =
        channelsFirst
        ? try site.array("kernel", [filters, channels, rows, columns]).permuted([1, 0, 2, 3])
        : try site.array("kernel", [rows, columns, channels, filters]).permuted([2, 3, 0, 1])
    } else {
      kernel = try site.array("kernel", [rows, columns, filters, channels]).permuted([3, 2, 0, 1])
    }
    let more =
      site.config["output_padding"] == nil
      ? nil : try site.config.pair("output_padding", in: 0...4096)
    var stated: [Int]?
    if version.major == 1, let shape = KerasConfig.shape(site.config["output_shape"]), shape.count == 4 {
      stated = (channelsFirst ? shape[2...] : shape[1...2]).compactMap(\.self)
      if stated?.count != 2 { stated = nil }
    }
    let vertical = spread(
      input.shape[1], sliding.span.height, sliding.stride.height, sliding.padding, more: more?.height,
      stated: stated?[0])
    let horizontal = spread(
      input.shape[2], sliding.span.width, sliding.stride.width, sliding.padding, more: more?.width,
      stated: stated?[1])
    let operation = ConvTranspose2d(
      inputChannels: channels, outputChannels: filters, kernelSize: sliding.kernelSize,
      stride: sliding.stride,
      padding: Padding(
        top: vertical.before, left: horizontal.before, bottom: vertical.after, right: horizontal.after),
      outputPadding: Extent(height: vertical.more, width: horizontal.more), dilation: sliding.dilation,
      hasBias: sliding.hasBias)
    let arrays = try bias(site, filters, sliding.hasBias).merging(["weight": turned(kernel)]) { $1 }
    return try activated(add(operation, linearName(site), [input], arrays), site)
  }
}
