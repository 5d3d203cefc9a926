internal import Core
public import Render

/// The game as pictures: where the discriminator pushes a generator's fakes, and the same fakes after the generator's next step.
///
/// ```swift
/// let figure = try Game().figure(of: generator, against: discriminator)
/// ```
/// For a latent of two numbers, or a plane through three latents, also a sheet over that plane on the ground of D's verdicts.
/// - Source: after GAN Lab (Kahng et al. 2018), which shows this of points in a plane.
public struct Game: Sendable {
  /// How many fakes are shown.
  public var pictures: Int
  /// The rate of the generator's step; nil for one at which the pictures move visibly.
  public var rate: Double?
  /// Where the latents come from; those that the run watches where none is given, seed 0 without a run.
  public var seed: UInt64?
  /// The seeds of three latents through which the sheet's plane goes; none for the prior's own plane, if it has two dimensions.
  public var plane: [UInt64]
  /// The figure's colours.
  public var theme: Theme

  /// A look at the game.
  public init(
    pictures: Int = 6, rate: Double? = nil, seed: UInt64? = nil, plane: [UInt64] = [], theme: Theme = .light
  ) {
    self.pictures = pictures
    self.rate = rate
    self.seed = seed
    self.plane = plane
    self.theme = theme
  }

  /// The most fakes that are shown.
  public static let mostPictures = 8
  /// Latents over which the step's loss is averaged, if memory has room for so many.
  static let batch = 64
  /// Latents on a side of the sheet.
  static let side = 20

  /// The next move of a generator against a discriminator.
  /// - Throws: `InspectError` if they are no such pair or an option makes no sense, `NetworkError` if one cannot be run.
  public func figure(of generator: Specimen, against discriminator: Specimen) throws -> Figure {
    guard (1...Game.mostPictures).contains(pictures) else {
      throw InspectError(
        .input, generator.name, "\(pictures) pictures cannot be shown; ask for 1 to \(Game.mostPictures)")
    }
    if let rate, !(rate > 0 && rate.isFinite) {
      throw InspectError(.input, generator.name, "a rate of \(rate); give one above 0")
    }
    guard plane.isEmpty || plane.count == 3 else {
      throw InspectError(
        .input, generator.name, "a plane goes through three latents, not \(plane.count); give three seeds")
    }
    let opponents = try Opponents(generator, discriminator)
    let sampling = opponents.sampling
    let watched = seed == nil ? generator.probe?.latents : nil
    let room = min(
      sampling.model.network.batch(atMost: Game.batch),
      discriminator.model.network.batch(atMost: Game.batch))
    let count = max(pictures, min(room, watched?.shape[0] ?? Game.batch))
    let latents =
      watched.flatMap { $0.shape[0] >= count ? $0[0..<count] : nil }
      ?? sampling.latents(seed: seed ?? 0, count: count)
    let move = try NextMove(opponents, latents: latents, rate: rate)
    let strip = MoveStrip(move, shown: pictures, sampling)
    let sheet = try plane(of: sampling).map { try PlaneSheet($0, opponents) }
    let source =
      watched.map { _ in "the first \(pictures) of the latents that the run watches" }
      ?? "\(pictures) latents of seed \(seed ?? 0) · \(sampling.priorFact(of: generator))"
    return Figure(
      "Where the discriminator pushes, and what the generator makes of it",
      facts: (generator.generatorFacts + [
        "against \(discriminator.name)", source,
        "one step down the mean loss of \(count) latents, rate \(Numbers.significant(move.rate, digits: 2))",
        "both as in inference: batch norm with its running statistics", sampling.scaleFact,
      ]).facts,
      reading: reading(sheet != nil), description: strip.words + (sheet.map { " " + $0.words } ?? ""),
      recipe: provenance(generator, discriminator).recipe("game", entries: options(generator, discriminator)),
      numbers: [("pushes", strip.table)] + (sheet.map { [("plane", $0.table)] } ?? []), theme: theme
    ) {
      strip.block
      if let sheet { sheet.block }
    }
  }

