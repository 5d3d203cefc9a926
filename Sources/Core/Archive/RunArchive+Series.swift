extension RunArchive {
  /// A series with one value a step.
  /// - Throws: `ArchiveError` listing the metrics there are.
  public func metric(_ name: String) throws(ArchiveError) -> RunSeries {
    guard metricNames.contains(name) else { throw unknown("metric", name, metricNames) }
    return try series(RunSchema.metric(name), .steps)
  }

  /// A network's series with one value a step.
  /// - Throws: `ArchiveError` listing the statistics there are.
  public func statistic(_ name: String, of network: String) throws(ArchiveError) -> RunSeries {
    let known = try self.network(named: network).statistics
    guard known.contains(name) else { throw unknown("statistic of '\(network)'", name, known) }
    return try series(RunSchema.statistic(name, of: network), .steps)
  }

  /// A series with one value an evaluation.
  /// - Throws: `ArchiveError` listing the evaluations there are.
  public func evaluation(_ name: String) throws(ArchiveError) -> RunSeries {
    guard evaluationNames.contains(name) else { throw unknown("evaluation", name, evaluationNames) }
    return try series(RunSchema.evaluation(name), .evaluations)
  }

  /// The confusion matrices, one for each evaluation that took one, earliest first.
  public func confusionMatrices() throws(ArchiveError) -> [ConfusionMatrix] {
    guard let classes = confusionClasses else {
      throw ArchiveError(.unknownName, path, "the run has no confusion matrices; only classifiers' runs do")
    }
    let steps = try steps(of: .evaluations)
    let slab = HDF5Dataset.Slab(rows: 0..<steps.count, of: [steps.count, classes, classes])
    let counts = try read(Int32.self, RunSchema.confusion, slab)
    let size = classes * classes
    var matrices: [ConfusionMatrix] = []
    for (index, step) in steps.enumerated() {
      let counts = counts[index * size..<(index + 1) * size]
      if counts.contains(where: { $0 < 0 }) { continue }  // none was taken
      matrices.append(ConfusionMatrix(step: step, classes: classes, counts: counts.map(Int.init)))
    }
    return matrices
  }

  /// The steps that rows along an axis belong to, as of opening or the latest refresh.
  func steps(of axis: RunSchema.TimeAxis) throws(ArchiveError) -> [Int] {
    let count =
      switch axis {
      case .snapshots: progress.snapshots.count
      case .steps: progress.recordedSteps
      case .evaluations: progress.evaluations
      }
    return try read(
      Int.self, RunSchema.axis(axis), HDF5Dataset.Slab(start: [0], count: [count]))
  }

  private func series(_ path: String, _ axis: RunSchema.TimeAxis) throws(ArchiveError) -> RunSeries {
    let steps = try steps(of: axis)
    let values = try read(Double.self, path, HDF5Dataset.Slab(start: [0], count: [steps.count]))
    return RunSeries(steps: steps, values: values)
  }
}
