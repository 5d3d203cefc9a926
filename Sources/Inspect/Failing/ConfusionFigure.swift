public import Core
public import Render

/// Which classes are taken for which: the confusion matrix of an evaluation, and the pictures of its worst mistake.
public struct ConfusionFigure: Hashable, Sendable {
  /// The step of the evaluation; nil for the latest.
  public var step: Int?
  /// How many pictures are shown at most in each group.
  public var pictures: Int
  /// The colours' theme.
  public var theme: Theme

  /// A confusion matrix.
  public init(step: Int? = nil, pictures: Int = 12, theme: Theme = .light) {
    self.step = step
    self.pictures = pictures
    self.theme = theme
  }

  /// Draws the matrix of a run.
  ///
  /// The run keeps counts for all test pictures but only some of the pictures (the probe): the mistakes shown are those
  /// among them, recomputed with the model of the evaluation's snapshot.
  /// - Throws: `InspectError` if the run has no evaluation with a matrix, or listing their steps if none is at this one;
  ///   `ArchiveError` if the run cannot be read.
  public func figure(of run: RunArchive) throws -> Figure {
    let run = run.tracingReads()
    let matrix = try chosenMatrix(of: run)
    let specimen = try modelBehind(matrix, in: run)
    let names = classNames(run, matrix.classes)
    let tally = ConfusionTally(matrix)
    let mistakes = try specimen.map { try Mistakes(of: $0, classes: matrix.classes) } ?? nil
    let worst = tally.worst

    let facts = [
      "\(Numbers.grouped(tally.total)) test pictures",
      "\(Numbers.percent(tally.accuracy, decimals: 2)) right, \(Numbers.grouped(tally.total - tally.right)) wrong",
      "step \(Numbers.grouped(matrix.step))",
    ]
    let hash = specimen.map { [$0.provenance.dataHash] } ?? []
    var provenance = Provenance(seed: run.seed, step: matrix.step, dataHash: run.dataHash)
    for hash in hash { provenance = provenance.adding(hash) }
    let recipe = provenance.recipe("confusion", entries: [.theme(theme)])
    return Figure(
      "Which classes are taken for which", facts: facts.joined(separator: " · "),
      reading:
        "A row is what the pictures show, a column what the network said; the outlined diagonal is right. "
        + "Colours are shares of a row, numbers count pictures: a bright cell beside the diagonal is a pair of classes that look alike to the network.",
      description: description(tally, names), recipe: recipe,
      numbers: [
        (
          "counts",
          NumberTable(
            columns: ["true"] + names,
            rows: (0..<matrix.classes).map { row in
              [names[row]] + (0..<matrix.classes).map { String(matrix[row, $0]) }
            })
        )
      ] + (mistakes.map { [("mistakes", $0.table(names))] } ?? []), theme: theme
    ) {
      if matrix.classes <= 12 {
        HStack(spacing: 28, weights: [400, 304]) {
          matrixPanel(matrix, tally, names)
          VStack {
            if let worst, let mistakes {
              worstPanel(worst, mistakes, names)
              allPanel(mistakes, names, besides: worst)
            }
          }
        }
      } else {
        matrixPanel(matrix, tally, names)
        if let worst, let mistakes {
          worstPanel(worst, mistakes, names)
          allPanel(mistakes, names, besides: worst)
        }
      }
    }
  }

  private func matrixPanel(_ matrix: ConfusionMatrix, _ tally: ConfusionTally, _ names: [String]) -> VStack {
    VStack(spacing: 12) {
      Heatmap(
        tally.shares, rows: matrix.classes, columns: matrix.classes, scale: shareScale, rowLabels: names,
        columnLabels: names, rowTitle: "shown", columnTitle: "said",
        texts: matrix.counts.map { $0 == 0 ? "" : Numbers.grouped($0) },
        outlined: Set((0..<matrix.classes).map { Heatmap.Cell(row: $0, column: $0) }),
        cellSize: matrix.classes <= 12 ? 34 : nil, showsColorBar: false)
      ColorBar(shareScale, title: "share of the row", length: 120)
    }
  }

