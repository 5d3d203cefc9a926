internal import Core
internal import Render

/// Diversity at every snapshot of a run, and that of the real pictures.
struct DiversitySeries {
  let generator: String
  /// Pictures of either kind.
  let count: Int
  let steps: [Int]
  /// Steps that make one epoch; nil where the run does not say.
  let stepsPerEpoch: Double?
  let fakes: [(distance: Double, dissimilarity: Double)]
  let real: (distance: Double, dissimilarity: Double)
  let ratios: [DiversityRatio]
  /// What of the run was read, and which real pictures.
  let dataHash: String
  let realHash: String

  init(
    _ options: Diversity, _ run: RunArchive, real given: Probe?, progress: (Double) -> Void
  ) throws {
    generator = try run.generator().name
    let run = run.tracingReads()
    let shape = run.sampleShape!
    let pictureShape: Shape = [shape[3], shape[1], shape[2]]
    let probe: Probe
    if let given { probe = given } else { probe = try run.probe() }
    var pictures = try options.drawn(probe, shape: pictureShape, subject: run.path)
    count = min(shape[0], pictures.shape[0])
    guard count > 1 else {
      throw InspectError(.notApplicable, run.path, "keeps one sample of each snapshot; pairs need two")
    }
    pictures = pictures[0..<count]
    realHash = SHA256.hexDigest(of: pictures.elements)
    let own = PairwiseDistances(pictures)
    real = (own.distance, own.dissimilarity)
    let snapshots = run.snapshots
    guard let last = snapshots.last else {
      throw InspectError(.notApplicable, run.path, "has no snapshot yet; let it train longer")
    }
    steps = snapshots.map(\.step)
    stepsPerEpoch = last.epoch > 0 ? Double(last.step) / last.epoch : nil
    var fakes: [(distance: Double, dissimilarity: Double)] = []
    var ratios: [DiversityRatio] = []
    for (index, snapshot) in snapshots.enumerated() {
      let tiles = ImageTiles(
        pixels: try run.samples(at: snapshot), count: shape[0], height: shape[1], width: shape[2],
        channels: shape[3])
      let made = PairwiseDistances(
        Tensor(pictureShape.batched(count), (0..<count).flatMap { tiles.numbers(of: $0) }))
      fakes.append((made.distance, made.dissimilarity))
      ratios.append(DiversityRatio(made, own))
      progress(Double(index + 1) / Double(snapshots.count))
    }
    (self.fakes, self.ratios) = (fakes, ratios)
    dataHash = run.dataHash
  }
}

/// Diversity over a run as two charts.
struct DiversityCurves {
  let series: DiversitySeries
  let name: String?

  init(series: DiversitySeries, named name: String?) { (self.series, self.name) = (series, name) }

  var charts: [any Block] {
    [
      chart(
        "Mean distance of two pictures", "‖x − x′‖, brightness", series.fakes.map(\.distance),
        series.real.distance, series.ratios.map(\.distance)),
      chart(
        "Mean dissimilarity of two pictures", "1 − SSIM", series.fakes.map(\.dissimilarity),
        series.real.dissimilarity, series.ratios.map(\.dissimilarity)),
    ]
  }

  private func chart(
    _ title: String, _ quantity: String, _ values: [Double], _ real: Double, _ ratios: [Double]
  ) -> Chart {
    let low = DiversityRatio.collapse * real
    let flagged = ratios.indices.filter { ratios[$0] < DiversityRatio.collapse }
    let top = max(values.max() ?? 0, real) * 1.12
    return Chart(
      title, x: Axis("step"), y: Axis(quantity, domain: 0...max(top, 1e-6)),
      top: series.stepsPerEpoch.map { TopAxis("epoch", unit: $0) }, height: 132
    ) {
      RectangleMark(
        y: 0...low, label: "less than \(Numbers.significant(DiversityRatio.collapse)) of real: collapse")
      RuleMark(y: real, label: "real pictures, \(Numbers.significant(real))").color(.real)
      LineMark(
        x: .values("step", series.steps), y: .values(quantity, values), series: "fakes"
      ).color(.fake).symbol(.circle)
      if !flagged.isEmpty {
        PointMark(
          x: .values("step", flagged.map { series.steps[$0] }),
          y: .values(quantity, flagged.map { values[$0] })
        ).color(.ink).symbol(.cross)
      }
    }
  }

  private var flagged: [Int] { series.ratios.indices.filter { series.ratios[$0].isCollapsed } }

  var reading: String {
    let start =
      "Two fakes should differ from each other as much as two real pictures do: the line should come to the blue level and stay. A "
      + "line that falls away into the grey is a generator that repeats itself. Noise differs little, too, so that the very first "
      + "steps say nothing."
    guard !flagged.isEmpty else { return start + " Nothing is flagged here." }
    return start + " Flagged with a cross: \(flagged.count == 1 ? "step" : "steps") "
      + flagged.map { Numbers.grouped(series.steps[$0]) }.joined(separator: ", ") + "."
  }

  var description: String {
    let last = series.ratios.last!
    return
      "Over \(series.steps.count) snapshots the mean distance of two fakes comes to \(Numbers.percent(last.distance, decimals: 0)) of "
      + "that of two real pictures, their mean dissimilarity to \(Numbers.percent(last.dissimilarity, decimals: 0)). "
      + (flagged.isEmpty ? "No snapshot is flagged." : "\(flagged.count) of the snapshots are flagged.")
  }

  var table: NumberTable {
    NumberTable(
      columns: [
        "step", "distance of fakes", "distance of real", "ratio", "1 - SSIM of fakes", "1 - SSIM of real",
        "ratio of 1 - SSIM", "flagged",
      ],
      rows: series.steps.indices.map { index in
        let (fake, ratio) = (series.fakes[index], series.ratios[index])
        return [
          String(series.steps[index]), NumberTable.text(fake.distance),
          NumberTable.text(series.real.distance),
          NumberTable.text(ratio.distance), NumberTable.text(fake.dissimilarity),
          NumberTable.text(series.real.dissimilarity), NumberTable.text(ratio.dissimilarity),
          ratio.isCollapsed ? "yes" : "no",
        ]
      })
  }
}
