internal import Core

/// A value in the network that is being built.
struct KerasValue: Hashable {
  /// The node or input that makes it.
  var name: String
  /// The shape of one example, as it lies here.
  var shape: Shape
  /// How the file's framework has it.
  var layout: ValueLayout = .same

  /// The shape of one example as the file's framework has it.
  var fileShape: Shape { layout == .channelsLast ? [shape[1], shape[2], shape[0]] : shape }
}

/// A layer at the place where it is called.
struct KerasSite {
  var layer: KerasLayer
  /// What the node that holds the layer's value will be called.
  var name: String
  var inputs: [KerasArgumentValue]
  /// The layer's arrays by name, as the file has them.
  var weights: [String: StoredTensor]
  /// The shape of the result with its batch axis, where the file states it.
  let statedShape: [Int?]?

  var config: KerasConfig { layer.config }
  var className: String { layer.className }
  /// The values that the layer is called on.
  var values: [KerasValue] { inputs.compactMap { if case .value(let value) = $0 { value } else { nil } } }

  func input() throws(ImportError) -> KerasValue {
    guard let input = values.first else { throw config.error("the layer is called on nothing") }
    return input
  }

  /// An array of the layer, in the shape that it must have.
  func array(_ name: String, _ shape: Shape) throws(ImportError) -> StoredTensor {
    guard let array = weights[name] else { throw config.error("there is no \(name) in the file") }
    guard array.shape == shape else {
      throw config.error("expected a \(name) of \(shape), found \(array.shape)")
    }
    return array
  }
}

/// A value or a number that a layer is called on.
enum KerasArgumentValue: Hashable {
  case value(KerasValue)
  case number(Float)
}

/// Why a layer stands in the network as unsupported.
struct KerasUnsupported: Error {
  let reason: String
}

/// The network that is being built: nodes in this project's operations and layouts.
struct KerasGraph {
  let path: String
  let version: KerasVersion
  /// True if the kernels were trained as true convolutions, by Theano: they are turned by half a turn.
  let turnsKernels: Bool
  /// True if the model's images have their channels first.
  let hasChannelsFirst: Bool
  /// The extent that is assumed where the file states none.
  let assumedExtent: Int

  private(set) var inputs: [Network.Input] = []
  var nodes: [Network.Node] = []
  var parameters: [String: StoredTensor] = [:]
  var layouts: [String: ValueLayout] = [:]
  private(set) var remarks: [String] = []
  private var names: Set<String> = []
  /// Nodes whose shapes are not sure: something unsupported lies before them.
  private var unsure: Set<String> = []

  /// More nodes than any model has: models called within models multiply.
  private static let mostNodes = 20_000

  init(path: String, version: KerasVersion, turnsKernels: Bool, hasChannelsFirst: Bool, assumedExtent: Int) {
    self.path = path
    self.version = version
    self.turnsKernels = turnsKernels
    self.hasChannelsFirst = hasChannelsFirst
    self.assumedExtent = assumedExtent
  }

  /// How an image lies in the file where nothing else is said.
  var imageLayout: ValueLayout { hasChannelsFirst ? .same : .channelsLast }

  mutating func remark(_ text: String) {
    if !remarks.contains(text) { remarks.append(text) }
  }

  /// A name that no node has yet.
  mutating func unique(_ wanted: String) -> String {
    let base = wanted.isEmpty ? "layer" : wanted
    var name = base
    var count = 2
    while !names.insert(name).inserted {
      name = "\(base).\(count)"
      count += 1
    }
    return name
  }

  mutating func addInput(_ name: String, fileShape: Shape) -> KerasValue {
    let name = unique(name)
    let isImage = fileShape.rank == 3
    let layout: ValueLayout = isImage ? imageLayout : .same
    let shape: Shape = layout == .channelsLast ? [fileShape[2], fileShape[0], fileShape[1]] : fileShape
    inputs.append(Network.Input(name, shape))
    if layout != .same { layouts[name] = layout }
    return KerasValue(name: name, shape: shape, layout: layout)
  }