  private var shareScale: ColorScale {
    var scale = ColorScale.probability
    scale.symbol = "share"
    return scale
  }

  private func chosenMatrix(of run: RunArchive) throws -> ConfusionMatrix {
    let matrices = try run.confusionMatrices()
    guard let last = matrices.last else {
      throw InspectError(.notApplicable, run.path, "no evaluation on test pictures was recorded yet")
    }
    guard let step else { return last }
    guard let matrix = matrices.first(where: { $0.step == step }) else {
      throw InspectError(
        .unknownName, run.path,
        "no test evaluation at step \(step); there are \(matrices.map { String($0.step) }.listed)")
    }
    return matrix
  }

  /// The classifier at the evaluation's step; nil where no snapshot was taken then or nothing was kept to look at.
  private func modelBehind(_ matrix: ConfusionMatrix, in run: RunArchive) throws -> Specimen? {
    guard run.snapshots.contains(where: { $0.step == matrix.step }),
      let network = run.networks.first(where: { $0.role == .classifier })
    else { return nil }
    return try Specimen(run, network: network.name, at: .step(matrix.step))
  }

  private func classNames(_ run: RunArchive, _ classes: Int) -> [String] {
    let names = (try? run.probe().classNames) ?? []
    return names.count == classes ? names : (0..<classes).map(String.init)
  }

  private func description(_ tally: ConfusionTally, _ names: [String]) -> String {
    var text =
      "\(Numbers.percent(tally.accuracy, decimals: 2)) of \(Numbers.grouped(tally.total)) test pictures right."
    if let worst = tally.worst {
      text +=
        " The most frequent mistake: “\(names[worst.row])” taken for “\(names[worst.column])”, \(worst.count) times."
    }
    if let weakest = tally.weakestClass {
      text +=
        " The class named rightly least often is “\(names[weakest.row])” with \(Numbers.percent(weakest.share, decimals: 1))."
    }
    return text
  }

  private func worstPanel(
    _ worst: (row: Int, column: Int, count: Int), _ mistakes: Mistakes, _ names: [String]
  ) -> Panel {
    let found = mistakes.all.filter { $0.label == worst.row && $0.said == worst.column }
    let shown = Array(found.prefix(pictures))
    let title =
      "“\(names[worst.row])” taken for “\(names[worst.column])”: \(worst.count) times, the most frequent mistake"
    let caption =
      found.isEmpty
      ? "None of them is among the \(Numbers.grouped(mistakes.probeCount)) pictures that the run keeps."
      : "\(shown.count) of the \(worst.count)\(found.count > shown.count ? ", of \(found.count)" : "") among the \(Numbers.grouped(mistakes.probeCount)) test pictures that the run keeps; beneath, the probability of what was said"
    return Panel(title, caption: caption) {
      if !shown.isEmpty { gallery(shown, mistakes) { Numbers.fixed($0.probability, decimals: 2) } }
    }
  }

  private func allPanel(
    _ mistakes: Mistakes, _ names: [String], besides worst: (row: Int, column: Int, count: Int)
  ) -> Panel {
    let others = mistakes.all.filter { $0.label != worst.row || $0.said != worst.column }
    let shown = others.sorted { ($0.probability, $1.index) > ($1.probability, $0.index) }.prefix(pictures)
    return Panel(
      "Other mistakes, the surest first",
      caption: others.isEmpty
        ? "There are no others among the \(Numbers.grouped(mistakes.probeCount)) pictures that the run keeps."
        : "\(shown.count == others.count ? "all" : "\(shown.count) of the") \(others.count) others among the \(Numbers.grouped(mistakes.probeCount)) pictures kept; beneath, shown → said"
    ) {
      if !shown.isEmpty { gallery(Array(shown), mistakes) { "\(names[$0.label]) → \(names[$0.said])" } }
    }
  }

