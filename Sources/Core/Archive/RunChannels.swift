/// The open datasets of a run that is being written, and what waits to be written to them.
struct RunChannels {
  let file: HDF5File
  /// Where the next resume state goes.
  var nextSlot = RunSchema.Slot.a
  private let state: HDF5Dataset
  private var axes: [RunSchema.TimeAxis: Waiting<Int>] = [:]
  /// Series of numbers, in the plan's order.
  private var metrics: [Waiting<Double>] = []
  private var statistics: [String: [Waiting<Double>]] = [:]
  private var evaluations: [Waiting<Double>] = []
  private var snapshotTimes: [Waiting<Double>] = []
  private let confusion: HDF5Dataset?
  private let samples: HDF5Dataset?
  private var parameters: [String: [Stored]] = [:]
  private var activations: [String: [Stored]] = [:]
  private var snapshotCount: Int
  private var evaluationCount: Int

  /// A dataset that gets a whole tensor at a time.
  private struct Stored {
    let name: String
    let shape: Shape
    let dataset: HDF5Dataset
  }

  /// A series with the numbers that are not in the file yet.
  private struct Waiting<Element: HDF5Element> {
    let dataset: HDF5Dataset
    private(set) var written: Int
    var values: [Element] = []

    init(_ dataset: HDF5Dataset) throws(ArchiveError) {
      self.dataset = dataset
      written = try dataset.extents()[0]
    }

    /// Puts the waiting numbers behind those in the file.
    mutating func write() throws(ArchiveError) {
      guard !values.isEmpty else { return }
      let end = written + values.count
      try dataset.resize(rows: end)
      try dataset.write(values, HDF5Dataset.Slab(start: [written], count: [values.count]))
      written = end
      values.removeAll(keepingCapacity: true)
    }
  }

  /// Opens everything of a file that was laid out for a plan.
  init(_ plan: RunPlan, _ file: HDF5File) throws(ArchiveError) {
    self.file = file
    state = try file.dataset(RunSchema.state)
    for axis in [RunSchema.TimeAxis.snapshots, .steps, .evaluations] {
      axes[axis] = try Waiting(file.dataset(RunSchema.axis(axis)))
    }
    snapshotCount = axes[.snapshots]!.written
    evaluationCount = axes[.evaluations]!.written
    for name in plan.metrics { metrics.append(try Waiting(file.dataset(RunSchema.metric(name)))) }
    for name in plan.evaluations { evaluations.append(try Waiting(file.dataset(RunSchema.evaluation(name)))) }
    for path in [RunSchema.snapshotEpoch, RunSchema.snapshotTime] {
      snapshotTimes.append(try Waiting(file.dataset(path)))
    }
    confusion = plan.confusionClasses == nil ? nil : try file.dataset(RunSchema.confusion)
    samples = plan.sampleShape == nil ? nil : try file.dataset(RunSchema.samples)
    for network in plan.networks {
      let name = network.name
      var stored: [Stored] = []
      for node in network.network.nodes {
        for declaration in node.operation.parameters {
          let dataset = try file.dataset(RunSchema.parameter(node.name, declaration.name, of: name))
          stored.append(
            Stored(name: node.name + "." + declaration.name, shape: declaration.shape, dataset: dataset))
        }
      }
      parameters[name] = stored
      let shapes = try RunSchema.shapes(of: network, batch: plan.probe.activationCount)
      stored = []
      for node in network.recordedActivations {
        let dataset = try file.dataset(RunSchema.activation(node, in: name))
        stored.append(Stored(name: node, shape: shapes[node]!, dataset: dataset))
      }
      activations[name] = stored
      var series: [Waiting<Double>] = []
      for statistic in network.statistics {
        series.append(try Waiting(file.dataset(RunSchema.statistic(statistic, of: name))))
      }
      statistics[name] = series
    }
  }

  /// Takes in one step's numbers, to be written by the next `flush`.
  mutating func append(_ step: Int, _ metrics: [Double], _ statistics: [String: [Double]]) {
    axes[.steps]!.values.append(step)
    for (index, value) in metrics.enumerated() { self.metrics[index].values.append(value) }
    for name in self.statistics.keys {
      for index in self.statistics[name]!.indices {
        self.statistics[name]![index].values.append(statistics[name]?[index] ?? .nan)
      }
    }
  }

