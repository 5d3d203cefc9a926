public import Core
public import Render

/// What lies between two latents: the pictures along the straight line and along the great circle.
///
/// Under the pictures stand the numbers that tell a good way from a bad one: the latents' norms with the shell in
/// which the prior lives, how far each picture is from its neighbour, what a discriminator thinks of it, and what a classifier
/// takes it for.
///
/// ```swift
/// let figure = try LatentInterpolation(from: .seed(3), to: .seed(8)).figure(of: generator, judge: classifier)
/// ```
public struct LatentInterpolation: Sendable {
  /// One end of the way.
  public enum End: Hashable, Sendable {
    /// The latent that a seed gives.
    case seed(UInt64)
    /// A latent from elsewhere: a `.npy` file, with the name that figures and recipes give it.
    case latent(Tensor, name: String)
  }

  /// Which ways are shown.
  public enum Path: String, Hashable, Sendable, CaseIterable {
    /// The great circle.
    case slerp
    /// The straight line.
    case lerp
    /// The straight line above the great circle.
    case both

    var interpolations: [Interpolation] {
      switch self {
      case .slerp: [.slerp]
      case .lerp: [.lerp]
      case .both: [.lerp, .slerp]
      }
    }
  }

  /// Where the way begins, t = 0.
  public var from: End
  /// Where it ends, t = 1.
  public var to: End
  /// Pictures along the way, both ends included; at least 2.
  public var steps: Int
  /// Which ways are shown.
  public var path: Path
  /// What latents are drawn from.
  public var prior: LatentPrior
  /// Seconds that a frame of the animation is seen.
  public var secondsPerFrame: Double
  /// The figure's colours.
  public var theme: Theme

  /// A way between two latents.
  public init(
    from: End = .seed(1), to: End = .seed(2), steps: Int = 11, path: Path = .both,
    prior: LatentPrior = .normal,
    secondsPerFrame: Double = 0.12, theme: Theme = .light
  ) {
    self.from = from
    self.to = to
    self.steps = steps
    self.path = path
    self.prior = prior
    self.secondsPerFrame = secondsPerFrame
    self.theme = theme
  }

  /// The most pictures along a way.
  public static let mostSteps = 41
  /// The most frames of an animation.
  public static let mostFrames = 241

  /// The way through a generator's latent space.
  /// - Parameters:
  ///   - discriminator: says of every picture how real it is, if given.
  ///   - judge: a classifier that names every picture, if given.
  ///   - real: the pictures among which those nearest to the ends are looked for, if given.
  /// - Throws: `InspectError` if the networks are not of one kind of picture, or a latent does not fit.
  public func figure(
    of generator: Specimen, discriminator: Specimen? = nil, judge: Specimen? = nil, real: RealPictures? = nil
  ) throws -> Figure {
    let way = try Way(self, generator, discriminator, judge, most: LatentInterpolation.mostSteps)
    let (sampling, walks) = (way.sampling, way.walks)
    let shell = LatentShell(of: prior, dimensions: sampling.dimensions)
    let notes = InterpolationNotes(self, walks, shell, way.start, way.end)
    let nearest = try real.map { real in
      let pictures = walks[0].pictures
      return try NearestEnds(
        [(from.label, pictures[0]), (to.label, pictures[steps - 1])], real, sampling)
    }
    var provenance = generator.provenance.adding([from, to], discriminator).judged(by: judge)
    if let nearest { provenance = provenance.adding(nearest.real.sha256) }
    return Figure(
      "Between two latents",
      facts: (generator.generatorFacts + [
        "\(from.label) to \(to.label)", notes.angle, "\(steps) steps", prior.fact(of: sampling, generator),
        sampling.scaleFact, judge.map { "named by \($0.name)" } ?? "",
      ]).facts,
      reading: notes.reading, description: notes.description,
      recipe: provenance.recipe(
        "interpolate", entries: options(generator, discriminator, real, isAnimated: false)),
      numbers: [("path", LatentWalk.table(walks))] + (nearest.map { [("nearest", $0.table)] } ?? []),
      theme: theme
    ) {
      Strip(
        walks.map { walk in
          Strip.Row(walk.name, tiles: Sampling.tiles(walk.pictures), captions: captions(walk))
        }, at: walks[0].places, axis: "t",
        ends: .framed, charts: InterpolationCharts(walks: walks, shell: shell).charts)
      if !notes.caution.isEmpty { TextBlock(notes.caution, style: .text) }
      if let nearest { nearest.block }
    }
  }

