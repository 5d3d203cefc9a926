/// How far a run had come when somebody looked.
struct RunProgress: Hashable, Sendable {
  let state: RunState
  let snapshots: [Snapshot]
  let recordedSteps: Int
  let evaluations: Int

  init(of file: HDF5File) throws(ArchiveError) {
    let stored: [UInt8] = try file.dataset(RunSchema.state).read()
    guard stored.count == 1, let state = RunState(rawValue: stored[0]) else {
      throw ArchiveError(.damaged, file.path + ":" + RunSchema.state, "expected 0, 1 or 2, found \(stored)")
    }
    self.state = state
    recordedSteps = try RunProgress.steps(of: .steps, in: file).count
    evaluations = try RunProgress.steps(of: .evaluations, in: file).count
    let steps = try RunProgress.steps(of: .snapshots, in: file)
    let slab = HDF5Dataset.Slab(start: [0], count: [steps.count])
    let epochs: [Double] = try file.dataset(RunSchema.snapshotEpoch).read(Double.self, slab)
    let times: [Double] = try file.dataset(RunSchema.snapshotTime).read(Double.self, slab)
    snapshots = steps.indices.map { index in
      Snapshot(index: index, step: steps[index], epoch: epochs[index], seconds: times[index])
    }
  }

  /// The steps of all rows that are whole: a row's step is written last, until then it is negative.
  static func steps(of axis: RunSchema.TimeAxis, in file: HDF5File) throws(ArchiveError) -> [Int] {
    let dataset = try file.dataset(RunSchema.axis(axis))
    let extents = try dataset.extents()
    guard extents.count == 1 else {
      throw ArchiveError(.mismatch, dataset.subject, "expected [steps], found \(Shape(extents))")
    }
    return Array(try dataset.read(Int.self).prefix { $0 >= 0 })
  }
}
