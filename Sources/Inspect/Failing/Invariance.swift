internal import Core
public import Render

/// What a network makes of a picture that is moved, enlarged or turned: whether it still knows it, and how far its features go.
///
/// Three rows: up and down by 60 / 224 of the height, 1 to 1.8 times as large, once around. At the left some pictures on their
/// way; then the Euclidean distance between the features of a picture and of what became of it, in the first layer and in the
/// last, and the probability of the true class. One line a picture; the three charts of a column share their scale.
///
/// ```swift
/// let figure = try Invariance(pictures: 3).figure(of: specimen)
/// ```
/// - Source: Zeiler and Fergus 2014, Visualizing and understanding convolutional networks, arXiv:1311.2901, figure 5.
public struct Invariance: Hashable, Sendable {
  /// How many pictures, of different classes where there are enough.
  public var pictures: Int
  /// What the choice of pictures comes from.
  public var seed: UInt64
  /// The colours' theme.
  public var theme: Theme

  /// Invariance by some pictures. Traps on none.
  public init(pictures: Int = 5, seed: UInt64 = 0, theme: Theme = .light) {
    precondition(pictures > 0, "\(pictures) pictures")
    self.pictures = pictures
    self.seed = seed
    self.theme = theme
  }

  /// Draws what becomes of a specimen's answers.
  /// - Throws: `InspectError` if it has no labelled pictures or is no classifier of their classes, `NetworkError` if it cannot
  ///   be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let curves = try InvarianceCurves(of: specimen, most: pictures, seed: seed)
    let probe = specimen.probe!
    let right = curves.areRight.count { $0 }
    var facts = [
      "\(curves.pictures.count) of \(Numbers.grouped(probe.count)) pictures, drawn by seed \(seed)",
      right == curves.pictures.count
        ? "all named rightly as they are" : "\(right) of them named rightly as they are",
      "Euclidean distances", "bilinear, \(curves.surroundings.words)",
    ]
    if let moment = specimen.moment { facts.insert(moment.facts, at: 0) }
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    let recipe = specimen.provenance.recipe(
      "invariance",
      entries: specimen.options + [
        pictures == 5 ? nil : .init("shown", .integer(pictures)),
        seed == 0 ? nil : .init("seed", .seed(seed)), .theme(theme),
      ])
    let names = curves.labels.map { TextStyle.label.width(of: curves.classNames[$0]) }.max() ?? 0
    let tileWidth = 112 + min(names, Invariance.longestName)
    let limits = (Limits(curves, \.first), Limits(curves, \.top))
    return Figure(
      "What may change before it no longer knows", facts: facts.joined(separator: " · "),
      reading:
        "Every line is one picture, in the colour of its frame at the left. The first layer's distance grows at the smallest change, since every edge lies elsewhere then; "
        + "where the last features stay near and the probability near 1, the network does not mind the change.",
      description: description(curves), recipe: recipe, numbers: numbers(curves), theme: theme
    ) {
      for row in curves.rows {
        HStack(spacing: 18, weights: [tileWidth] + [Double](repeating: (666 - tileWidth) / 3, count: 3)) {
          tiles(row, curves, probe)
          chart(row, row.first, Axis("distance in \(curves.firstLayer)", domain: limits.0.range), curves)
          chart(row, row.top, Axis("distance in \(curves.topLayer)", domain: limits.1.range), curves)
          chart(row, row.probabilities, .probability("p(true class)"), curves)
        }
      }
    }
  }

  /// How wide the name of a class may be before the pictures, in points.
  private static let longestName = 48.0

  /// The limits that all rows of a column share.
  private struct Limits {
    let range: ClosedRange<Double>

    init(_ curves: InvarianceCurves, _ values: (InvarianceCurves.Row) -> [[Double]]) {
      let largest = curves.rows.flatMap { values($0).joined() }.filter(\.isFinite).max() ?? 0
      range = 0...(largest > 0 ? largest * 1.03 : 1)
    }
  }

  private func tiles(_ row: InvarianceCurves.Row, _ curves: InvarianceCurves, _ probe: Probe) -> Panel {
    let input = Tensor(stacking: curves.pictures.map { probe.input($0)[0] })
    let shown = row.shown
    let changed = input.transformed(
      by: shown.map { InvarianceCurves.transform(row.change, $0) }, surroundings: curves.surroundings)
    let (channels, height, width) = (input.shape[1], input.shape[2], input.shape[3])
    let plane = height * width
    let kept = channels == 3 ? 3 : 1
    let bytes = probe.normalisation.samples(of: changed)
    var numbers: [Float] = []
    for picture in 0..<changed.shape[0] {
      numbers += bytes[picture * channels * plane..<(picture * channels + kept) * plane].map {
        Float($0) / 255
      }
    }
    let tiles = ImageTiles(
      numbers: numbers, count: changed.shape[0], channels: kept, height: height, width: width
    ).shrunk(toFit: 64).tiles
    var frames: [Int: ImageGrid.Frame] = [:]
    for picture in curves.pictures.indices {
      frames[picture * shown.count] = .init(
        InvarianceCurves.paint(picture), width: 1.5, dash: InvarianceCurves.dash(picture))
    }
    let side = Double(max(tiles.height, tiles.width))
    return Panel(row.title) {
      ImageGrid(
        tiles,
        columns: shown.count, magnification: max(0.5, (64 / side).rounded(.down) / 2), gap: 5,
        rowHeaders: curves.labels.map {
          TextStyle.label.shortened(curves.classNames[$0], to: Invariance.longestName)
        },
        columnHeaders: shown.map { row.label($0) }, frames: frames, hairlines: true)
    }
  }

  private func chart(
    _ row: InvarianceCurves.Row, _ values: [[Double]], _ axis: Axis, _ curves: InvarianceCurves
  ) -> Chart {
    let marked = row.marked
    return Chart(
      x: Axis(
        row.unit, domain: row.amounts[0]...row.amounts[row.amounts.count - 1], ticks: marked,
        tickLabels: marked.map { row.label($0) }), y: axis, height: 128
    ) {
      for picture in curves.pictures.indices {
        let series = LineMark(
          x: .values(row.unit, row.amounts), y: .values(axis.label, values[picture]),
          series: "picture \(picture)"
        )
        series.color(InvarianceCurves.paint(picture)).dash(InvarianceCurves.dash(picture))
      }
    }.names(.none)
  }

  private func description(_ curves: InvarianceCurves) -> String {
    let words = curves.rows.map { row in
      let means = row.amounts.indices.map { place in
        row.probabilities.reduce(0) { $0 + $1[place] } / Double(row.probabilities.count)
      }
      let lowest = means.indices.min { means[$0] < means[$1] } ?? 0
      return
        "\(row.title): the mean probability of the true class falls to \(Numbers.fixed(means[lowest], decimals: 2)) at \(row.label(row.amounts[lowest]))."
    }
    return "\(curves.pictures.count) pictures changed in three ways. " + words.joined(separator: " ")
  }

  private func numbers(_ curves: InvarianceCurves) -> [(name: String, table: NumberTable)] {
    curves.rows.map { row in
      let rows = curves.pictures.indices.flatMap { picture in
        row.amounts.indices.map { place in
          [
            String(curves.pictures[picture]), curves.classNames[curves.labels[picture]],
            NumberTable.text(row.amounts[place]), NumberTable.text(row.first[picture][place]),
            NumberTable.text(row.top[picture][place]), NumberTable.text(row.probabilities[picture][place]),
          ]
        }
      }
      return (
        row.change.rawValue,
        NumberTable(
          columns: [
            "picture", "true", row.unit, "distance in \(curves.firstLayer)", "distance in \(curves.topLayer)",
            "p true",
          ], rows: rows)
      )
    }
  }
}