  private func plane(of sampling: Sampling) -> LatentPlane? {
    if plane.count == 3 {
      let corners = plane.map { sampling.latents(seed: $0, count: 1)[0] }
      return LatentPlane(through: corners[0], corners[1], corners[2], side: Game.side)
    }
    return sampling.dimensions == 2 ? LatentPlane(ofPriorWith: Game.side) : nil
  }

  private func reading(_ hasSheet: Bool) -> String {
    "Second row: what would make D take the fake for real; red, brighter here, blue, darker. G cannot paint on a picture: it turns its weights, "
      + "and one turn changes all its pictures, so the third row follows the pushes only as far as all fakes agree. Beneath, how probably real D "
      + "holds each fake, before and after."
      + (hasSheet
        ? " The sheet walks through the latents: on a green ground stands what D takes for real, on a purple one what it calls fake."
        : "")
  }

  private func provenance(_ generator: Specimen, _ discriminator: Specimen) -> Provenance {
    generator.provenance.adding(discriminator.provenance.dataHash)
  }

  private func options(_ generator: Specimen, _ discriminator: Specimen) -> [FigureRecipe.Entry?] {
    generator.options + [
      discriminator.moment == nil ? nil : .init("discriminator", .string(discriminator.name)),
      pictures == 6 ? nil : .init("shown", .integer(pictures)), rate.map { .init("rate", .number($0)) },
      seed.map { .init("seed", .seed($0)) },
      plane.isEmpty ? nil : .init("plane", .string(plane.map(String.init).listedWithoutSpaces)),
      .theme(theme),
    ]
  }
}

extension [String] {
  /// With commas and no spaces between, as options take them.
  var listedWithoutSpaces: String { joined(separator: ",") }
}

/// The fakes, what pushes them, and what they become.
private struct MoveStrip {
  let move: NextMove
  let shown: Int
  let sampling: Sampling

  init(_ move: NextMove, shown: Int, _ sampling: Sampling) {
    (self.move, self.shown, self.sampling) = (move, shown, sampling)
  }

  private func chance(_ score: Double) -> String { Numbers.percent(Mathematics.logistic(score), decimals: 0) }

  /// True if no fake is pushed at all: D is so sure that its gradient has vanished.
  private var isStill: Bool { !(move.push.maximumMagnitude > 1e-12) }

  private var changes: Tensor {
    let (before, after) = (sampling.brightness(move.fakes), sampling.brightness(move.after))
    return Tensor(before.shape, zip(after.elements, before.elements).map { $0 - $1 })
  }

  @BlockBuilder var block: [any Block] {
    let push = move.push[0..<shown].meanOfChannels
    let change = changes[0..<shown].meanOfChannels
    let scale = ColorScale.diverging(of: push.elements, mode: .global, symbol: "push")
    let changeScale = ColorScale.diverging(of: change.elements, mode: .global, symbol: "change")
    PictureRows(rows: [
      .init(
        name: "fake", tiles: Sampling.tiles(sampling.brightness(move.fakes[0..<shown])),
        captions: (0..<shown).map { "D \(chance(move.scoresBefore[$0]))" }),
      .init(name: "D’s push", tiles: Sampling.tiles(push), scale: scale),
      .init(
        name: "after G’s step", tiles: Sampling.tiles(sampling.brightness(move.after[0..<shown])),
        captions: (0..<shown).map { "D \(chance(move.scoresAfter[$0]))" }),
      .init(name: "what changed", tiles: Sampling.tiles(change), scale: changeScale),
    ])
    if isStill {
      TextBlock(
        "D is so sure that nothing pushes: its gradient has vanished, and G learns nothing here.",
        style: .text)
    } else {
      ColorBar(
        scale, title: "\(Numbers.minus)∂L_G/∂x, L_G = \(Numbers.minus)ln D(x) of each fake\(channels)",
        length: 120)
      ColorBar(changeScale, title: "change of brightness\(channels)", length: 120)
    }
  }

  private var channels: String { sampling.pictureShape[0] > 1 ? ", mean of the colours" : "" }

