internal import Core

/// A value in a Keras graph: which layer makes it, in which of its calls, and which of its results it is.
struct KerasReference: Hashable, Sendable {
  var layer: Int
  var call: Int
  var tensor: Int
}

/// What a layer is called on.
enum KerasArgument: Hashable, Sendable {
  case value(KerasReference)
  case number(Double)
}

/// One use of a layer.
struct KerasCall: Sendable {
  var arguments: [KerasArgument] = []
  /// The shape of each argument with its batch axis, where the file states it; nil extents are unknown.
  var shapes: [KerasReference: [Int?]] = [:]
}

/// A layer as the architecture describes it, in the words of Keras 2 and later.
struct KerasLayer: Sendable {
  let name: String
  /// The names of the models it is in and its own: `outer/inner`.
  let path: String
  var className: String
  var config: KerasConfig
  /// True for an operation of Keras 3 that is no layer: it has no weights and no counter.
  let isOperation: Bool
  /// Its layers, if it is a model itself.
  let model: KerasModel?
  var calls: [KerasCall]
}

/// A model: layers, and how they are called.
struct KerasModel: Sendable {
  let name: String
  let className: String
  let layers: [KerasLayer]
  let inputs: [KerasReference]
  let outputs: [KerasReference]
  /// All calls, each behind those whose results it takes.
  let order: [KerasReference]

  /// The layers that are no models, of this one and all within it.
  var leaves: [KerasLayer] { layers.flatMap { $0.model?.leaves ?? [$0] } }

  /// A model whose references are checked.
  /// - Throws: `ImportError` if one leads nowhere or the graph has a cycle.
  init(
    name: String, className: String, layers: [KerasLayer], inputs: [KerasReference],
    outputs: [KerasReference], subject: String
  ) throws(ImportError) {
    self.name = name
    self.className = className
    self.layers = layers
    self.inputs = inputs
    self.outputs = outputs
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw ImportError(
        .malformed, subject, "the model '\(name)' has no \(inputs.isEmpty ? "inputs" : "outputs")")
    }
    order = try KerasModel.sorted(layers, subject)
    for reference in outputs where reference.call >= layers[reference.layer].calls.count {
      throw ImportError(
        .malformed, subject,
        "an output is call \(reference.call) of '\(layers[reference.layer].name)', which is not there")
    }
  }

  /// Depth first, without recursion: a chain may be long.
  private static func sorted(_ layers: [KerasLayer], _ subject: String) throws(ImportError)
    -> [KerasReference]
  {
    var order: [KerasReference] = []
    var state: [KerasReference: Bool] = [:]  // false: begun, true: done
    for layer in layers.indices {
      for call in layers[layer].calls.indices {
        var stack = [KerasReference(layer: layer, call: call, tensor: 0)]
        while let top = stack.last {
          if state[top] == true {
            stack.removeLast()
            continue
          }
          let arguments = layers[top.layer].calls[top.call].arguments
          var open: [KerasReference] = []
          for case .value(var reference) in arguments {
            reference.tensor = 0
            guard layers[reference.layer].calls.indices.contains(reference.call) else {
              throw ImportError(
                .malformed, subject + ":" + layers[top.layer].path,
                "reads call \(reference.call) of '\(layers[reference.layer].name)', which is not there")
            }
            if state[reference] != true { open.append(reference) }
          }
          if open.isEmpty {
            state[top] = true
            order.append(top)
            stack.removeLast()
          } else {
            for reference in open where state[reference] == false {
              throw ImportError(
                .malformed, subject + ":" + layers[reference.layer].path,
                "the layer depends on its own result: the graph has a cycle")
            }
            state[top] = false
            stack += open.reversed()
          }
        }
      }
    }
    return order
  }
}

/// Which Keras wrote a file.
struct KerasVersion: Hashable, Sendable {
  /// As the file has it: `2.3.0-tf`; nil for Keras 1 and older.
  let text: String?
  /// What computed: `tensorflow`, `theano`; nil where it is not said.
  let backend: String?

  var major: Int { text.flatMap { Int($0.prefix { $0 != "." }) } ?? 1 }
  var name: String { "Keras " + (text ?? "1") }
}
