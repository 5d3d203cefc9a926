internal import Core

/// A graph on its way to becoming a network: values are taken in by name, nodes of ours come out.
///
/// Our networks keep the batch apart, ONNX has it as axis 0 like any other. With `Reading.batched` axis 0 of every input is
/// taken for the batch and given a number that nothing else in the file has, so that what comes out with that number in
/// front still is a batch, and what has it elsewhere gives itself away. With `Reading.whole` each input is one example
/// with all of its axes, and the batch is 1.
struct ONNXTranslation {
  /// How axis 0 of the inputs is taken.
  enum Reading: Hashable {
    /// As the batch; the number stands for its size.
    case batched(Int)
    /// As an axis like any other.
    case whole
  }

  let path: String
  let reading: Reading
  /// The size of the batch that declares itself in the file; nil if it is open.
  let declaredBatch: Int?
  /// Values by their names in the file.
  var values: [String: ONNXValue] = [:]
  /// Nodes made so far.
  private(set) var nodes: [Network.Node] = []
  /// Their parameters by `<node>.<parameter>`.
  private(set) var parameters: [String: StoredTensor] = [:]
  /// Where the nodes are in their order, by name.
  private var places: [String: Int] = [:]
  /// Nodes that depend on no input.
  private(set) var fixedNodes: Set<String> = []
  /// Numbers that were computed for `Constant` nodes, to tell whether they depend on the size of the batch.
  private(set) var computed: [String: [Double]] = [:]
  /// How nodes' values lie in the file where not as ours.
  var layouts: [String: ValueLayout] = [:]
  var remarks: [String] = []
  /// Nodes that could not be translated, because of the batch or at all.
  var refusals: [(node: String, refusal: ONNXRefusal)] = []
  /// Shapes that the file states for values in between.
  var stated: [String: ONNXValueInfo] = [:]
  /// Names of values that something reads or that leave the graph.
  var used: Set<String> = []
  /// Inputs whose images the file has with channels last, and that are given to us with channels first.
  var translatedImages: Set<String> = []
  /// Names of values that only serve to look up rows of tables.
  var rowNumbers: Set<String> = []
  /// Names of values that leave the graph.
  var leaving: Set<String> = []
  private var names: Set<String> = []
  private var counts: [String: Int] = [:]
  private var constantNodes: [String: ONNXValue] = [:]
  /// What the node that is being translated has added to the two above.
  private var newNames: [String] = []
  private var newConstants: [String] = []
  /// What may still be computed before the network runs.
  let effort: ONNXEffort
  /// The name under which operations are added.
  private var place = ""
  private var placeIsTaken = false

  init(_ path: String, _ reading: Reading, declaredBatch: Int?, effort: ONNXEffort) {
    self.path = path
    self.reading = reading
    self.declaredBatch = declaredBatch
    self.effort = effort
  }

  /// The number that stands for the batch.
  var batch: Int {
    if case .batched(let size) = reading { size } else { 1 }
  }

  /// A name that nothing has yet.
  mutating func unique(_ name: String) -> String {
    let name = name.isEmpty ? "node" : name
    var candidate = name
    // Where the search for this name ended last: a file may use one name very often.
    var count = counts[name] ?? 1
    while !names.insert(candidate).inserted {
      count += 1
      candidate = "\(name)_\(count)"
    }
    if count > 1 { counts[name] = count }
    newNames.append(candidate)
    return candidate
  }

  // MARK: adding nodes

  /// A point to go back to when a node turns out not to be translatable.
  struct Mark {
    fileprivate let nodes: Int
  }

  /// Begins to translate a node: its first operation has its name, others `<name>.<what>`.
  mutating func begin(_ node: ONNXNode) -> Mark {
    place = unique(node.shownName)
    placeIsTaken = false
    (newNames, newConstants) = ([], [])
    return Mark(nodes: nodes.count)
  }

  /// Gives the name back if the node came to nothing but constants.
  mutating func end() {
    if !placeIsTaken { names.remove(place) }
  }

  /// Takes everything back that was added since.
  mutating func rollBack(to mark: Mark) {
    for node in nodes[mark.nodes...] {
      for parameter in node.operation.parameters { parameters[node.name + "." + parameter.name] = nil }
      fixedNodes.remove(node.name)
      places[node.name] = nil
      computed[node.name] = nil
    }
    nodes.removeSubrange(mark.nodes...)
    names.subtract(newNames)
    for key in newConstants { constantNodes[key] = nil }
    (newNames, newConstants) = ([], [])
    placeIsTaken = false
  }

