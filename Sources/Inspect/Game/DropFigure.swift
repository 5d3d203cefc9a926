internal import Core
public import Render

/// What a generator makes when some of its filters are removed: those that speak for strokes, or for one class.
///
/// ```swift
/// let figure = try FilterDrop().figure(of: generator)
/// ```
/// - Source: Radford, Metz & Chintala 2016, arXiv:1511.06434, section 6.3.1, where windows were removed from bedrooms.
public struct FilterDrop: Sendable {
  /// The layer; the value that the generator's last block reads where none is given.
  public var layer: String?
  /// The class that is to be forgotten, as the judge counts; strokes where none is given.
  public var target: Int?
  /// How many maps are removed, at most; all that speak for it where none is given.
  public var top: Int?
  /// How many pictures are shown.
  public var shown: Int
  /// How many pictures are counted.
  public var pictures: Int
  /// Where the latents come from.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A removal.
  public init(
    layer: String? = nil, target: Int? = nil, top: Int? = nil, shown: Int = 8, pictures: Int = 500,
    seed: UInt64 = 0,
    theme: Theme = .light
  ) {
    self.layer = layer
    self.target = target
    self.top = top
    self.shown = shown
    self.pictures = pictures
    self.seed = seed
    self.theme = theme
  }

  /// The most pictures that are shown.
  public static let mostShown = 12
  /// The most that are counted.
  public static let mostPictures = 10_000
  /// Pictures whose places the regression is fitted to.
  static let learntStrokes = 64
  /// Pictures that the regression of a class is fitted to.
  static let learntClass = 2000

  /// What becomes of a generator's pictures.
  /// - Parameters:
  ///   - judge: a classifier that counts classes before and after; needed where a class is to be forgotten.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if the network is no generator that convolves, or an option makes no sense.
  public func figure(
    of generator: Specimen, judge: Specimen? = nil, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    guard (1...FilterDrop.mostShown).contains(shown), (shown...FilterDrop.mostPictures).contains(pictures),
      top.map({ $0 >= 1 }) ?? true
    else {
      throw InspectError(
        .input, generator.name,
        "\(shown) pictures shown of \(pictures)\(top.map { ", \($0) maps removed" } ?? ""); show 1 to \(FilterDrop.mostShown), count as many to \(Numbers.grouped(FilterDrop.mostPictures))"
      )
    }
    let sampling = try Sampling(generator)
    let reader = try judge.map { try Judge($0, reading: sampling.pictureShape) }
    var concept = FilterRemoval.Concept.stroke
    if let target {
      guard let reader else {
        throw InspectError(
          .notApplicable, generator.name, "to forget a class somebody must name classes: give a classifier")
      }
      guard reader.classNames.indices.contains(target) else {
        throw InspectError(
          .unknownName, "class \(target)",
          "'\(reader.specimen.name)' knows classes 0 to \(reader.classNames.count - 1)")
      }
      concept = .class(target, reader)
    }
    let learning = target == nil ? FilterDrop.learntStrokes : FilterDrop.learntClass
    // One row of latents, so that what is learnt from is never what is shown.
    let latents = sampling.latents(seed: seed, count: pictures + learning)
    progress(0.1)
    let removal = try FilterRemoval(
      sampling, layer: layer, concept: concept, top: top, learning: latents[pictures..<pictures + learning],
      latents: latents[0..<pictures])
    progress(0.7)
    let counts = try reader.map { reader in
      (before: try reader.counts(of: removal.before), after: try reader.counts(of: removal.after))
    }
    progress(1)
    let drawing = DropDrawing(
      removal: removal, shown: shown, classNames: reader?.classNames ?? [], target: target, counts: counts)
    return Figure(
      target == nil
        ? "The generator without the filters that speak for strokes"
        : "The generator without the filters that speak for \(drawing.targetName)",
      facts: (generator.generatorFacts + [
        "\(removal.removed.count) of \(removal.shape[0]) maps of \(removal.node) (\(removal.shape.timesDescription)) set to 0",
        drawing.regressionFact(learning), "\(Numbers.grouped(pictures)) latents of seed \(seed)",
        sampling.scaleFact,
      ]).facts,
      reading: drawing.reading, description: drawing.words,
      recipe: generator.provenance.judged(by: judge)
        .recipe(
          "drop",
          entries: generator.options + [
            layer.map { .init("layer", .string($0)) }, target.map { .init("class", .integer($0)) },
            top.map { .init("top", .integer($0)) }, shown == 8 ? nil : .init("shown", .integer(shown)),
            pictures == 500 ? nil : .init("pictures", .integer(pictures)),
            seed == 0 ? nil : .init("seed", .seed(seed)),
            .theme(theme),
          ]),
      numbers: drawing.tables, theme: theme
    ) {
      drawing.block
    }
  }
}

