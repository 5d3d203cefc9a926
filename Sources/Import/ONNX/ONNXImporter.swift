internal import Core

/// Makes a network of a file's graph: tries how its inputs are to be taken until everything fits, or as much as can.
struct ONNXImporter {
  private let path: String
  private let model: ONNXModel
  private let nodes: [ONNXNode]
  private let constants: [String: Tensor]
  /// The inputs that are given when the network runs.
  private let inputs: [ONNXValueInfo]
  /// Extents of inputs that the file leaves open and that the layers reading them tell.
  private let known: [String: [Int: Int]]
  /// The nodes that read a value, by its name.
  private let readers: [String: [Int]]
  private let effort = ONNXEffort()

  /// Sizes to try where a file leaves those of pictures open, the most usual first.
  private static let usualSizes = [
    224, 28, 32, 64, 128, 256, 227, 299, 96, 112, 160, 192, 320, 384, 512, 416, 640, 16, 8, 7, 100, 10, 1,
  ]
  /// Numbers to stand for the batch: primes, which shapes rarely have.
  private static let batchNumbers = [61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113]

  init(_ path: String, constants: [String: Tensor], shapes: [String: Shape]) throws(ImportError) {
    self.path = path
    self.constants = constants
    let file: OpenFile
    do { file = try OpenFile(path) } catch { throw ImportError(error) }
    try Self.check(file)
    var decoder = ONNXDecoder(path)
    model = try decoder.model(file)
    nodes = try ONNXPreparation(path: path, model: model).nodes()
    let initialized = Set(model.graph.initializers.map(\.name))
    inputs = model.graph.inputs.filter { !initialized.contains($0.name) && constants[$0.name] == nil }
    var readers: [String: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.inputs { readers[name, default: []].append(index) }
    }
    self.readers = readers
    var known = ONNXHints(nodes: nodes, initializers: model.graph.initializers, readers: readers)
      .extents(of: inputs)
    for input in inputs {
      guard let shape = shapes[input.name], shape.rank == input.extents?.count ?? shape.rank else { continue }
      known[input.name] = Dictionary(
        uniqueKeysWithValues: shape.extents.enumerated().map { ($0.offset, $0.element) })
    }
    self.known = known
    for input in inputs {
      guard input.container == nil, let type = input.type, type.format != nil else {
        let what = input.container ?? input.type.map { "tensor of \($0)" } ?? "value of no type"
        throw ImportError(
          .unsupported, "\(path):\(input.name)", "an input that is a \(what) is not supported")
      }
    }
    guard !inputs.isEmpty else {
      throw ImportError(.unsupported, path, "the graph takes no inputs: there is nothing to run it on")
    }
  }

  /// What can be told from the first bytes; the format has no signature.
  private static func check(_ file: OpenFile) throws(ImportError) {
    let head: [UInt8]
    do { head = try file.whole.head(48) } catch { throw ImportError(error) }
    guard let first = head.first else { throw ImportError(.truncated, file.path, "the file is empty") }
    if head.starts(with: Array("version https://git-lfs".utf8)) {
      throw ImportError(
        .notAModel, file.path, "a pointer to a file kept elsewhere by Git LFS; fetch it with 'git lfs pull'")
    }
    let isText = head.allSatisfy { (0x20..<0x7f).contains($0) || [9, 10, 13].contains($0) }
    guard !isText, [0x08, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42, 0x72, 0xca].contains(first) else {
      throw ImportError(
        .notAModel, file.path,
        isText ? "not an ONNX model but a text" : "not an ONNX model: it does not begin as one")
    }
  }

  // MARK: how inputs are taken

  /// One way to take the inputs, and what came of it.
  private struct Attempt {
    var translation: ONNXTranslation
    var networkInputs: [Network.Input]
    var outputs: [(name: String, node: String)]
    var assumed: Int?
  }

