internal import FoundationEssentials

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Makes all groups and datasets of a run file, before the first step.
enum RunLayout {
  /// Lays a run out in an empty file, with everything that does not change.
  static func make(_ plan: RunPlan, created: String, in file: HDF5File) throws(ArchiveError) {
    try file.set(attribute: "format", RunSchema.format)
    try file.set(attribute: "version", numbers: [RunArchive.formatVersion], isScalar: true)
    try file.set(attribute: "created", created)
    try file.set(attribute: "tool", plan.tool)
    try file.set(attribute: "seed", numbers: [plan.seed], isScalar: true)
    try file.makeDataset(RunSchema.config, texts: [plan.recipe], isScalar: true)
    try file.makeDataset(RunSchema.state, of: UInt8.self, []).write([RunState.running.rawValue])
    try file.makeGroup("/snapshots")
    try makeNetworks(plan, in: file)
    try makeProbe(plan.probe, in: file)
    let metrics = try file.makeGroup("/metrics")
    let evaluations = try file.makeGroup("/evaluations")
    for series in try RunSchema.series(of: plan) { try make(series, in: file) }
    try describePlots(plan, file, metrics: metrics, evaluations: evaluations)
    try makeSlots(plan, in: file)
  }

  private static func makeNetworks(_ plan: RunPlan, in file: HDF5File) throws(ArchiveError) {
    try file.makeGroup("/networks")
    for network in plan.networks {
      let group = try file.makeGroup(RunSchema.network(network.name))
      try group.set(attribute: "role", network.role.rawValue)
      try file.makeDataset(
        RunSchema.architecture(network.name), texts: [architecture(network.network)], isScalar: true)
      for part in ["parameters", "activations", "statistics"] {
        try file.makeGroup(RunSchema.network(network.name) + "/" + part)
      }
    }
  }

  /// A network as JSON, the same bytes for the same network.
  static func architecture(_ network: Network) throws(ArchiveError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(network), as: UTF8.self) } catch {
      throw ArchiveError(.cannotWrite, network.name, "the network cannot be written as JSON: \(error)")
    }
  }

  private static func makeProbe(_ probe: Probe, in file: HDF5File) throws(ArchiveError) {
    let group = try file.makeGroup(RunSchema.probe)
    try group.set(attribute: "mean", numbers: probe.normalisation.mean)
    try group.set(attribute: "deviation", numbers: probe.normalisation.deviation)
    try group.set(attribute: "activation_count", numbers: [probe.activationCount], isScalar: true)
    if probe.count > 0 {
      let chunk = [min(100, probe.count)] + probe.pictureShape.perExample.extents
      try file.makeDataset(
        RunSchema.pictures, of: UInt8.self, probe.pictureShape.extents, compressedChunk: chunk
      ).write(probe.pictures)
    }
    if !probe.labels.isEmpty {
      try file.makeDataset(RunSchema.labels, of: Int32.self, [probe.labels.count])
        .write(probe.labels.map { Int32($0) })
    }
    if !probe.classNames.isEmpty {
      try file.makeDataset(RunSchema.classNames, texts: probe.classNames, isScalar: false)
    }
    if let latents = probe.latents {
      try file.makeDataset(RunSchema.latents, of: Float.self, latents.shape.extents)
        .write(latents.elements)
    }
  }

  private static func make(_ series: RunSchema.Series, in file: HDF5File) throws(ArchiveError) {
    func make<Element: HDF5Element>(_ element: Element.Type) throws(ArchiveError) {
      try file.makeGrowingDataset(
        series.path, of: element, row: series.row, chunk: series.chunk, isCompressed: series.isCompressed)
    }
    switch series.element {
    case .float: try make(Float.self)
    case .double: try make(Double.self)
    case .integer: try make(Int.self)
    case .count: try make(Int32.self)
    case .byte: try make(UInt8.self)
    }
  }

  /// The attributes by which generic HDF5 viewers plot the series (NeXus, NXdata).
  private static func describePlots(
    _ plan: RunPlan, _ file: HDF5File, metrics: HDF5Group, evaluations: HDF5Group
  ) throws(ArchiveError) {
    try file.set(attribute: "NX_class", "NXroot")
    if !plan.metrics.isEmpty { try file.set(attribute: "default", "metrics") }
    for (group, names) in [(metrics, plan.metrics), (evaluations, plan.evaluations)] {
      guard let signal = names.first else { continue }
      try group.set(attribute: "NX_class", "NXdata")
      try group.set(attribute: "signal", signal)
      try group.set(attribute: "axes", ["step"])
      try group.set(attribute: "step_indices", numbers: [0], isScalar: true)
      if names.count > 1 { try group.set(attribute: "auxiliary_signals", Array(names.dropFirst())) }
    }
  }

  private static func makeSlots(_ plan: RunPlan, in file: HDF5File) throws(ArchiveError) {
    for slot in RunSchema.Slot.allCases {
      try file.makeDataset(slot.header, of: Int.self, [2]).write([-1, 0])
      try file.makeDataset(slot.text, of: UInt8.self, [plan.resumeTextCapacity])
      try file.makeDataset(slot.checksum, of: UInt8.self, [32]).write([UInt8](repeating: 0, count: 32))
      try file.makeGroup(slot.tensors)
      for (name, shape) in plan.resumeTensors.sorted(by: { $0.key < $1.key }) {
        try file.makeDataset(slot.tensor(name), of: Float.self, shape.extents)
      }
    }
  }

  /// Now, as ISO 8601 in UTC.
  static var now: String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Copies what a run recorded up to a step into a file laid out for the same plan.
  static func copy(_ archive: RunArchive, through step: Int, into file: HDF5File) throws(ArchiveError) {
    let source = archive.file
    var rows: [RunSchema.TimeAxis: Int] = [:]
    for axis in [RunSchema.TimeAxis.snapshots, .steps, .evaluations] {
      let steps = try archive.steps(of: axis)
      rows[axis] = steps.prefix { $0 <= step }.count
    }
    for series in try RunSchema.series(of: archive.plan()) {
      guard let count = rows[series.axis], count > 0 else { continue }
      let (from, to) = (try source.dataset(series.path), try file.dataset(series.path))
      try to.resize(rows: count)
      switch series.element {
      case .float: try copy(Float.self, count, series, from, to)
      case .double: try copy(Double.self, count, series, from, to)
      case .integer: try copy(Int.self, count, series, from, to)
      case .count: try copy(Int32.self, count, series, from, to)
      case .byte: try copy(UInt8.self, count, series, from, to)
      }
    }
  }

  private static func copy<Element: HDF5Element>(
    _ element: Element.Type, _ count: Int, _ series: RunSchema.Series, _ from: HDF5Dataset,
    _ to: HDF5Dataset
  ) throws(ArchiveError) {
    let extents = [count] + series.row
    for start in stride(from: 0, to: count, by: series.chunkRows) {
      let slab = HDF5Dataset.Slab(rows: start..<min(start + series.chunkRows, count), of: extents)
      try to.write(try from.read(Element.self, slab), slab)
    }
  }
}