  /// Takes in one evaluation's numbers and writes its confusion matrix.
  mutating func append(
    evaluation step: Int, _ values: [Double], _ confusion: [Int]?
  ) throws(ArchiveError) {
    if let dataset = self.confusion {
      try dataset.resize(rows: evaluationCount + 1)
      if let confusion {
        let counts = confusion.map { Int32(clamping: $0) }
        try dataset.write(counts, row(evaluationCount, of: dataset))
      }
    }
    axes[.evaluations]!.values.append(step)
    for (index, value) in values.enumerated() { evaluations[index].values.append(value) }
    evaluationCount += 1
  }

  /// Writes a snapshot's tensors; the next `flush` makes it count.
  mutating func snapshot(
    _ step: Int, _ epoch: Double, _ seconds: Double, _ parameters: [String: Parameters],
    _ activations: [String: [String: Tensor]], _ samples: [UInt8]?
  ) throws(ArchiveError) {
    for (network, stored) in self.parameters {
      for stored in stored {
        try write(parameters[network]?[stored.name], stored, "parameter '\(stored.name)' of '\(network)'")
      }
    }
    for (network, stored) in self.activations {
      for stored in stored {
        try write(activations[network]?[stored.name], stored, "value of '\(stored.name)' in '\(network)'")
      }
    }
    if let dataset = self.samples, let samples {
      try dataset.resize(rows: snapshotCount + 1)
      try dataset.write(samples, row(snapshotCount, of: dataset))
    }
    axes[.snapshots]!.values.append(step)
    snapshotTimes[0].values.append(epoch)
    snapshotTimes[1].values.append(seconds)
    snapshotCount += 1
  }

  private func write(_ tensor: Tensor?, _ stored: Stored, _ what: String) throws(ArchiveError) {
    guard let tensor else { preconditionFailure("no \(what)") }
    precondition(tensor.shape == stored.shape, "\(what) is \(tensor.shape), planned was \(stored.shape)")
    try stored.dataset.resize(rows: snapshotCount + 1)
    try stored.dataset.write(tensor.elements, row(snapshotCount, of: stored.dataset))
  }

  private func row(_ index: Int, of dataset: HDF5Dataset) throws(ArchiveError) -> HDF5Dataset.Slab {
    HDF5Dataset.Slab(rows: index..<index + 1, of: try dataset.extents())
  }

  /// Writes what waits. The axes come last, after everything else is in the file: a row that has a step is whole.
  mutating func flush() throws(ArchiveError) {
    for index in metrics.indices { try metrics[index].write() }
    for name in statistics.keys {
      for index in statistics[name]!.indices { try statistics[name]![index].write() }
    }
    for index in evaluations.indices { try evaluations[index].write() }
    for index in snapshotTimes.indices { try snapshotTimes[index].write() }
    guard axes.values.contains(where: { !$0.values.isEmpty }) else { return }
    try file.flush()
    for axis in axes.keys where !axes[axis]!.values.isEmpty {
      try axes[axis]!.write()
      try axes[axis]!.dataset.flush()
    }
  }

  /// Writes how far the run has come.
  func set(_ runState: RunState) throws(ArchiveError) {
    try state.write([runState.rawValue])
    try file.flush()
  }

  /// Writes a resume state over the older of the two.
  mutating func keep(_ state: ResumeState) throws(ArchiveError) {
    try RunChannels.keep(state, in: nextSlot, of: file)
    try file.flush()
    nextSlot = nextSlot.other
  }

  /// Writes a resume state; a kill on the way leaves a slot whose checksum is wrong.
  static func keep(
    _ state: ResumeState, in slot: RunSchema.Slot, of file: HDF5File
  ) throws(ArchiveError) {
    for (name, tensor) in state.tensors { try file.dataset(slot.tensor(name)).write(tensor.elements) }
    let text = try file.dataset(slot.text)
    let capacity = try text.extents()[0]
    let bytes = Array(state.text.utf8)
    try text.write(bytes + [UInt8](repeating: 0, count: capacity - bytes.count))
    try file.dataset(slot.header).write([state.step, bytes.count])
    try file.dataset(slot.checksum).write(state.checksum)
  }
}
