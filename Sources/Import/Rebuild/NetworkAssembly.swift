internal import Core

/// Turns an order of layers into the nodes of a network.
struct NetworkAssembly {
  private let order: LayerOrder
  private let attachments: NormAttachments
  private let plans: RebuildPlans
  private let flattensChannelsLast: Bool
  private let readers: Set<Int>

  private(set) var inputs: [Network.Input] = []
  private(set) var nodes: [Network.Node] = []
  private(set) var parameters: [String: StoredTensor] = [:]
  private(set) var links: [RebuiltNetwork.Link] = []
  private(set) var remarks: [String] = []

  private var names: Set<String>
  /// The shape of one example of each input and node.
  private var shapes: [String: Shape] = [:]
  /// Where each layer's result is, behind what normalises and rectifies it.
  private var results: [Int: String] = [:]
  /// What a layer's result becomes behind it, if it is made into pictures: their shape.
  private var pictures: [Int: Shape] = [:]
  private var assumesActivations = false

  init(_ order: LayerOrder, _ attachments: NormAttachments, flattensChannelsLast: Bool) {
    self.order = order
    self.attachments = attachments
    self.flattensChannelsLast = flattensChannelsLast
    plans = RebuildPlans(order)
    readers = Set(order.sources.compactMap(\.layer))
    // Names that layers of the file have are kept for them.
    names = Set(order.layers.map(\.name))
    names.formUnion(
      (Array(attachments.behind.values) + Array(attachments.before.values)).joined().map(\.name))
    for index in order.layers.indices where order.layers[index].takesPictures {
      if let source = order.sources[index].layer, !order.layers[source].takesPictures,
        let size = plans.inputs[index]
      {
        pictures[source] = [order.layers[index].inputs, size.height, size.width]
      }
    }
  }

  /// Builds all nodes.
  mutating func assemble() {
    for index in order.layers.indices {
      let layer = order.layers[index]
      let source = order.sources[index]
      // Links to a layer's norm stand behind the link to the layer.
      let place = links.count
      if let before = source.layer, let value = results[before], build(index, reading: value) {
        links.insert(
          .init(
            from: order.layers[before].name, to: layer.name, confidence: source.confidence,
            reason: reason(index, before, source)), at: place)
        continue
      }
      let shape = inputShape(index)
      let value = unique(inputs.isEmpty ? "input" : layer.name + ".input")
      inputs.append(Network.Input(value, shape))
      shapes[value] = shape
      if build(index, reading: value) {
        let isFirst = inputs.count == 1
        let size =
          layer.takesPictures
          ? "\(layer.inputs.counted("channel")); the size \(shape[1]) × \(shape[2]) is assumed"
          : layer.inputs.counted("feature")
        let why =
          isFirst || source.reason.isEmpty
          ? "" : source.reason.hasPrefix("not linked") ? source.reason + "; " : "not linked; "
        links.insert(
          .init(
            from: nil, to: layer.name, confidence: isFirst ? source.confidence : .guessed, reason: why + size),
          at: place)
      } else {
        inputs.removeLast()
        remarks.append("left aside: \(layer.name): a layer of \(layer.layer.weight.shape) cannot be run")
      }
    }
    if assumesActivations {
      remarks.append("activations are not in the file: ReLU is assumed between layers, none behind the last")
    }
  }

  private func inputShape(_ index: Int) -> Shape {
    let layer = order.layers[index]
    guard layer.takesPictures else { return [layer.inputs] }
    let plain = Extent(height: layer.layer.isFlat ? 1 : 16, width: 16)
    var size = order.sources[index].layer == nil ? plans.inputs[index] ?? plain : plain
    // Very many channels are shown what fits.
    let most = max(layer.inputs, layer.outputs)
    if most * size.height * size.width > 1 << 26 { size = 1 }
    return [layer.inputs, size.height, size.width]
  }

  /// What speaks for a link.
  private func reason(_ index: Int, _ before: Int, _ source: LayerOrder.Source) -> String {
    let (layer, other) = (order.layers[index], order.layers[before])
    var parts: [String] = []
    switch other.fit(layer) {
    case .exact:
      parts.append(
        "\(layer.inputs.counted(layer.takesPictures ? "channel" : "feature")) \(layer.inputs == 1 ? "meets" : "meet") \(layer.inputs)"
      )
    case .places(let count) where other.takesPictures:
      let shape = shapes[results[before]!] ?? []
      parts.append(
        count == 1
          ? "\(layer.inputs) features meet \(layer.inputs) channels"
          : "\(layer.inputs) = \(shape.extents.map(String.init).joined(separator: " · "))")
    case .places:
      let shape = pictures[before] ?? []
      parts.append("\(other.outputs) = \(shape.extents.map(String.init).joined(separator: " · "))")
    case nil: break
    }
    if let words = plans.words[index] { parts.append(words) }
    if !source.reason.isEmpty { parts.append(source.reason) }
    return parts.joined(separator: "; ")
  }

