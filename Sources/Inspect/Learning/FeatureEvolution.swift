public import Core
public import Render

/// How features formed: at one snapshot after the other the picture that excites a unit most, and what in it did, carried back
/// to the pixels (Zeiler & Fergus 2014, figure 4). A mark says where another picture took the lead: a sudden jump.
///
/// ```swift
/// let figure = try FeatureEvolution(layers: ["conv2"], units: 4).figure(of: run)
/// ```
public struct FeatureEvolution: Hashable, Sendable {
  /// The network's name; nil for the run's first.
  public var network: String?
  /// The layers' names; empty for all convolutions, of many the first, the middle and the last.
  public var layers: [String]
  /// How many units of each layer are drawn by lot: rows.
  public var units: Int
  /// The units themselves, instead of drawing them.
  public var chosenUnits: [Int]
  /// How many snapshots are shown: columns.
  public var columns: Int
  /// Optimiser steps to show instead.
  public var steps: [Int]?
  /// What the lot depends on.
  public var seed: UInt64
  /// How many of the run's pictures are tried at each snapshot at most; nil for all.
  public var pictures: Int?
  /// The colours' theme.
  public var theme: Theme

  /// The evolution of features.
  public init(
    network: String? = nil, layers: [String] = [], units: Int = 6, chosenUnits: [Int] = [], columns: Int = 8,
    steps: [Int]? = nil, seed: UInt64 = 0, pictures: Int? = nil, theme: Theme = .light
  ) {
    precondition(units > 0 && columns > 1 && pictures ?? 1 > 0, "\(units) rows, \(columns) columns")
    self.network = network
    self.layers = layers
    self.units = units
    self.chosenUnits = chosenUnits
    self.columns = columns
    self.steps = steps
    self.seed = seed
    self.pictures = pictures
    self.theme = theme
  }

  /// Draws it: one sweep over the pictures for each snapshot.
  /// - Parameter progress: is told the share that is done.
  /// - Throws: `InspectError` if there is no such layer or unit, or the network takes no pictures; `ArchiveError` if there is
  ///   no such network or step.
  public func figure(of run: RunArchive, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let run = run.tracingReads()
    let name = try network.map { name throws(ArchiveError) in try run.network(named: name).name }
    let specimen = try Specimen(run, network: name)
    let trial = try TrialPictures(of: specimen, most: pictures)
    let moments = try self.moments(of: run)
    let histories = try FeatureHistory.measure(
      self, of: specimen, in: run, on: trial, at: moments, progress: progress)
    // The pictures were read through a specimen of its own record; one more look enters them into this one's.
    _ = try run.probe()

    var facts = [histories.map { $0.layer.words }.joined(separator: ", ")]
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    if histories.contains(where: { $0.units.count < $0.layer.units }), chosenUnits.isEmpty {
      facts.append("\(units) units of each layer by lot, seed \(seed)")
    }
    facts.append("\(moments.count) of \(run.snapshots.count) snapshots")
    facts.append(trial.facts)
    facts.append("contrast stretched in each tile")
    let options: [FigureRecipe.Entry?] = [
      .init("network", .string(specimen.name)),
      layers.isEmpty ? nil : .init("layer", .list(layers.map { .string($0) })),
      units == 6 ? nil : .init("units", .integer(units)),
      chosenUnits.isEmpty ? nil : .init("unit", .list(chosenUnits.map { .integer($0) })),
      .init("steps", .list(moments.map { .integer($0.step) })),
      seed == 0 ? nil : .init("seed", .string("\(seed)")),
      pictures.map { .init("most", .integer($0)) }, .theme(theme),
    ]
    return Figure(
      "How features formed", facts: facts.joined(separator: " · "),
      reading:
        "Each row is a unit, each column a moment of training. A tile is what excited the unit most among all pictures, carried back to the "
        + "pixels: white raises its answer, black lowers it. The number beneath is that answer: tiles are stretched, answers are not. A mark above a tile: since the "
        + "column before another picture took the lead. At the right the piece of the picture that leads at the end.",
      description: histories.map { $0.description(moments) }.joined(separator: " "),
      recipe: Provenance(seed: run.seed, dataHash: run.dataHash).recipe(
        "feature-evolution", entries: options),
      numbers: [
        (
          "feature-evolution",
          NumberTable(
            columns: [
              "layer", "unit", "step", "epoch", "probe picture", "answer", "reconstruction limit",
              "picture changed",
            ], rows: histories.flatMap { $0.rows(moments) })
        )
      ], theme: theme
    ) {
      for history in histories { FeatureHistoryBlock(history: history, moments: moments) }
      ColorBar(
        .allReconstructions, title: "reconstruction, each tile ± the 99.5th percentile of its own |v|",
        length: 120, showsNote: false)
    }
  }

  /// The epochs of Zeiler & Fergus.
  private static let usualEpochs: [Double] = [1, 2, 5, 10, 20, 30, 40, 64]

  /// The moments that are shown: those that were asked for; the epochs 1, 2, 5, 10, 20 … if the run has six of them; else spread
  /// by ratio of steps.
  package func moments(of run: RunArchive) throws -> [Snapshot] {
    _ = try run.snapshot(.last)
    if let steps {
      guard !steps.isEmpty else { throw InspectError(.input, run.path, "no steps to show were given") }
      return try Set(steps).sorted().map { try run.snapshot(.step($0)) }
    }
    let epochs = FeatureEvolution.usualEpochs.compactMap { epoch in
      run.snapshots.first { abs($0.epoch - epoch) < 0.02 * epoch }
    }
    if epochs.count >= 6, epochs.count <= columns { return epochs }
    return GrowthFilm.spread(run.snapshots, over: columns)
  }
}
