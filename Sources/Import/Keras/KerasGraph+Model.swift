internal import Core

extension KerasGraph {
  /// Adds all layers of a model.
  /// - Parameters:
  ///   - arguments: what the model is called on; nil for the outermost, which makes inputs of its own.
  ///   - suffix: what is put behind the model's name in a later call, so that names stay unique.
  ///   - prefix: what inner names are put behind, where they are not unique.
  /// - Returns: the model's results.
  mutating func add(
    _ model: KerasModel, on arguments: [KerasValue]?, weights: [String: [KerasWeight]], prefix: String = "",
    names: KerasNames
  ) throws(ImportError) -> [KerasValue] {
    var values: [KerasReference: [KerasValue]] = [:]
    if let arguments {
      guard arguments.count == model.inputs.count else {
        throw ImportError(
          .malformed, "\(path):\(model.name)",
          "takes \(model.inputs.count) inputs, is called on \(arguments.count)")
      }
    }
    for (index, input) in model.inputs.enumerated() {
      let layer = model.layers[input.layer]
      let key = KerasReference(layer: input.layer, call: 0, tensor: 0)
      if let arguments {
        values[key] = [arguments[index]]
      } else {
        values[key] = [addInput(layer.name, fileShape: try inputShape(layer, model, weights))]
      }
    }
    let stated = model.statedShapes
    for call in model.order where values[call] == nil {
      let layer = model.layers[call.layer]
      guard let arguments = try self.arguments(of: call, model, values) else { continue }
      var name = names.name(of: layer, within: prefix)
      if call.call > 0 { name += ".call\(call.call + 1)" }
      if let inner = layer.model {
        let given = arguments.compactMap { if case .value(let value) = $0 { value } else { nil } }
        let results = try add(inner, on: given, weights: weights, prefix: name, names: names)
        // The model's name stands for its first result.
        values[call] =
          [try add(Identity(), name, [results[0]])] + results.dropFirst()
      } else {
        values[call] = [
          try add(layer, on: arguments, named: name, weights: weights[layer.path], stated: stated[call])
        ]
      }
    }
    var results: [KerasValue] = []
    for output in model.outputs {
      let key = KerasReference(layer: output.layer, call: output.call, tensor: 0)
      guard let made = values[key], made.indices.contains(output.tensor) else {
        throw ImportError(
          .malformed, "\(path):\(model.layers[output.layer].path)",
          "an output of '\(model.name)' is never made")
      }
      results.append(made[output.tensor])
    }
    return results
  }

  /// The values that a layer is called on; nil for a layer that nothing leads to.
  private func arguments(
    of call: KerasReference, _ model: KerasModel, _ values: [KerasReference: [KerasValue]]
  ) throws(ImportError) -> [KerasArgumentValue]? {
    let layer = model.layers[call.layer]
    var arguments: [KerasArgumentValue] = []
    for argument in layer.calls[call.call].arguments {
      switch argument {
      case .number(let number): arguments.append(.number(Float(number)))
      case .value(let reference):
        let key = KerasReference(layer: reference.layer, call: reference.call, tensor: 0)
        guard let made = values[key] else { return nil }
        guard made.indices.contains(reference.tensor) else {
          throw layer.config.error(
            "reads result \(reference.tensor) of '\(model.layers[reference.layer].name)', which has \(made.count)"
          )
        }
        arguments.append(.value(made[reference.tensor]))
      }
    }
    if arguments.isEmpty, layer.className == "InputLayer" { return nil }
    return arguments
  }

  private mutating func add(
    _ layer: KerasLayer, on arguments: [KerasArgumentValue], named name: String, weights: [KerasWeight]?,
    stated: [Int?]?
  ) throws(ImportError) -> KerasValue {
    let isKnown = layer.weightNames != nil
    let site = KerasSite(
      layer: layer, name: name, inputs: arguments, weights: isKnown ? try layer.bound(weights ?? []) : [:],
      statedShape: stated)
    do { return try build(site) } catch let error as ImportError { throw error } catch {
      guard let reason = (error as? KerasUnsupported)?.reason else { preconditionFailure("\(error)") }
      return try addUnsupported(site, reason)
    }
  }

  /// A layer that cannot be run keeps its place and name; what it makes is as the file states, or as what it is given.
  private mutating func addUnsupported(_ site: KerasSite, _ reason: String) throws(ImportError) -> KerasValue
  {
    let given = site.values.first
    var shape = given?.shape ?? [1]
    var layout = given?.layout ?? .same
    if let stated = site.statedShape?.dropFirst(), !stated.isEmpty {
      let fileShape = Shape(stated.map { $0 ?? assumedExtent })
      layout = fileShape.rank == 3 ? imageLayout : .same
      shape = layout == .channelsLast ? [fileShape[2], fileShape[0], fileShape[1]] : fileShape
    } else {
      remark("'\(site.name)' (\(site.className)) is taken to make what has the shape of what it is given")
    }
    return try add(
      Unsupported(operation: site.className, reason: reason, outputShape: shape), site.name, site.values,
      layout: layout)
  }

