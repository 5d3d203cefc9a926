internal import Core
internal import Render

/// The latents along one way between two latents, what the generator makes of them, and the numbers beneath.
struct LatentWalk {
  let interpolation: Interpolation
  /// Places of the way, 0 … 1.
  let places: [Double]
  /// The latents' lengths.
  let norms: [Double]
  /// The pictures, 0 black to 1 white, `[steps, channels, height, width]`.
  let pictures: Tensor
  /// The distance of each picture to the next, in brightness summed over pixels; one fewer than places.
  let stepLengths: [Double]
  /// How probably real a discriminator takes each picture to be; empty without one.
  let verdicts: [Double]
  /// What a classifier takes each picture to be; empty without one.
  let said: [JudgedClass]
  /// Places with a number beyond −1 … 1, where a uniform prior has none.
  let strayed: [Int]

  /// Who looks at the pictures of a way.
  struct Onlookers {
    /// A discriminator, which says how real a picture is.
    var discriminator: Specimen?
    /// A classifier, which says what it shows.
    var judge: Specimen?
  }

  /// Some ways between the same two latents; generator and onlookers run once over all of them.
  static func walks(
    _ interpolations: [Interpolation], from start: Tensor, to end: Tensor, steps: Int, _ sampling: Sampling,
    _ onlookers: Onlookers = Onlookers()
  ) throws -> [LatentWalk] {
    try walks(
      interpolations.map { ($0, start, end) }, places: (0..<steps).map { Double($0) / Double(steps - 1) },
      sampling,
      onlookers)
  }

  /// Some ways, all with the same places.
  static func walks(
    _ ways: [(interpolation: Interpolation, start: Tensor, end: Tensor)], places: [Double],
    _ sampling: Sampling,
    _ onlookers: Onlookers = Onlookers()
  ) throws -> [LatentWalk] {
    let verdict = try onlookers.discriminator.map { try RealnessScore($0, of: sampling) }
    let judge = try onlookers.judge.map { try Judge($0, reading: sampling.pictureShape) }
    let latents = ways.map { way in
      places.map { way.interpolation.latent(from: way.start, to: way.end, at: $0) }
    }
    let raw = try sampling.raw(of: Tensor(stacking: latents.flatMap { $0 }))
    let pictures = sampling.brightness(raw)
    let verdicts = try verdict?.probabilities(of: raw) ?? []
    let said = try judge?.classes(of: pictures) ?? []
    return ways.indices.map { index in
      let range = index * places.count..<(index + 1) * places.count
      let own = pictures[range]
      return LatentWalk(
        interpolation: ways[index].interpolation, places: places, norms: latents[index].map(\.norm),
        pictures: own,
        stepLengths: (0..<places.count - 1).map { own[$0].distance(to: own[$0 + 1]) },
        verdicts: verdicts.isEmpty ? [] : Array(verdicts[range]),
        said: said.isEmpty ? [] : Array(said[range]),
        strayed: places.indices.filter { latents[index][$0].maximumMagnitude > 1 })
    }
  }

  /// What the way is called beside its pictures.
  var name: String { interpolation.rawValue }

  /// Halfway between neighbouring places: where step lengths stand.
  var midpoints: [Double] { zip(places, places.dropFirst()).map { ($0 + $1) / 2 } }

  /// The numbers of some ways, one row a place.
  static func table(_ walks: [LatentWalk]) -> NumberTable {
    var columns = ["t"]
    for walk in walks {
      columns += ["norm of z, \(walk.name)", "distance to the next picture, \(walk.name)"]
      if !walk.verdicts.isEmpty { columns.append("D(G(z)), \(walk.name)") }
      if !walk.said.isEmpty { columns += ["class, \(walk.name)", "probability, \(walk.name)"] }
    }
    let rows = walks[0].places.indices.map { index in
      [NumberTable.text(walks[0].places[index])] + walks.flatMap { $0.row(index) }
    }
    return NumberTable(columns: columns, rows: rows)
  }

  private func row(_ index: Int) -> [String] {
    var row = [
      NumberTable.text(norms[index]), index < stepLengths.count ? NumberTable.text(stepLengths[index]) : "",
    ]
    if !verdicts.isEmpty { row.append(NumberTable.text(verdicts[index])) }
    if !said.isEmpty { row += [said[index].name, NumberTable.text(said[index].probability)] }
    return row
  }
}

/// A discriminator, asked how probably real a generator's pictures are.
struct RealnessScore {
  private let specimen: Specimen
  private let endsInSigmoid: Bool

  init(_ specimen: Specimen, of sampling: Sampling) throws(InspectError) {
    let network = specimen.model.network
    let answer = (try? network.shapes())?[network.output]?.perExample
    guard network.inputs.count == 1, answer?.elementCount == 1 else {
      throw InspectError(
        .notApplicable, specimen.name,
        "is no discriminator: it gives \(answer?.timesDescription ?? "several things"), not one score a picture"
      )
    }
    guard network.inputs[0].shape.elementCount == sampling.pictureShape.elementCount else {
      throw InspectError(
        .input, specimen.name,
        "takes \(network.inputs[0].shape.timesDescription), but '\(sampling.name)' makes "
          + sampling.pictureShape.timesDescription)
    }
    self.specimen = specimen
    var name = network.output
    while let node = network.nodes.first(where: { $0.name == name }),
      node.operation is Flatten || node.operation is Reshape
    {
      name = node.inputs[0]
    }
    endsInSigmoid = network.nodes.first { $0.name == name }?.operation is Sigmoid
  }

  /// Probabilities of being real, for pictures as the generator makes them.
  func probabilities(of raw: Tensor) throws(InspectError) -> [Double] {
    let model = specimen.model
    let scores = try Sampling.run(
      model.network, model.parameters, model.network.inputs[0].shape, raw, named: specimen.name)
    return scores.elements.map { endsInSigmoid ? Double($0) : Mathematics.logistic(Double($0)) }
  }
}
