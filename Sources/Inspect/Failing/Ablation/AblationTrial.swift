internal import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// The labelled pictures that a classifier is tried on.
struct AblationTrial {
  /// Which of the probe's pictures.
  let indices: [Int]
  let labels: [Int]
  let classNames: [String]
  private let probe: Probe

  /// Some of a specimen's pictures.
  /// - Throws: `InspectError` if there are none, or their labels are not the network's classes.
  init(_ specimen: Specimen, classes: Int, pictures: Int?) throws {
    guard let probe = specimen.probe, probe.count > 0, probe.labels.count == probe.count,
      specimen.model.network.inputs.count == 1,
      specimen.model.network.inputs[0].shape == probe.pictureShape.perExample
    else {
      throw InspectError(
        .notApplicable, specimen.name, "comes without labelled pictures to try it on; give some with --data")
    }
    guard classes > 1 else {
      throw InspectError(.notApplicable, specimen.name, "gives one score, which no label can be held against")
    }
    guard probe.labels.allSatisfy({ (0..<classes).contains($0) }) else {
      throw InspectError(
        .input, specimen.name,
        "tells \(classes) classes apart, but the pictures have labels up to \(probe.labels.max() ?? 0)")
    }
    self.probe = probe
    let count = min(max(pictures ?? probe.count, 1), probe.count)
    indices = (0..<count).map { $0 * probe.count / count }
    labels = indices.map { probe.labels[$0] }
    classNames =
      probe.classNames.count == classes ? probe.classNames : (0..<classes).map(String.init)
  }

  /// The pictures of a range as the network is given them.
  func inputs(_ range: Range<Int>) -> Tensor {
    if indices.count == probe.count { return probe.inputs(range) }
    return Tensor(stacking: range.map { probe.input(indices[$0])[0] })
  }
}

/// What comes behind a layer, to be run with one of its units silent.
struct AblatedNetwork {
  private let model: Model
  /// The node whose value a unit is silenced in: behind pooling, where that makes it smaller.
  private let node: String
  /// Nodes whose values are needed besides.
  private let besides: [String]
  private let units: Int
  private let shapes: [String: Shape]
  private let executor = ExecutorBox()

  /// What stays compiled from batch to batch.
  private final class ExecutorBox { var executor: (any Executor)? }

  /// Cuts a network behind a layer.
  init(_ whole: Model, at layer: UnitStage, logits: String) throws {
    var network = whole.network
    let allShapes = try network.shapes()
    var node = layer.node
    // Zero stays zero through pooling, and a unit's numbers stay side by side: behind it there are fewer of them.
    while node != logits, let reader = network.onlyReader(of: node), reader.keepsSilence,
      reader.name != logits
    {
      node = reader.name
    }
    network = try Network(
      name: network.name, inputs: network.inputs, nodes: network.nodes, output: logits)
    // All that depends on the node is run again; what it needs besides is taken from the first run.
    var behind: Set<String> = [node]
    for other in network.nodes where other.inputs.contains(where: behind.contains) {
      behind.insert(other.name)
    }
    guard behind.contains(logits), node != logits else {
      throw InspectError(
        .notApplicable, layer.stage.name, "has no say in the answer, so nothing is lost without it")
    }
    // Constants stand for a batch of one and are cheap: they stay in what is run again.
    let names = Set(network.nodes.map(\.name)).subtracting(network.constants)
    var besides: Set<String> = []
    for other in network.nodes where behind.contains(other.name) && other.name != node {
      for input in other.inputs where !behind.contains(input) && names.contains(input) {
        besides.insert(input)
      }
    }
    self.node = node
    self.besides = besides.sorted()
    units = layer.units
    let cutNames = [node] + self.besides
    shapes = Dictionary(uniqueKeysWithValues: cutNames.map { ($0, allShapes[$0]!.perExample) })
    let rest = try network.cut(at: shapes)
    model = Model(rest, onlyWith: whole.parameters)
  }

  /// What is behind, on the values of a batch that a whole network has just been run on.
  func rest(batch: Int, reading whole: any Executor) throws -> Rest {
    if executor.executor == nil {
      let made = try makeExecutor(for: model.network, batch: batch, mode: .inference)
      try made.load(model.parameters)
      executor.executor = made
    }
    var values: [String: Tensor] = [:]
    for input in model.network.inputs { values[input.name] = try whole.value(of: input.name) }
    return Rest(executor: executor.executor!, node: node, units: units, values: values)
  }

  /// One batch at the cut.
  struct Rest {
    fileprivate let executor: any Executor
    fileprivate let node: String
    fileprivate let units: Int
    fileprivate let values: [String: Tensor]

    /// The logits of the batch with one unit silent.
    func logits(without unit: Int) throws -> Tensor {
      let whole = values[node]!
      let size = whole.shape.perExample.elementCount
      let part = size / units
      let silent = Tensor(whole.shape) { result in
        whole.elements.withUnsafeBufferPointer { _ = result.update(fromContentsOf: $0) }
        for example in 0..<whole.shape[0] {
          let start = example * size + unit * part
          result[start..<start + part].update(repeating: 0)
        }
      }
      var inputs = values
      inputs[node] = silent
      try executor.forward(inputs)
      return try executor.output()
    }
  }
}

extension Network.Node {
  /// True if a channel of zeros stays one, and the numbers of a channel stay side by side.
  fileprivate var keepsSilence: Bool {
    switch operation {
    case is MaxPool2d, is AvgPool2d, is GlobalAvgPool2d, is GlobalMaxPool2d, is Flatten, is Dropout,
      is Identity:
      true
    default: false
    }
  }
}

/// How a trial went.
struct AblationTally {
  private(set) var counts: [Int]
  private var right: [Int]
  private var losses = 0.0

  init(classes: Int) {
    counts = [Int](repeating: 0, count: classes)
    right = counts
  }

  /// Counts the first answers of a batch `[batch, classes]`.
  mutating func add(_ logits: Tensor, _ labels: ArraySlice<Int>) {
    let classes = counts.count
    logits.elements.withUnsafeBufferPointer { values in
      for (row, label) in labels.enumerated() {
        let scores = values[row * classes..<(row + 1) * classes]
        var (best, highest) = (0, -Float.infinity)
        for (index, score) in scores.enumerated() where score > highest { (best, highest) = (index, score) }
        counts[label] += 1
        if best == label { right[label] += 1 }
        let total = scores.reduce(0) { $0 + exp(Double($1 - highest)) }
        losses += log(total) - Double(values[row * classes + label] - highest)
      }
    }
  }

  private var total: Int { counts.reduce(0, +) }
  var accuracy: Double { Double(right.reduce(0, +)) / Double(max(total, 1)) }
  /// Nats.
  var loss: Double { losses / Double(max(total, 1)) }
  var classAccuracies: [Double] {
    zip(right, counts).map { $1 > 0 ? Double($0) / Double($1) : .nan }
  }
}
