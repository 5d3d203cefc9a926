internal import Core
public import Render

/// What happens along single directions of the latent space: one row a direction, those that change the picture most first.
///
/// ```swift
/// let figure = try Traversal(by: .principal, rows: 10).figure(of: generator)
/// ```
public struct Traversal: Sendable {
  /// Which directions are looked at.
  public enum Directions: String, Hashable, Sendable, CaseIterable {
    /// The numbers of the latent, one by one.
    case coordinates
    /// Those along which the numbers of the first layer vary most (GANSpace).
    case principal
    /// Those that change the picture fastest at the latent: singular vectors of the Jacobian.
    case jacobian
  }

  /// Which directions are looked at.
  public var by: Directions
  /// The latent that is moved.
  public var from: LatentInterpolation.End
  /// Directions that are shown; those that change the picture most.
  public var rows: Int
  /// Pictures of each, at least 3.
  public var columns: Int
  /// How far to both sides, in standard deviations of the prior.
  public var reach: Double
  /// What latents are drawn from.
  public var prior: LatentPrior
  /// Seconds that a frame of the animation is seen.
  public var secondsPerFrame: Double
  /// The figure's colours.
  public var theme: Theme

  /// Rows of directions.
  public init(
    by: Directions = .principal, from: LatentInterpolation.End = .seed(1), rows: Int = 10, columns: Int = 9,
    reach: Double = 3, prior: LatentPrior = .normal, secondsPerFrame: Double = 0.12, theme: Theme = .light
  ) {
    self.by = by
    self.from = from
    self.rows = rows
    self.columns = columns
    self.reach = reach
    self.prior = prior
    self.secondsPerFrame = secondsPerFrame
    self.theme = theme
  }

  /// The most directions that are shown.
  public static let mostRows = 40
  /// The most pictures of a direction.
  public static let mostColumns = 41
  /// Latents over which the change along a direction is averaged, the one that is shown among them.
  static let tried = 4

  /// Draws the directions.
  /// - Parameter judge: a classifier that names the pictures, if given.
  /// - Throws: `InspectError` if the network is no generator, has no such directions, or the judge takes other pictures;
  ///   `NetworkError` if it cannot be run.
  public func figure(
    of generator: Specimen, judge: Specimen? = nil, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let numbers = try TraversalNumbers(self, generator, columns: columns, judge, progress: progress)
    let sampling = numbers.sampling
    let small = SmallTiles(numbers.rows.map(\.pictures), side: 64)
    let shown = numbers.rows.count
    return Figure(
      title,
      facts: (generator.generatorFacts + [
        from.label, "the \(shown) of \(numbers.changes.count) directions that change the picture most",
        prior.fact(of: sampling, generator), sampling.scaleFact, small.fact,
      ]).facts,
      reading: reading(numbers), description: description(numbers),
      recipe: recipe(generator, judge, isAnimated: false), numbers: [("directions", numbers.table(by))],
      theme: theme
    ) {
      Strip(
        numbers.rows.enumerated().map { index, row in
          Strip.Row(row.direction.name, tiles: small.tiles[index], captions: row.said.changes)
        }, at: numbers.places, axis: "σ", positionLabels: numbers.places.map { Numbers.significant($0) })
      chart(numbers)
    }
  }

  /// All shown directions at once, from one side to the other and back.
  /// - Throws: as `figure`.
  public func animation(
    of generator: Specimen, judge: Specimen? = nil, progress: (Double) -> Void = { _ in }
  ) throws -> Animation {
    // A film wants more pictures than a strip; too few for either are refused.
    let pictures = columns < 3 ? columns : max(columns, 15)
    let numbers = try TraversalNumbers(self, generator, columns: pictures, judge, progress: progress)
    let last = numbers.places.count - 1
    let frames = (Array(0...last) + Array((1..<last).reversed())).map { index in
      LatentFilm.Frame(
        pictures: Tensor(stacking: numbers.rows.map { $0.pictures[index] }),
        captions: numbers.rows.map(\.direction.name),
        place: "\(Numbers.significant(numbers.places[index]))\(Numbers.thinSpace)σ",
        share: Double(index) / Double(last))
    }
    return LatentFilm(
      title: title, facts: (generator.generatorFacts.prefix(1) + [from.label]).facts, frames: frames,
      columns: min(numbers.rows.count, 5), secondsPerFrame: secondsPerFrame, secondsAtEnd: secondsPerFrame,
      description: description(numbers), recipe: recipe(generator, judge, isAnimated: true),
      numbers: [("directions", numbers.table(by))], theme: theme
    ).animation
  }

  private var title: String {
    switch by {
    case .coordinates: "What single numbers of the latent do"
    case .principal: "What the first layer’s main directions do"
    case .jacobian: "What moves this picture fastest"
    }
  }

  private func recipe(_ generator: Specimen, _ judge: Specimen?, isAnimated: Bool) -> FigureRecipe {
    generator.provenance.adding([from]).judged(by: judge).recipe(
      "traverse",
      entries: generator.options + [
        .init("by", .string(by.rawValue)), .init("from", from.recipeValue), .init("rows", .integer(rows)),
        .init("columns", .integer(columns)), reach == 3 ? nil : .init("reach", .number(reach)), prior.option,
        .animate(isAnimated), .pace(isAnimated ? secondsPerFrame : nil), .theme(theme),
      ])
  }

  /// How much each direction does, all of them.
  private func chart(_ numbers: TraversalNumbers) -> Chart {
    let ranks = numbers.changes.indices.map { Double($0 + 1) }
    let shown = numbers.rows.count
    let top = (numbers.changes.first ?? 0) * 1.1
    return Chart(
      x: Axis(
        "directions, those that change the picture most first", domain: 0.5...Double(ranks.count) + 0.5),
      y: Axis("change of the picture from one side to the other", domain: 0...(top > 0 ? top : 1)), height: 72
    ) {
      BarMark(
        x: .values("rank", ranks), y: .values("change", numbers.changes),
        paints: ranks.indices.map { $0 < shown ? .ink : .faint })
    }
  }

  private func reading(_ numbers: TraversalNumbers) -> String {
    let what =
      switch by {
      case .coordinates: "one number of the latent"
      case .principal:
        "the latent along one principal direction of the numbers behind \(numbers.layer ?? "the first layer")"
      case .jacobian: "the latent along one singular vector of the Jacobian"
      }
    return
      "In each row \(what) goes from \(Numbers.significant(-numbers.reach)) to \(Numbers.significant(numbers.reach)) standard "
      + "deviations, all else as in \(from.label). The bars are how far the two ends’ pictures are apart, for every direction, "
      + "as a mean over \(Traversal.tried) latents; those set off at the left are the rows. A row that changes one property "
      + "alone has found a meaning."
  }

  private func description(_ numbers: TraversalNumbers) -> String {
    let first = numbers.rows.first.map { "\($0.direction.name) by \(Numbers.significant($0.change))" } ?? ""
    return
      "\(numbers.rows.count) rows of \(numbers.places.count) generated pictures, each along one direction of the latent space. "
      + "Of \(numbers.changes.count) directions the picture is changed most along \(first), least by "
      + "\(Numbers.significant(numbers.changes.last ?? 0))."
  }
}
