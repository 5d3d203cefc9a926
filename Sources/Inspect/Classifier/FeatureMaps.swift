internal import Core
public import Render

/// What one picture becomes in every layer: all maps at one size, each layer on one scale, and the answer.
///
/// Where the run has probe pictures, a layer's limit is the 99.5th percentile over all of them, so that a weak map looks weak,
/// and maps that are zero for all of them have a dashed frame.
public struct FeatureMaps: Hashable, Sendable {
  /// What goes through the network; nil for the first probe picture or latent.
  public var example: Example.Choice?
  /// The only layer that is shown; nil for all.
  public var layer: String?
  /// How many maps of each layer are shown at most.
  public var mapsPerLayer: Int
  /// The colours' theme.
  public var theme: Theme

  /// Feature maps of an example.
  public init(
    example: Example.Choice? = nil, layer: String? = nil, mapsPerLayer: Int = 64, theme: Theme = .light
  ) {
    precondition(mapsPerLayer > 0, "\(mapsPerLayer) maps a layer")
    self.example = example
    self.layer = layer
    self.mapsPerLayer = mapsPerLayer
    self.theme = theme
  }

  /// Draws the maps.
  /// - Throws: `InspectError` if the example does not fit the network, or listing the layers there are if this one is none;
  ///   `NetworkError` if the network cannot be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let example = try Example(self.example, for: specimen)
    let nodes = try shownNodes(of: specimen)
    let observation = try Observation(specimen.model, on: example.input)
    let habits = try LayerHabits(of: nodes.map(\.name), in: specimen)
    let size = tileSize(try specimen.model.network.shapes(), nodes)
    let bands = try nodes.map { node in
      MapBand(
        node, value: try observation.value(of: node.name)[0], habits: habits,
        isAnswer: node.name == specimen.model.network.output,
        role: specimen.role, classNames: specimen.probe?.classNames ?? [], tileSize: size, most: mapsPerLayer)
    }
    let prediction = specimen.role == .generator ? nil : try? Prediction(of: example.input, by: specimen)

    let counts = bands.reduce((shown: 0, all: 0)) { ($0.shown + $1.shownCount, $0.all + $1.count) }
    var facts = [example.named(specimen.probe?.classNames ?? [])]
    if let moment = specimen.moment {
      facts.append("\(specimen.name) at \(moment.facts)")
    } else {
      facts.append(specimen.name)
    }
    facts.append(
      counts.shown == counts.all
        ? "all \(Numbers.grouped(counts.all)) maps and features"
        : "\(Numbers.grouped(counts.shown)) of \(Numbers.grouped(counts.all)) maps and features")
    facts.append(
      habits.count > 0
        ? "limits over \(Numbers.grouped(habits.count)) \(specimen.role == .generator ? "latents" : "probe pictures")"
        : "limits of this example")
    let recipe = specimen.provenance.adding(example.fingerprint).recipe(
      "features",
      entries: [
        specimen.networkOption, example.option, layer.map { .init("layer", .string($0)) },
        mapsPerLayer == 64 ? nil : .init("maps", .integer(mapsPerLayer)), .theme(theme),
      ])
    return Figure(
      specimen.role == .generator ? "How a latent becomes a picture" : "What the network sees in one picture",
      facts: facts.joined(separator: " · "), reading: reading(bands, specimen),
      description: description(bands, example, prediction, specimen),
      recipe: recipe, numbers: numbers(bands, prediction), theme: theme
    ) {
      HStack(spacing: Spacing.panel, weights: [FeatureMaps.inputWidth, 720 - FeatureMaps.inputWidth]) {
        InputColumn(example: example, prediction: prediction)
        VStack(spacing: 14, alignsPlots: false) { bands as [any Block] }
      }
    }
  }

  /// The width of the column with the input, in points.
  private static let inputWidth = 140.0

  /// The nodes that change something, in order.
  private func shownNodes(of specimen: Specimen) throws -> [Network.Node] {
    let network = specimen.model.network
    let nodes = network.nodes.filter {
      !($0.operation is Dropout || $0.operation is Flatten || $0.operation is Reshape
        || $0.operation is Softmax)
    }
    guard let layer else { return nodes }
    guard let node = nodes.first(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(layer)",
        "no layer with maps of its own; there are \(nodes.map(\.name).listed)")
    }
    return [node]
  }

  /// The side at which every map is shown, in points: the largest map at a whole magnification, as near 30 points as it gets.
  private func tileSize(_ shapes: [String: Shape], _ nodes: [Network.Node]) -> Double {
    let sides = nodes.compactMap { shapes[$0.name] }.filter { $0.rank == 4 }.map { Double(max($0[2], $0[3])) }
    guard let largest = sides.max() else { return 30 }
    let wanted = layer == nil ? 32.0 : 64.0
    return largest * max(1, (wanted / largest).rounded(.down))
  }

  private func reading(_ bands: [MapBand], _ specimen: Specimen) -> String {
    var text =
      specimen.role == .generator
      ? "From top to bottom: the latent's numbers become small maps, these become larger and fewer, and one picture is left."
      : "From top to bottom the picture passes through the layers: bright places are where a map found what it looks for, dark ones where it found nothing."
    if bands.contains(where: \.isSigned) {
      text += " In blue and red maps blue is below zero: ReLU sets that to zero."
    }
    if bands.contains(where: { $0.deadCount > 0 }) {
      text += " A dashed frame marks a map that is zero for every probe picture: a dead filter."
    }
    return text
  }

  private func description(
    _ bands: [MapBand], _ example: Example, _ prediction: Prediction?, _ specimen: Specimen
  ) -> String {
    var text = "\(example.named(specimen.probe?.classNames ?? [])) in \(specimen.name)"
    if let prediction {
      let top = prediction.top(0)
      text +=
        ", taken for “\(prediction.classNames[top.class])” with probability \(Numbers.fixed(top.probability, decimals: 3))"
    }
    text += ". " + bands.map(\.description).joined(separator: " ")
    return text
  }

  private func numbers(_ bands: [MapBand], _ prediction: Prediction?) -> [(name: String, table: NumberTable)]
  {
    var tables: [(name: String, table: NumberTable)] = [
      (
        "maps",
        NumberTable(
          columns: ["layer", "map", "lowest", "mean", "highest", "colour limit"], rows: bands.flatMap(\.rows))
      )
    ]
    if let prediction {
      let rows = (0..<prediction.classes).map {
        [
          prediction.classNames[$0], "\(prediction.logits.elements[$0])",
          "\(prediction.probabilities.elements[$0])",
        ]
      }
      tables.append(("prediction", NumberTable(columns: ["class", "logit", "probability"], rows: rows)))
    }
    return tables
  }
}

