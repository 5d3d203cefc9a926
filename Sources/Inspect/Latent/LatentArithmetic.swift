public import Core
public import Render

/// Arithmetic with concepts: the mean latent of some pictures, minus that of others, plus that of a third kind.
///
/// `v = mean(a) − mean(b) + mean(c)`, and G(v) in the middle of eight neighbours, `v + U(−0.25, 0.25)` in every coordinate
/// (Radford, Metz & Chintala 2016, figure 7). Beneath stands the control: the same sum of the pictures themselves.
///
/// ```swift
/// let sum = LatentArithmetic(.classes(["7", "1", "4"]))
/// try sum.figure(of: generator, judge: classifier).write(to: "arithmetic.svg")
/// ```
public struct LatentArithmetic: Sendable {
  /// Where a concept's latents come from.
  public enum Concept: Hashable, Sendable {
    /// The latents that some seeds give.
    case seeds([UInt64])
    /// Latents from elsewhere, `[count, …]` or one, under the name of their file.
    case latents(Tensor, name: String)
  }

  /// The three concepts.
  public enum Exemplars: Hashable, Sendable {
    /// By class: of many random pictures those of which a judge is surest; three names, or numbers from 0.
    case classes([String])
    /// By latents: a, b and c.
    case concepts(Concept, Concept, Concept)
  }

  /// The three concepts.
  public var exemplars: Exemplars
  /// Pictures of a class, where classes are asked for.
  public var count: Int
  /// Random pictures among which they are chosen.
  public var samples: Int
  /// How far neighbours lie from v in each coordinate, at most.
  public var spread: Double
  /// Whether v is left as long as it comes out; else it is made as long as latents of N(0, I) are.
  public var isRaw: Bool
  /// Where random pictures and neighbours come from.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A sum of three concepts.
  public init(
    _ exemplars: Exemplars, count: Int = 3, samples: Int = 1000, spread: Double = 0.25, isRaw: Bool = false,
    seed: UInt64 = 0, theme: Theme = .light
  ) {
    self.exemplars = exemplars
    self.count = count
    self.samples = samples
    self.spread = spread
    self.isRaw = isRaw
    self.seed = seed
    self.theme = theme
  }

  /// The most pictures of a concept.
  public static let mostExemplars = 8
  /// The most random pictures among which exemplars are chosen.
  public static let mostSamples = 20_000
  /// The farthest that neighbours may lie from v in a coordinate.
  public static let mostSpread = 100.0

  /// The concepts, their sum and its neighbours, and the same sum of the pictures.
  /// - Parameters:
  ///   - generator: any network that makes pictures of one latent.
  ///   - judge: a classifier that reads every picture; needed where exemplars are chosen by class.
  /// - Throws: `InspectError` if the networks do not go together, a class is unknown or never made, or latents do not fit.
  public func figure(of generator: Specimen, judge: Specimen? = nil) throws -> Figure {
    let sampling = try Sampling(generator)
    let reader = try judge.map { try Judge($0, reading: sampling.pictureShape) }
    let sum = try LatentSum(self, sampling, reader)
    let drawing = LatentArithmeticDrawing(
      sum: sum, options: self, shell: NormalShell(dimensions: sampling.dimensions))
    var provenance = generator.provenance.judged(by: judge)
    for case .latents(let latents, _) in concepts {
      provenance = provenance.adding(SHA256.hexDigest(of: latents.elements))
    }
    return Figure(
      "Arithmetic with concepts",
      facts: (generator.generatorFacts + [
        drawing.choice, drawing.lengthFact, "neighbours ± \(Numbers.significant(spread))",
        sampling.priorFact(of: generator), sampling.scaleFact,
        judge.map { "read by \($0.name)" } ?? "",
      ]).facts,
      reading: drawing.reading, description: drawing.description,
      recipe: provenance.recipe("arithmetic", entries: generator.options + options),
      numbers: drawing.numbers, theme: theme
    ) {
      drawing.blocks
    }
  }

  var concepts: [Concept] {
    if case .concepts(let a, let b, let c) = exemplars { return [a, b, c] }
    return []
  }

  private var options: [FigureRecipe.Entry?] {
    var entries: [FigureRecipe.Entry?] = []
    switch exemplars {
    case .classes(let names):
      entries = [
        .init("classes", .list(names.map { .string($0) })), .init("count", .integer(count)),
        .init("samples", .integer(samples)),
      ]
    case .concepts:
      entries = zip(["a", "b", "c"], concepts).map { key, concept in
        switch concept {
        case .seeds(let seeds): .init(key, .list(seeds.map { .string(String($0)) }))
        case .latents(_, let name): .init(key, .string(name))
        }
      }
    }
    return entries + [
      spread == 0.25 ? nil : .init("spread", .number(spread)), isRaw ? .init("raw", .boolean(true)) : nil,
      seed == 0 ? nil : .init("seed", .seed(seed)), .theme(theme),
    ]
  }
}
