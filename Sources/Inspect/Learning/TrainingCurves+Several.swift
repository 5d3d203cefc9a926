public import Core
public import Render

extension TrainingCurves {
  /// Draws the curves of several runs: over seeds the mean with the band from lowest to highest, over recipes a line each;
  /// of one run as of one. Runs belong together where their recipes differ in the seed alone.
  /// - Throws: `InspectError` naming the run that is no classifier's, has no step yet, is there twice, or is shorter than
  ///   another of its recipe; `ArchiveError` if one cannot be read.
  public func figure(of archives: [RunArchive]) throws -> Figure {
    if archives.count == 1 { return try figure(of: archives[0]) }
    let runs = try SeveralRuns(archives.map { $0.tracingReads() })
    let steps = runs.groups.map(\.lastStep).max()!
    let beta = smoothing ?? Self.usualSmoothing(steps: runs.groups.map(\.lastStep).min()!)
    let epochs = Set(archives.map(\.stepsPerEpoch))
    let stepsPerEpoch = epochs.count == 1 ? epochs.first! : nil

    var recipe = provenance(of: runs).recipe("curves", entries: recipeEntries)
    recipe.runs = archives.map(\.path)
    let isOneRecipe = runs.groups.count == 1
    let facts = [
      isOneRecipe ? accuracy(of: runs.groups[0]) : "\(archives.count) runs, \(runs.groups.count) recipes",
      isOneRecipe
        ? nil
        : "they differ in " + runs.differences.prefix(5).joined(separator: ", ")
          + (runs.differences.count > 5 ? " and more" : ""),
      "\(Set(runs.groups.map(\.lastStep)).count > 1 ? "up to " : "")\(Numbers.grouped(steps)) steps",
      isOneRecipe || runs.groups.contains { $0.runs.count > 1 }
        ? "line: mean; band: lowest to highest" : nil,
      beta > 0 ? "training: moving average of each run, debiased, β = \(Numbers.significant(beta))" : nil,
    ]
    return Figure(
      isOneRecipe
        ? "How the classifier learnt, \(archives.count) times"
        : "How classifiers of \(runs.groups.count) recipes learnt",
      facts: facts.compactMap { $0 }.joined(separator: " · "), reading: reading(runs),
      description: description(runs), recipe: recipe,
      numbers: [("steps", runs.stepTable), ("evaluations", runs.evaluationTable)], theme: theme
    ) {
      StackedCharts(x: Axis("optimiser step"), top: stepsPerEpoch.map { TopAxis("epoch", unit: $0) }) {
        if isOneRecipe { charts(of: runs.groups[0], beta) } else { charts(of: runs, beta) }
      }
    }
  }

  // MARK: Seeds

  private func charts(of group: SeveralRuns.Group, _ beta: Double) -> [Chart] {
    let best = group.evaluated(\.validationLoss).flatMap(lowest)
    let classes = group.runs[0].series.classes
    return [
      Chart(y: lossAxis("loss (cross-entropy), nats"), height: 190) {
        raw(group, \.loss)
        marks("training", group.smoothed(\.loss, beta), .training)
        evaluation("validation", group.evaluated(\.validationLoss), .validation)
        evaluation("test", group.evaluated(\.testLoss), .test)
        if let classes { guessing(classes) }
        if let best {
          lowest(best)
        }
      },
      Chart(y: .probability("accuracy"), height: 130) {
        raw(group, \.accuracy)
        marks("training", group.smoothed(\.accuracy, beta), .training)
        evaluation("validation", group.evaluated(\.validationAccuracy), .validation)
        evaluation("test", group.evaluated(\.testAccuracy), .test)
        if let classes { RuleMark(y: 1 / Double(classes), label: "guessing") }
      },
    ]
  }

  // MARK: Recipes

  private func charts(of runs: SeveralRuns, _ beta: Double) -> [Chart] {
    let classes = Set(runs.all.map(\.series.classes))
    let shared = classes.count == 1 ? classes.first! : nil
    func lines(
      _ spread: (SeveralRuns.Group) -> Spread?, symbol: Symbol? = nil, saysLast: Bool = false
    ) -> [any ChartMark] {
      runs.groups.enumerated().flatMap { index, group -> [any ChartMark] in
        guard let spread = spread(group) else { return [] }
        let last = saysLast ? ": " + Numbers.percent(spread.mean.last!, decimals: 2) : ""
        return marks(group.label + last, spread, .class(index), symbol: symbol)
      }
    }
    return [
      Chart(y: lossAxis("training loss, nats"), height: 150) {
        lines { $0.smoothed(\.loss, beta) }
        if let shared { guessing(shared) }
      },
      Chart(y: lossAxis("validation loss, nats"), height: 150) {
        lines({ $0.evaluated(\.validationLoss) }, symbol: .circle)
        if let shared { guessing(shared) }
      },
      Chart(y: .probability("test accuracy"), height: 120) {
        lines({ $0.evaluated(\.testAccuracy) }, symbol: .square, saysLast: true)
        if let shared { RuleMark(y: 1 / Double(shared), label: "guessing") }
      },
    ].filter { chart in chart.marks.contains { $0 is LineMark } }
  }

