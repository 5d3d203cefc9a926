internal import Core
public import Render

/// Which numbers of a latent the generator listens to: how much the picture changes with each, and where in the picture.
///
/// ```swift
/// let figure = try Sensitivity(latents: 32).figure(of: generator)
/// ```
public struct Sensitivity: Sendable {
  /// Random latents over which is averaged, at least one.
  public var latents: Int
  /// Where they come from.
  public var seed: UInt64
  /// Whether derivatives are computed by backward passes, one for every number of a picture, and not as differences.
  public var isExact: Bool
  /// What latents are drawn from.
  public var prior: LatentPrior
  /// The figure's colours.
  public var theme: Theme

  /// The sensitivity over some latents.
  public init(
    latents: Int = 32, seed: UInt64 = 0, isExact: Bool = false, prior: LatentPrior = .normal,
    theme: Theme = .light
  ) {
    self.latents = latents
    self.seed = seed
    self.isExact = isExact
    self.prior = prior
    self.theme = theme
  }

  /// The most latents over which is averaged.
  public static let mostLatents = 1_000
  /// The most numbers of a latent that are drawn; all are in the numbers behind the figure.
  static let mostBars = 100
  /// The most bars of which each is named.
  static let mostNamedBars = 72

  /// Draws a bar for each number of the latent, the strongest first, and what the strongest and the weakest move.
  /// - Throws: `InspectError` if the network is no generator, or so many latents cannot be looked at; `NetworkError` if it cannot
  ///   be run.
  public func figure(of generator: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    guard latents >= 1, latents <= Sensitivity.mostLatents else {
      throw InspectError(
        .input, generator.name,
        "\(latents) latents cannot be looked at; ask for 1 to \(Numbers.grouped(Sensitivity.mostLatents))")
    }
    let sampling = try Sampling(generator)
    let numbers = try SensitivityNumbers(
      of: sampling, at: prior.latents(of: sampling, seed: seed, count: latents),
      by: isExact ? .gradients : .differences, progress: progress)
    let way =
      isExact
      ? "exact, by backward passes"
      : "central differences, h = \(Numbers.significant(Double(GeneratorJacobian.step)))"
    return Figure(
      "What each number of the latent moves",
      facts: (generator.generatorFacts + [
        "mean over \(Numbers.grouped(latents)) latents of seed \(seed)", way,
        prior.fact(of: sampling, generator),
      ]).facts,
      reading: reading(numbers), description: description(numbers),
      recipe: generator.provenance.recipe(
        "sensitivity",
        entries: generator.options + [
          .init("latents", .integer(latents)), .init("seed", .seed(seed)),
          isExact ? .init("exact", true) : nil,
          prior.option, .theme(theme),
        ]),
      numbers: [("sensitivity", numbers.table)], theme: theme
    ) {
      bars(numbers)
      if (numbers.means.max() ?? 0) > 0 { maps(numbers) }
    }
  }

  private func bars(_ numbers: SensitivityNumbers) -> Chart {
    let shown = Array(numbers.order.prefix(Sensitivity.mostBars))
    let unused = Set(numbers.unused)
    let top = (numbers.means.max() ?? 0) * 1.05
    let title =
      shown.count < numbers.means.count
      ? "the \(shown.count) strongest of the latent’s \(Numbers.grouped(numbers.means.count)) numbers"
      : "number of the latent, the strongest first"
    let ranks = shown.indices.map { Double($0 + 1) }
    // Of many bars there is no room to name each.
    let isCrowded = shown.count > Sensitivity.mostNamedBars
    let named = Array(stride(from: 0, to: shown.count, by: 3))
    return Chart(
      x: isCrowded
        ? Axis(
          title + ", every third named", domain: 0.5...Double(shown.count) + 0.5,
          ticks: named.map { ranks[$0] }, tickLabels: named.map { String(shown[$0]) })
        : Axis(title),
      y: Axis("‖∂G/∂zᵢ‖, change of brightness per unit of zᵢ", domain: 0...(top > 0 ? top : 1)), height: 150
    ) {
      BarMark(
        x: isCrowded ? .values("rank", ranks) : .values("number", shown.map { String($0) }),
        y: .values("norm", shown.map { numbers.means[$0] }),
        paints: shown.map { unused.contains($0) ? .fake : .ink })
    }
  }

  /// Where the strongest and the weakest act.
  private func maps(_ numbers: SensitivityNumbers) -> VStack {
    let order = numbers.order
    let count = min(10, order.count)
    let scale = ColorScale.sequential(
      of: numbers.maps.elements, percentile: 99.9, mode: .global, symbol: "∂G/∂zᵢ")
    func row(_ title: String, _ chosen: [Int]) -> Panel {
      let tiles = ImageTiles(
        numbers: chosen.flatMap { numbers.maps[$0].elements }, count: chosen.count,
        height: numbers.maps.shape[1],
        width: numbers.maps.shape[2]
      ).shrunk(toFit: 64).tiles
      return Panel(title) {
        ImageGrid(
          tiles, scale: scale, columns: count,
          magnification: max(
            1,
            (min((Figure.standardWidth - 2 * Spacing.margin) / Double(count) - Spacing.tile, 64)
              / Double(tiles.width)).rounded(.down)),
          labels: .captions(chosen.map { "z\($0)" }))
      }
    }
    return VStack(spacing: 12) {
      row(order.count > count ? "Where the strongest act" : "Where each acts", Array(order.prefix(count)))
      if order.count >= 2 * count { row("Where the weakest act", Array(order.suffix(count))) }
      ColorBar(scale, title: "mean |∂G/∂zᵢ|")
    }
  }

  private func reading(_ numbers: SensitivityNumbers) -> String {
    let unused = numbers.unused.count
    return
      "A bar is how far the picture moves when that number of the latent does. Bars of about one height say that the "
      + "generator spread what it learnt over all of them; "
      + (unused == 0
        ? "none is near zero, so every number is used."
        : "\(unused) of \(numbers.means.count) (vermilion) move it by less than 1\(Numbers.thinSpace)% of what the strongest "
          + "does: the generator does not use them.")
  }

  private func description(_ numbers: SensitivityNumbers) -> String {
    let order = numbers.order
    return
      "Bars of \(numbers.means.count) numbers of the latent, the strongest z\(order[0]) with "
      + "\(Numbers.significant(numbers.means[order[0]])), the weakest z\(order[order.count - 1]) with "
      + "\(Numbers.significant(numbers.means[order[order.count - 1]])); \(numbers.unused.count) are not used."
  }
}
