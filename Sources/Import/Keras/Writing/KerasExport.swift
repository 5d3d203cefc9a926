internal import Core

/// A layer of a Keras model that is being written.
struct KerasOutLayer {
  let name: String
  let className: String
  var config: [String: JSON]
  let inputs: [String]
  /// Its arrays by name, in the order and layout in which Keras keeps them.
  let weights: [(name: String, tensor: Tensor)]
  /// The shape of its value for one example, as Keras has it.
  let shape: Shape
}

/// Says a network in Keras's layers, images with their channels last.
struct KerasExport {
  /// Which Keras reads it: some options have two names.
  enum Dialect {
    /// HDF5 as Keras 2 writes it and 3 still reads.
    case legacy
    /// `.keras` of Keras 3.
    case archive
  }

  /// A value of the network as the layers make it.
  struct Value {
    /// The layer that makes it.
    let layer: String
    /// The shape of one example, as it lies here.
    let shape: Shape
    /// How it lies in Keras.
    let layout: ValueLayout

    /// The shape of one example in Keras.
    var fileShape: Shape { layout == .channelsLast ? [shape[1], shape[2], shape[0]] : shape }
  }

  let path: String
  let dialect: Dialect
  let model: Model
  private(set) var layers: [KerasOutLayer] = []
  private(set) var values: [String: Value] = [:]
  private var names: Set<String> = []
  /// Vectors that become images: their numbers are laid out for that where they are made.
  private let vectorsOfImages: [String: Shape]
  /// The layers whose values are the model's inputs, and the one whose value is its result.
  private(set) var inputs: [String] = []
  private(set) var output = ""

  /// - Throws: `ImportError` naming the first node that Keras has no layers for.
  init(_ model: Model, dialect: Dialect, path: String) throws(ImportError) {
    self.model = model
    self.dialect = dialect
    self.path = path
    let network = model.network
    let shapes: [String: Shape]
    do { shapes = try network.shapes() } catch {
      throw ImportError(.cannotWrite, path, "\(error.subject): \(error.reason)")
    }
    vectorsOfImages = KerasExport.vectorsOfImages(network, shapes)
    let needed = KerasExport.needed(network)
    for input in network.inputs { addInput(input) }
    for node in network.nodes where needed.contains(node.name) && !(node.operation is Constant) {
      values[node.name] = try build(node)
    }
    // Who takes the result expects a vector's numbers in this project's order.
    var result = values[network.output]!
    if case .flattenedChannelsLast = result.layout { result = plain(result, network.output + "_output") }
    output = result.layer
    layers = KerasExport.ordered(layers, output: output)
  }

  /// The nodes that the output depends on; Keras keeps no others.
  private static func needed(_ network: Network) -> Set<String> {
    var needed: Set<String> = [network.output]
    for node in network.nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    return needed
  }

  func refusal(_ node: Network.Node, _ reason: String) -> ImportError {
    ImportError(
      .cannotWrite, path,
      "node '\(node.name)' (\(node.operation.name)) cannot be said in Keras's layers: \(reason)")
  }

  func parameter(_ node: Network.Node, _ name: String) -> Tensor { model.parameters[node.name, name]! }

  // MARK: Layers

  /// A name that Keras allows and no layer has yet.
  private mutating func unique(_ wanted: String) -> String {
    let allowed = wanted.unicodeScalars.map { scalar -> Character in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "_.-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "_"
    }
    var base = String(allowed)
    if base.first.map({ !$0.isLetter && !$0.isNumber }) ?? true { base = "layer" + base }
    var name = base
    var count = 2
    while !names.insert(name).inserted {
      name = "\(base)_\(count)"
      count += 1
    }
    return name
  }

  private mutating func addInput(_ input: Network.Input) {
    let name = unique(input.name)
    let isImage = input.shape.rank == 3
    let value = Value(layer: name, shape: input.shape, layout: isImage ? .channelsLast : .same)
    let extents: [JSON] = value.fileShape.extents.map { .number(Double($0)) }
    var config: [String: JSON] = ["dtype": "float32", "sparse": false, "name": .string(name)]
    config[dialect == .legacy ? "batch_input_shape" : "batch_shape"] = .array([.null] + extents)
    if dialect == .legacy { config["ragged"] = false }
    layers.append(
      KerasOutLayer(
        name: name, className: "InputLayer", config: config, inputs: [], weights: [], shape: value.fileShape))
    values[input.name] = value
    inputs.append(name)
  }

  /// Adds a layer.
  /// - Parameters:
  ///   - shape: of its value for one example, as it lies here.
  ///   - layout: of its value; as its first input's, if nothing is said.
  mutating func add(
    _ className: String, _ name: String, _ inputs: [Value], _ config: [String: JSON] = [:], shape: Shape,
    layout: ValueLayout? = nil, weights: [(name: String, tensor: Tensor)] = []
  ) -> Value {
    let name = unique(name)
    var config = config
    config["name"] = .string(name)
    config["trainable"] = true
    config["dtype"] = "float32"
    let value = Value(layer: name, shape: shape, layout: layout ?? inputs[0].layout)
    layers.append(
      KerasOutLayer(
        name: name, className: className, config: config, inputs: inputs.map(\.layer), weights: weights,
        shape: value.fileShape))
    return value
  }

