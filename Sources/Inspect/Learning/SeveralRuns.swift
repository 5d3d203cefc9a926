internal import Core
internal import Render

/// Runs of classifiers, sorted by what they were trained by.
struct SeveralRuns {
  /// Runs of one recipe that differ in their seed alone.
  struct Group {
    let sheet: RecipeSheet
    /// What sets it apart from the other groups; empty where there is one.
    var label = ""
    fileprivate(set) var runs: [(archive: RunArchive, series: ClassifierSeries)] = []

    /// Steps that all its runs have done.
    var lastStep: Int { runs[0].series.lastStep }
  }

  private(set) var groups: [Group] = []
  /// What the groups differ in.
  let differences: [String]

  /// Reads runs.
  /// - Throws: `InspectError` naming the run that does not go with the others, `ArchiveError` if one cannot be read.
  init(_ runs: [RunArchive]) throws {
    if let adversaries = runs.first(where: \.isOfAdversaries) {
      throw InspectError(
        .notApplicable, adversaries.path,
        runs.allSatisfy(\.isOfAdversaries)
          ? "is a GAN’s run, as all are: duels are drawn one run at a time"
          : "is a GAN’s run and \(runs.first { !$0.isOfAdversaries }!.path) a classifier’s: draw each kind by itself"
      )
    }
    for run in runs {
      let series = try ClassifierSeries(run)
      let sheet = RecipeSheet(of: run)
      let place = groups.firstIndex { $0.sheet == sheet } ?? groups.count
      if place == groups.count { groups.append(Group(sheet: sheet)) }
      if let first = groups[place].runs.first {
        try Self.check(run, series, against: first)
        if let twin = groups[place].runs.first(where: { $0.archive.seed == run.seed }) {
          throw InspectError(
            .input, run.path,
            "has the recipe and seed \(run.seed) of \(twin.archive.path): it is the same run; name each once")
        }
      }
      groups[place].runs.append((run, series))
    }
    guard groups.count <= 10 else {
      throw InspectError(
        .input, runs[0].path,
        "\(groups.count) different recipes are more than one figure can show; name runs of 10 or fewer")
    }
    let sheets = groups.map(\.sheet)
    differences = RecipeSheet.differences(between: sheets).map(RecipeSheet.name)
    if groups.count > 1 {
      for (index, label) in RecipeSheet.labels(of: sheets).enumerated() { groups[index].label = label }
    }
  }

  /// A mean of some runs up to one step and of others beyond it would jump where they end.
  private static func check(
    _ run: RunArchive, _ series: ClassifierSeries,
    against first: (archive: RunArchive, series: ClassifierSeries)
  ) throws {
    guard series.loss.steps == first.series.loss.steps else {
      throw InspectError(
        .input, run.path,
        "has \(Numbers.grouped(series.lastStep)) steps, \(first.archive.path) of the same recipe "
          + "\(Numbers.grouped(first.series.lastStep)): go on with the shorter (train --resume), or leave it out"
      )
    }
  }

  /// All runs, group by group.
  var all: [(archive: RunArchive, series: ClassifierSeries)] { groups.flatMap(\.runs) }
}

extension SeveralRuns.Group {
  /// A series of every step, smoothed in each run, over its runs.
  func smoothed(_ series: (ClassifierSeries) -> RunSeries, _ beta: Double) -> Spread {
    Spread(
      steps: runs[0].series.loss.steps,
      values: runs.map { Series.movingAverage(series($0.series).values, beta: beta) })
  }

  /// An evaluation over its runs, where all were evaluated; nil where none was.
  func evaluated(_ series: (ClassifierSeries) -> RunSeries?) -> Spread? {
    let taken = runs.map { run in
      Dictionary(series(run.series).points.map { ($0.step, $0.value) }) { first, _ in first }
    }
    let steps = taken[0].keys.filter { step in taken.allSatisfy { $0[step] != nil } }.sorted()
    return steps.isEmpty ? nil : Spread(steps: steps, values: taken.map { run in steps.map { run[$0]! } })
  }
}

/// The values of several runs at the same steps.
struct Spread {
  let steps: [Int]
  /// For each run a value at each step.
  let values: [[Double]]

  /// The mean over the runs at each step.
  var mean: [Double] {
    steps.indices.map { step in values.reduce(0) { $0 + $1[step] } / Double(values.count) }
  }
  /// The least over the runs at each step.
  var lowest: [Double] {
    steps.indices.map { step in values.lazy.map { $0[step] }.reduce(.infinity, worst(min)) }
  }
  /// The most over the runs at each step.
  var highest: [Double] {
    steps.indices.map { step in values.lazy.map { $0[step] }.reduce(-.infinity, worst(max)) }
  }

  /// What is no number in one run is none in the band, as it is none in the mean.
  private func worst(_ choice: @escaping (Double, Double) -> Double) -> (Double, Double) -> Double {
    { $0.isNaN || $1.isNaN ? .nan : choice($0, $1) }
  }
}

extension RunArchive {
  /// True for a run with a generator.
  var isOfAdversaries: Bool { networks.contains { $0.role == .generator } }
}
