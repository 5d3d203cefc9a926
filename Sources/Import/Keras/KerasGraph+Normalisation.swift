internal import Core

extension KerasGraph {
  /// Batch norm of Keras: its statistics and its epsilon in its own order, its momentum what is kept of the old.
  mutating func batchNormalisation(_ site: KerasSite) throws -> KerasValue {
    let config = site.config
    if let mode = config["mode"]?.whole, mode != 0 {
      throw KerasUnsupported(reason: "batch norm of Keras 1 in mode \(mode)")
    }
    let axes = try config.wholes("axis") ?? [-1]
    guard axes.count == 1 else { throw KerasUnsupported(reason: "batch norm over several axes") }
    let epsilon = try config.number("epsilon", 1e-3)
    let momentum = 1 - (try config.number("momentum", 0.99))
    let input = try site.input()
    let axis = try axis(axes[0], of: input, site)
    let count = input.shape[axis - 1]
    let arrays = try statistics(site, count)
    return try normalised(input, along: axis, site) { value in
      let features = arrays.mapValues { KerasGraph.perFeature($0, of: value) }
      let operation: any Operation =
        value.shape.rank == 3
        ? BatchNorm2d(channels: count, epsilon: epsilon, momentum: min(max(momentum, 0), 1))
        : BatchNorm1d(features: count, epsilon: epsilon, momentum: min(max(momentum, 0), 1))
      return (operation, features)
    }
  }

  private func statistics(_ site: KerasSite, _ count: Int) throws(ImportError) -> [String: StoredTensor] {
    let hasScale = site.config.flag("scale", true)
    let hasOffset = site.config.flag("center", true)
    return [
      "weight": hasScale ? try site.array("gamma", [count]) : StoredTensor("gamma", [count], repeating: 1),
      "bias": hasOffset ? try site.array("beta", [count]) : StoredTensor("beta", [count], repeating: 0),
      "running_mean": try site.array("moving_mean", [count]),
      "running_var": try site.array("moving_variance", [count]),
    ]
  }

  /// Adds an operation that works along axis 1 with another axis put there, and back.
  private mutating func normalised(
    _ input: KerasValue, along axis: Int, _ site: KerasSite,
    _ operation: (KerasValue) throws(ImportError) -> (any Operation, [String: StoredTensor])
  ) throws -> KerasValue {
    guard input.shape.rank <= 3 else {
      throw KerasUnsupported(reason: "a value of rank \(input.shape.rank + 1)")
    }
    guard axis != 1 else {
      let (operation, arrays) = try operation(input)
      return try add(operation, site.name, [input], arrays)
    }
    let others = (1...input.shape.rank).filter { $0 != axis }
    let order = [axis] + others
    let turned = try add(Permute(axes: order), site.name + ".turned", [input], layout: .same)
    let (operation, arrays) = try operation(turned)
    let result = try add(operation, site.name + ".normalised", [turned], arrays)
    let back = (1...order.count).map { order.firstIndex(of: $0)! + 1 }
    return try add(Permute(axes: back), site.name, [result], layout: input.layout)
  }

  /// `(x − mean) / max(√variance, 1e-7)` with numbers that were taken from the data.
  mutating func normalisation(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let axes = try site.config.wholes("axis") ?? (site.config.options["axis"] == nil ? [-1] : [])
    guard axes.count <= 1, !site.config.flag("invert", false) else {
      throw KerasUnsupported(reason: "over several axes, or inverted")
    }
    let axis = try axis(axes.first ?? -1, of: input, site)
    let count = input.shape[axis - 1]
    func array(_ name: String) throws(ImportError) -> StoredTensor {
      guard let array = site.weights[name] ?? stated(name, site) else {
        throw site.config.error("there is no \(name) in the file")
      }
      if array.shape.elementCount == count { return array.reshaped([count]) }
      guard array.shape.elementCount == 1 else {
        throw site.config.error("expected a \(name) of \(Shape([count])), found \(array.shape)")
      }
      return array.mapped([count]) { Tensor([count], repeating: $0.elements[0]) }
    }
    let arrays = [
      "weight": StoredTensor("gamma", [count], repeating: 1),
      "bias": StoredTensor("beta", [count], repeating: 0),
      "running_mean": try array("mean"), "running_var": try array("variance"),
    ]
    return try normalised(input, along: axis, site) { value in
      let features = arrays.mapValues { KerasGraph.perFeature($0, of: value) }
      let operation: any Operation =
        value.shape.rank == 3
        ? BatchNorm2d(channels: count, epsilon: 1e-14) : BatchNorm1d(features: count, epsilon: 1e-14)
      return (operation, features)
    }
  }

