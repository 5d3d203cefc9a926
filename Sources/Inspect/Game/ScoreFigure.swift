public import Core
public import Render

/// How sure a discriminator was through a training: histograms of what it said of real pictures, upwards, and of fakes, downwards, at one
/// moment after the other.
///
/// ```swift
/// let figure = try ScoreFigure().figure(of: run)
/// ```
public struct ScoreFigure: Sendable {
  /// What is counted.
  public enum Scale: String, Hashable, Sendable, CaseIterable {
    /// The probability of being real, always 0 … 1.
    case probability
    /// The score before the sigmoid, which tells sure from very sure.
    case logit
  }

  /// What is counted.
  public var scale: Scale
  /// How many moments, the first and the last always among them.
  public var moments: Int
  /// Optimiser steps to show instead.
  public var steps: [Int]?
  /// Pictures of either kind, at most.
  public var most: Int
  /// Where the fakes' latents come from.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// Histograms of scores.
  public init(
    scale: Scale = .probability, moments: Int = 9, steps: [Int]? = nil, most: Int = 500, seed: UInt64 = 0,
    theme: Theme = .light
  ) {
    self.scale = scale
    self.moments = moments
    self.steps = steps
    self.most = most
    self.seed = seed
    self.theme = theme
  }

  /// The most moments that can be shown.
  public static let mostMoments = 24

  /// The scores through a run.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` or `ArchiveError` if the run is no duel, has no such step or an option makes no sense.
  public func figure(of run: RunArchive, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let run = run.tracingReads()
    guard (2...ScoreFigure.mostMoments).contains(steps?.count ?? moments) || steps?.count == 1 else {
      throw InspectError(
        .input, run.path,
        "\(steps?.count ?? moments) moments cannot be shown; ask for 2 to \(ScoreFigure.mostMoments)")
    }
    guard most >= 1 else { throw InspectError(.input, run.path, "\(most) pictures; ask for 1 or more") }
    _ = try run.snapshot(.last)
    let snapshots =
      try steps.map { try Set($0).sorted().map { try run.snapshot(.step($0)) } }
      ?? GrowthFilm.spread(run.snapshots, over: moments)
    let history = try ScoreHistory(of: run, at: snapshots, pictures: most, seed: seed, progress: progress)
    let drawing = ScoreDrawing(history, scale)
    let last = run.snapshots.last!
    let count = history.moments[0].real.count
    return Figure(
      "How sure the discriminator is",
      facts: [
        run.networks.map(\.name).joined(separator: " against "),
        "\(Numbers.grouped(count)) real probe pictures and as many fakes of seed \(seed), the same latents at every step",
        "\(snapshots.count) of \(run.snapshots.count) snapshots up to step \(Numbers.grouped(last.step)) (epoch \(Numbers.significant(last.epoch)))",
        drawing.scaleFact,
      ].facts,
      reading:
        "Each row is one moment: upwards what D says of real pictures, downwards what it says of fakes. Far apart, D is sure and G has little to "
        + "learn from; mirror images of each other, D can no longer tell them apart. Beside the step the share that D judges right: one half is guessing.",
      description: drawing.words,
      recipe: Provenance(seed: run.seed, dataHash: run.dataHash).recipe(
        "scores",
        entries: [
          scale == .probability ? nil : .init("scale", .string(scale.rawValue)),
          .init("steps", .list(snapshots.map { .integer($0.step) })),
          most == 500 ? nil : .init("most", .integer(most)), seed == 0 ? nil : .init("seed", .seed(seed)),
          .theme(theme),
        ]),
      numbers: drawing.tables, theme: theme
    ) {
      drawing.chart
    }
  }
}

/// The histograms, drawn.
private struct ScoreDrawing {
  let history: ScoreHistory
  let scale: ScoreFigure.Scale
  let bins: EvenBins
  let real: [[Double]]
  let fake: [[Double]]
  /// The share of all logits that lie beyond the ends.
  let beyond: Double

  init(_ history: ScoreHistory, _ scale: ScoreFigure.Scale) {
    self.history = history
    self.scale = scale
    let scores = history.moments.flatMap { $0.real + $0.fake }
    switch scale {
    case .probability:
      bins = EvenBins(0...1, count: 40)
      beyond = 0
    case .logit:
      // One scale through time, symmetric about "cannot tell".
      let limit = max(1, ColorScale.limit(of: scores.map(Float.init), percentile: 99).limit.rounded(.up))
      bins = EvenBins(-limit...limit, count: 60)
      beyond = Double(scores.count { abs($0) > limit }) / Double(max(scores.count, 1))
    }
    func shown(_ scores: [Double]) -> [Double] {
      scale == .probability ? scores.map(Mathematics.logistic) : scores
    }
    let bins = bins
    real = history.moments.map { bins.shares(of: shown($0.real)) }
    fake = history.moments.map { bins.shares(of: shown($0.fake)) }
  }

