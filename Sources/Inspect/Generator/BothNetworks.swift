public import Core
public import Render

/// A generator and a discriminator face to face: random numbers become a picture, the picture becomes a verdict.
///
/// Beneath the diagram: how G's transposed convolutions enlarge and D's convolutions shrink, as small grids.
public struct BothNetworks: Sendable {
  /// Which latent goes through: one of those that the run watches, from 0; without a run, one drawn from N(0, I).
  public var latent: Int
  /// How many maps of each layer are shown at most.
  public var mapsPerLayer: Int
  /// The figure's colours.
  public var theme: Theme

  /// Two networks face to face.
  public init(latent: Int = 0, mapsPerLayer: Int = 3, theme: Theme = .light) {
    self.latent = latent
    self.mapsPerLayer = mapsPerLayer
    self.theme = theme
  }

  /// Both networks of a run.
  /// - Throws: `InspectError` or `ArchiveError` if the run has not both networks, or no such step.
  public func figure(of run: RunArchive, at selector: SnapshotSelector = .last) throws -> Figure {
    let generator = try run.generator()
    guard let discriminator = run.networks.first(where: { $0.role == .discriminator }) else {
      throw InspectError(
        .notApplicable, run.path,
        "the run has no discriminator; its networks are \(run.networks.map(\.name).listed)")
    }
    return try figure(
      of: Specimen(run, network: generator.name, at: selector),
      against: Specimen(run, network: discriminator.name, at: selector))
  }

  /// A generator against a discriminator.
  /// - Throws: `InspectError` if they are no such pair, `NetworkError` if one cannot be run.
  public func figure(of generator: Specimen, against discriminator: Specimen) throws -> Figure {
    let sampling = try Sampling(generator)
    let judge = try RealnessScore(discriminator, of: sampling)
    guard mapsPerLayer >= 1 else {
      throw InspectError(.input, generator.name, "\(mapsPerLayer) maps of each layer; ask for 1 or more")
    }
    let making = try NetworkDrawing(of: generator, showing: .latent(latent), maps: mapsPerLayer)
    guard let example = making.example else {
      throw InspectError(.input, generator.name, "has no latent to show")
    }
    let raw = try sampling.raw(of: example.input)
    let seen = raw.reshaped(discriminator.model.network.inputs[0].shape.batched(1))
    let judging = try NetworkDrawing(
      of: discriminator, showing: .tensor(seen, name: "G(z)"), maps: mapsPerLayer)
    let verdict = try judge.probabilities(of: raw)[0]
    let diagram = diagram(
      making.diagram, judging.diagram, latent: example.input, picture: sampling.brightness(raw),
      verdict: verdict)
    let sketches = try sketches(generator, .fake) + self.sketches(discriminator, .real)
    return Figure(
      "Two networks and the picture between them",
      facts: [
        cost("G", making), cost("D", judging), generator.moment?.facts ?? "",
        "shown: \(example.name), D says \(Numbers.fixed(verdict, decimals: 2))".unbroken,
      ].facts,
      reading:
        "Left to right: G turns a list of random numbers into ever larger maps until one picture is left; D takes "
        + "the picture apart into ever smaller maps until one number is left, 1 for real and 0 for fake. D mirrors G.",
      description:
        "Generator. \(making.description) Discriminator. \(judging.description) "
        + "D takes the picture shown to be real with a probability of \(Numbers.fixed(verdict, decimals: 2)).",
      recipe: generator.provenance.adding(discriminator.provenance.dataHash).recipe(
        "networks",
        entries: [
          .init("latent", .integer(latent)), .init("maps", .integer(mapsPerLayer)), .theme(theme),
        ]),
      numbers: [("generator", making.numbers), ("discriminator", judging.numbers)], theme: theme
    ) {
      Legend([
        .init("generator G, which makes the picture", paint: .fake),
        .init("discriminator D, which judges it", paint: .real),
      ])
      diagram
      legend(making.legend + judging.legend)
      if !sketches.isEmpty { Grid(columns: min(sketches.count, 2), spacing: 24) { sketches } }
    }
  }