extension InvarianceCurves {
  /// What a picture's lines and frame are drawn in.
  fileprivate static func paint(_ picture: Int) -> Paint { .class(picture) }

  /// The strokes of a picture's lines and frame, so that they are told apart in grey.
  fileprivate static func dash(_ picture: Int) -> [Double] {
    [[], [6, 2.5], [2, 2], [8, 2.5, 2, 2.5], [1, 1.5]][picture % 5]
  }
}

extension InvarianceCurves.Row {
  fileprivate var title: String {
    switch change {
    case .translation: "moved down"
    case .scale: "enlarged"
    case .rotation: "turned"
    }
  }

  fileprivate var unit: String {
    switch change {
    case .translation: "pixels down"
    case .scale: "times as large"
    case .rotation: "degrees against the clock"
    }
  }

  /// The amounts that are shown as pictures: the picture as it is, and three others.
  fileprivate var shown: [Double] {
    switch change {
    case .translation: [0, amounts[0], amounts[amounts.count - 1]]
    case .scale: [1, 1.4, 1.8]
    case .rotation: [0, 90, 180]
    }
  }

  /// The amounts that the axis names.
  fileprivate var marked: [Double] {
    switch change {
    case .translation:
      // Half the way, where that is a whole pixel.
      amounts[0].truncatingRemainder(dividingBy: 2) == 0
        ? [amounts[0], amounts[0] / 2, 0, -amounts[0] / 2, -amounts[0]] : [amounts[0], 0, -amounts[0]]
    case .scale: [1, 1.2, 1.4, 1.6, 1.8]
    case .rotation: [0, 90, 180, 270, 360]
    }
  }

  fileprivate func label(_ amount: Double) -> String {
    switch change {
    case .translation: amount == 0 ? "0" : (amount > 0 ? "+" : "") + Numbers.significant(amount)
    case .scale: "×" + Numbers.significant(amount)
    case .rotation: Numbers.significant(amount) + "°"
    }
  }
}