  // MARK: Nodes

  private mutating func unique(_ name: String) -> String {
    var result = name
    var number = 2
    while !names.insert(result).inserted {
      result = "\(name)_\(number)"
      number += 1
    }
    return result
  }

  /// Adds a node if its operation can take what it is given.
  private mutating func add(_ name: String, _ operation: any Operation, _ value: String) -> Bool {
    guard operation.flaw == nil, let given = shapes[value], given.batched(1).checkedElementCount != nil,
      operation.parameters.allSatisfy({ $0.shape.checkedElementCount != nil }),
      let shape = try? operation.outputShape(of: [given.batched(1)]), shape.checkedElementCount != nil
    else { return false }
    nodes.append(Network.Node(name, operation, [value]))
    shapes[name] = shape.perExample
    return true
  }

  /// Adds a layer with all that belongs to it; false, with nothing added, if it cannot take what it is given.
  private mutating func build(_ index: Int, reading input: String) -> Bool {
    let layer = order.layers[index]
    let before = (nodes, shapes, parameters, names, links, remarks)
    guard var value = adapt(index, input) else {
      (nodes, shapes, parameters, names, links, remarks) = before
      return false
    }
    var weight = layer.layer.weight
    for norm in attachments.before[index] ?? [] { normalise(with: norm, &value, rowsOf: nil) }
    let operation = operation(index, isAlone: inputs.last?.name == value)
    if flattensChannelsLast, let image = flattenedImage(value) {
      weight = weight.inputsFromChannelsLast(image)
    }
    guard add(layer.name, operation, value) else {
      (nodes, shapes, parameters, names, links, remarks) = before
      return false
    }
    value = layer.name
    let rows = flattensChannelsLast ? pictures[index] : nil
    parameters[value + ".weight"] = rows.map { weight.rowsFromChannelsLast($0) } ?? weight
    if let bias = layer.layer.bias {
      parameters[value + ".bias"] = rows.map { bias.rowsFromChannelsLast($0) } ?? bias
    }
    var isActivated = false
    for norm in attachments.behind[index] ?? [] where norm.kind != .slopes {
      normalise(with: norm, &value, rowsOf: rows)
    }
    for slopes in attachments.behind[index] ?? [] where slopes.kind == .slopes {
      isActivated = activate(with: slopes, &value)
    }
    if readers.contains(index) {
      if !isActivated, add(unique(layer.name + ".relu"), ReLU(), value) {
        value = nodes.last!.name
        assumesActivations = true
      }
      if let pooling = plans.plans[index]?.pooling, pooling != 1,
        add(unique(layer.name + ".pool"), MaxPool2d(kernelSize: pooling), value)
      {
        value = nodes.last!.name
      }
    }
    results[index] = value
    return true
  }

  /// Makes pictures of a vector, or a vector of pictures, where the layer wants the other; nil if that cannot be.
  private mutating func adapt(_ index: Int, _ value: String) -> String? {
    let layer = order.layers[index]
    guard let shape = shapes[value] else { return nil }
    if layer.takesPictures {
      if shape.rank == 3 { return shape[0] == layer.inputs ? value : nil }
      guard let size = plans.inputs[index] else { return nil }
      let name = unique(layer.name + ".reshape")
      return add(name, Reshape(shape: [layer.inputs, size.height, size.width]), value) ? name : nil
    }
    guard shape.rank == 3 else { return shape == [layer.inputs] ? value : nil }
    if plans.averaging.contains(index) {
      let name = unique(layer.name + ".mean")
      return shape[0] == layer.inputs && add(name, GlobalAvgPool2d(), value) ? name : nil
    }
    let name = unique(layer.name + ".flatten")
    return shape.elementCount == layer.inputs && add(name, Flatten(), value) ? name : nil
  }

  /// The shape of the pictures that a value was flattened from; nil if it was not.
  private func flattenedImage(_ value: String) -> Shape? {
    guard let node = nodes.last, node.name == value, node.operation is Flatten else { return nil }
    return shapes[node.inputs[0]]
  }