  // MARK: Marks

  /// Every step of every run as it was, faint.
  private func raw(_ group: SeveralRuns.Group, _ series: (ClassifierSeries) -> RunSeries) -> [any ChartMark] {
    group.runs.map { run in
      let series = series(run.series)
      return LineMark(x: .values("step", series.steps), y: .values("step by step", series.values))
        .color(.training).lineWidth(0.5).opacity(0.3 / Double(group.runs.count))
    }
  }

  /// The band from lowest to highest, and the mean over it.
  private func marks(_ name: String, _ spread: Spread, _ paint: Paint, symbol: Symbol? = nil)
    -> [any ChartMark]
  {
    let x = Values.values("step", spread.steps)
    var line = LineMark(x: x, y: .values(name, spread.mean), series: name).color(paint)
    if let symbol { line = line.symbol(symbol) }
    guard spread.values.count > 1 else { return [line] }
    return [
      AreaMark(
        x: x, yStart: .values("lowest", spread.lowest), yEnd: .values("highest", spread.highest), series: name
      )
      .color(paint).opacity(0.25),
      line,
    ]
  }

  private func evaluation(_ name: String, _ spread: Spread?, _ paint: Paint) -> [any ChartMark] {
    guard let spread else { return [] }
    let raw = spread.values.map { values in
      LineMark(x: .values("step", spread.steps), y: .values(name, values))
        .color(paint).lineWidth(0.5).opacity(0.5)
    }
    return raw + marks(name, spread, paint, symbol: name == "test" ? .square : .circle)
  }
}

// MARK: Words and numbers

extension TrainingCurves {
  private func provenance(of runs: SeveralRuns) -> Provenance {
    let hashes = runs.all.map(\.archive.dataHash)
    return hashes.dropFirst().reduce(Provenance(dataHash: hashes[0])) { $0.adding($1) }
  }

  private func lowest(_ spread: Spread) -> (step: Int, value: Double)? {
    zip(spread.steps, spread.mean).min { $0.1 < $1.1 }.map { (step: $0.0, value: $0.1) }
  }

  /// `99.24 % of the test pictures right (99.20 to 99.30 % over 3 seeds)`.
  private func accuracy(of group: SeveralRuns.Group) -> String {
    guard let test = group.evaluated(\.testAccuracy) else { return "\(group.runs.count) seeds" }
    return "\(Numbers.percent(test.mean.last!, decimals: 2)) of the test pictures right "
      + "(\(Numbers.fixed(test.lowest.last! * 100, decimals: 2)) to \(Numbers.percent(test.highest.last!, decimals: 2)) "
      + "over \(group.runs.count) seeds)"
  }

  private func reading(_ runs: SeveralRuns) -> String {
    guard runs.groups.count == 1 else {
      return
        "Each line is one recipe. Only differences wider than what another seed makes are the recipe’s doing: train each with "
        + "several seeds, and a band shows how wide that is."
    }
    return
      "The runs differ in their seed alone: in how the weights began, in the order of the pictures and in which of them were kept "
      + "for validation. The band is what chance does; a change that moves the line by less than its width has not been shown to help."
  }

  private func description(_ runs: SeveralRuns) -> String {
    runs.groups.map { group in
      let name = runs.groups.count == 1 ? "\(group.runs.count) runs" : group.label
      let loss = group.evaluated(\.validationLoss).flatMap(lowest)
      return [
        "\(name): \(Numbers.grouped(group.lastStep)) steps, seeds \(group.runs.map { "\($0.archive.seed)" }.listed)",
        loss.map {
          "lowest mean validation loss \(Numbers.significant($0.value)) at step \(Numbers.grouped($0.step))"
        },
        group.evaluated(\.testAccuracy).map { _ in accuracy(of: group) },
      ].compactMap { $0 }.joined(separator: ", ") + "."
    }.joined(separator: " ")
  }
}

extension SeveralRuns {
  /// A table of all runs: each row of a run's own, behind what tells it apart.
  private func table(_ table: (ClassifierSeries) -> NumberTable) -> NumberTable {
    let tables = groups.flatMap { group in
      group.runs.map { run in (group.label, run.archive.seed, table(run.series)) }
    }
    return NumberTable(
      columns: ["recipe", "seed"] + tables[0].2.columns,
      rows: tables.flatMap { label, seed, table in table.rows.map { [label, "\(seed)"] + $0 } })
  }

  fileprivate var stepTable: NumberTable { table(\.stepTable) }
  fileprivate var evaluationTable: NumberTable { table(\.evaluationTable) }
}