  // MARK: Inputs

  private mutating func inputShape(
    _ layer: KerasLayer, _ model: KerasModel, _ weights: [String: [KerasWeight]]
  ) throws(ImportError) -> Shape {
    let stated = ["batch_shape", "batch_input_shape", "build_input_shape"].lazy.compactMap {
      layer.config[$0]
    }.first
    if let stated, let extents = KerasConfig.shape(stated), !extents.isEmpty {
      guard
        stated.array!.dropFirst().allSatisfy({
          $0.isNull || $0.whole.map { $0 > 0 && $0 <= KerasConfig.largest } ?? false
        })
      else { throw layer.config.error("an input of \(stated.written) cannot be") }
      return assumed(Array(extents.dropFirst()), layer, model, weights)
    }
    guard let channels = firstKernel(model, weights) else {
      throw layer.config.error("the file states no input shape, and no kernel tells of one")
    }
    return assumed(channels, layer, model, weights)
  }

  /// Unknown extents filled up: channels from the first kernel, rows and columns with what is assumed.
  private mutating func assumed(
    _ extents: [Int?], _ layer: KerasLayer, _ model: KerasModel, _ weights: [String: [KerasWeight]]
  ) -> Shape {
    var extents = extents
    guard extents.contains(nil) else { return Shape(extents.compactMap(\.self)) }
    let channelAxis = hasChannelsFirst ? 0 : 2
    if extents.count == 3, extents[channelAxis] == nil, let kernel = firstKernel(model, weights),
      kernel.count == 3
    {
      extents[channelAxis] = kernel[channelAxis]
    }
    let shape = Shape(extents.map { $0 ?? (extents.count == 1 ? 1 : assumedExtent) })
    remark(
      "the size of the input '\(layer.name)' is not in the file; \(shape) is assumed, as the file lays it out"
    )
    return shape
  }

  /// What the first layer with a kernel takes: `[nil, nil, channels]`, `[features]`.
  private func firstKernel(_ model: KerasModel, _ weights: [String: [KerasWeight]]) -> [Int?]? {
    for layer in model.leaves {
      guard let kernel = weights[layer.path]?.first?.tensor.shape else { continue }
      switch (layer.className, kernel.rank) {
      case ("Conv2D", 4), ("DepthwiseConv2D", 4), ("SeparableConv2D", 4):
        let isOld = version.major == 1 && hasChannelsFirst
        let channels = isOld ? kernel[1] : kernel[2]
        return hasChannelsFirst ? [channels, nil, nil] : [nil, nil, channels]
      case ("Conv2DTranspose", 4): return hasChannelsFirst ? [kernel[3], nil, nil] : [nil, nil, kernel[3]]
      case ("Dense", 2): return [kernel[0]]
      case ("BatchNormalization", 1): continue
      default: return nil
      }
    }
    return nil
  }
}

extension KerasModel {
  /// The shapes of results, where those who take them state them.
  var statedShapes: [KerasReference: [Int?]] {
    var shapes: [KerasReference: [Int?]] = [:]
    for layer in layers {
      for call in layer.calls {
        for (reference, shape) in call.shapes where reference.tensor == 0 { shapes[reference] = shape }
      }
    }
    return shapes
  }

  /// True if every layer that says where its channels are says that they are first.
  var hasChannelsFirst: Bool {
    let formats = leaves.compactMap { layer -> String? in
      let isSpatial = ["Conv", "Pool", "UpSampling", "ZeroPadding", "Cropping"].contains {
        layer.className.contains($0)
      }
      return isSpatial ? layer.config.text("data_format") : nil
    }
    return !formats.isEmpty && formats.allSatisfy { $0 == "channels_first" }
  }
}

/// What nodes are called: as their layers, with the names of the models around them where two layers share a name.
struct KerasNames {
  private var counts: [String: Int] = [:]

  init(_ model: KerasModel) { count(model) }

  private mutating func count(_ model: KerasModel) {
    for layer in model.layers {
      counts[layer.name, default: 0] += 1
      if let inner = layer.model { count(inner) }
    }
  }

  /// - Parameter prefix: the name of the model around, with its call if it is not the first.
  func name(of layer: KerasLayer, within prefix: String) -> String {
    let isLaterCall = prefix.split(separator: "/").contains { $0.contains(".call") }
    return counts[layer.name] == 1 && !isLaterCall || prefix.isEmpty ? layer.name : prefix + "/" + layer.name
  }
}
