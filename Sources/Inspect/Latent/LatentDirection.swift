internal import Core
public import Render

/// A direction of the latent space in which one attribute of the pictures grows: slant, thickness, width, or a class.
///
/// Of many random latents it is the mean of those whose pictures have most of the attribute, minus the mean of those that have
/// least of it (Radford, Metz & Chintala 2016, figure 8, call such a one a turn vector). Added to other latents it should change
/// that attribute, and as little else as may be.
///
/// ```swift
/// try LatentDirection(.slant).figure(of: generator).write(to: "slant.svg")
/// ```
public struct LatentDirection: Sendable {
  /// What is to grow.
  public var attribute: LatentAttribute
  /// Random latents from which the direction is computed.
  public var samples: Int
  /// The share of them with most, and with least, of the attribute, above 0 and at most one half.
  public var share: Double
  /// Other latents to which it is added: rows.
  public var rows: Int
  /// Places along the direction: columns.
  public var columns: Int
  /// The farthest place, in standard deviations of random latents along the direction.
  public var reach: Double
  /// Where the latents come from.
  public var seed: UInt64
  /// The figure's colours.
  public var theme: Theme

  /// A direction of an attribute.
  public init(
    _ attribute: LatentAttribute = .slant, samples: Int = 2000, share: Double = 0.1, rows: Int = 5,
    columns: Int = 9, reach: Double = 2, seed: UInt64 = 0, theme: Theme = .light
  ) {
    self.attribute = attribute
    self.samples = samples
    self.share = share
    self.rows = rows
    self.columns = columns
    self.reach = reach
    self.seed = seed
    self.theme = theme
  }

  /// The fewest and the most random latents.
  public static let sampleRange = 50...50_000

  /// The direction at work on other latents, and what is measured along it.
  /// - Parameters:
  ///   - generator: any network that makes pictures of one latent.
  ///   - judge: a classifier that knows the class, for a direction of one.
  /// - Throws: `InspectError` if the networks do not go together, or all pictures are alike in the attribute.
  public func figure(of generator: Specimen, judge: Specimen? = nil) throws -> Figure {
    let sampling = try Sampling(generator)
    // A judge that is not asked anything would be a file that the figure does not show.
    guard case .classScore = attribute else {
      return try figure(of: generator, sampling, judge: nil)
    }
    return try figure(of: generator, sampling, judge: judge)
  }

  private func figure(of generator: Specimen, _ sampling: Sampling, judge: Specimen?) throws -> Figure {
    let reader = try judge.map { try Judge($0, reading: sampling.pictureShape) }
    // A class that was given by its number is shown by its name.
    var shown = self
    if case .classScore(let name) = attribute, let reader {
      let number = try reader.number(ofClassCalled: name)
      shown.attribute = .classScore(reader.classNames[number])
    }
    let walk = try LatentDirectionWalk(shown, sampling, reader)
    let drawing = LatentDirectionDrawing(walk: walk, options: shown)
    return Figure(
      drawing.title,
      facts: (generator.generatorFacts + [
        drawing.method, drawing.correlationFact, sampling.priorFact(of: generator), sampling.scaleFact,
        judge.map { "read by \($0.name)" } ?? "",
      ]).facts,
      reading: drawing.reading, description: drawing.description,
      recipe: generator.provenance.judged(by: judge)
        .recipe("direction", entries: generator.options + options),
      numbers: drawing.numbers, theme: theme
    ) {
      drawing.blocks
    }
  }

  private var options: [FigureRecipe.Entry?] {
    let chosen: FigureRecipe.Entry =
      if case .classScore(let name) = attribute {
        .init("class", .string(name))
      } else {
        .init("attribute", .string(attribute.name))
      }
    return [
      chosen, .init("samples", .integer(samples)),
      share == 0.1 ? nil : .init("share", .number(share)), rows == 5 ? nil : .init("rows", .integer(rows)),
      columns == 9 ? nil : .init("columns", .integer(columns)),
      reach == 2 ? nil : .init("reach", .number(reach)), seed == 0 ? nil : .init("seed", .seed(seed)),
      .theme(theme),
    ]
  }
}
