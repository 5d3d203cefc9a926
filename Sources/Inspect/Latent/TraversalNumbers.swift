internal import Core
internal import Render

/// The pictures along some directions, and how much every direction changes the picture.
struct TraversalNumbers {
  /// One direction that is shown.
  struct Row {
    let direction: LatentDirections.Direction
    /// How far the pictures of both ends are apart, as a mean over some latents.
    let change: Double
    /// Brightness, `[places, channels, height, width]`.
    let pictures: Tensor
    let said: [JudgedClass]
  }

  let sampling: Sampling
  /// The layer whose numbers gave the directions, where one did.
  let layer: String?
  /// How far to both sides, in standard deviations.
  let reach: Double
  /// Places along a direction, in standard deviations.
  let places: [Double]
  /// Those that are shown, the strongest first.
  let rows: [Row]
  /// The change along every direction, the largest first.
  let changes: [Double]
  private let ranked: [LatentDirections.Direction]

  init(
    _ options: Traversal, _ generator: Specimen, columns: Int, _ judge: Specimen?, progress: (Double) -> Void
  ) throws {
    guard options.rows >= 1, options.rows <= Traversal.mostRows, columns >= 3,
      columns <= Traversal.mostColumns
    else {
      throw InspectError(
        .input, generator.name,
        "\(options.rows) rows of \(columns) pictures cannot be drawn; ask for 1 to \(Traversal.mostRows) rows of 3 to "
          + "\(Traversal.mostColumns)")
    }
    guard options.reach > 0, options.reach <= 100 else {
      throw InspectError(.input, generator.name, "a reach of \(options.reach); it is above 0 and at most 100")
    }
    let sampling = try Sampling(generator)
    let base = try options.from.latent(for: sampling, options.prior)
    let found =
      switch options.by {
      case .coordinates: LatentDirections(coordinates: sampling.dimensions)
      case .principal: try LatentDirections(principalOf: sampling)
      case .jacobian: try LatentDirections(jacobianOf: sampling, at: base)
      }
    // A single number of the uniform prior has an end, at √3 standard deviations.
    let reach =
      options.prior == .uniform && options.by == .coordinates
      ? min(options.reach, 3.0.squareRoot()) : options.reach
    let deviation = options.prior.deviation
    let others = options.prior.latents(of: sampling, seed: 0x7AE, count: Traversal.tried - 1)
    let tried = [base] + (0..<Traversal.tried - 1).map { others[$0] }
    let sides = [-reach * deviation, reach * deviation]
    let size = sampling.pictureShape.elementCount
    let directions = found.directions
    let count = directions.count * tried.count * 2
    var sums = [Double](repeating: 0, count: directions.count)
    let batch = min(count, max(2, sampling.model.network.comfortableBatch / 2 * 2))
    try Sweep(sampling.model, count: count, batch: batch).run { range in
      Tensor(
        stacking: range.map { index in
          LatentDirections.moved(
            tried[index / 2 % tried.count], along: directions[index / 2 / tried.count].vector,
            to: sides[index % 2])
        })
    } visit: { range, executor in
      let raw = try executor.output()
      let pictures = sampling.brightness(
        Tensor(sampling.pictureShape.batched(range.count), Array(raw.elements.prefix(range.count * size))))
      for pair in 0..<range.count / 2 {
        sums[(range.lowerBound / 2 + pair) / tried.count] += pictures[2 * pair].distance(
          to: pictures[2 * pair + 1])
      }
      progress(Double(range.upperBound) / Double(count))
    }
    let means = sums.map { $0 / Double(tried.count) }
    let order = means.indices.sorted { (means[$0], $1) > (means[$1], $0) }
    let shown = Array(order.prefix(options.rows))
    let places = (0..<columns).map { reach * (2 * Double($0) / Double(columns - 1) - 1) }
    let pictures = try sampling.pictures(
      of: Tensor(
        stacking: shown.flatMap { index in
          places.map { LatentDirections.moved(base, along: directions[index].vector, to: $0 * deviation) }
        }))
    let said = try judge.map { try Judge($0, reading: sampling.pictureShape).classes(of: pictures) } ?? []
    self.sampling = sampling
    layer = found.layer
    self.reach = reach
    self.places = places
    changes = order.map { means[$0] }
    ranked = order.map { directions[$0] }
    rows = shown.enumerated().map { row, index in
      let range = row * columns..<(row + 1) * columns
      return Row(
        direction: directions[index], change: means[index], pictures: pictures[range],
        said: said.isEmpty ? [] : Array(said[range]))
    }
  }

  /// A row for every direction, the one that changes the picture most first.
  func table(_ by: Traversal.Directions) -> NumberTable {
    let weight: String? =
      switch by {
      case .coordinates: nil
      case .principal: "share of the first layer's variance"
      case .jacobian: "singular value"
      }
    return NumberTable(
      columns: ["direction", "change of the picture"] + (weight.map { [$0] } ?? []),
      rows: ranked.indices.map { index in
        [ranked[index].name, NumberTable.text(changes[index])]
          + (ranked[index].weight.map { [NumberTable.text($0)] } ?? [])
      })
  }
}
