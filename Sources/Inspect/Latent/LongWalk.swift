public import Core
public import Render

/// A long walk through a latent space: from one random point to the next and back to the first, with the jumps marked.
///
/// A generator that has learnt a landscape changes its pictures little by little. One that has learnt examples by heart stays at
/// one and jumps to the next (Radford, Metz and Chintala 2016, figure 4).
///
/// ```swift
/// let figure = try LongWalk(points: 9, steps: 10).figure(of: generator, judge: classifier)
/// ```
public struct LongWalk: Sendable {
  /// Random points, at least 3; as many legs, since the walk returns to the first.
  public var points: Int
  /// Steps from a point to the next, at least 2.
  public var steps: Int
  /// Where the points come from.
  public var seed: UInt64
  /// How one goes from a point to the next.
  public var path: Interpolation
  /// A jump is a step of more than so many times the median of all steps.
  public var jump: Double
  /// What latents are drawn from.
  public var prior: LatentPrior
  /// Seconds that a frame of the animation is seen.
  public var secondsPerFrame: Double
  /// The figure's colours.
  public var theme: Theme

  /// A walk over random points.
  public init(
    points: Int = 9, steps: Int = 10, seed: UInt64 = 0, path: Interpolation = .slerp, jump: Double = 3,
    prior: LatentPrior = .normal, secondsPerFrame: Double = 0.12, theme: Theme = .light
  ) {
    self.points = points
    self.steps = steps
    self.seed = seed
    self.path = path
    self.jump = jump
    self.prior = prior
    self.secondsPerFrame = secondsPerFrame
    self.theme = theme
  }

  /// The most pictures of a walk.
  public static let mostPictures = 1_000

  /// Draws the walk, a row for each leg, and how long every step was.
  /// - Parameter judge: a classifier that names the pictures and in whose features the perceptual path length is measured, if
  ///   given.
  /// - Throws: `InspectError` if the network is no generator, the judge takes other pictures, or so long a walk cannot be drawn.
  public func figure(
    of generator: Specimen, judge: Specimen? = nil, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let sampling = try Sampling(generator)
    let numbers = try numbers(of: generator, sampling, judge)
    let length = try judge.map {
      try PathLength(
        of: sampling, Judge($0, reading: sampling.pictureShape), prior: prior, seed: seed, path: path,
        progress: progress)
    }
    let small = SmallTiles(numbers.legs.map(\.pictures), side: 64)
    return Figure(
      "A long walk through the latent space",
      facts: (generator.generatorFacts + [
        "\(points) points of seed \(seed), \(path.rawValue), \(steps) steps between",
        prior.fact(of: sampling, generator),
        sampling.scaleFact, small.fact,
      ]).facts,
      reading: reading(numbers), description: description(numbers, length),
      recipe: recipe(generator, judge, isAnimated: false),
      numbers: [("steps", numbers.table)] + (length.map { [("path-length", $0.table)] } ?? []), theme: theme
    ) {
      Strip(
        numbers.legs.enumerated().map { index, leg in
          Strip.Row(
            "\(index + 1) → \((index + 1) % points + 1)", tiles: small.tiles[index],
            captions: leg.said.changes,
            frames: frames(numbers, index))
        }, at: numbers.legs[0].places, axis: "t")
      chart(numbers)
      if let length { TextBlock(length.words(judge?.name ?? ""), paint: .secondary) }
    }
  }

  /// The walk as pictures that follow each other, over and over.
  /// - Throws: as `figure`.
  public func animation(of generator: Specimen, judge: Specimen? = nil) throws -> Animation {
    let sampling = try Sampling(generator)
    let numbers = try numbers(of: generator, sampling, judge)
    // The end of a leg is where the next begins.
    let frames = numbers.legs.indices.flatMap { leg in
      (0..<steps).map { step in
        LatentFilm.Frame(
          pictures: numbers.legs[leg].pictures[step..<step + 1],
          captions: numbers.legs[leg].said.isEmpty ? [] : [numbers.legs[leg].said[step].caption],
          place: "from point \(leg + 1) to point \((leg + 1) % points + 1)",
          share: Double(leg * steps + step) / Double(numbers.legs.count * steps))
      }
    }
    return LatentFilm(
      title: "A long walk",
      facts: (generator.generatorFacts.prefix(1) + ["\(points) points of seed \(seed), \(path.rawValue)"])
        .facts,
      frames: frames, secondsPerFrame: secondsPerFrame, secondsAtEnd: secondsPerFrame,
      description: description(numbers, nil), recipe: recipe(generator, judge, isAnimated: true),
      numbers: [("steps", numbers.table)], theme: theme
    ).animation
  }