  private func operation(_ index: Int, isAlone: Bool) -> any Operation {
    let layer = order.layers[index]
    let hasBias = layer.layer.bias != nil
    guard layer.takesPictures else {
      return Linear(inputFeatures: layer.inputs, outputFeatures: layer.outputs, hasBias: hasBias)
    }
    var plan = plans.plans[index] ?? PicturePlan()
    // A layer that was to read another, but does not.
    if isAlone, order.sources[index].layer != nil {
      plan = layer.form == .transposed ? .doubling(layer.layer.kernel) : .keeping(layer.layer.kernel)
    }
    if layer.form == .transposed {
      return ConvTranspose2d(
        inputChannels: layer.inputs, outputChannels: layer.outputs, kernelSize: layer.layer.kernel,
        stride: plan.stride, padding: plan.padding, outputPadding: plan.outputPadding, hasBias: hasBias)
    }
    return Conv2d(
      inputChannels: layer.inputs, outputChannels: layer.outputs, kernelSize: layer.layer.kernel,
      stride: plan.stride, padding: plan.padding, groups: layer.form == .depthwise ? layer.inputs : 1,
      hasBias: hasBias)
  }

  // MARK: Norms

  /// Puts a norm behind a value, if it fits.
  private mutating func normalise(with norm: NormGroup, _ value: inout String, rowsOf image: Shape?) {
    let isPicture = shapes[value]?.rank == 3
    let operation: any Operation =
      switch norm.kind {
      case .batch where isPicture: BatchNorm2d(channels: norm.size)
      case .batch: BatchNorm1d(features: norm.size)
      case .other where isPicture: GroupNorm(groups: 1, channels: norm.size)
      default: LayerNorm(axes: [1], parameterShape: [norm.size])
      }
    guard shapes[value]?.extents.first == norm.size, add(norm.name, operation, value) else {
      remarks.append("left aside: \(norm.name): \(norm.size) channels do not fit where it would stand")
      return
    }
    for declaration in operation.parameters {
      let isOne = declaration.name == "weight" || declaration.name == "running_var"
      let tensor =
        norm.group[declaration.name] ?? StoredTensor(norm.name, [norm.size], repeating: isOne ? 1 : 0)
      parameters["\(norm.name).\(declaration.name)"] = image.map { tensor.rowsFromChannelsLast($0) } ?? tensor
    }
    links.append(
      .init(
        from: value, to: norm.name, confidence: .likely,
        reason: "\(norm.size) \(isPicture ? "channels" : "features") meet \(norm.size)"))
    if norm.kind == .other, isPicture {
      remarks.append(
        "\(norm.name): a norm without running statistics over pictures is taken for a group norm of one group"
      )
    }
    value = norm.name
  }

  /// Puts a PReLU behind a value; false if it does not fit.
  private mutating func activate(with slopes: NormGroup, _ value: inout String) -> Bool {
    let isPicture = shapes[value]?.rank == 3
    let shape: Shape = isPicture && slopes.size > 1 ? [slopes.size, 1, 1] : [slopes.size]
    guard slopes.size == 1 || shapes[value]?.extents.first == slopes.size,
      add(slopes.name, PReLU(slopeShape: shape), value)
    else {
      remarks.append("left aside: \(slopes.name): \(slopes.size) slopes do not fit where it would stand")
      return false
    }
    parameters["\(slopes.name).weight"] = slopes.group["weight"]!.reshaped(shape)
    value = slopes.name
    return true
  }
}

extension StoredTensor {
  /// A linear layer's weight for vectors that were flattened with the channels last, put in our order.
  fileprivate func inputsFromChannelsLast(_ image: Shape) -> StoredTensor {
    reshaped([shape[0], image[1], image[2], image[0]]).permuted([0, 3, 1, 2]).reshaped(shape)
  }

  /// A weight or bias whose results become pictures with the channels last, put in our order.
  fileprivate func rowsFromChannelsLast(_ image: Shape) -> StoredTensor {
    let rest = shape.elementCount / image.elementCount
    return reshaped([image[1], image[2], image[0], rest]).permuted([2, 0, 1, 3]).reshaped(shape)
  }
}

extension Int {
  /// `1 channel`, `2 channels`.
  fileprivate func counted(_ word: String) -> String { "\(self) \(word)\(self == 1 ? "" : "s")" }
}
