public import Core
public import Render

/// One classifier judges the generators of several runs through their training: which recipe gets how far, and how soon.
///
/// ```swift
/// let figure = try JudgedRuns(count: 2000).figure(of: [plain, better], by: classifier, real: pictures)
/// ```
/// The same latents' seed, the same real pictures and one judge for all.
public struct JudgedRuns: Hashable, Sendable {
  /// How the snapshots are judged.
  public var judging: JudgeHistory
  /// Whether lines go over minutes of training and not over epochs: what a recipe gives in the same time, on the machine that
  /// each run was trained on.
  public var isByTime: Bool

  /// A comparison of runs, each judged in the same way.
  public init(_ judging: JudgeHistory = .init(), isByTime: Bool = false) {
    (self.judging, self.isByTime) = (judging, isByTime)
  }

  /// Judges the generators of runs, at most ten.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` naming the run that trains no generator or is there twice, or if judge and pictures do not fit;
  ///   `ArchiveError` if one cannot be read.
  public func figure(
    of runs: [RunArchive], by judge: Specimen, real: RealPictures, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    guard runs.count <= 10 else {
      throw InspectError(
        .input, runs[0].path, "\(runs.count) runs are more than one figure can show; name ten or fewer")
    }
    // What is wrong with the last is said before the first is judged.
    for (index, run) in runs.enumerated() {
      let (generator, asked) = (try run.generator(), real.train.pictureShape.perExample)
      let samples = run.sampleShape!  // kept with their channels last
      let made: Shape = [samples[3], samples[1], samples[2]]
      guard made == asked else {
        throw InspectError(
          .input, run.path,
          "'\(generator.name)' makes \(made), not \(asked); compare runs of the same pictures")
      }
      let file = try SystemFile.identity(run.path)
      if try runs[..<index].contains(where: { try SystemFile.identity($0.path) == file }) {
        throw InspectError(.input, run.path, "is named twice; name each run once")
      }
    }
    var judged: [JudgedRun] = []
    for (index, run) in runs.enumerated() {
      let history = try judging.history(of: run, by: judge, real: real, teaches: true) {
        progress((Double(index) + $0) / Double(runs.count))
      }
      judged.append(
        JudgedRun(
          name: JudgedRun.name(of: run.path), history: history,
          snapshots: history.moments.map { moment in run.snapshots.first { $0.step == moment.step } }))
    }
    let drawing = JudgedRunsDrawing(runs: judged, isByTime: isByTime)
    var provenance = judged[0].history.provenance
    for other in judged.dropFirst() { provenance = provenance.adding(other.history.provenance.dataHash) }
    provenance.seed = nil
    var recipe = provenance.recipe(
      "judge-history", entries: judging.options(real) + [isByTime ? .init("minutes", .boolean(true)) : nil])
    recipe.runs = runs.map(\.path)
    return Figure(
      "One judge, \(runs.count) generators as they learn",
      facts: [
        "\(Numbers.grouped(judging.count)) pictures at each snapshot, always of the same latents (seed \(judging.seed))",
        "judge: \(judge.name), SHA-256 \(judged[0].history.checksum.prefix(12))",
        "real: \(real.name), \(Numbers.grouped(judged[0].history.testCount)) test pictures",
      ].facts,
      reading: drawing.reading, description: drawing.description, recipe: recipe,
      numbers: [("runs", drawing.table)], theme: judging.theme
    ) {
      StackedCharts(x: drawing.axis) { drawing.charts }
    }
  }
}

/// What was found of one run.
private struct JudgedRun {
  let name: String
  let history: JudgedHistory
  /// Those of the history's moments.
  let snapshots: [Snapshot?]

  var epochs: [Double] { snapshots.map { $0?.epoch ?? .nan } }
  var minutes: [Double] { snapshots.map { ($0?.seconds ?? .nan) / 60 } }

  /// Whether it was ever far enough to have a distance.
  var ratios: [Double] {
    history.moments.map { moment in
      guard let distance = moment.frechet, let floor = history.floor, floor > 0 else { return .nan }
      return distance / floor
    }
  }

  /// The file's name without folder and extension.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lastIndex(of: ".").map { $0 > file.startIndex ? String(file[..<$0]) : file } ?? file
  }
}

private struct JudgedRunsDrawing {
  let runs: [JudgedRun]
  let isByTime: Bool

  var axis: Axis { Axis(isByTime ? "minutes of training" : "epoch", includesZero: true) }

  var charts: [Chart] {
    var charts = [
      Chart(y: Axis("Fréchet distance, × its floor", type: .logarithmic), height: 190) {
        lines { $0.ratios }
        RuleMark(y: 1, label: "real pictures").color(.real)
      }
    ]
    if let real = runs[0].history.realLesson {
      charts.append(
        Chart(y: Axis("error after being taught by it", includesZero: true), height: 150) {
          lines { $0.history.moments.map { $0.lesson ?? .nan } }
          RuleMark(y: real, label: "taught by real ones \(Numbers.percent(real))").color(.real)
        })
    }
    charts.append(
      Chart(y: .probability("mean top probability"), height: 90) {
        lines { $0.history.moments.map(\.confidence) }
        RuleMark(y: runs[0].history.realConfidence, label: "real pictures").color(.real)
      })
    return charts.filter { chart in chart.marks.contains { $0 is LineMark } }
  }

  private func lines(_ values: (JudgedRun) -> [Double]) -> [any ChartMark] {
    runs.enumerated().compactMap { index, run in
      let all = zip(isByTime ? run.minutes : run.epochs, values(run)).filter {
        $0.0.isFinite && $0.1.isFinite
      }
      guard !all.isEmpty else { return nil }
      return LineMark(
        x: .values(axis.label, all.map(\.0)), y: .values(run.name, all.map(\.1)), series: run.name
      ).color(.class(index)).symbol(index % 2 == 0 ? .circle : .square)
    }
  }

  var reading: String {
    "Lower is better above, higher below. The distance is that of the judge’s last features, in multiples of what as many real training pictures have; "
      + "the error is that of a nearest-neighbour classifier that knows only generated pictures, under the judge’s names for them, asked for real ones."
  }

  var description: String {
    runs.map { run in
      guard let last = run.history.moments.last else { return "" }
      let error = last.lesson.map { ", error \(Numbers.percent($0, decimals: 1))" } ?? ""
      let ratio =
        run.ratios.last.flatMap { $0.isFinite ? "\(Numbers.significant($0)) times the floor" : nil }
        ?? "no distance"
      return
        "\(run.name) ends at step \(Numbers.grouped(last.step)) with \(ratio)\(error), mean top probability \(Numbers.fixed(last.confidence, decimals: 2))."
    }.joined(separator: " ")
  }

  var table: NumberTable {
    NumberTable(
      columns: [
        "run", "step", "epoch", "minutes", "Fréchet distance", "÷ floor", "lesson error",
        "mean top probability",
      ],
      rows: runs.flatMap { run in
        run.history.moments.indices.map { index in
          let moment = run.history.moments[index]
          return [
            run.name, String(moment.step), NumberTable.text(run.epochs[index]),
            NumberTable.text(run.minutes[index]),
            moment.frechet.map(NumberTable.text) ?? "", NumberTable.text(run.ratios[index]),
            moment.lesson.map(NumberTable.text) ?? "", NumberTable.text(moment.confidence),
          ]
        }
      })
  }
}