  /// Adds an operation and gives its value.
  /// - Parameters:
  ///   - what: nil for the operation that the file's node is known by, else what is behind its name.
  ///   - type: the type of its elements; that of the first input if nil.
  mutating func add(
    _ operation: any Operation, _ inputs: [ONNXValue], as what: String? = nil,
    parameters given: [String: StoredTensor] = [:], type: ONNXElementType? = nil
  ) throws(ONNXRefusal) -> ONNXValue {
    if let flaw = operation.flaw { throw ONNXRefusal(flaw) }
    for declaration in operation.parameters {
      guard declaration.shape.checkedElementCount != nil else {
        throw ONNXRefusal("\(declaration.name) of \(declaration.shape), which no memory holds")
      }
      guard let tensor = given[declaration.name], tensor.shape == declaration.shape else {
        let found = given[declaration.name].map { "\($0.shape)" } ?? "nothing"
        throw ONNXRefusal("\(declaration.name): expected \(declaration.shape), found \(found)")
      }
    }
    var sources: [ONNXValue] = []
    for input in inputs { sources.append(try node(for: input)) }
    let isBatched = sources.contains(where: \.isBatched)
    let shape = try shape(of: operation, sources, isBatched)
    let name: String
    if let what {
      name = unique("\(place).\(what)")
    } else if placeIsTaken {
      name = unique("\(place).more")
    } else {
      name = place
      placeIsTaken = true
    }
    let sourceNames = sources.map { source in
      if case .node(let name) = source.source { name } else { preconditionFailure("a constant has no node") }
    }
    places[name] = nodes.count
    nodes.append(.init(name, operation, sourceNames))
    for (parameter, tensor) in given { parameters["\(name).\(parameter)"] = tensor }
    if sourceNames.allSatisfy(fixedNodes.contains) && !(operation is Unsupported) { fixedNodes.insert(name) }
    if !isBatched { layouts[name] = .withoutBatch }
    return ONNXValue(
      source: .node(name), shape: shape, isBatched: isBatched, type: type ?? inputs.first?.type ?? .float)
  }

  private func shape(
    of operation: any Operation, _ inputs: [ONNXValue], _ isBatched: Bool
  ) throws(ONNXRefusal) -> [Int]? {
    var shapes: [Shape] = []
    for input in inputs {
      guard let example = input.example else { return nil }
      shapes.append(Shape(example).batched(1))
    }
    let shape: Shape
    do throws(ShapeMismatch) { shape = try operation.outputShape(of: shapes) } catch {
      var refusal = ONNXRefusal(error.reason)
      refusal.isAboutSizes = true
      throw refusal
    }
    guard shape.perExample.checkedElementCount != nil, !shape.extents.contains(0) else {
      throw ONNXRefusal("its value would be \(shape)")
    }
    guard shape.rank <= 64 else { throw ONNXRefusal("its value would have \(shape.rank) axes") }
    return (isBatched ? [batch] : []) + shape.perExample.extents
  }

  /// A value that a node of ours makes: a constant becomes a `Constant` of its name.
  mutating func node(for value: ONNXValue) throws(ONNXRefusal) -> ONNXValue {
    guard let constant = value.constant else { return value }
    guard !constant.shape.contains(0), Shape(constant.shape).checkedElementCount != nil else {
      throw ONNXRefusal("reads '\(constant.name)' of \(Shape(constant.shape)), which cannot be held")
    }
    let key = "\(constant.name) \(constant.shape)"
    if let made = constantNodes[key], !constant.name.isEmpty { return made }
    let name = unique(constant.name.isEmpty ? "\(place).constant" : constant.name)
    let operation = Constant(shape: Shape(constant.shape))
    if let flaw = operation.flaw { throw ONNXRefusal(flaw) }
    places[name] = nodes.count
    nodes.append(.init(name, operation, []))
    parameters["\(name).value"] = constant.stored(in: path)
    if case .numbers(let numbers) = constant.content { computed[name] = numbers }
    fixedNodes.insert(name)
    layouts[name] = .withoutBatch
    let made = ONNXValue(source: .node(name), shape: constant.shape, isBatched: false, type: constant.type)
    constantNodes[key] = made
    newConstants.append(key)
    return made
  }

