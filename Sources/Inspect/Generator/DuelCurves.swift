public import Core
public import Render

/// How a discriminator and a generator fought: losses, probabilities and gradient norms over one axis of steps.
///
/// Where neither can gain any more, D says one half of everything, its loss is 2 ln 2 and G's is ln 2
/// (Goodfellow et al. 2014, arXiv:1406.2661, section 4): those levels are drawn and named.
public struct DuelCurves: Sendable {
  /// The memory β of the smoothed lines, 0 ..< 1; the raw values are drawn faintly beneath.
  public var smoothing: Double
  /// The figure's colours.
  public var theme: Theme

  /// The curves of a duel.
  public init(smoothing: Double = 0.98, theme: Theme = .light) {
    self.smoothing = smoothing
    self.theme = theme
  }

  /// The curves of a run.
  /// - Throws: `InspectError` or `ArchiveError` if the run is not of two adversaries or has no steps yet.
  public func figure(of run: RunArchive) throws -> Figure {
    let run = run.tracingReads()
    guard smoothing >= 0, smoothing < 1 else {
      throw InspectError(.input, run.path, "a smoothing of \(smoothing); it lies from 0 to below 1")
    }
    guard run.networks.contains(where: { $0.role == .generator }),
      run.networks.contains(where: { $0.role == .discriminator }), run.metricNames.contains("loss_D")
    else {
      let roles = run.networks.map { "\($0.name) (\($0.role.rawValue))" }.listed
      throw InspectError(
        .notApplicable, run.path,
        "the run is no duel of a generator with a discriminator; its networks are \(roles)")
    }
    guard run.recordedSteps > 0 else {
      throw InspectError(.notApplicable, run.path, "no step has been recorded yet; let it train longer")
    }
    let duel = try Duel(run, smoothing: smoothing)
    let stepsPerEpoch = run.snapshots.last.flatMap { $0.epoch > 0 ? Double($0.step) / $0.epoch : nil }
    var facts = [
      run.networks.map(\.name).joined(separator: " against "),
      "\(Numbers.grouped(duel.steps.count)) steps"
        + (stepsPerEpoch.map { ", \(Numbers.significant(Double(duel.steps.count) / $0)) epochs" } ?? ""),
    ]
    facts.append(
      smoothing == 0
        ? "every step as it is"
        : "faint: every step; bold: moving average, β = \(Numbers.significant(smoothing)), debiased")
    let options: [FigureRecipe.Entry?] = [.init("smoothing", .number(smoothing)), .theme(theme)]
    return Figure(
      "The duel of generator and discriminator", facts: facts.facts,
      reading:
        "D wants to call real pictures x real (1) and generated ones, G(z), fake (0); G wants them called real. "
        + "A D that is sure of everything leaves G nothing to learn from; a D that says one half of everything "
        + "can no longer tell them apart, and the losses lie on their dashed lines.",
      description: duel.words,
      recipe: Provenance(seed: run.seed, dataHash: run.dataHash).recipe("curves", entries: options),
      numbers: [("duel", duel.table)], theme: theme
    ) {
      duel.charts(stepsPerEpoch: stepsPerEpoch)
    }
  }
}

/// The series of a duel, and what is drawn of them.
private struct Duel {
  let steps: [Int]
  private let smoothing: Double
  private let series: [(name: String, values: [Double])]

  init(_ run: RunArchive, smoothing: Double) throws {
    self.smoothing = smoothing
    var series: [(name: String, values: [Double])] = []
    for name in run.metricNames { series.append((name, try run.metric(name).values)) }
    for network in run.networks where network.statistics.contains("gradient_norm") {
      let side = network.role == .generator ? "G" : "D"
      series.append(("gradient_norm_\(side)", try run.statistic("gradient_norm", of: network.name).values))
    }
    self.series = series
    steps = try run.metric("loss_D").steps
  }

  private func values(_ name: String) -> [Double]? { series.first { $0.name == name }?.values }