  func translated() throws(ImportError) -> (model: ForeignModel, outputs: [(name: String, node: String)]) {
    let isOpen = inputs.contains { input in
      (input.extents ?? []).enumerated().contains { axis, extent in
        if case .open = extent { axis > 0 && known[input.name]?[axis] == nil } else { false }
      }
    }
    // A large graph is not tried with every size.
    let sizes = isOpen ? Array(Self.usualSizes.prefix(max(2, 20_000 / max(nodes.count, 1)))) : [0]
    var best: Attempt?
    func isBetter(_ attempt: Attempt) -> Bool {
      best.map { attempt.translation.refusals.count < $0.translation.refusals.count } ?? true
    }
    search: for size in sizes {
      for reading in readings() {
        guard var attempt = try attempt(reading, size: size) else { continue }
        if case .batched(let number) = reading, try dependsOnBatch(attempt, number, size: size) { continue }
        if isOpen { attempt.assumed = size }
        if isBetter(attempt) { best = attempt }
        if attempt.translation.refusals.isEmpty { break search }
        // Only the batch can be taken in another way.
        guard
          attempt.translation.refusals.contains(where: { $0.refusal.touchesBatch || $0.refusal.isAboutSizes })
        else { break }
      }
      // Another size helps only where shapes do not fit.
      if let best, !best.translation.refusals.contains(where: \.refusal.isAboutSizes) { break }
    }
    guard let best else {
      throw ImportError(.unsupported, path, "no network can be built of it: its inputs fit no layer")
    }
    return try finished(best)
  }

  private func readings() -> [ONNXTranslation.Reading] {
    var firsts: Set<Int> = []
    var isBatch = true
    for input in inputs {
      guard let extents = input.extents else { continue }
      switch extents.first {
      case .fixed(let extent): firsts.insert(extent)
      case .open: break
      case nil: isBatch = false
      }
    }
    // Numbers in a row are one example rather than a batch of numbers, unless they are labels.
    let isRow = inputs.allSatisfy { input in
      input.extents?.count == 1 && input.type?.isFloat ?? true && firsts.count == 1
    }
    guard isBatch, firsts.count <= 1, !isRow else { return [.whole] }
    return [.batched(batchNumber(avoiding: nil)), .whole]
  }

  private func batchNumber(avoiding other: Int?) -> Int {
    var taken = Set(model.graph.initializers.flatMap(\.extents))
    for input in inputs {
      for case .fixed(let extent) in input.extents ?? [] { taken.insert(extent) }
    }
    return Self.batchNumbers.first { $0 != other && !taken.contains($0) } ?? 127
  }

  /// True if the network is another one for another size of the batch: then what was taken for the batch is none.
  private func dependsOnBatch(_ attempt: Attempt, _ number: Int, size: Int) throws(ImportError) -> Bool {
    let other = ONNXTranslation.Reading.batched(batchNumber(avoiding: number))
    guard let again = try self.attempt(other, size: size) else { return true }
    let (one, two) = (attempt.translation, again.translation)
    return one.nodes != two.nodes || one.computed != two.computed
      || one.parameters.mapValues(\.shape) != two.parameters.mapValues(\.shape)
      || attempt.outputs.map(\.node) != again.outputs.map(\.node)
  }

  /// The shape of an input as the file would have it.
  private func shape(
    of input: ONNXValueInfo, _ reading: ONNXTranslation.Reading, size: Int
  ) -> [Int]? {
    guard let extents = input.extents else { return nil }
    return extents.enumerated().map { axis, extent in
      if axis == 0, case .batched(let number) = reading { return number }
      switch extent {
      case .fixed(let extent): return extent
      case .open: return known[input.name]?[axis] ?? (axis == 0 ? 1 : size)
      }
    }
  }