  var words: String {
    guard !isStill else { return "D’s gradient at the fakes is zero: nothing pushes them." }
    let losses = move.losses
    let before = move.scoresBefore.map(Mathematics.logistic).reduce(0, +) / Double(move.scoresBefore.count)
    let after = move.scoresAfter.map(Mathematics.logistic).reduce(0, +) / Double(move.scoresAfter.count)
    return
      "\(shown) fakes, D’s pushes on them, and the same fakes after one step of rate \(Numbers.significant(move.rate, digits: 2)): the "
      + "mean loss of G over \(move.scoresBefore.count) latents goes from \(Numbers.significant(losses.before)) to "
      + "\(Numbers.significant(losses.after)), the mean D(G(z)) from \(Numbers.significant(before)) to \(Numbers.significant(after)); "
      + "brightness changes by \(Numbers.significant(move.change)) (root mean square, 0 to 1)."
  }

  var table: NumberTable {
    let size = move.push.shape.perExample.elementCount
    let changes = changes
    func length(_ tensor: Tensor, _ index: Int) -> Double {
      tensor.elements[index * size..<(index + 1) * size].reduce(0.0) { $0 + Double($1) * Double($1) }
        .squareRoot()
    }
    return NumberTable(
      columns: [
        "fake", "D before", "D after", "loss of G before", "loss of G after", "norm of the push",
        "change of brightness, norm",
        "rate",
      ],
      rows: move.scoresBefore.indices.map { index in
        [
          String(index), NumberTable.text(Mathematics.logistic(move.scoresBefore[index])),
          NumberTable.text(Mathematics.logistic(move.scoresAfter[index])),
          NumberTable.text(Opponents.loss(move.scoresBefore[index])),
          NumberTable.text(Opponents.loss(move.scoresAfter[index])),
          NumberTable.text(length(move.push, index)),
          NumberTable.text(length(changes, index)), NumberTable.text(move.rate),
        ]
      })
  }
}

/// What G makes over a plane of latents, and D's verdicts.
private struct PlaneSheet {
  let plane: LatentPlane
  let pictures: Tensor
  let probabilities: [Double]

  init(_ plane: LatentPlane, _ opponents: Opponents) throws(InspectError) {
    let raw = try opponents.sampling.raw(of: plane.latents)
    self.plane = plane
    pictures = opponents.sampling.brightness(raw)
    probabilities = try opponents.scores(of: raw).map(Mathematics.logistic)
  }

  private var title: String {
    plane.isWholePrior
      ? "The whole latent space: z₁ to the right, z₂ upwards" : "The plane through three latents"
  }

  private var caption: String {
    plane.isWholePrior
      ? "\(plane.side) × \(plane.side) latents over the central 98\(Numbers.thinSpace)% of N(0, 1) along each axis; between neighbours lies the same share of all draws"
      : "\(plane.side) × \(plane.side) latents; the three are at the left top, right top and left bottom, all scaled to the usual length "
        + Numbers.significant(NormalShell(dimensions: plane.latents.shape[1]).mean)
  }

  @BlockBuilder var block: [any Block] {
    Panel(title, caption: caption) {
      VerdictSheet(pictures: Sampling.tiles(pictures), probabilities: probabilities, side: plane.side)
    }
    ColorBar(VerdictSheet.scale, title: "D(G(z)): purple fake, green real", length: 120)
  }

  var words: String {
    let real = probabilities.count { $0 > 0.5 }
    return
      "A sheet of \(plane.side) × \(plane.side) pictures over a plane of latents; D takes \(Numbers.grouped(real)) of \(Numbers.grouped(probabilities.count)) for real."
  }

  var table: NumberTable {
    let dimensions = plane.latents.shape[1]
    let shown = min(dimensions, 2)
    return NumberTable(
      columns: ["row", "column"] + (dimensions == 2 ? ["z1", "z2"] : []) + ["D(G(z))"],
      rows: probabilities.indices.map { index in
        [String(index / plane.side), String(index % plane.side)]
          + (dimensions == 2
            ? (0..<shown).map { NumberTable.text(Double(plane.latents.elements[index * dimensions + $0])) }
            : [])
          + [NumberTable.text(probabilities[index])]
      })
  }
}