  var scaleFact: String {
    let axis =
      scale == .probability
      ? "probabilities always 0 to 1"
      : "scores before the sigmoid, \(Numbers.percent(beyond)) beyond the ends and counted there"
    return "\(axis) · heights are roots of shares, one scale for all rows"
  }

  /// The outline of a histogram as steps.
  private func outline(_ shares: [Double], foot: Double, sign: Double, unit: Double) -> (
    x: [Double], y: [Double]
  ) {
    var (x, y) = ([Double](), [Double]())
    for (index, share) in shares.enumerated() {
      x += [bins.edges[index], bins.edges[index + 1]]
      // Roots, so that a few pictures beside a peak are still seen.
      let height = foot + sign * share.squareRoot() * unit
      y += [height, height]
    }
    return (x, y)
  }

  var chart: Chart {
    let rows = history.moments.count
    // One scale for all rows; the two with the tallest bars may reach into their neighbours' room, so that the others are seen.
    let tallest = history.moments.indices.map { (real[$0] + fake[$0]).max() ?? 0 }.map { $0.squareRoot() }
    let sorted = tallest.sorted(by: >)
    let unit = min(0.95 / max(sorted[0], 1e-9), 0.47 / max(sorted[min(2, sorted.count - 1)], 1e-9))
    let feet = (0..<rows).map { Double(rows - 1 - $0) }
    let lowest = min(
      -0.55, (0..<rows).map { feet[$0] - (fake[$0].max() ?? 0).squareRoot() * unit }.min() ?? 0)
    let highest = 0.3 + ((0..<rows).map { feet[$0] + (real[$0].max() ?? 0).squareRoot() * unit }.max() ?? 0)
    let axis =
      scale == .probability
      ? Axis("D’s probability of being real", domain: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1])
      : Axis("D’s score: below 0 fake, above 0 real", domain: bins.range)
    let labels = history.moments.map {
      "\(Numbers.grouped($0.snapshot.step)) · \(Numbers.percent($0.rightShare, decimals: 0)) right"
    }
    return Chart(
      x: axis,
      y: Axis(
        "step", domain: lowest...highest, ticks: feet.reversed(), tickLabels: labels.reversed()),
      height: Double(rows) * 44
    ) {
      RuleMark(x: scale == .probability ? 0.5 : 0, label: "cannot tell")
      for row in 0..<rows {
        let up = outline(real[row], foot: feet[row], sign: 1, unit: unit)
        let down = outline(fake[row], foot: feet[row], sign: -1, unit: unit)
        let foot = Values.values("foot", up.x.map { _ in feet[row] })
        AreaMark(
          x: .values("score", up.x), yStart: foot, yEnd: .values("real", up.y),
          series: row == 0 ? "real, upwards" : ""
        )
        .color(.real).opacity(0.75)
        AreaMark(
          x: .values("score", down.x), yStart: .values("fake", down.y), yEnd: foot,
          series: row == 0 ? "fake, downwards" : ""
        )
        .color(.fake).opacity(0.75)
      }
    }.names(.legend)
  }

  private func mean(_ scores: [Double]) -> Double {
    scores.map(Mathematics.logistic).reduce(0, +) / Double(max(scores.count, 1))
  }

  var words: String {
    "Histograms of D’s verdicts. "
      + history.moments.map {
        "Step \(Numbers.grouped($0.snapshot.step)): mean D(x) \(Numbers.fixed(mean($0.real), decimals: 2)), mean D(G(z)) "
          + "\(Numbers.fixed(mean($0.fake), decimals: 2)), \(Numbers.percent($0.rightShare, decimals: 0)) judged right."
      }.joined(separator: " ")
  }

  var tables: [(name: String, table: NumberTable)] {
    let summary = NumberTable(
      columns: ["step", "mean D(x)", "mean D(G(z))", "share judged right"],
      rows: history.moments.map {
        [
          String($0.snapshot.step), NumberTable.text(mean($0.real)), NumberTable.text(mean($0.fake)),
          NumberTable.text($0.rightShare),
        ]
      })
    let edges = bins.edges
    let histograms = NumberTable(
      columns: ["step", "from", "to", "share of real", "share of fake"],
      rows: history.moments.indices.flatMap { row in
        (0..<bins.count).map { bin in
          [
            String(history.moments[row].snapshot.step), NumberTable.text(edges[bin]),
            NumberTable.text(edges[bin + 1]),
            NumberTable.text(real[row][bin]), NumberTable.text(fake[row][bin]),
          ]
        }
      })
    return [("scores", summary), ("histograms", histograms)]
  }
}