  /// Translates the graph with its inputs taken in one way; nil if they cannot be.
  private func attempt(_ reading: ONNXTranslation.Reading, size: Int) throws(ImportError) -> Attempt? {
    var declared: Int?
    for input in inputs { if case .fixed(let extent) = input.extents?.first { declared = extent } }
    var translation = ONNXTranslation(path, reading, declaredBatch: declared, effort: effort)
    var networkInputs: [Network.Input] = []
    for tensor in model.graph.initializers {
      translation.values[tensor.name] = ONNXValue(
        ONNXConstant(shape: tensor.extents, type: tensor.type, content: .file(tensor), name: tensor.name))
    }
    for (name, tensor) in constants {
      let type = model.graph.inputs.first { $0.name == name }?.type ?? .float
      translation.values[name] = ONNXValue(
        ONNXConstant(
          shape: tensor.shape.extents, type: type, content: .numbers(tensor.elements.map(Double.init)),
          name: name))
    }
    for input in inputs {
      guard let shape = shape(of: input, reading, size: size) else {
        throw ImportError(
          .unsupported, "\(path):\(input.name)", "the file does not say how many axes this input has")
      }
      let isBatched = reading != .whole
      var example = isBatched ? Array(shape.dropFirst()) : shape
      guard example.allSatisfy({ $0 > 0 }), Shape(example).checkedElementCount != nil else {
        throw ImportError(.unsupported, "\(path):\(input.name)", "an input of \(Shape(shape)) cannot be run")
      }
      let name = translation.unique(input.name)
      if isBatched, example.count == 3, isOnlyTransposed(input.name) {
        translation.translatedImages.insert(name)
        translation.layouts[name] = .channelsLast
        example = [example[2], example[0], example[1]]
      } else if !isBatched {
        translation.layouts[name] = .withoutBatch
      }
      networkInputs.append(.init(name, Shape(example)))
      var value = ONNXValue(
        source: .node(name), shape: shape, isBatched: isBatched, type: input.type ?? .float)
      if translation.translatedImages.contains(name) { value.shape = [shape[0]] + example }
      translation.values[input.name] = value
    }
    for info in model.graph.values + model.graph.outputs { translation.stated[info.name] = info }
    translation.leaving = Set(model.graph.outputs.map(\.name))
    translation.used = translation.leaving
    for node in nodes { translation.used.formUnion(node.inputs) }
    translation.rowNumbers = rowNumbers()
    for node in nodes { translation.translate(node) }
    let outputs = try outputs(&translation)
    return Attempt(translation: translation, networkInputs: networkInputs, outputs: outputs)
  }

  /// Values that nothing but `Gather` reads, as its indices.
  private func rowNumbers() -> Set<String> {
    var found: Set<String> = []
    var others = Set(model.graph.outputs.map(\.name))
    for node in nodes {
      for (index, name) in node.inputs.enumerated() {
        if node.operation == "Gather" && index == 1 { found.insert(name) } else { others.insert(name) }
      }
    }
    return found.subtracting(others)
  }

  /// True if an input is only read by transpositions from channels last to channels first: then it is one of images, and is
  /// given to us with channels first.
  private func isOnlyTransposed(_ name: String) -> Bool {
    let readers = readers[name] ?? []
    return !readers.isEmpty && !model.graph.outputs.contains { $0.name == name }
      && readers.allSatisfy {
        nodes[$0].operation == "Transpose" && nodes[$0].attributes["perm"]?.integers == [0, 3, 1, 2]
      }
  }