  // MARK: Layouts

  /// A value whose numbers lie in Keras as they lie here.
  mutating func plain(_ value: Value, _ name: String) -> Value {
    switch value.layout {
    case .channelsLast:
      return add("Permute", name, [value], ["dims": [3, 1, 2]], shape: value.shape, layout: .same)
    case .flattenedChannelsLast(let image):
      let images = add(
        "Reshape", name + "_images", [value], ["target_shape": json([image[1], image[2], image[0]])],
        shape: image,
        layout: .channelsLast)
      let permuted = add(
        "Permute", name + "_channels", [images], ["dims": [3, 1, 2]], shape: image, layout: .same)
      return add("Flatten", name, [permuted], shape: value.shape, layout: .same)
    default: return value
    }
  }

  /// Images with their channels last in Keras.
  mutating func images(_ value: Value, _ node: Network.Node) throws(ImportError) -> Value {
    guard value.shape.rank == 3 else { throw refusal(node, "it is given \(value.shape), no images") }
    guard value.layout != .channelsLast else { return value }
    return add(
      "Permute", node.name + "_images", [value], ["dims": [2, 3, 1]], shape: value.shape,
      layout: .channelsLast)
  }

  /// Numbers for each feature of a vector, or each channel of images, in Keras's order.
  func perFeature(_ tensor: Tensor, of layout: ValueLayout) -> Tensor {
    guard case .flattenedChannelsLast(let image) = layout, tensor.shape.elementCount == image.elementCount
    else {
      return tensor
    }
    return tensor.reshaped(image).permuted([1, 2, 0]).reshaped(tensor.shape)
  }

  /// How a vector that is made here shall lie.
  func layout(ofVector name: String) -> ValueLayout {
    vectorsOfImages[name].map(KerasGraph.flattened) ?? .same
  }

  /// Vectors that become images `[channels, height, width]` further on, each read by the next node alone.
  private static func vectorsOfImages(_ network: Network, _ shapes: [String: Shape]) -> [String: Shape] {
    var readers: [String: Int] = [network.output: 1]
    for node in network.nodes { for input in node.inputs { readers[input, default: 0] += 1 } }
    let places = Dictionary(uniqueKeysWithValues: network.nodes.enumerated().map { ($1.name, $0) })
    var found: [String: Shape] = [:]
    for node in network.nodes {
      guard let reshape = node.operation as? Reshape, reshape.shape.rank == 3,
        shapes[node.inputs[0]]?.rank == 2
      else { continue }
      var name = node.inputs[0]
      search: while let place = places[name], readers[name] == 1 {
        let source = network.nodes[place]
        switch source.operation {
        case is Linear:
          found[name] = reshape.shape
          break search
        case is BatchNorm1d, is Dropout, is Identity, is any Elementwise: name = source.inputs[0]
        default: break search
        }
      }
    }
    return found
  }

  // MARK: Order

  /// The layers as Keras orders them when it reads a graph: those farthest from the result first, and among equals those
  /// that it meets first on its way back. Arrays of HDF5 files are dealt out in this order.
  private static func ordered(_ layers: [KerasOutLayer], output: String) -> [KerasOutLayer] {
    let byName = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0) })
    var depth: [String: Int] = [output: 0]
    for layer in layers.reversed() {
      guard let own = depth[layer.name] else { continue }
      for input in layer.inputs { depth[input] = max(depth[input] ?? 0, own + 1) }
    }
    var met: [String: Int] = [:]
    var stack = [output]
    while let name = stack.popLast() {
      guard met[name] == nil else { continue }
      met[name] = met.count
      stack += byName[name]!.inputs.reversed()
    }
    // An input that nothing reads stands beside the result.
    return layers.filter { depth[$0.name] != nil || $0.className == "InputLayer" }.sorted {
      (-(depth[$0.name] ?? 0), met[$0.name] ?? .max) < (-(depth[$1.name] ?? 0), met[$1.name] ?? .max)
    }
  }
}

/// Whole numbers as JSON.
func json(_ numbers: [Int]) -> JSON { .array(numbers.map { .number(Double($0)) }) }

/// A whole number as JSON.
func json(_ number: Int) -> JSON { .number(Double(number)) }

/// A height and a width as JSON.
func json(_ extent: Extent) -> JSON { json([extent.height, extent.width]) }

/// A float by its shortest digits: 0.2, not 0.20000000298.
func json(_ number: Float) -> JSON { .number(Double("\(number)") ?? Double(number)) }
