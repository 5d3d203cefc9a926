internal import Core
public import Render

/// Generated pictures with the training pictures that are most like them, by pixels and by a classifier's features: whether the
/// generator has learnt, or learnt by heart.
///
/// ```swift
/// let figure = try NeighbourSheet(compared: 200).figure(of: generator, by: classifier, real: pictures)
/// ```
public struct NeighbourSheet: Hashable, Sendable {
  /// Generated pictures that are shown, at most 64.
  public var shown: Int
  /// Generated pictures, and unseen real ones, whose distances are counted.
  public var compared: Int
  /// Where latents and choices come from.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A sheet of neighbours.
  public init(shown: Int = 64, compared: Int = 1000, seed: UInt64 = 0, theme: Theme = .light) {
    (self.shown, self.compared, self.seed, self.theme) = (shown, compared, seed, theme)
  }

  /// Looks for the neighbours of a generator's pictures among all training pictures.
  /// - Parameters:
  ///   - judge: a classifier whose last features say what is alike; nil for pixels alone.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if generator, classifier and pictures are not of one size.
  public func figure(
    of generator: Specimen, by judge: Specimen? = nil, real: RealPictures,
    progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    guard (1...64).contains(shown), (shown...10_000).contains(compared) else {
      throw InspectError(
        .input, generator.name,
        "\(shown) pictures shown of \(compared) compared: ask for 1 to 64, of as many to 10,000")
    }
    let made = try GeneratedPictures(generator, count: compared, seed: seed)
    let shape = made.sampling.pictureShape
    guard real.train.pictureShape.perExample == shape, real.train.count > 0, real.test.count > 0 else {
      throw InspectError(
        .input, real.name,
        "has pictures of \(real.train.pictureShape.perExample), '\(generator.name)' makes \(shape)")
    }
    let tested = SeededChoice.drawn(compared, of: real.test.count, seed: seed)
    let fakes = try made.brightness(0..<compared)
    let pixels = try CopyCheck(
      fake: PointRows(fakes), test: PointRows(real.test).chosen(tested), train: PointRows(real.train)
    ) { progress(judge == nil ? $0 : 0.4 * $0) }
    let features = try judge.map { judge in
      let reader = try Judge(judge, reading: shape)
      let own = try JudgedPictures(compared, by: reader, of: generator.name) { fakes[$0] }
      let test = try JudgedPictures(real.test, tested, by: reader, of: real.name)
      return try CopyCheck(
        fake: PointRows(own.features), test: PointRows(test.features),
        train: reader.features(of: real.train, length: own.features.shape[1])
      ) { progress(0.4 + 0.6 * $0) }
    }
    progress(1)
    // The nearest pair first: whoever looks for copies begins there.
    let order = (0..<shown).sorted { (pixels.fakeDistances[$0], $0) < (pixels.fakeDistances[$1], $1) }
    let drawing = NeighbourDrawing(
      order: order, fakes: fakes, tested: tested, real: real, pixels: pixels, features: features)
    let provenance = generator.provenance.judged(by: judge).adding(real.sha256)
    return Figure(
      "Learnt, or learnt by heart?",
      facts: (generator.generatorFacts + [
        "\(shown) of \(Numbers.grouped(compared)) pictures of seed \(seed), the nearest pair first",
        "\(Numbers.grouped(real.train.count)) training pictures of \(real.name)",
        judge.map { "features of \($0.name)" } ?? "by pixels", made.sampling.scaleFact,
      ]).facts,
      reading: drawing.reading, description: drawing.description,
      recipe: provenance.recipe("neighbours", entries: generator.options + entries(real)),
      numbers: [("neighbours", drawing.table)], theme: theme
    ) { drawing.blocks }
  }

  private func entries(_ real: RealPictures) -> [FigureRecipe.Entry?] {
    [
      real.option.map { .init("data", .string($0)) }, shown == 64 ? nil : .init("shown", .integer(shown)),
      compared == 1000 ? nil : .init("compared", .integer(compared)),
      seed == 0 ? nil : .init("seed", .seed(seed)),
      .theme(theme),
    ]
  }
}

/// The sheets and charts of neighbours.
private struct NeighbourDrawing {
  /// Generated pictures that are shown.
  let order: [Int]
  let fakes: Tensor
  let tested: [Int]
  let real: RealPictures
  let pixels: CopyCheck
  let features: CopyCheck?