  private func numbers(
    of generator: Specimen, _ sampling: Sampling, _ judge: Specimen?
  ) throws -> LongWalkNumbers {
    guard (3...LongWalk.mostPictures).contains(points), (2...LongWalk.mostPictures).contains(steps),
      points * (steps + 1) <= LongWalk.mostPictures
    else {
      throw InspectError(
        .input, generator.name,
        "a walk over \(points) points with \(steps) steps between cannot be drawn; ask for 3 points and 2 steps or more, and for "
          + "\(Numbers.grouped(LongWalk.mostPictures)) pictures at most")
    }
    let latents = prior.latents(of: sampling, seed: seed, count: points)
    return try LongWalkNumbers(
      through: (0..<points).map { latents[$0] }, steps: steps, path, jump: jump, sampling, judge: judge)
  }

  private func recipe(_ generator: Specimen, _ judge: Specimen?, isAnimated: Bool) -> FigureRecipe {
    generator.provenance.judged(by: judge).recipe(
      "walk",
      entries: generator.options + [
        .init("points", .integer(points)), .init("steps", .integer(steps)), .init("seed", .seed(seed)),
        path == .slerp ? nil : .init("path", .string(path.rawValue)),
        jump == 3 ? nil : .init("jump", .number(jump)),
        prior.option, .animate(isAnimated), .pace(isAnimated ? secondsPerFrame : nil), .theme(theme),
      ])
  }

  /// Both pictures of a jump are framed.
  private func frames(_ numbers: LongWalkNumbers, _ leg: Int) -> [Int: ImageGrid.Frame] {
    var frames: [Int: ImageGrid.Frame] = [:]
    for jump in numbers.jumps where jump.leg == leg {
      frames[jump.step] = .wrong
      frames[jump.step + 1] = .wrong
    }
    return frames
  }

  private func chart(_ numbers: LongWalkNumbers) -> Chart {
    let lengths = numbers.lengths
    let limit = jump * numbers.median
    let top = max(lengths.max() ?? 0, limit) * 1.1
    let x = lengths.indices.map { 1 + (Double($0) + 0.5) / Double(steps) }
    let jumps = numbers.jumps.map { $0.leg * steps + $0.step }
    return Chart(
      x: Axis("leg of the walk", domain: 1...Double(points + 1), ticks: (1...points).map(Double.init)),
      y: Axis(
        "‖Δx‖, change from picture to picture", domain: 0...(top > 0 ? top : 1),
        ticks: Ticks.linear(0, top > 0 ? top : 1, about: 3)), height: 84
    ) {
      LineMark(x: .values("leg", x), y: .values("‖Δx‖", lengths)).color(.ink).lineWidth(1.2)
      RuleMark(y: numbers.median, label: "median")
      RuleMark(y: limit, label: "\(Numbers.significant(jump)) × median")
      if !jumps.isEmpty {
        PointMark(
          x: .values("leg", jumps.map { x[$0] }), y: .values("‖Δx‖", jumps.map { lengths[$0] })
        ).color(.fake)
      }
    }
  }

  private func reading(_ numbers: LongWalkNumbers) -> String {
    let found =
      numbers.jumps.isEmpty
      ? "No step is longer than \(Numbers.significant(jump)) times the median: nothing here jumps."
      : "\(numbers.jumps.count) of \(numbers.lengths.count) steps are longer than \(Numbers.significant(jump)) times the median; the "
        + "pictures on both sides are framed."
    return
      "Each row goes from one random point to the next in equal steps; the last returns to the first. Smooth changes say that "
      + "the generator learnt a landscape, jumps that it learnt examples. \(found)"
  }

  private func description(_ numbers: LongWalkNumbers, _ length: PathLength?) -> String {
    var text =
      "\(numbers.legs.count) rows of \(steps + 1) generated pictures along a walk over \(points) random latents. The median step "
      + "is \(Numbers.significant(numbers.median)), the longest \(Numbers.significant(numbers.lengths.max() ?? 0)); "
      + "\(numbers.jumps.count) of \(numbers.lengths.count) are jumps."
    let kinds = numbers.legs.flatMap(\.said).changes.filter { !$0.isEmpty }
    if !kinds.isEmpty { text += " The judge reads \(kinds.joined(separator: ", "))." }
    if let length { text += " Perceptual path length \(Numbers.significant(length.mean))." }
    return text
  }
}
