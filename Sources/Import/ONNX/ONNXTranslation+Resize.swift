internal import Core

/// `Resize` and its predecessor `Upsample`, in all of their versions.
extension ONNXTranslation {
  mutating func resize(_ site: ONNXSite) throws(ONNXRefusal) -> ONNXValue {
    let isOld = site.node.operation == "Upsample" || site.version < 11
    let input = try site.input(0)
    let shape = try shape(input)
    let (scales, sizes) = try factors(site, shape, isOld: isOld)
    for axis in shape.indices.dropLast(shape.count == 3 ? 1 : 2) {
      guard scales?[axis] ?? 1 == 1, sizes?[axis] ?? shape[axis] == shape[axis] else {
        throw ONNXRefusal(
          axis == 0 && input.isBatched
            ? "it resizes the batch" : "it resizes axis \(axis) of \(shape), which is not one of an image")
      }
    }
    let (images, isSignal) = try images(input, "resizing")
    let extents = try self.shape(images)
    func size(_ axis: Int) throws(ONNXRefusal) -> Int {
      if isSignal && axis == 2 { return 1 }
      let place = isSignal ? 2 : axis
      let size = sizes?[place] ?? wholeNumber(Double((Float(shape[place]) * scales![place]).rounded(.down)))
      guard (1...1 << 16).contains(size) else { throw ONNXRefusal("a size of \(size)") }
      return size
    }
    let target = Extent(height: try size(2), width: try size(3))
    var scale: Resize.Scale?
    if let scales {
      scale = Resize.Scale(
        height: isSignal ? 1 : meant(scales[2]), width: meant(scales[isSignal ? 2 : 3]))
    }
    let operation = try operation(site, target, scale, isOld: isOld)
    let result: ONNXValue
    if let factor = repetition(operation, from: Extent(height: extents[2], width: extents[3])) {
      result = try add(Upsample(factor: factor), [images])
    } else {
      result = try add(operation, [images])
    }
    return try signals(result, if: isSignal)
  }

  /// The scales or the sizes, one for each axis.
  private func factors(
    _ site: ONNXSite, _ shape: [Int], isOld: Bool
  ) throws(ONNXRefusal) -> (scales: [Float]?, sizes: [Int]?) {
    var scales: [Float]?
    var sizes: [Int]?
    if site.node.operation == "Upsample" && site.version < 9 {
      if let list = site.node.attributes["scales"]?.floats, !list.isEmpty {
        scales = list
      } else {
        scales = [1, 1, site.float("height_scale", or: 1), site.float("width_scale", or: 1)]
      }
    } else if isOld {
      scales = try site.floats(try site.input(1), "scales")
    } else {
      if let value = site.optional(2) {
        let list = try site.floats(value, "scales")
        if !list.isEmpty { scales = list }
      }
      if scales == nil, let value = site.optional(3) { sizes = try site.integers(value, "sizes") }
    }
    let axes = try resolvedAxes(site.integers("axes") ?? Array(shape.indices), rank: shape.count)
    guard scales != nil || sizes != nil else { throw ONNXRefusal("neither scales nor sizes") }
    guard (scales?.count ?? sizes!.count) == axes.count,
      scales?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true, sizes?.allSatisfy({ $0 > 0 }) ?? true
    else { throw ONNXRefusal("scales or sizes that do not fit \(shape)") }
    if let given = sizes {
      var full = shape
      for (index, axis) in axes.enumerated() { full[axis] = given[index] }
      // A batch size that was written into the file stands for any.
      if case .batched = reading, full[0] == declaredBatch || full[0] == 1 { full[0] = shape[0] }
      switch site.string("keep_aspect_ratio_policy", or: "stretch") {
      case "stretch": return (nil, full)
      case let policy where policy == "not_larger" || policy == "not_smaller":
        let ratios = axes.indices.map { Float(given[$0]) / Float(shape[axes[$0]]) }
        let ratio = policy == "not_larger" ? ratios.min()! : ratios.max()!
        var scales = [Float](repeating: 1, count: shape.count)
        for axis in axes {
          full[axis] = wholeNumber((Double(ratio) * Double(shape[axis])).rounded(.toNearestOrAwayFromZero))
          scales[axis] = ratio
        }
        return (scales, full)
      case let other: throw ONNXRefusal("a keep_aspect_ratio_policy '\(other)'")
      }
    }
    var full = [Float](repeating: 1, count: shape.count)
    for (index, axis) in axes.enumerated() { full[axis] = scales![index] }
    return (full, nil)
  }

  private func operation(
    _ site: ONNXSite, _ size: Extent, _ scale: Resize.Scale?, isOld: Bool
  ) throws(ONNXRefusal) -> Resize {
    let mode: Resize.Mode
    switch site.string("mode", or: "nearest") {
    case "nearest": mode = .nearest
    case "linear", "bilinear": mode = .linear
    case "cubic": mode = .cubic
    case let other: throw ONNXRefusal("a mode '\(other)'")
    }
    if isOld {
      return Resize(size: size, scale: scale, mode: mode, coordinates: .asymmetric, rounding: .floor)
    }
    let coordinates: Resize.Coordinates
    switch site.string("coordinate_transformation_mode", or: "half_pixel") {
    case "half_pixel": coordinates = .halfPixel
    case "asymmetric": coordinates = .asymmetric
    case "align_corners": coordinates = .alignCorners
    case "pytorch_half_pixel": coordinates = .pytorchHalfPixel
    case "half_pixel_symmetric": coordinates = .halfPixelSymmetric
    case let other: throw ONNXRefusal("a coordinate_transformation_mode '\(other)'")
    }
    let rounding: Resize.Rounding
    switch site.string("nearest_mode", or: "round_prefer_floor") {
    case "round_prefer_floor": rounding = .roundPreferFloor
    case "round_prefer_ceil": rounding = .roundPreferCeiling
    case "floor": rounding = .floor
    case "ceil": rounding = .ceiling
    case let other: throw ONNXRefusal("a nearest_mode '\(other)'")
    }
    return Resize(
      size: size, scale: scale, mode: mode, coordinates: coordinates, rounding: rounding,
      cubicCoefficient: site.float("cubic_coeff_a", or: -0.75), excludesOutside: site.flag("exclude_outside"),
      antialiases: site.flag("antialias"))
  }

  /// How often each pixel is repeated, where that is all that a resizing does.
  private func repetition(_ operation: Resize, from size: Extent) -> Extent? {
    guard operation.mode == .nearest, operation.size.height % size.height == 0,
      operation.size.width % size.width == 0
    else { return nil }
    let factor = Extent(
      height: operation.size.height / size.height, width: operation.size.width / size.width)
    if let scale = operation.scale {
      guard scale.height == Double(factor.height), scale.width == Double(factor.width) else { return nil }
    }
    switch (operation.coordinates, operation.rounding) {
    case (.asymmetric, .floor), (.halfPixel, .roundPreferFloor), (.halfPixel, .roundPreferCeiling):
      return factor
    default: return nil
    }
  }
}

/// The number that was rounded to a float: 0.6 and not 0.60000002, with which a place that is to lie between two others in
/// the middle would not.
private func meant(_ scale: Float) -> Double { Double(scale.description) ?? Double(scale) }