  /// Makes sure that every output of the graph is a node of ours.
  private func outputs(
    _ translation: inout ONNXTranslation
  ) throws(ImportError) -> [(name: String, node: String)] {
    guard !model.graph.outputs.isEmpty else {
      throw ImportError(.malformed, path, "the graph has no outputs")
    }
    var result: [(name: String, node: String)] = []
    let inputNames = Set(inputs.map(\.name))
    let made = Set(translation.nodes.map(\.name))
    for output in model.graph.outputs {
      guard let value = translation.values[output.name] else {
        throw ImportError(.malformed, "\(path):\(output.name)", "nothing in the file makes this output")
      }
      if case .node(let name) = value.source, !inputNames.contains(output.name),
        made.contains(name)
      {
        result.append((output.name, name))
        continue
      }
      let node = ONNXNode(
        name: inputNames.contains(output.name) ? "\(output.name).output" : output.name, operation: "Identity",
        version: 13, inputs: [output.name], outputs: [output.name])
      let mark = translation.begin(node)
      do throws(ONNXRefusal) {
        let identity = try translation.add(Identity(), [value])
        guard case .node(let name) = identity.source else { preconditionFailure("a node was added") }
        result.append((output.name, name))
      } catch {
        translation.rollBack(to: mark)
        translation.refuse(node, [], error)
        guard case .node(let name) = translation.values[output.name]!.source else {
          preconditionFailure("a node was added")
        }
        result.append((output.name, name))
      }
    }
    return result
  }

  // MARK: the result

  private func finished(
    _ attempt: Attempt
  ) throws(ImportError) -> (model: ForeignModel, outputs: [(name: String, node: String)]) {
    var translation = attempt.translation
    let kept = keptNodes(translation, attempt.outputs.map(\.node))
    let network: Network
    let output = attempt.outputs[0].node
    do {
      network = try Network(
        name: model.graph.name.isEmpty ? "graph" : model.graph.name, inputs: attempt.networkInputs,
        nodes: kept,
        output: output)
    } catch { throw ImportError(.malformed, "\(path):\(error.subject)", error.reason) }
    addRemarks(&translation, attempt)
    let names = Set(kept.map(\.name)).union(attempt.networkInputs.map(\.name))
    var parameters: [String: StoredTensor] = [:]
    for node in kept {
      for declaration in node.operation.parameters {
        let name = "\(node.name).\(declaration.name)"
        parameters[name] = translation.parameters[name]
      }
    }
    let producer = [model.producer, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    let version = model.operatorSets[""].map { ", opset \($0)" } ?? ""
    let foreign = try ForeignModel(
      path: path, format: "ONNX\(version)" + (producer.isEmpty ? "" : ", \(producer)"), network: network,
      parameters: parameters, layouts: translation.layouts.filter { names.contains($0.key) },
      tensors: model.graph.initializers.map { StoredTensor($0, in: path) }, remarks: translation.remarks)
    return (foreign, attempt.outputs)
  }

  /// The nodes without those that depend on no input and that nothing reads: they were folded into weights.
  private func keptNodes(_ translation: ONNXTranslation, _ outputs: [String]) -> [Network.Node] {
    var needed = Set(outputs)
    var kept: [Network.Node] = []
    for node in translation.nodes.reversed()
    where needed.contains(node.name) || !translation.fixedNodes.contains(node.name) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    return kept.reversed()
  }

  private func addRemarks(_ translation: inout ONNXTranslation, _ attempt: Attempt) {
    if let size = attempt.assumed {
      translation.remark(
        "the file leaves extents of its inputs open; \(size) was assumed: "
          + attempt.networkInputs.map { "\($0.name) \($0.shape)" }.joined(separator: ", "))
    }
    if translation.reading == .whole {
      translation.remark("axis 0 is no batch here: an input is one example with all of its axes")
    } else if let declared = translation.declaredBatch, declared > 1 {
      translation.remark("the batch of \(declared) that the file is made for was set free")
    }
    for (node, refusal) in translation.refusals.prefix(20) {
      translation.remark("\(node): \(translation.shown(refusal))")
    }
    if translation.refusals.count > 20 {
      translation.remark("and \(translation.refusals.count - 20) more nodes that are not supported")
    }
    for output in attempt.outputs.dropFirst().prefix(20) {
      translation.remark("another output of the file, '\(output.name)', is the node '\(output.node)'")
    }
  }
}
