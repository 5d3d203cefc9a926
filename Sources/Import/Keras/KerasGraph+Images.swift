internal import Core

extension KerasGraph {
  private mutating func images(_ site: KerasSite) throws(ImportError) -> KerasValue {
    try images(try site.input(), site, channelsFirst: isChannelsFirst(site))
  }

  mutating func pooling(_ site: KerasSite) throws -> KerasValue {
    let size = try site.config.pair("pool_size", 2)
    let stride = try site.config.pair("strides", size)
    let input = try images(site)
    let padding = try padding(
      site.config.text("padding") ?? "valid", of: input.shape, through: size, stride: stride, site)
    let operation: any Operation =
      site.className == "MaxPooling2D"
      ? MaxPool2d(kernelSize: size, stride: stride, padding: padding)
      : AvgPool2d(kernelSize: size, stride: stride, padding: padding, countsPadding: false)
    return try add(operation, site.name, [input])
  }

  mutating func globalPooling(_ site: KerasSite) throws -> KerasValue {
    let input = try images(site)
    let keeps = site.config.flag("keepdims", false)
    let operation: any Operation =
      site.className == "GlobalMaxPooling2D"
      ? GlobalMaxPool2d(keepsPlaces: keeps) : GlobalAvgPool2d(keepsPlaces: keeps)
    return try add(operation, site.name, [input], layout: keeps ? input.layout : .same)
  }

  mutating func upsampling(_ site: KerasSite) throws -> KerasValue {
    let factor = try site.config.pair("size", 2)
    let input = try images(site)
    let interpolation = site.config.text("interpolation") ?? "nearest"
    if interpolation == "nearest" { return try add(Upsample(factor: factor), site.name, [input]) }
    return try resized(
      input, to: Extent(height: input.shape[1] * factor.height, width: input.shape[2] * factor.width),
      interpolation, site)
  }

  mutating func resizing(_ site: KerasSite) throws -> KerasValue {
    guard !site.config.flag("crop_to_aspect_ratio", false), !site.config.flag("pad_to_aspect_ratio", false)
    else {
      throw KerasUnsupported(reason: "resizing that keeps the aspect")
    }
    let size = Extent(height: try site.config.count("height"), width: try site.config.count("width"))
    return try resized(try images(site), to: size, site.config.text("interpolation") ?? "bilinear", site)
  }

  private mutating func resized(
    _ input: KerasValue, to size: Extent, _ interpolation: String, _ site: KerasSite
  ) throws -> KerasValue {
    let operation: Resize
    switch interpolation {
    case "nearest":
      operation = Resize(size: size, mode: .nearest, coordinates: .halfPixel, rounding: .roundPreferFloor)
    case "bilinear": operation = Resize(size: size, mode: .linear, coordinates: .halfPixel)
    // Keys's kernel; taps outside the image are left out, the others weigh more.
    case "bicubic":
      operation = Resize(
        size: size, mode: .cubic, coordinates: .halfPixel, cubicCoefficient: -0.5, excludesOutside: true)
    default: throw KerasUnsupported(reason: "interpolation '\(interpolation)'")
    }
    return try add(operation, site.name, [input])
  }

  mutating func padding(_ site: KerasSite) throws -> KerasValue {
    let input = try images(site)
    let margins = try site.config.margins("padding")
    let operation = Pad(
      before: [0, margins.top, margins.left], after: [0, margins.bottom, margins.right])
    return try add(operation, site.name, [input])
  }

  mutating func cropping(_ site: KerasSite) throws -> KerasValue {
    let input = try images(site)
    let margins = try site.config.margins("cropping", 0)
    let operation = Pad(
      before: [0, -margins.top, -margins.left], after: [0, -margins.bottom, -margins.right])
    return try add(operation, site.name, [input])
  }

  // MARK: Series

  /// A layer on series `[length, channels]`: the same on images of one row.
  mutating func oneDimensional(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    guard input.shape.rank == 2, input.layout == .same else {
      throw site.config.error("a \(site.className) takes series, it is given \(input.fileShape)")
    }
    guard !isChannelsFirstSeries(site) else {
      throw KerasUnsupported(reason: "series with their channels first")
    }
    let (length, channels) = (input.shape[0], input.shape[1])
    let turned = try add(Permute(axes: [2, 1]), site.name + ".turned", [input])
    let image = try add(
      Reshape(shape: [channels, 1, length]), site.name + ".image", [turned], layout: .channelsLast)
    var inner = site
    inner.name = site.name + ".row"
    inner.inputs = [.value(image)]
    inner.layer.className = site.className.replacing("1D", with: "2D")
    inner.layer.config.options["data_format"] = "channels_last"
    for key in [
      "kernel_size", "strides", "dilation_rate", "pool_size", "size", "pool_length", "stride", "length",
    ] {
      guard let value = site.config[key], let number = value.array?.first ?? value.number.map(JSON.number)
      else {
        continue
      }
      let name = ["pool_length": "pool_size", "stride": "strides", "length": "size"][key] ?? key
      inner.layer.config.options[name] = [1, number]
    }
    for key in ["padding", "cropping"] {
      guard let value = site.config[key], value.text == nil else { continue }
      let sides = value.array ?? [value, value]
      guard sides.count == 2 else {
        throw site.config.error("\(key) is \(value.written), expected two numbers")
      }
      inner.layer.config.options[key] = [[0, 0], .array(sides)]
    }
    if inner.className == "UpSampling2D", site.config["size"] == nil {
      inner.layer.config.options["size"] = [1, 2]
    }
    if inner.className.contains("Pooling"), site.config["pool_size"] == nil {
      inner.layer.config.options["pool_size"] = [1, 2]
    }
    if let more = site.config["output_padding"] {
      inner.layer.config.options["output_padding"] = [0, more.array?.first ?? more]
    }
    inner.weights = site.weights.mapValues { $0.shape.rank == 3 ? $0.reshaped($0.shape.batched(1)) : $0 }
    let result = try build(inner)
    let flat = try add(
      Reshape(shape: [result.shape[0], result.shape[2]]), site.name + ".series", [result], layout: .same)
    return try add(Permute(axes: [2, 1]), site.name, [flat])
  }

  private func isChannelsFirstSeries(_ site: KerasSite) -> Bool {
    site.config.text("data_format") == "channels_first"
  }

  mutating func globalPoolingOfSeries(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    guard input.shape.rank == 2 else {
      throw site.config.error("a \(site.className) takes series, it is given \(input.fileShape)")
    }
    let kind: Reduce.Kind = site.className == "GlobalMaxPooling1D" ? .maximum : .mean
    let axis = isChannelsFirstSeries(site) ? 2 : 1
    return try add(
      Reduce(kind, axes: [axis], keepsAxes: site.config.flag("keepdims", false)), site.name, [input])
  }
}