  /// Adds an `Unsupported` in a node's place, for each of its outputs that is used.
  mutating func refuse(
    _ node: ONNXNode, _ inputs: [ONNXValue], _ refusal: ONNXRefusal
  ) {
    for (index, output) in node.outputs.enumerated()
    where !output.isEmpty && (index == 0 || used.contains(output)) {
      refuse(node, output: output, inputs, refusal, as: index == 0 ? nil : "output\(index)")
    }
    refusals.append((place, refusal))
    placeIsTaken = true
  }

  /// The reason, with the batch as people write it and not as the number that stands for it.
  func shown(_ refusal: ONNXRefusal) -> String {
    guard reading != .whole else { return refusal.reason }
    return refusal.reason.replacing("[\(batch), ", with: "[N, ").replacing("[\(batch)]", with: "[N]")
  }

  /// Adds an `Unsupported` that stands for one output of a node.
  mutating func refuse(
    _ node: ONNXNode, output: String, _ inputs: [ONNXValue], _ refusal: ONNXRefusal, as what: String?
  ) {
    let runtime = inputs.filter { $0.constant == nil }
    let isBatched = runtime.contains(where: \.isBatched) || runtime.isEmpty && reading != .whole
    var shape = statedShape(of: output, isBatched)
    var example: Shape?
    if let known = shape {
      let extents = isBatched ? Array(known.dropFirst()) : known
      example = Shape(extents)
      if example!.checkedElementCount == nil || extents.contains(0) { (shape, example) = (nil, nil) }
    }
    let operation = Unsupported(
      operation: node.shownOperation, reason: shown(refusal), outputShape: example)
    let name = what.map { unique("\(place).\($0)") } ?? place
    nodes.append(
      .init(
        name, operation,
        runtime.compactMap { if case .node(let name) = $0.source { name } else { nil } }))
    if !isBatched { layouts[name] = .withoutBatch }
    values[output] = ONNXValue(
      source: .node(name), shape: shape, isBatched: isBatched, type: stated[output]?.type ?? .float)
  }

  /// The shape that the file states for a value, with our number for the batch.
  private func statedShape(of name: String, _ isBatched: Bool) -> [Int]? {
    guard let extents = stated[name]?.extents, !(isBatched && extents.isEmpty) else { return nil }
    var shape: [Int] = []
    for (axis, extent) in extents.enumerated() {
      if axis == 0 && isBatched {
        shape.append(batch)
      } else if case .fixed(let size) = extent, size < 1 << 30 {
        shape.append(size)
      } else {
        return nil
      }
    }
    return shape
  }

  // MARK: what parameters need

  /// The numbers of a value that must be known when the network is built: weights.
  mutating func stored(_ value: ONNXValue, _ what: String) throws(ONNXRefusal) -> StoredTensor {
    if let constant = value.constant { return constant.stored(in: path) }
    guard case .node(let name) = value.source, fixedNodes.contains(name), let shape = value.shape else {
      throw ONNXRefusal("its \(what) is computed from an input")
    }
    return try evaluated(name, Shape(shape))
  }

  /// What nodes that depend on no input come to: they are run when the numbers are asked for.
  private func evaluated(_ name: String, _ shape: Shape) throws(ONNXRefusal) -> StoredTensor {
    var needed: Set<Int> = []
    var open = [places[name]!]
    while let place = open.popLast() {
      guard needed.insert(place).inserted else { continue }
      guard needed.count <= 100 else {
        throw ONNXRefusal("'\(name)' is computed in more than 100 steps")
      }
      open += nodes[place].inputs.map { places[$0]! }
    }
    let part = needed.sorted().map { nodes[$0] }
    let network: Network
    do {
      network = try Network(name: name, inputs: [.init("nothing " + name, [1])], nodes: part, output: name)
    } catch { throw ONNXRefusal(error.reason) }
    var sources: [String: StoredTensor] = [:]
    for node in part {
      for declaration in node.operation.parameters {
        let key = "\(node.name).\(declaration.name)"
        sources[key] = parameters[key]
      }
    }
    return StoredTensor(name, shape, elementType: "float32") { [sources] () throws(ImportError) in
      var given = Parameters()
      for (key, source) in sources { given[key] = try source.tensor() }
      do throws(NetworkError) {
        let executor = try makeExecutor(for: network, batch: 1, mode: .inference)
        try executor.load(given)
        try executor.forward(Tensor([1, 1]))
        return try executor.output().reshaped(shape)
      } catch { throw ImportError(.unsupported, error.subject, error.reason) }
    }
  }
}