  private func gallery(
    _ shown: [Mistakes.Mistake], _ mistakes: Mistakes, _ caption: (Mistakes.Mistake) -> String
  ) -> ImageGrid {
    let side = Double(max(mistakes.probe.pictureShape[2], mistakes.probe.pictureShape[3]))
    // Pictures of about 60 points, four to a row.
    let magnification = side <= 64 ? (64 / side).rounded(.down) : 0.5
    return ImageGrid(
      mistakes.tiles(shown), columns: max(1, min(4, Int(300 / (side * magnification + 8)))),
      magnification: magnification, gap: 8, labels: .captions(shown.map(caption)))
  }
}

/// A confusion matrix added up.
private struct ConfusionTally {
  let matrix: ConfusionMatrix
  let total: Int
  let right: Int

  init(_ matrix: ConfusionMatrix) {
    self.matrix = matrix
    total = matrix.counts.reduce(0, +)
    right = (0..<matrix.classes).reduce(0) { $0 + matrix[$1, $1] }
  }

  var accuracy: Double { total > 0 ? Double(right) / Double(total) : 0 }

  private func rowTotal(_ row: Int) -> Int { (0..<matrix.classes).reduce(0) { $0 + matrix[row, $1] } }

  /// Each count as a share of its row; 0 in rows without pictures.
  var shares: [Double] {
    (0..<matrix.classes).flatMap { row in
      let total = Double(max(rowTotal(row), 1))
      return (0..<matrix.classes).map { Double(matrix[row, $0]) / total }
    }
  }

  /// The cell beside the diagonal with the most pictures, the first of equals; nil without a mistake.
  var worst: (row: Int, column: Int, count: Int)? {
    var found: (row: Int, column: Int, count: Int)?
    for row in 0..<matrix.classes {
      for column in 0..<matrix.classes where row != column && matrix[row, column] > (found?.count ?? 0) {
        found = (row, column, matrix[row, column])
      }
    }
    return found
  }

  /// The class of which the smallest share is named rightly.
  var weakestClass: (row: Int, share: Double)? {
    (0..<matrix.classes).filter { rowTotal($0) > 0 }
      .map { (row: $0, share: Double(matrix[$0, $0]) / Double(rowTotal($0))) }.min { $0.share < $1.share }
  }
}

/// The probe pictures that a classifier names wrongly.
private struct Mistakes {
  struct Mistake {
    let index: Int
    let label: Int
    let said: Int
    let probability: Double
  }

  let all: [Mistake]
  let probe: Probe

  /// Tries a specimen on its probe; nil without labelled pictures.
  init?(of specimen: Specimen, classes: Int) throws {
    guard let probe = specimen.probe, probe.count > 0, probe.labels.count == probe.count,
      probe.labels.allSatisfy({ (0..<classes).contains($0) })
    else { return nil }
    let prediction = try Prediction(of: probe.inputs(0..<probe.count), by: specimen)
    guard prediction.classes == classes else { return nil }
    self.probe = probe
    all = (0..<probe.count).compactMap { index in
      let top = prediction.top(index)
      return top.class == probe.labels[index]
        ? nil
        : Mistake(index: index, label: probe.labels[index], said: top.class, probability: top.probability)
    }
  }

  var probeCount: Int { probe.count }

  func tiles(_ mistakes: [Mistake]) -> ImageTiles {
    let (channels, height, width) = (probe.pictureShape[1], probe.pictureShape[2], probe.pictureShape[3])
    let plane = height * width
    let shown = channels == 3 ? 3 : 1
    let pixels = mistakes.flatMap { mistake in
      (0..<plane).flatMap { place in
        (0..<shown).map { probe.pictures[(mistake.index * channels + $0) * plane + place] }
      }
    }
    return ImageTiles(pixels: pixels, count: mistakes.count, height: height, width: width, channels: shown)
  }

  func table(_ names: [String]) -> NumberTable {
    NumberTable(
      columns: ["probe picture", "shown", "said", "probability"],
      rows: all.map { [String($0.index), names[$0.label], names[$0.said], NumberTable.text($0.probability)] })
  }
}
