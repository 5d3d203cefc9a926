internal import Core
public import Render

/// What units of a layer look for: for each the nine pictures that excite it most, and what of them excited it, carried back
/// to the pixels by a deconvolutional network (Zeiler & Fergus 2014).
///
/// ```swift
/// let figure = try TopImages(layers: ["conv2"], units: 8).figure(of: specimen)
/// ```
public struct TopImages: Hashable, Sendable {
  /// The layers' names; empty for all convolutions, of many the first, the middle and the last.
  public var layers: [String]
  /// How many units of each layer are drawn by lot; all where there are no more.
  public var units: Int
  /// The units themselves, instead of drawing them.
  public var chosenUnits: [Int]
  /// What the lot depends on.
  public var seed: UInt64
  /// How many of the probe's pictures are tried at most; nil for all.
  public var pictures: Int?
  /// The colours' theme.
  public var theme: Theme

  /// The top pictures of units.
  public init(
    layers: [String] = [], units: Int = 16, chosenUnits: [Int] = [], seed: UInt64 = 0, pictures: Int? = nil,
    theme: Theme = .light
  ) {
    precondition(units > 0 && pictures ?? 1 > 0, "\(units) units, \(pictures ?? 1) pictures")
    self.layers = layers
    self.units = units
    self.chosenUnits = chosenUnits
    self.seed = seed
    self.pictures = pictures
    self.theme = theme
  }

  /// Draws them: one sweep over the pictures, then one pass back for each of the nine.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` if there is no such layer or unit, or there are no pictures to try.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let trial = try TrialPictures(of: specimen, most: pictures)
    let found = try LayerTops.measure(self, of: specimen, on: trial, progress: progress)
    let shown = found.reduce(0) { $0 + $1.tops.count }
    let dead = found.reduce(0) { $0 + $1.tops.count(where: \.isDead) }

    var facts = [found.map { $0.layer.words }.joined(separator: ", ")]
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    facts.append(
      chosenUnits.isEmpty && found.contains { $0.tops.count < $0.layer.units }
        ? "up to \(units) units of each layer by lot, seed \(seed)" : "\(shown) units")
    facts.append(trial.facts)
    if let moment = specimen.moment { facts.append(moment.facts) }
    if dead > 0 { facts.append("\(dead) dead") }
    let recipe = specimen.provenance.recipe(
      "top-images",
      entries: specimen.options + [
        layers.isEmpty ? nil : .init("layer", .list(layers.map { .string($0) })),
        units == 16 ? nil : .init("units", .integer(units)),
        chosenUnits.isEmpty ? nil : .init("unit", .list(chosenUnits.map { .integer($0) })),
        seed == 0 ? nil : .init("seed", .string("\(seed)")),
        pictures.map { .init("most", .integer($0)) }, .theme(theme),
      ])
    return Figure(
      "What units look for: the pictures that excite them most", facts: facts.joined(separator: " · "),
      reading:
        "Each unit has two blocks of nine, the strongest first: at the left what in the picture excited it (white raises its answer, black "
        + "lowers it, grey plays no part), at the right the same piece of the picture. What all nine share is what the unit looks for. "
        + "Each piece is all that the unit can see at one place; paper lies beyond the picture’s border.",
      description: found.map { $0.description(trial.probe.classNames, trial.probe.labels) }.joined(
        separator: " "),
      recipe: recipe,
      numbers: [
        (
          "top-images",
          NumberTable(
            columns: [
              "layer", "unit", "rank", "probe picture", "class", "answer", "row", "column",
              "reconstruction limit",
            ], rows: found.flatMap { $0.rows(trial.probe) })
        )
      ], theme: theme
    ) {
      for layer in found { LayerTopsBlock(layer: layer) }
      ColorBar(
        .allReconstructions,
        title:
          "reconstruction, each ± the 99.5th percentile of its own |v|; the limits stand under its block",
        length: 120, showsNote: false)
    }
  }
}

extension TrialPictures {
  /// `1,000 probe pictures`, `200 of 1,000 probe pictures`.
  var facts: String {
    count == probe.count
      ? "\(Numbers.grouped(count)) pictures tried"
      : "\(Numbers.grouped(count)) of \(Numbers.grouped(probe.count)) pictures tried"
  }
}