  private func smooth(_ name: String) -> [Double]? {
    values(name).map { Series.movingAverage($0, beta: smoothing) }
  }

  var table: NumberTable {
    NumberTable(
      columns: ["step"] + series.map(\.name),
      rows: steps.indices.map { index in
        [String(steps[index])] + series.map { NumberTable.text($0.values[index]) }
      })
  }

  /// What happened, for those who do not see it.
  var words: String {
    func ends(_ name: String, _ label: String) -> String? {
      guard let smooth = smooth(name)?.filter(\.isFinite), let first = smooth.first, let last = smooth.last
      else { return nil }
      return "\(label) from \(Numbers.significant(first)) to \(Numbers.significant(last))"
    }
    let parts = [
      ends("loss_D", "the loss of D"), ends("loss_G", "the loss of G"), ends("D_real", "D(x)"),
      ends("D_fake_before", "D(G(z)) before D’s step"), ends("D_fake_after", "D(G(z)) after it"),
      ends("gradient_norm_D", "the gradient norm of D"), ends("gradient_norm_G", "the gradient norm of G"),
    ].compactMap { $0 }
    return "Curves over \(Numbers.grouped(steps.count)) steps, smoothed: " + parts.joined(separator: ", ")
      + "."
  }

  /// The three panels over one axis of steps; one whose series the run lacks is left out.
  func charts(stepsPerEpoch: Double?) -> StackedCharts {
    let epochs = stepsPerEpoch.flatMap { Double(steps.count) > $0 ? TopAxis("epoch", unit: $0) : nil }
    return StackedCharts(x: Axis("step", domain: domain), top: epochs, spacing: Spacing.panel) {
      [losses, probabilities, gradients].compactMap { $0 }
    }
  }

  private var domain: ClosedRange<Double> {
    let (first, last) = (Double(steps.first ?? 0), Double(steps.last ?? 1))
    return first < last ? first...last : first - 0.5...first + 0.5
  }

  private func line(_ name: String, _ label: String, _ paint: Paint) -> LineMark? {
    guard let values = values(name) else { return nil }
    let mark = LineMark(x: .values("step", steps), y: .values(label, values), series: label).color(paint)
    return smoothing > 0 ? mark.smoothed(smoothing) : mark
  }

  private var losses: Chart? {
    let lines = [line("loss_D", "loss of D", .real), line("loss_G", "loss of G", .fake)].compactMap { $0 }
    guard !lines.isEmpty else { return nil }
    let ln2 = Mathematics.logarithm(2)
    return Chart("Losses", y: Axis("cross-entropy, nats", includesZero: true), height: 148) {
      RuleMark(y: 2 * ln2, label: "2 ln 2, D at balance").color(.real)
      RuleMark(y: ln2, label: "ln 2, G at balance").color(.fake)
      for line in lines { line }
    }
  }

  private var probabilities: Chart? {
    let lines = [
      line("D_real", "D(x), real", .real),
      line("D_fake_before", "D(G(z)) before D’s step", .fake),
      afterwards,
    ].compactMap { $0 }
    guard !lines.isEmpty else { return nil }
    return Chart("What D believes", y: .probability("probability of being real"), height: 132) {
      RuleMark(y: 0.5, label: "one half")
      for line in lines { line }
    }
  }

  /// Smoothed only: it follows the values before D’s step so closely that its raw line would hide theirs.
  private var afterwards: LineMark? {
    guard let values = smooth("D_fake_after") else { return nil }
    let label = "D(G(z)) after it"
    return LineMark(x: .values("step", steps), y: .values(label, values), series: label)
      .color(.fake).dash([2, 2])
  }

  private var gradients: Chart? {
    let lines = [
      line("gradient_norm_D", "gradient of D", .real), line("gradient_norm_G", "gradient of G", .fake),
    ]
    .compactMap { $0 }
    guard !lines.isEmpty else { return nil }
    return Chart(
      "How hard each is pushed", y: Axis("length of the gradient over all weights", type: .logarithmic),
      height: 132
    ) {
      for line in lines { line }
    }
  }
}