  var blocks: [any Block] {
    let realTiles = Sampling.tiles(real.test.brightness(Array(tested.prefix(order.count))))
    let first = HStack(spacing: 12) {
      Panel("Real, never trained on") { grid(realTiles) }
      Panel("Generated") { grid(Sampling.tiles(fakes.rows(order))) }
      nearest("Nearest by pixels", pixels)
    }
    let second = HStack(spacing: 12) {
      if let features { nearest("Nearest by features", features) }
      chart("by pixels", pixels)
      if let features { chart("by features", features) }
    }
    return [first, second]
  }

  private func nearest(_ title: String, _ check: CopyCheck) -> Panel {
    Panel(title, caption: "beneath, the distance to the generated picture at the same place") {
      grid(
        Sampling.tiles(real.train.brightness(order.map { check.nearest[$0] })),
        order.map { check.fakeDistances[$0] })
    }
  }

  /// Three of them stand side by side: pictures a little too large for that stay as they are, fewer in a row.
  private func grid(_ tiles: ImageTiles, _ distances: [Double] = []) -> ImageGrid {
    let side = max(tiles.width, tiles.height)
    let magnification: Double = side <= 14 ? 2 : side <= 38 ? 1 : 0.5
    // As many digits as there is room for under a picture.
    let digits = Double(tiles.width) * magnification >= 28 ? 3 : 2
    return ImageGrid(
      tiles, columns: min((30...38).contains(side) ? 6 : 8, tiles.count), magnification: magnification,
      gap: 1, labels: .captions(distances.map { Numbers.significant($0, digits: digits) }))
  }

  private func chart(_ title: String, _ check: CopyCheck) -> Panel {
    let all = check.fakeDistances + check.testDistances
    let top = max((all.max() ?? 0) * 1.02, 1e-9)
    let (own, other) = (
      Self.histogram(check.fakeDistances, top), Self.histogram(check.testDistances, top)
    )
    let middles = own.indices.map { (Double($0) + 0.5) * top / Double(Self.bins) }
    return Panel("Distance to the nearest training picture, \(title)", caption: verdict(check)) {
      Chart(
        x: Axis("distance", domain: 0...top), y: Axis("share of pictures", includesZero: true), height: 150
      ) {
        LineMark(x: .values("distance", middles), y: .values("share", other), series: "real").color(.real)
        LineMark(x: .values("distance", middles), y: .values("share", own), series: "generated").color(.fake)
      }.names(.legend)
    }
  }

  private static let bins = 30

  private static func histogram(_ values: [Double], _ top: Double) -> [Double] {
    var counts = [Double](repeating: 0, count: bins)
    for value in values { counts[min(bins - 1, max(0, Int(value / top * Double(bins))))] += 1 }
    return counts.map { $0 / Double(max(values.count, 1)) }
  }

  private func verdict(_ check: CopyCheck) -> String {
    guard let ratio = check.ratio else {
      return "Unseen real pictures are among the training pictures: nothing follows."
    }
    let limit = Numbers.significant(CopyCheck.threshold)
    let finding =
      check.copies
      ? "below \(limit): copies"
      : check.isNear
        ? "below \(limit), but unseen pictures are as near (\(Numbers.significant(check.unseenDistances.median))): dull, not copied"
        : "no sign of copying (that would be below \(limit))"
    return
      "median \(Numbers.significant(check.fakeDistances.median)), of unseen real ones \(Numbers.significant(check.testDistances.median)): ratio \(Numbers.fixed(ratio, decimals: 2)), \(finding)"
  }

  var reading: String {
    "A generator that copies would sit closer to its training pictures than new real pictures do: the vermilion line would lie left of the blue one. "
      + "Alike by pixels means the same strokes at the same place; alike by features, the same to the classifier’s eye."
  }

  var description: String {
    "\(order.count) generated pictures with their nearest training pictures. By pixels: \(verdict(pixels))."
      + (features.map { " By features: \(verdict($0))." } ?? "")
  }

  var table: NumberTable {
    NumberTable(
      columns: ["generated picture", "nearest by pixels", "distance"]
        + (features == nil ? [] : ["nearest by features", "distance in features"]),
      rows: pixels.nearest.indices.map { index in
        [String(index), String(pixels.nearest[index]), NumberTable.text(pixels.fakeDistances[index])]
          + (features.map { [String($0.nearest[index]), NumberTable.text($0.fakeDistances[index])] } ?? [])
      })
  }
}