/// The input with what the network said of it.
private struct InputColumn: Block {
  let example: Example
  let prediction: Prediction?

  func layout(_ proposal: Proposal) -> Fragment {
    VStack(spacing: Spacing.panel, alignsPlots: false) {
      Panel("input", caption: caption) {
        if let picture = example.picture {
          ImageGrid(
            picture.tiles, scale: picture.scale, columns: 1,
            magnification: max(
              1, (112 / Double(max(picture.tiles.width, picture.tiles.height))).rounded(.down)))
        } else {
          let scale = ColorScale.activations(example.input.elements)
          ImageGrid(
            ImageTiles(
              numbers: example.input.elements, count: example.input.elements.count, height: 1, width: 1),
            scale: scale, columns: 8, magnification: 12, gap: 2, hairlines: false)
          ColorBar(scale, length: 110)
        }
      }
      if let prediction { bars(prediction) }
    }.layout(proposal)
  }

  private var caption: String {
    let shape = example.input.shape.perExample.timesDescription
    guard let picture = example.picture, picture.scale != .image else { return shape }
    return shape + ", " + picture.scale.note
  }

  /// Probabilities as bars, the answer in ink; with many classes the ten most probable.
  private func bars(_ prediction: Prediction) -> Panel {
    let ranking = prediction.ranking(of: 0)
    let shown = prediction.classes <= 10 ? ranking.map(\.class).sorted() : ranking.prefix(10).map(\.class)
    let values = shown.map { Double(prediction.probabilities.elements[$0]) }
    let names = shown.map { TextStyle.label.shortened(prediction.classNames[$0], to: 60) }
    let answer = prediction.classes == 1 ? "" : "“\(prediction.classNames[ranking[0].class])”"
    let truth = example.label.flatMap { label in
      prediction.classes > label
        ? label == ranking[0].class ? ", which is right" : ", in truth “\(prediction.classNames[label])”"
        : nil
    }
    return Panel(
      prediction.classes == 1 ? "said to be real" : "said to be \(answer)",
      caption:
        "probability\(prediction.classes > 10 ? ", ten of \(Numbers.grouped(prediction.classes)) classes" : "")\(truth ?? "")"
    ) {
      Chart(
        x: Axis(domain: 0...1, isHidden: true), width: 136, height: Double(max(shown.count, 2)) * 13
      ) {
        BarMark(
          x: .values("probability", values), y: .values("class", names),
          labels: values.map { Numbers.fixed($0, decimals: $0 >= 0.9995 || $0 < 0.0005 ? 0 : 3) },
          paints: shown.map { $0 == ranking[0].class ? .ink : .secondary })
      }
    }
  }
}