  /// Adds a node.
  /// - Parameter layout: how the file has its value; as that of the first input, if nothing is said.
  /// - Throws: `ImportError` if the operation makes no sense or cannot take its inputs, or an array has another shape.
  mutating func add(
    _ operation: any Operation, _ name: String, _ inputs: [KerasValue], layout: ValueLayout? = nil,
    _ arrays: [String: StoredTensor] = [:]
  ) throws(ImportError) -> KerasValue {
    let subject = path + ":" + name
    guard nodes.count < KerasGraph.mostNodes else {
      throw ImportError(.unsafe, path, "unfolds to more than \(KerasGraph.mostNodes) layers")
    }
    if let flaw = operation.flaw { throw ImportError(.malformed, subject, flaw) }
    let shape: Shape
    do { shape = try operation.outputShape(of: inputs.map { $0.shape.batched(1) }).perExample } catch {
      throw ImportError(.malformed, subject, error.reason)
    }
    guard shape.checkedElementCount != nil, shape.extents.allSatisfy({ $0 > 0 }) else {
      throw ImportError(.malformed, subject, "a value of \(shape) cannot be")
    }
    let name = unique(name)
    for declaration in operation.parameters {
      guard let array = arrays[declaration.name] else {
        throw ImportError(.malformed, subject, "there is no \(declaration.name) in the file")
      }
      guard array.shape == declaration.shape else {
        throw ImportError(
          .malformed, "\(path):\(array.name)",
          "expected \(declaration.shape) for \(name), found \(array.shape)")
      }
      parameters[name + "." + declaration.name] = array
    }
    nodes.append(Network.Node(name, operation, inputs.map(\.name)))
    if operation is Unsupported || inputs.contains(where: { unsure.contains($0.name) }) {
      unsure.insert(name)
    }
    let layout = layout ?? inputs.first?.layout ?? .same
    if layout != .same { layouts[name] = layout }
    return KerasValue(name: name, shape: shape, layout: layout)
  }

  /// A value whose shape was only assumed, behind something unsupported, in a shape that a kernel tells of.
  mutating func fitted(
    _ value: KerasValue, _ shape: Shape, _ site: KerasSite
  ) throws(ImportError) -> KerasValue {
    guard value.shape != shape, unsure.contains(value.name) else { return value }
    remark("what '\(site.name)' is given cannot be computed; by its kernel it is taken to be \(shape) here")
    return try add(
      Unsupported(
        operation: "unknown", reason: "made by something that is not supported", outputShape: shape),
      site.name + ".given", [value], layout: shape.rank == 3 ? imageLayout : .same)
  }

  // MARK: Layouts

  /// A value in the file's own order of numbers, so that they can be taken one behind the other.
  mutating func inFileOrder(_ value: KerasValue, _ name: String) throws(ImportError) -> KerasValue {
    switch value.layout {
    case .channelsLast:
      let shape = value.shape
      if shape[0] == 1 || shape[1] * shape[2] == 1 {
        return try add(
          Reshape(shape: [shape[1], shape[2], shape[0]]), name + ".plain", [value], layout: .same)
      }
      return try add(Permute(axes: [2, 3, 1]), name + ".plain", [value], layout: .same)
    case .flattenedChannelsLast(let image):
      let images = try add(Reshape(shape: image), name + ".images", [value], layout: .channelsLast)
      let permuted = try add(Permute(axes: [2, 3, 1]), name + ".plain", [images], layout: .same)
      return try add(Flatten(), name + ".flat", [permuted], layout: .same)
    default: return value
    }
  }

  /// A value of rank 3 as images of the data format that a layer states, channels first here.
  mutating func images(
    _ value: KerasValue, _ site: KerasSite, channelsFirst: Bool
  ) throws(ImportError) -> KerasValue {
    guard value.shape.rank == 3 else {
      throw site.config.error(
        "a \(site.className) takes images, it is given \(value.fileShape) from '\(value.name)'")
    }
    let wanted: ValueLayout = channelsFirst ? .same : .channelsLast
    if value.layout == wanted { return value }
    // The file's axes are [rows, columns, channels] or [channels, rows, columns]: what lies first here, lay last there.
    return try add(
      Permute(axes: channelsFirst ? [2, 3, 1] : [3, 1, 2]), site.name + ".images", [value], layout: wanted)
  }

  /// An array with a number for each feature of a vector or each channel of an image, in the order here.
  static func perFeature(_ array: StoredTensor, of value: KerasValue) -> StoredTensor {
    guard case .flattenedChannelsLast(let image) = value.layout else { return array }
    return array.reshaped([image[1], image[2], image[0]]).permuted([2, 0, 1]).reshaped(array.shape)
  }

  /// The axis here of an axis of the file's, both counted with the batch axis; negative ones from the end.
  func axis(_ fileAxis: Int, of value: KerasValue, _ site: KerasSite) throws(ImportError) -> Int {
    let rank = value.shape.rank + 1
    let axis = fileAxis < 0 ? fileAxis + rank : fileAxis
    guard (1..<max(rank, 2)).contains(axis), axis < rank else {
      throw site.config.error("axis \(fileAxis) of a value of rank \(rank), expected 1 to \(rank - 1)")
    }
    return value.layout == .channelsLast ? [0, 2, 3, 1][axis] : axis
  }
}