  /// Numbers that stand in a layer's options: one, or lists in lists.
  private func stated(_ name: String, _ site: KerasSite) -> StoredTensor? {
    func numbers(_ value: JSON, _ depth: Int) -> [Float] {
      if let number = value.number { return [Float(number)] }
      return depth > 8 ? [] : (KerasConfig.unwrapped(value).array ?? []).flatMap { numbers($0, depth + 1) }
    }
    guard let value = site.config[name] else { return nil }
    let found = numbers(value, 0)
    return found.isEmpty ? nil : StoredTensor(name, Tensor([found.count], found))
  }

  mutating func layerNormalisation(_ site: KerasSite) throws -> KerasValue {
    guard !site.config.flag("rms_scaling", false) else {
      throw KerasUnsupported(reason: "scaling by the root mean square")
    }
    let input = try site.input()
    var fileAxes = try site.config.wholes("axis") ?? [-1]
    fileAxes = fileAxes.map { $0 < 0 ? $0 + input.shape.rank + 1 : $0 }.sorted()
    var axes: [Int] = []
    for axis in fileAxes { axes.append(try self.axis(axis, of: input, site)) }
    guard Set(axes).count == axes.count, !axes.isEmpty else {
      throw site.config.error("its axes are \(fileAxes)")
    }
    let fileShape = input.fileShape
    // As the file has them, with 1 along the axes that are not normalised.
    let spread = Shape((1...fileShape.rank).map { fileAxes.contains($0) ? fileShape[$0 - 1] : 1 })
    let stored = Shape(fileAxes.map { fileShape[$0 - 1] })
    func array(_ name: String) throws(ImportError) -> StoredTensor {
      let array = try site.array(name, stored).reshaped(spread)
      return input.layout == .channelsLast
        ? array.permuted([2, 0, 1]) : KerasGraph.perFeature(array, of: input)
    }
    var arrays: [String: StoredTensor] = [:]
    let (hasScale, hasOffset) = (site.config.flag("scale", true), site.config.flag("center", true))
    if hasScale { arrays["weight"] = try array("gamma") }
    if hasOffset { arrays["bias"] = try array("beta") }
    let shape: Shape = input.layout == .channelsLast ? [spread[2], spread[0], spread[1]] : spread
    let operation = LayerNorm(
      axes: axes.sorted(), parameterShape: shape, epsilon: try site.config.number("epsilon", 1e-3),
      hasScale: hasScale, hasOffset: hasOffset)
    return try add(operation, site.name, [input], arrays)
  }

  mutating func groupNormalisation(_ site: KerasSite) throws -> KerasValue {
    let input = try site.input()
    let axes = try site.config.wholes("axis") ?? [-1]
    let axis = try axis(axes[0], of: input, site)
    guard axis == 1, input.shape.rank == 3, axes.count == 1, site.config.options["axis"] != .some(.null)
    else {
      throw KerasUnsupported(reason: "group norm of other than the channels of images")
    }
    let channels = input.shape[0]
    let isPerChannel = site.className.hasSuffix("InstanceNormalization") || site.config["groups"]?.whole == -1
    let groups = isPerChannel ? channels : try site.config.count("groups", 32)
    let hasScale = site.config.flag("scale", true)
    let hasOffset = site.config.flag("center", true)
    let arrays = [
      "weight": hasScale
        ? try site.array("gamma", [channels]) : StoredTensor("gamma", [channels], repeating: 1),
      "bias": hasOffset ? try site.array("beta", [channels]) : StoredTensor("beta", [channels], repeating: 0),
    ]
    let operation = GroupNorm(
      groups: groups, channels: channels, epsilon: try site.config.number("epsilon", 1e-3))
    return try add(operation, site.name, [input], arrays)
  }
}