extension Judge {
  /// How many pictures are called each class.
  fileprivate func counts(of pictures: Tensor) throws -> [Int] {
    let said = try read(pictures).prediction
    var counts = [Int](repeating: 0, count: said.classes)
    for index in 0..<said.count { counts[said.top(index).class] += 1 }
    return counts
  }
}

/// The rows and charts of a removal.
private struct DropDrawing {
  let removal: FilterRemoval
  let shown: Int
  let classNames: [String]
  let target: Int?
  let counts: (before: [Int], after: [Int])?

  var targetName: String { target.map { "‘\(classNames[$0])’" } ?? "strokes" }
  private var question: String {
    target == nil ? "does a stroke come out here?" : "is this called \(targetName)?"
  }

  func regressionFact(_ learning: Int) -> String {
    "logistic regression of “\(question)” on \(Numbers.grouped(removal.all)) \(target == nil ? "places" : "pictures’ mean maps") of "
      + "\(Numbers.grouped(learning)) other latents, \(Numbers.percent(Double(removal.yes) / Double(removal.all))) yes, L2 penalty with C = 1"
  }

  @BlockBuilder var block: [any Block] {
    let change = difference[0..<shown]
    let scale = ColorScale.diverging(limit: 1, symbol: "change of brightness")
    PictureRows(rows: [
      .init(name: "before", tiles: Sampling.tiles(removal.before[0..<shown])),
      .init(name: "after", tiles: Sampling.tiles(removal.after[0..<shown])),
      .init(name: "difference", tiles: Sampling.tiles(change.meanOfChannels), scale: scale),
    ])
    ColorBar(scale, title: "change of brightness", length: 120)
    HStack(spacing: 24) {
      weights
      outcome
    }
  }

  /// The maps' weights, the removed ones in colour.
  private var weights: Chart {
    let order = removal.regression.weights.indices.sorted {
      (removal.regression.weights[$0], $1) > (removal.regression.weights[$1], $0)
    }
    let removed = Set(removal.removed)
    func bars(_ keep: (Int) -> Bool) -> (x: [Double], y: [Double]) {
      let places = order.indices.filter { keep(order[$0]) }
      return (places.map { Double($0 + 1) }, places.map { removal.regression.weights[order[$0]] })
    }
    let (gone, kept) = (bars { removed.contains($0) }, bars { !removed.contains($0) })
    return Chart(
      "What each map says to “\(question)”",
      x: Axis("map, by its weight", domain: 0.5...Double(order.count) + 0.5),
      y: Axis("weight"), height: 130
    ) {
      if !kept.x.isEmpty {
        BarMark(x: .values("map", kept.x), y: .values("weight", kept.y), series: "kept").color(.secondary)
      }
      if !gone.x.isEmpty {
        BarMark(x: .values("map", gone.x), y: .values("weight", gone.y), series: "removed").color(.fake)
      }
    }.names(.legend)
  }

