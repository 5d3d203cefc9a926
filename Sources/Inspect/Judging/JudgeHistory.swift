public import Core
public import Render

/// A classifier judges a generator at every snapshot of its training: which classes it makes, how surely they are named, how far
/// they are from real pictures.
///
/// ```swift
/// let figure = try JudgeHistory(count: 200).figure(of: run, by: classifier, real: pictures)
/// ```
/// The same latents at every snapshot, and one judge: what changes is the generator.
public struct JudgeHistory: Hashable, Sendable {
  /// Pictures that are generated at each snapshot.
  public var count: Int
  /// Where latents come from.
  public var seed: UInt64
  /// Snapshots that are judged, at most; of more, the first, the last, and some between.
  public var snapshots: Int
  /// The figure's colours.
  public var theme: Theme

  /// A judging over time.
  public init(count: Int = 1000, seed: UInt64 = 0, snapshots: Int = 40, theme: Theme = .light) {
    (self.count, self.seed, self.snapshots, self.theme) = (count, seed, snapshots, theme)
  }

  /// Judges the generator of a run.
  /// - Parameters:
  ///   - network: the generator's name; nil for the run's first.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if the run trains no generator, or judge and pictures do not fit; `ArchiveError` if it cannot be read.
  public func figure(
    of run: RunArchive, network: String? = nil, by judge: Specimen, real: RealPictures,
    progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let found = try history(of: run, network: network, by: judge, real: real, progress: progress)
    let drawing = HistoryDrawing(history: found)
    let right = found.accuracy.map { ", right on \(Numbers.percent($0)) of real ones" } ?? ""
    return Figure(
      "What a classifier sees in the generator’s pictures, as it learns",
      facts: [
        found.generator, "\(found.moments.count) of \(run.snapshots.count) snapshots",
        "\(Numbers.grouped(count)) pictures at each, always of the same latents (seed \(seed))",
        "judge: \(judge.name)\(right), SHA-256 \(found.checksum.prefix(12))",
        "real: \(real.name), \(Numbers.grouped(found.testCount)) test pictures",
      ].facts,
      reading: drawing.reading, description: drawing.description,
      recipe: found.provenance.recipe(
        "judge-history", entries: [network.map { .init("network", .string($0)) }] + options(real)),
      numbers: [("history", drawing.table)],
      theme: theme
    ) { VStack(spacing: 10) { drawing.charts } }
  }

  func options(_ real: RealPictures) -> [FigureRecipe.Entry?] {
    [
      real.option.map { .init("data", .string($0)) },
      count == 1000 ? nil : .init("count", .integer(count)), seed == 0 ? nil : .init("seed", .seed(seed)),
      snapshots == 40 ? nil : .init("snapshots", .integer(snapshots)), .theme(theme),
    ]
  }

  /// The numbers of the figure.
  /// - Parameter teaches: whether the pictures are tried as a lesson as well.
  package func history(
    of run: RunArchive, network: String? = nil, by judge: Specimen, real: RealPictures, teaches: Bool = false,
    progress: (Double) -> Void = { _ in }
  ) throws -> JudgedHistory {
    guard (50...20_000).contains(count) else {
      throw InspectError(
        .input, run.path, "\(count) pictures cannot be judged at each snapshot; ask for 50 to 20,000")
    }
    let name = try network ?? run.generator().name
    let steps = EmbeddingFigure.chosen(max(snapshots, 2), of: run)
    guard !steps.isEmpty else { throw InspectError(.notApplicable, run.path, "the run has no snapshot yet") }
    return try JudgedHistory(
      run, network: name, steps: steps, by: judge, real: real, count: count, seed: seed,
      teaches: teaches, progress: progress)
  }
}

/// The charts of a judging over time, and the words around them.
private struct HistoryDrawing {
  let history: JudgedHistory

  /// Snapshots at equal distances: they are dense where much happens.
  private var places: [Double] { history.moments.indices.map(Double.init) }
  private var x: Render.Values { .values("snapshot", places) }

  private func axis(isLast: Bool = false) -> Axis {
    let last = max(history.moments.count - 1, 1)
    // About ten labels, the last always among them.
    let every = max(1, (history.moments.count + 9) / 10)
    let ticks = history.moments.indices.filter { (last - $0) % every == 0 }
    return Axis(
      isLast ? "step (each snapshot at the same distance)" : "", domain: 0...Double(last),
      ticks: ticks.map(Double.init),
      tickLabels: ticks.map { Numbers.short(Double(history.moments[$0].step)) },
      isHidden: !isLast)
  }

  private var drops: [RuleMark] {
    history.drops.map { RuleMark(x: Double($0)).color(.fake) }
  }