  private func cost(_ side: String, _ drawing: NetworkDrawing) -> String {
    "\(side) \(Numbers.grouped(drawing.parameterCount)) parameters, \(Numbers.short(Double(drawing.multiplyAdds))) multiply–adds"
  }

  /// One row of blocks: G's from the latent to the picture, then D's behind it.
  private func diagram(
    _ making: LayerDiagram, _ judging: LayerDiagram, latent: Tensor, picture: Tensor, verdict: Double
  ) -> LayerDiagram {
    var layers = making.layers
    layers[0].name = "z"
    layers[0].thumbnails = BothNetworks.folded(latent)
    layers[layers.count - 1].thumbnails = Sampling.tiles(picture)
    layers[layers.count - 1].thumbnailScale = .image
    let pictureIndex = layers.count - 1
    layers += judging.layers.dropFirst()
    for index in layers.indices {
      let isLast = index == layers.count - 1
      let facts = layers[index].facts
      let colours = index == pictureIndex ? "picture" : facts.count > 4 ? facts[4] : ""
      layers[index].facts = [facts[0], facts[1], colours]
      layers[index].facts.append(isLast ? Numbers.fixed(verdict, decimals: 2) : "")
      layers[index].weight = nil
    }
    return LayerDiagram(
      layers: layers, factNames: ["parameters", "multiply–adds", "colours", "verdict D(G(z))"],
      thumbnailSize: 56
    ).listingOperations()
  }

  /// A latent's numbers as one tile, about as high as wide, filled up with zeros.
  private static func folded(_ latent: Tensor) -> ImageTiles {
    let count = latent.elements.count
    let width = Int(Double(count).squareRoot().rounded(.up))
    let height = (count + width - 1) / width
    let filled = latent.elements + [Float](repeating: 0, count: width * height - count)
    return ImageTiles(numbers: filled, count: 1, height: height, width: width)
  }

  private func legend(_ bars: [ColorBar]) -> HStack {
    var seen: Set<String> = []
    let maps = bars.filter { $0.title.hasPrefix("maps") && seen.insert($0.title).inserted }
    return HStack { maps as [any Block] }
  }

  /// The layers of one kind: `deconv1, deconv2`, or `deconv2 to deconv5`.
  private static func named(_ layers: [String]) -> String {
    layers.count > 2 ? "\(layers[0]) to \(layers[layers.count - 1])" : layers.listed
  }

  /// One sketch for each kind of convolution that a network has.
  private func sketches(_ specimen: Specimen, _ paint: Paint) throws -> [any Block] {
    let network = specimen.model.network
    let shapes = try network.shapes()
    var kinds: [(sketch: ConvolutionSketch, operation: any Operation, layers: [String])] = []
    for node in network.nodes {
      guard let source = node.inputs.first,
        let sketch = ConvolutionSketch(node.operation, input: shapes[source]!.perExample, paint: paint)
      else { continue }
      if let index = kinds.firstIndex(where: {
        $0.operation.words == node.operation.words && $0.sketch.words == sketch.words
      }) {
        kinds[index].layers.append(node.name)
      } else {
        kinds.append((sketch, node.operation, [node.name]))
      }
    }
    return kinds.prefix(2).map { kind in
      let how = kind.sketch.zeros + ": " + kind.sketch.words + "."
      return Panel("\(BothNetworks.named(kind.layers)): \(kind.operation.words.unbrokenSizes)") {
        HStack(alignment: .center, spacing: 16) {
          kind.sketch
          TextBlock(how.unbrokenSizes, style: .label, paint: .secondary, maximumWidth: 136)
        }
      }
    }
  }
}

extension String {
  /// The text in one line, wherever it stands.
  var unbroken: String { split(separator: " ", omittingEmptySubsequences: false).joined(separator: "\u{A0}") }

  /// The text with sizes like `4 × 4` kept in one line.
  var unbrokenSizes: String {
    split(separator: " × ", omittingEmptySubsequences: false).joined(separator: "\u{A0}×\u{A0}")
  }
}
