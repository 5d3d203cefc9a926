public import Core
public import Render

/// A sheet between four latents: they are its corners, and everything between is on the way from one to another.
///
/// The way is by angle: great circles along the upper and the lower edge, and great circles from one to the other.
///
/// ```swift
/// let figure = try CornerSheet(corners: [.seed(1), .seed(2), .seed(3), .seed(4)], side: 9).figure(of: generator)
/// ```
public struct CornerSheet: Sendable {
  /// The latents at the upper left, the upper right, the lower left and the lower right: four.
  public var corners: [LatentInterpolation.End]
  /// Pictures along a side, corners included; at least 2.
  public var side: Int
  /// How one goes from a corner to another.
  public var path: Interpolation
  /// What latents are drawn from.
  public var prior: LatentPrior
  /// The figure's colours.
  public var theme: Theme

  /// A sheet between four corners. Traps unless there are four.
  public init(
    corners: [LatentInterpolation.End] = [.seed(1), .seed(2), .seed(3), .seed(4)], side: Int = 9,
    path: Interpolation = .slerp, prior: LatentPrior = .normal, theme: Theme = .light
  ) {
    precondition(corners.count == 4, "a sheet has four corners, not \(corners.count)")
    self.corners = corners
    self.side = side
    self.path = path
    self.prior = prior
    self.theme = theme
  }

  /// The most pictures along a side.
  public static let mostSide = 25

  /// The latents of the sheet, row by row: first along the upper and lower edge, then from one to the other.
  package static func latents(_ corners: [Tensor], side: Int, _ path: Interpolation) -> [Tensor] {
    let places = (0..<side).map { Double($0) / Double(side - 1) }
    let edges = places.map { across in
      (
        path.latent(from: corners[0], to: corners[1], at: across),
        path.latent(from: corners[2], to: corners[3], at: across)
      )
    }
    return places.flatMap { down in edges.map { path.latent(from: $0.0, to: $0.1, at: down) } }
  }

  /// Draws the sheet.
  /// - Parameter judge: a classifier that names every picture, if given.
  /// - Throws: `InspectError` if the network is no generator, the judge takes other pictures, or a latent does not fit.
  public func figure(of generator: Specimen, judge: Specimen? = nil) throws -> Figure {
    guard side >= 2, side <= CornerSheet.mostSide else {
      throw InspectError(
        .input, generator.name,
        "a sheet of \(side) × \(side) cannot be drawn; ask for 2 (the corners alone) to \(CornerSheet.mostSide)"
      )
    }
    let sampling = try Sampling(generator)
    let given = try corners.map { try $0.latent(for: sampling, prior) }
    let latents = CornerSheet.latents(given, side: side, path)
    let pictures = try sampling.pictures(of: Tensor(stacking: latents))
    let said = try judge.map { try Judge($0, reading: sampling.pictureShape).classes(of: pictures) } ?? []
    let norms = latents.map(\.norm)
    let shell = LatentShell(of: prior, dimensions: sampling.dimensions)
    let small = SmallTiles([pictures], side: 64)
    let places = (0..<side).map { Numbers.significant(Double($0) / Double(side - 1), digits: 2) }
    let words = self.words(norms, shell, said)
    return Figure(
      "Between four latents",
      facts: (generator.generatorFacts + [
        "\(side) × \(side), \(path.rawValue) across and down", prior.fact(of: sampling, generator),
        sampling.scaleFact, small.fact,
      ]).facts,
      reading: "The framed corners were given, the upper two first: \(corners.map(\.label).listed). \(words)",
      description: "A sheet of \(side) × \(side) generated pictures between four latents. \(words)",
      recipe: generator.provenance.adding(corners).judged(by: judge).recipe(
        "corners",
        entries: generator.options + [
          .init("corners", .string(corners.map(\.recipeText).joined(separator: ","))),
          .init("side", .integer(side)), path == .slerp ? nil : .init("path", .string(path.rawValue)),
          prior.option,
          .theme(theme),
        ]),
      numbers: [("sheet", table(norms, said))], theme: theme
    ) {
      ImageGrid(
        small.tiles[0], columns: side,
        magnification: small.magnification(
          columns: side, room: Figure.standardWidth - 2 * Spacing.margin - 30),
        labels: said.isEmpty || side > 12 ? .none : .captions(said.map(\.name)),
        rowHeaders: places, columnHeaders: places,
        frames: [0: .given, side - 1: .given, side * (side - 1): .given, side * side - 1: .given])
    }
  }

  private func words(_ norms: [Double], _ shell: LatentShell, _ said: [JudgedClass]) -> String {
    let outside = norms.count { !shell.usual.contains($0) }
    var text =
      "‖z‖ goes from \(Numbers.fixed(norms.min() ?? 0, decimals: 2)) to \(Numbers.fixed(norms.max() ?? 0, decimals: 2)) over the "
      + "sheet; 95\(Numbers.thinSpace)% of random latents have \(Numbers.fixed(shell.mean, decimals: 2)) ± "
      + "\(Numbers.fixed(2 * shell.deviation, decimals: 2))"
    text +=
      outside == 0 ? ", and so has every latent here." : ", \(outside) of the \(norms.count) here do not."
    let kinds = Set(said.map(\.name)).sorted()
    if !kinds.isEmpty { text += " The judge reads \(kinds.joined(separator: ", "))." }
    return text
  }

  private func table(_ norms: [Double], _ said: [JudgedClass]) -> NumberTable {
    NumberTable(
      columns: ["across", "down", "norm of z"] + (said.isEmpty ? [] : ["class", "probability"]),
      rows: norms.indices.map { index in
        [
          NumberTable.text(Double(index % side) / Double(side - 1)),
          NumberTable.text(Double(index / side) / Double(side - 1)), NumberTable.text(norms[index]),
        ] + (said.isEmpty ? [] : [said[index].name, NumberTable.text(said[index].probability)])
      })
  }
}

extension LatentInterpolation.End {
  /// The end as it is typed.
  fileprivate var recipeText: String {
    switch self {
    case .seed(let seed): String(seed)
    case .latent(_, let name): name
    }
  }
}