  var charts: [any Block] {
    var result: [any Block] = [shares, covered, divergence, confidence]
    if history.floor != nil { result.append(frechet) }
    result[result.count - 1] = (result[result.count - 1] as! Chart).lastAxis(axis(isLast: true))
    return result
  }

  private var shares: Chart {
    let names = history.classNames
    let areas = AreaMark.stacked(
      x: x,
      shares: names.indices.map { label in
        (names[label], history.moments.map { $0.histogram.shares[label] })
      })
    return Chart(x: axis(), y: Axis("share of each class", domain: 0...1, ticks: [0, 0.5, 1]), height: 190) {
      areas
      drops
    }.names(.legend)
  }

  private var covered: Chart {
    let classes = Double(history.classNames.count)
    return Chart(
      x: axis(), y: Axis("classes there", domain: 0...classes, ticks: [0, classes]), height: 52
    ) {
      drops
      LineMark(x: x, y: .values("classes", history.moments.map { Double($0.histogram.covered) }))
        .color(.fake).symbol(.circle)
    }
  }

  private var divergence: Chart {
    let values = history.moments.map { $0.histogram.divergence ?? .nan }
    let top = max(values.filter(\.isFinite).max() ?? 0, 0.01) * 1.1
    return Chart(x: axis(), y: Axis("KL to the data, nats", domain: 0...top), height: 60) {
      drops
      LineMark(x: x, y: .values("KL", values)).color(.fake).symbol(.circle)
    }
  }

  private var confidence: Chart {
    Chart(x: axis(), y: Axis("mean top probability", domain: 0...1, ticks: [0, 0.5, 1]), height: 60) {
      drops
      RuleMark(y: history.realConfidence, label: "real \(Numbers.fixed(history.realConfidence, decimals: 2))")
        .color(.real)
      LineMark(x: x, y: .values("top probability", history.moments.map(\.confidence))).color(.fake).symbol(
        .circle)
    }
  }

  private var frechet: Chart {
    let values = history.moments.map { $0.frechet ?? .nan }
    let floor = history.floor ?? 1
    return Chart(x: axis(), y: Axis("Fréchet distance", type: .logarithmic), height: 90) {
      drops
      RuleMark(y: floor, label: "floor \(Numbers.significant(floor))").color(
        .real)
      LineMark(x: x, y: .values("Fréchet distance", values)).color(.fake).symbol(.circle)
    }
  }

  var table: NumberTable {
    NumberTable(
      columns: ["step"] + history.classNames.map { "share of \($0)" }
        + ["classes there", "KL, nats", "mean top probability", "Fréchet distance", "÷ floor"],
      rows: history.moments.map { moment in
        [String(moment.step)] + moment.histogram.shares.map(NumberTable.text)
          + [
            String(moment.histogram.covered), moment.histogram.divergence.map(NumberTable.text) ?? "",
            NumberTable.text(moment.confidence), moment.frechet.map(NumberTable.text) ?? "",
            ratio(moment).map(NumberTable.text) ?? "",
          ]
      })
  }

  private func ratio(_ moment: JudgedHistory.Moment) -> Double? {
    guard let distance = moment.frechet, let floor = history.floor, floor > 0 else { return nil }
    return distance / floor
  }

  var reading: String {
    let lost =
      history.drops.isEmpty
      ? "No class that was there was lost again."
      : "Dashed upright lines: a class that had been there is gone, as when a generator collapses onto a few kinds of picture."
    return
      "Bands of even width mean that every class is made. \(lost) A class counts as there with \(Numbers.percent(history.moments.last?.histogram.leastShare ?? 0.01, decimals: 0)) of the pictures or more."
      + (history.floor == nil
        ? ""
        : " The Fréchet distance falls towards its floor, which as many real training pictures have, as pictures become like real ones.")
  }

  var description: String {
    guard let first = history.moments.first, let last = history.moments.last else { return "" }
    var words =
      "At step \(Numbers.grouped(first.step)) the judge finds \(first.histogram.covered) of \(history.classNames.count) classes, at step \(Numbers.grouped(last.step)) \(last.histogram.covered); mean top probability \(Numbers.fixed(first.confidence, decimals: 2)), then \(Numbers.fixed(last.confidence, decimals: 2)), of real pictures \(Numbers.fixed(history.realConfidence, decimals: 2))."
    if let start = ratio(first), let end = ratio(last) {
      words +=
        " The Fréchet distance falls from \(Numbers.significant(start)) to \(Numbers.significant(end)) times its floor."
    }
    if !history.drops.isEmpty {
      words +=
        " Classes are lost at step "
        + history.drops.map { Numbers.grouped(history.moments[$0].step) }.joined(separator: ", ") + "."
    }
    return words
  }
}

extension Chart {
  /// The chart with another axis beneath.
  fileprivate func lastAxis(_ axis: Axis) -> Chart {
    var chart = self
    chart.x = axis
    return chart
  }
}
