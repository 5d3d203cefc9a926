internal import Core

/// Reads what a layer is called on, as every generation writes it.
struct KerasInbound {
  /// The file and the layer, for errors.
  let path: String
  /// Where the layers stand, by name.
  let indices: [String: Int]

  private func error(_ reason: String) -> ImportError { ImportError(.malformed, path, reason) }

  /// The calls in `inbound_nodes`.
  func calls(_ nodes: JSON?) throws(ImportError) -> [KerasCall] {
    var calls: [KerasCall] = []
    for node in nodes?.array ?? [] {
      var call = KerasCall()
      if let arguments = node["args"] {
        try collect(arguments, into: &call, depth: 0)
        if let other = node["kwargs"]?["y"] { try collect(other, into: &call, depth: 0) }
        if call.arguments.isEmpty, let other = node["kwargs"]?["inputs"] {
          try collect(other, into: &call, depth: 0)
        }
      } else {
        // A single tensor may stand without the list around it.
        for entry in node[0]?.text != nil ? [node] : node.array ?? [] { try append(entry, to: &call) }
      }
      calls.append(call)
    }
    return calls
  }

  /// Keras 3: tensors and numbers, in lists of lists.
  private func collect(_ value: JSON, into call: inout KerasCall, depth: Int) throws(ImportError) {
    if value["class_name"]?.text == "__keras_tensor__" {
      let reference = try reference(value["config"]?["keras_history"] ?? .null)
      call.arguments.append(.value(reference))
      call.shapes[reference] = KerasConfig.shape(value["config"]?["shape"])
    } else if let number = value.number {
      call.arguments.append(.number(number))
    } else if let elements = KerasConfig.unwrapped(value).array, depth < 4 {
      for element in elements { try collect(element, into: &call, depth: depth + 1) }
    }
  }

  /// Keras 1 and 2: `[layer, call, tensor]`, from 2 on with the further arguments behind.
  private func append(_ entry: JSON, to call: inout KerasCall) throws(ImportError) {
    if entry[0]?.text == "_CONSTANT_VALUE" {
      guard let number = entry[2]?.number else { return }
      call.arguments.append(.number(number))
    } else if entry[0]?.text != nil {
      call.arguments.append(.value(try reference(entry)))
    } else if let nested = entry.array {
      for entry in nested where entry[0]?.text != nil { try append(entry, to: &call) }
    }
    switch entry[3]?["y"] {
    case .some(let other) where other[0]?.text != nil: call.arguments.append(.value(try reference(other)))
    case .some(.number(let number)): call.arguments.append(.number(number))
    default: break
    }
  }

  /// `["layer", 0, 0]`.
  private func reference(_ entry: JSON) throws(ImportError) -> KerasReference {
    guard let name = entry[0]?.text, let call = entry[1]?.whole, let tensor = entry[2]?.whole,
      (0...1 << 20).contains(call), (0...1 << 20).contains(tensor)
    else { throw error("reads \(entry.written.prefix(80)), expected a layer's name and two numbers") }
    guard let layer = indices[name] else { throw error("reads '\(name)', and there is no such layer") }
    return KerasReference(layer: layer, call: call, tensor: tensor)
  }

  /// `input_layers` and `output_layers`: one reference, a list of them, or one to a name.
  func references(_ list: JSON?) throws(ImportError) -> [KerasReference] {
    guard let list else { return [] }
    if list[0]?.text != nil { return [try reference(list)] }
    var references: [KerasReference] = []
    for element in list.array ?? list.object.map({ $0.sorted { $0.key < $1.key }.map(\.value) }) ?? [] {
      references += try self.references(element)
    }
    return references
  }

  /// Keras 1 and 2 count the first use of a nested model as 1: its own making was 0. Keras 3 does so for outputs alone.
  static func countFromZero(
    _ layers: inout [KerasLayer], _ outputs: inout [KerasReference], isOfKeras3: Bool
  ) {
    func isBeyond(_ reference: KerasReference) -> Bool {
      layers[reference.layer].model != nil && reference.call >= layers[reference.layer].calls.count
    }
    var counted: Set<Int> = []
    for call in layers.flatMap(\.calls) {
      for case .value(let reference) in call.arguments where isBeyond(reference) {
        counted.insert(reference.layer)
      }
    }
    let countedOutputs = Set(outputs.filter(isBeyond).map(\.layer))
    if !isOfKeras3 { counted.formUnion(countedOutputs) }
    for index in outputs.indices where outputs[index].call > 0 {
      if counted.union(countedOutputs).contains(outputs[index].layer) { outputs[index].call -= 1 }
    }
    guard !counted.isEmpty else { return }
    for layer in layers.indices {
      for call in layers[layer].calls.indices {
        layers[layer].calls[call].arguments = layers[layer].calls[call].arguments.map { argument in
          guard case .value(var reference) = argument, counted.contains(reference.layer), reference.call > 0
          else { return argument }
          reference.call -= 1
          return .value(reference)
        }
      }
    }
  }
}
