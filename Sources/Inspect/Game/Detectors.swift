public import Core
public import Render

/// What the last convolution of a discriminator answers to, beside the same network untrained.
///
/// ```swift
/// let figure = try Detectors().figure(of: run)
/// ```
/// - Source: Radford, Metz & Chintala 2016, arXiv:1511.06434, figure 5.
public struct Detectors: Sendable {
  /// The layer; the last convolution of several channels where none is given.
  public var layer: String?
  /// Which of its channels; six drawn by lot where nothing is said.
  public var units: UnitSelection
  /// Which pictures of the probe, from 0; one of each class where none are given.
  public var pictures: [Int]
  /// What the choice of channels comes from, and the untrained network where the file has none.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A look at features, trained and not.
  public init(
    layer: String? = nil, units: UnitSelection = .usual, pictures: [Int] = [], seed: UInt64 = 0,
    theme: Theme = .light
  ) {
    self.layer = layer
    self.units = units
    self.pictures = pictures
    self.seed = seed
    self.theme = theme
  }

  /// Channels, and pictures, that are shown where nothing is said.
  static let usual = 6
  /// The most of either.
  public static let most = 8

  /// The features of a run's network, its discriminator where none is named; untrained is the run's first snapshot.
  /// - Throws: `InspectError` or `ArchiveError` if there is no such network, or nothing to show of it.
  public func figure(
    of run: RunArchive, network: String? = nil, at selector: SnapshotSelector = .last
  ) throws -> Figure {
    let name =
      network ?? run.networks.first { $0.role == .discriminator }?.name
      ?? run.networks.first { $0.role == .classifier }?.name
    let trained = try Specimen(run, network: name, at: selector)
    let first = try Specimen(run, network: name, at: .first)
    // A run that was begun from somewhere else than nowhere has no untrained network.
    guard first.moment?.step == 0, trained.moment != first.moment else { return try figure(of: trained) }
    return try figure(
      of: trained, untrained: first.model.parameters,
      words: "the run’s first snapshot, step 0, before any training",
      hash: first.provenance.dataHash)
  }

  /// The features of a network beside those of the same recipe with freshly drawn weights.
  /// - Throws: `InspectError` if it has no convolution or no pictures to try.
  public func figure(of specimen: Specimen) throws -> Figure {
    var random = RandomStream(seed: seed, stream: 0x6A3E_0000_0000_0000)
    let fresh = Parameters(initialising: specimen.model.network, by: .dcgan, from: &random)
    return try figure(
      of: specimen, untrained: fresh,
      words: "the same layers with weights drawn from N(0, 0.02²), seed \(seed)", hash: nil)
  }

  private func figure(of specimen: Specimen, untrained: Parameters, words: String, hash: String?) throws
    -> Figure
  {
    let network = specimen.model.network
    guard network.inputs.count == 1, network.inputs[0].shape.rank == 3 else {
      throw InspectError(
        .notApplicable, specimen.name, "takes no picture; give a discriminator or a classifier")
    }
    // A discriminator without a linear layer ends in a convolution of one channel: its score, no feature.
    guard
      let name = layer
        ?? network.nodes.last(where: { (($0.operation as? Conv2d)?.outputChannels ?? 1) > 1 })?.name
        ?? network.nodes.last(where: { $0.operation is Conv2d })?.name
    else {
      throw InspectError(.notApplicable, specimen.name, "has no convolution; name another layer with --layer")
    }
    let layer = try UnitLayer(name, in: network, of: specimen.name)
    guard let probe = specimen.probe, probe.count > 0,
      probe.pictureShape.perExample == network.inputs[0].shape
    else {
      throw InspectError(.notApplicable, specimen.name, "has no pictures to try; give some with --data")
    }
    let units = try self.units.units(of: layer.units, "\(specimen.name)/\(name)") {
      layer.drawn(Detectors.usual, seed: seed)
    }
    guard units.count <= Detectors.most else {
      throw InspectError(
        .input, specimen.name, "\(units.count) channels cannot be shown; ask for up to \(Detectors.most)")
    }
    let chosen = pictures.isEmpty ? Detectors.usual(of: probe) : pictures
    guard chosen.allSatisfy({ (0..<probe.count).contains($0) }), chosen.count <= Detectors.most else {
      throw InspectError(
        .input, specimen.name,
        "pictures \(chosen.map(String.init).listed); there are \(probe.count), 0 to \(probe.count - 1), and room for \(Detectors.most)"
      )
    }
    let inputs = Tensor(stacking: chosen.map { probe.input($0)[0] })
    let before = try GuidedResponses(Model(network, untrained), layer: layer, units: units, on: inputs)
    let after = try GuidedResponses(specimen.model, layer: layer, units: units, on: inputs)
    let drawing = DetectorDrawing(
      units: units, pictures: Tensor(stacking: chosen.map { probe.brightness($0..<$0 + 1)[0] }),
      before: before, after: after)
    return Figure(
      specimen.role == .discriminator
        ? "What the discriminator’s last features answer to" : "What the last features answer to",
      facts: [
        specimen.name, "\(layer.words), \(units.count) of \(layer.units) channels",
        specimen.moment?.facts ?? "",
        "guided backprop from each channel’s strongest answer in \(chosen.count) real pictures",
        "untrained: \(words)",
        "mid grey is 0",
      ].facts,
      reading:
        "Every row is one channel, every column one real picture (above). The square is the window through which the channel answered most strongly; in it, what is "
        + "lighter than mid grey spoke for it, what is darker against it. Untrained, the pattern is that of random weights; training changes where channels "
        + "look and how strongly (the limits beneath), although nobody labelled anything.",
      description: drawing.words,
      recipe: (hash.map { specimen.provenance.adding($0) } ?? specimen.provenance).recipe(
        "detectors",
        entries: specimen.options + [
          self.layer.map { .init("layer", .string($0)) }, self.units.text.map { .init("units", .string($0)) },
          pictures.isEmpty ? nil : .init("probe", .string(pictures.map(String.init).joined(separator: ","))),
          seed == 0 ? nil : .init("seed", .seed(seed)), .theme(theme),
        ]),
      numbers: [("answers", drawing.table(chosen))], theme: theme
    ) {
      drawing.block
    }
  }

