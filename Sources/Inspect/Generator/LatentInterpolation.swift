public import Core
public import Render

/// What lies between two latents: the pictures along the straight line and along the great circle.
///
/// Under the pictures stand the numbers that tell a good way from a bad one: the latents' norms with the shell in
/// which the prior lives, how far each picture is from its neighbour, and what a discriminator thinks of it.
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
  /// The figure's colours.
  public var theme: Theme

  /// A way between two latents.
  public init(
    from: End = .seed(1), to: End = .seed(2), steps: Int = 11, path: Path = .both, theme: Theme = .light
  ) {
    self.from = from
    self.to = to
    self.steps = steps
    self.path = path
    self.theme = theme
  }

  /// The most pictures along a way.
  public static let mostSteps = 41

  /// The way through a generator's latent space.
  /// - Parameter discriminator: judges every picture, if given.
  /// - Throws: `InspectError` if the networks are no generator and discriminator of one kind of picture, or a latent does not fit.
  public func figure(
    of generator: Specimen, discriminator: Specimen? = nil
  ) throws(InspectError) -> Figure {
    guard steps >= 2, steps <= LatentInterpolation.mostSteps else {
      throw InspectError(
        .input, generator.name,
        "\(steps) steps cannot be drawn; ask for 2 (the ends alone) to \(LatentInterpolation.mostSteps)")
    }
    let sampling = try Sampling(generator)
    let ends = (start: try latent(from, sampling), end: try latent(to, sampling))
    let walks = try LatentWalk.walks(
      path.interpolations, from: ends.start, to: ends.end, steps: steps, sampling, judge: discriminator)
    let shell = NormalShell(dimensions: sampling.dimensions)
    let notes = InterpolationNotes(self, walks, shell, ends.start, ends.end)
    return Figure(
      "Between two latents",
      facts: (generator.generatorFacts + [
        "\(from.label) to \(to.label)", notes.angle, "\(steps) steps", sampling.priorFact(of: generator),
        sampling.scaleFact,
      ]).facts,
      reading: notes.reading, description: notes.description,
      recipe: provenance(generator, discriminator).recipe(
        "interpolate", entries: options(generator, discriminator)),
      numbers: [("path", LatentWalk.table(walks))], theme: theme
    ) {
      Strip(
        walks.map { Strip.Row($0.name, tiles: Sampling.tiles($0.pictures)) }, at: walks[0].places, axis: "t",
        ends: .framed, charts: InterpolationCharts(walks: walks, shell: shell).charts)
      if !notes.caution.isEmpty { TextBlock(notes.caution, style: .text) }
    }
  }

  private func latent(_ end: End, _ sampling: Sampling) throws(InspectError) -> Tensor {
    switch end {
    case .seed(let seed): return sampling.latents(seed: seed, count: 1)[0]
    case .latent(let tensor, let name):
      guard tensor.shape.elementCount == sampling.dimensions else {
        throw InspectError(
          .input, name,
          "holds \(tensor.shape), but '\(sampling.name)' takes one latent of \(sampling.latentShape)")
      }
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw InspectError(.input, name, "holds numbers that are not finite; a latent has none")
      }
      return tensor.reshaped(sampling.latentShape)
    }
  }

  /// All that was read: both networks, and latents from elsewhere.
  private func provenance(_ generator: Specimen, _ discriminator: Specimen?) -> Provenance {
    var provenance = generator.provenance
    if let discriminator { provenance = provenance.adding(discriminator.provenance.dataHash) }
    for case .latent(let latent, _) in [from, to] {
      provenance = provenance.adding(SHA256.hexDigest(of: latent.elements))
    }
    return provenance
  }

  private func options(_ generator: Specimen, _ discriminator: Specimen?) -> [FigureRecipe.Entry?] {
    generator.options + [
      .init("discriminator", .string(discriminator?.name ?? "none")),
      .init("from", from.recipeValue), .init("to", to.recipeValue), .init("steps", .integer(steps)),
      .init("path", .string(path.rawValue)), .theme(theme),
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
