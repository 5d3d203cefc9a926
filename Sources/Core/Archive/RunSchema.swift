/// Where everything is in a run file. Time comes first in every dataset that has one.
package enum RunSchema {
  static let format = "vitrine-run"
  static let config = "/config"
  static let state = "/state"
  static let snapshotStep = "/snapshots/step"
  static let snapshotEpoch = "/snapshots/epoch"
  static let snapshotTime = "/snapshots/time"
  static let metricStep = "/metrics/step"
  static let evaluationStep = "/evaluations/step"
  static let confusion = "/evaluations/confusion"
  static let samples = "/samples/images"
  static let probe = "/probe"
  static let pictures = "/probe/inputs"
  static let labels = "/probe/labels"
  static let latents = "/probe/latents"
  static let classNames = "/probe/class_names"
  /// Names in a group of series that are not series.
  static let reservedSeries: Set<String> = ["step", "confusion"]

  static func network(_ name: String) -> String { "/networks/" + name }
  /// A dataset, not an attribute: attributes above 64 kB need dense storage, which few readers have ever met.
  static func architecture(_ network: String) -> String { "/networks/\(network)/architecture" }
  static func parameter(_ node: String, _ name: String, of network: String) -> String {
    "/networks/\(network)/parameters/\(node)/\(name)"
  }
  static func activation(_ node: String, in network: String) -> String {
    "/networks/\(network)/activations/\(node)"
  }
  static func statistic(_ name: String, of network: String) -> String {
    "/networks/\(network)/statistics/\(name)"
  }
  static func metric(_ name: String) -> String { "/metrics/" + name }
  static func evaluation(_ name: String) -> String { "/evaluations/" + name }

  /// What a dataset's first axis counts.
  enum TimeAxis: Hashable, Sendable {
    case snapshots, steps, evaluations
  }

  /// A dataset that grows with the run.
  package struct Series: Hashable, Sendable {
    enum Element: Hashable, Sendable {
      case float, double, integer, count, byte
    }
    let path: String
    let axis: TimeAxis
    let element: Element
    /// The extents of what is added at a time; none for one number.
    var row: [Int] = []
    /// How many rows make a chunk: one snapshot, or some kilobytes of numbers.
    var chunkRows = 1
    var isCompressed = false

    var chunk: [Int] { Series.chunk(rows: chunkRows, of: row) }

    /// The extents of a chunk of so many rows, cut along outer axes to stay far below HDF5's limit of 4 GiB.
    package static func chunk(rows: Int = 1, of row: [Int]) -> [Int] {
      var chunk = [rows] + row.map { max($0, 1) }
      let limit = 1 << 28
      for axis in 1..<max(chunk.count, 1) {
        let inner = chunk[(axis + 1)...].reduce(1, *)
        if chunk[axis] * inner <= limit { break }
        chunk[axis] = max(1, limit / inner)
      }
      return chunk
    }
  }

  /// The three datasets that say which steps the rows of all others belong to, each written last.
  static func axis(_ axis: TimeAxis) -> String {
    switch axis {
    case .snapshots: snapshotStep
    case .steps: metricStep
    case .evaluations: evaluationStep
    }
  }

  /// Every dataset that grows, axes included, in the order they are made.
  static func series(of plan: RunPlan) throws(ArchiveError) -> [Series] {
    var series: [Series] = [
      Series(path: snapshotStep, axis: .snapshots, element: .integer, chunkRows: 256),
      Series(path: snapshotEpoch, axis: .snapshots, element: .double, chunkRows: 256),
      Series(path: snapshotTime, axis: .snapshots, element: .double, chunkRows: 256),
      Series(path: metricStep, axis: .steps, element: .integer, chunkRows: 1024),
    ]
    for name in plan.metrics {
      series.append(Series(path: metric(name), axis: .steps, element: .double, chunkRows: 1024))
    }
    series.append(Series(path: evaluationStep, axis: .evaluations, element: .integer, chunkRows: 256))
    for name in plan.evaluations {
      series.append(Series(path: evaluation(name), axis: .evaluations, element: .double, chunkRows: 256))
    }
    if let classes = plan.confusionClasses {
      series.append(
        Series(path: confusion, axis: .evaluations, element: .count, row: [classes, classes]))
    }
    if let shape = plan.sampleShape {
      series.append(
        Series(path: samples, axis: .snapshots, element: .byte, row: shape.extents, isCompressed: true))
    }
    for network in plan.networks {
      for node in network.network.nodes {
        for declaration in node.operation.parameters {
          series.append(
            Series(
              path: parameter(node.name, declaration.name, of: network.name), axis: .snapshots,
              element: .float, row: declaration.shape.extents))
        }
      }
      let shapes = try shapes(of: network, batch: plan.probe.activationCount)
      for node in network.recordedActivations {
        guard let shape = shapes[node] else {
          throw ArchiveError(
            .unknownName, node,
            "no such layer in '\(network.name)'; there are \(network.network.nodes.map(\.name).listed)")
        }
        series.append(
          Series(
            path: activation(node, in: network.name), axis: .snapshots, element: .float,
            row: shape.extents))
      }
      for name in network.statistics {
        series.append(
          Series(
            path: statistic(name, of: network.name), axis: .steps, element: .double, chunkRows: 1024))
      }
    }
    return series
  }

  /// The shapes of all of a network's values, as an error of the run if they do not fit each other.
  static func shapes(of network: RunNetwork, batch: Int) throws(ArchiveError) -> [String: Shape] {
    do { return try network.network.shapes(batch: batch) } catch {
      throw ArchiveError(.mismatch, "\(network.name): \(error.subject)", error.reason)
    }
  }

  /// The full names of a network's parameters: `conv1.weight`.
  static func parameterNames(of network: Network) -> [String] {
    network.nodes.flatMap { node in node.operation.parameters.map { node.name + "." + $0.name } }
  }

  /// One of the two places for a resume state.
  enum Slot: String, CaseIterable, Sendable {
    case a, b
    /// `[step, bytes of text]`; the step is −1 while nothing was kept.
    var header: String { "/resume/\(rawValue)/header" }
    /// Where the text is, filled up with zeros.
    var text: String { "/resume/\(rawValue)/text" }
    /// The SHA-256 of everything else in the slot.
    var checksum: String { "/resume/\(rawValue)/checksum" }
    /// The group of the tensors.
    var tensors: String { "/resume/\(rawValue)/tensors" }
    func tensor(_ name: String) -> String { tensors + "/" + name }
    var other: Slot { self == .a ? .b : .a }
  }
}

extension ResumeState {
  /// The SHA-256 that tells a whole slot from one that was being written.
  var checksum: [UInt8] {
    var sum = SHA256()
    sum.update([step])
    sum.update(text)
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      sum.update("\(name) \(tensor.shape)\n")
      sum.update(tensor.elements)
    }
    return sum.digest
  }
}