  /// The same way as pictures that follow each other, from `from` to `to`, where they rest.
  /// - Throws: as `figure`.
  public func animation(
    of generator: Specimen, discriminator: Specimen? = nil, judge: Specimen? = nil
  ) throws -> Animation {
    let way = try Way(self, generator, discriminator, judge, most: LatentInterpolation.mostFrames)
    let shell = LatentShell(of: prior, dimensions: way.sampling.dimensions)
    let frames = way.walks[0].places.enumerated().map { index, place in
      LatentFilm.Frame(
        pictures: Tensor(stacking: way.walks.map { $0.pictures[index] }),
        captions: way.walks.map { walk in
          ([walk.name] + (walk.said.isEmpty ? [] : [walk.said[index].caption])).joined(separator: ": ")
        },
        place: "t = \(Numbers.fixed(place, decimals: 2))", share: place)
    }
    return LatentFilm(
      title: "From one latent to another",
      facts: (generator.generatorFacts.prefix(1) + ["\(from.label) to \(to.label)", "\(steps) steps"]).facts,
      frames: frames, secondsPerFrame: secondsPerFrame, secondsAtEnd: min(60, 8 * secondsPerFrame),
      description: InterpolationNotes(self, way.walks, shell, way.start, way.end).description,
      recipe: generator.provenance.adding([from, to], discriminator).judged(by: judge).recipe(
        "interpolate", entries: options(generator, discriminator, nil, isAnimated: true)),
      numbers: [("path", LatentWalk.table(way.walks))], theme: theme
    ).animation
  }

  /// What is asked for, checked and run.
  private struct Way {
    let sampling: Sampling
    let start: Tensor
    let end: Tensor
    let walks: [LatentWalk]

    init(
      _ options: LatentInterpolation, _ generator: Specimen, _ discriminator: Specimen?, _ judge: Specimen?,
      most: Int
    ) throws {
      guard options.steps >= 2, options.steps <= most else {
        throw InspectError(
          .input, generator.name,
          "\(options.steps) steps cannot be drawn; ask for 2 (the ends alone) to \(most)")
      }
      sampling = try Sampling(generator)
      start = try options.from.latent(for: sampling, options.prior)
      end = try options.to.latent(for: sampling, options.prior)
      walks = try LatentWalk.walks(
        options.path.interpolations, from: start, to: end, steps: options.steps, sampling,
        .init(discriminator: discriminator, judge: judge))
    }
  }

  /// Class and probability where there is room for both, else the class where it changes.
  private func captions(_ walk: LatentWalk) -> [String] {
    if steps <= 11 { return walk.said.map(\.caption) }
    return walk.said.changes
  }

  private func options(
    _ generator: Specimen, _ discriminator: Specimen?, _ real: RealPictures?, isAnimated: Bool
  ) -> [FigureRecipe.Entry?] {
    generator.options + [
      .init("discriminator", .string(discriminator?.name ?? "none")),
      .init("from", from.recipeValue), .init("to", to.recipeValue), .init("steps", .integer(steps)),
      .init("path", .string(path.rawValue)), prior.option,
      real.map { $0.option.map { .init("data", .string($0)) } ?? .init("nearest", true) },
      .animate(isAnimated), .pace(isAnimated ? secondsPerFrame : nil), .theme(theme),
    ]
  }
}

extension LatentInterpolation.End {
  var label: String {
    switch self {
    case .seed(let seed): "seed \(seed)"
    case .latent(_, let name): name
    }
  }

  var recipeValue: FigureRecipe.Value {
    switch self {
    case .seed(let seed): .seed(seed)
    case .latent(_, let name): .string(name)
    }
  }
}