  /// The first picture of each of the first classes; the first pictures where they have no classes.
  private static func usual(of probe: Probe) -> [Int] {
    var seen: Set<Int> = []
    let firsts = probe.labels.indices.filter { seen.insert(probe.labels[$0]).inserted }
    let ordered = firsts.sorted { probe.labels[$0] < probe.labels[$1] }
    return ordered.count >= usual ? Array(ordered.prefix(usual)) : Array(0..<min(usual, probe.count))
  }
}

/// Two blocks of maps, drawn.
private struct DetectorDrawing {
  let units: [Int]
  let pictures: Tensor
  let before: GuidedResponses
  let after: GuidedResponses

  /// Grey about mid grey, the limit shared by a side.
  private func scale(_ side: GuidedResponses) -> ColorScale {
    .diverging(of: side.maps.elements, map: .grey, mode: .layer, symbol: "gradient")
  }

  private func rows(_ side: GuidedResponses, showsNames: Bool) -> PictureRows {
    let columns = pictures.shape[0]
    var rows = [PictureRows.Row(name: showsNames ? "picture" : "", tiles: Sampling.tiles(pictures))]
    for (row, unit) in units.enumerated() {
      rows.append(
        .init(
          name: showsNames ? "channel \(unit)" : "",
          tiles: Sampling.tiles(side.maps[row * columns..<(row + 1) * columns]),
          scale: scale(side)))
    }
    return PictureRows(rows: rows, magnification: magnification, gap: 3)
  }

  private var magnification: Double {
    let columns = Double(pictures.shape[0])
    let room = (Figure.standardWidth - 2 * Spacing.margin - 90) / 2 - 3 * columns
    return max(0.5, (2 * room / columns / Double(pictures.shape[3])).rounded(.down) / 2)
  }

  @BlockBuilder var block: [any Block] {
    HStack(spacing: 20, weights: [1.2, 1]) {
      Panel("untrained") {
        rows(before, showsNames: true)
        ColorBar(scale(before), length: 100)
      }
      Panel("trained") {
        rows(after, showsNames: false)
        ColorBar(scale(after), length: 100)
      }
    }
  }

  /// How concentrated a map is: the share of its pixels that hold half of its magnitude.
  private func spread(_ side: GuidedResponses) -> Double {
    let size = side.maps.shape.perExample.elementCount
    var sum = 0.0
    let count = side.maps.shape[0]
    for index in 0..<count {
      let sorted = side.maps.elements[index * size..<(index + 1) * size].map { abs($0) }.sorted(by: >)
      let half = sorted.reduce(0.0) { $0 + Double($1) } / 2
      guard half > 0 else { continue }
      var (seen, used) = (0.0, 0)
      while seen < half, used < size {
        seen += Double(sorted[used])
        used += 1
      }
      sum += Double(used) / Double(size)
    }
    return sum / Double(max(count, 1))
  }

  var words: String {
    "Guided backprop of \(units.count) channels in \(pictures.shape[0]) pictures. Half of a map’s magnitude lies in "
      + "\(Numbers.percent(spread(before))) of its pixels untrained, in \(Numbers.percent(spread(after))) trained; the limits are "
      + "±\(Numbers.significant(scale(before).upper)) and ±\(Numbers.significant(scale(after).upper))."
  }

  func table(_ chosen: [Int]) -> NumberTable {
    NumberTable(
      columns: ["channel", "picture", "strongest answer untrained", "strongest answer trained"],
      rows: units.indices.flatMap { row in
        chosen.indices.map { column in
          let at = row * chosen.count + column
          return [
            String(units[row]), String(chosen[column]), NumberTable.text(Double(before.answers[at])),
            NumberTable.text(Double(after.answers[at])),
          ]
        }
      })
  }
}