  private var outcome: Chart {
    if let counts {
      let all = Double(max(counts.before.reduce(0, +), 1))
      return Chart(
        "What the pictures are called", x: Axis("class"), y: Axis("share of pictures", includesZero: true),
        height: 130
      ) {
        BarMark(
          x: .values("class", classNames), y: .values("before", counts.before.map { Double($0) / all }),
          series: "before"
        ).color(.secondary)
        BarMark(
          x: .values("class", classNames), y: .values("after", counts.after.map { Double($0) / all }),
          series: "after"
        ).color(.fake)
      }.names(.legend)
    }
    let bins = EvenBins(0...1, count: 25)
    let middles = bins.edges.dropLast().map { $0 + 0.5 / 25 }
    return Chart(
      "How bright the pictures are", x: Axis("mean brightness", domain: 0...1),
      y: Axis("share of pictures", includesZero: true),
      height: 130
    ) {
      LineMark(
        x: .values("brightness", middles), y: .values("before", bins.shares(of: brightness(removal.before))),
        series: "before"
      )
      .color(.secondary)
      LineMark(
        x: .values("brightness", middles), y: .values("after", bins.shares(of: brightness(removal.after))),
        series: "after"
      )
      .color(.fake)
    }.names(.legend)
  }

  private var difference: Tensor {
    Tensor(removal.before.shape, zip(removal.after.elements, removal.before.elements).map { $0 - $1 })
  }

  private func brightness(_ pictures: Tensor) -> [Double] {
    let size = pictures.shape.perExample.elementCount
    return (0..<pictures.shape[0]).map { index in
      pictures.elements[index * size..<(index + 1) * size].reduce(0.0) { $0 + Double($1) } / Double(size)
    }
  }

  private func mean(_ pictures: Tensor) -> Double {
    pictures.elements.reduce(0.0) { $0 + Double($1) } / Double(max(pictures.elements.count, 1))
  }

  var reading: String {
    let start =
      "A simple test is fitted to the maps of a layer in the middle of the generator: \(question) The maps that speak for it are set to zero, everything "
      + "else stays, the same random numbers are painted again. "
    return start
      + (target == nil
        ? "Blue is what is gone. What stays bright was drawn by other maps."
        : "Where the class’s bar falls and the others stay, those maps made it; where it does not fall, they only went along with it: to speak for a class is not yet to make it.")
  }

  var words: String {
    var words =
      "\(removal.removed.count) of \(removal.shape[0]) maps of \(removal.node) removed; mean brightness goes from \(Numbers.significant(mean(removal.before))) to "
      + "\(Numbers.significant(mean(removal.after)))."
    if let counts, let target {
      let all = Double(max(counts.before.reduce(0, +), 1))
      words +=
        " The share called \(targetName) goes from \(Numbers.percent(Double(counts.before[target]) / all)) to \(Numbers.percent(Double(counts.after[target]) / all))."
    }
    return words
  }

  var tables: [(name: String, table: NumberTable)] {
    let removed = Set(removal.removed)
    var tables = [
      (
        name: "maps",
        table: NumberTable(
          columns: ["map", "weight", "removed"],
          rows: removal.regression.weights.indices.map {
            [
              String($0), NumberTable.text(removal.regression.weights[$0]),
              removed.contains($0) ? "yes" : "no",
            ]
          })
      )
    ]
    if let counts {
      tables.append(
        (
          "classes",
          NumberTable(
            columns: ["class", "before", "after"],
            rows: classNames.indices.map {
              [classNames[$0], String(counts.before[$0]), String(counts.after[$0])]
            })
        ))
    }
    let (before, after) = (brightness(removal.before), brightness(removal.after))
    tables.append(
      (
        "brightness",
        NumberTable(
          columns: ["picture", "before", "after"],
          rows: before.indices.map {
            [String($0), NumberTable.text(before[$0]), NumberTable.text(after[$0])]
          })
      ))
    return tables
  }
}
