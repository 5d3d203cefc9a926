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
  public var mapsPerLayer: Int?
  /// The colours' theme.
  public var theme: Theme

  /// Feature maps of an example.
  public init(
    example: Example.Choice? = nil, layer: String? = nil, mapsPerLayer: Int? = nil, theme: Theme = .light
  ) {
    precondition(mapsPerLayer.map { $0 > 0 } ?? true, "\(mapsPerLayer ?? 0) maps a layer")
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
    let network = specimen.model.network
    let shapes = try network.shapes()
    let layers = nodes.map { (node: $0.name, shape: network.places(of: $0, shapes)) }
    let habits = try LayerHabits(of: layers, in: specimen)
    let raster = MapRaster(layers.map(\.shape), width: FeatureMaps.mapsWidth, wanted: layer == nil ? 32 : 64)
    let bands = try zip(nodes, layers).map { node, layer in
      MapBand(
        node, value: try observation.value(of: node.name)[0].reshaped(layer.shape), habit: habits[node.name],
        picture: node.name == network.output ? network.pictureScale(specimen.role) : nil,
        names: node.name == network.output ? specimen.probe?.classNames ?? [] : [], raster: raster,
        most: mapsPerLayer ?? FeatureMaps.usualMaps(of: nodes.count))
    }
    let prediction = specimen.role == .generator ? nil : try? Prediction(of: example.input, by: specimen)

    let counts = bands.reduce((shown: 0, all: 0)) { ($0.shown + $1.shownCount, $0.all + $1.count) }
    var facts = [example.named(specimen.probe?.classNames ?? [])]
    if let moment = specimen.moment {
      facts.append("\(specimen.name) at \(moment.facts)")
    } else {
      facts.append(specimen.name)
    }
    if let label = specimen.label { facts.append("class \(label)") }
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
      entries: specimen.options + [
        example.option, layer.map { .init("layer", .string($0)) },
        mapsPerLayer.map { .init("maps", .integer($0)) }, .theme(theme),
      ])
    return Figure(
      specimen.role == .generator ? "How a latent becomes a picture" : "What the network sees in one picture",
      facts: facts.joined(separator: " · "), reading: reading(bands, specimen),
      description: description(bands, example, prediction, specimen),
      recipe: recipe, numbers: numbers(bands, prediction), theme: theme
    ) {
      HStack(spacing: Spacing.panel, weights: [FeatureMaps.inputWidth, FeatureMaps.mapsWidth]) {
        InputColumn(example: example, prediction: prediction)
        VStack(spacing: 14, alignsPlots: false) { bands as [any Block] }
      }
    }
  }

  /// Maps of each layer where nothing is said: fewer in a deep network, whose figure would be longer than anyone reads.
  private static func usualMaps(of layers: Int) -> Int { layers <= 20 ? 64 : layers <= 40 ? 32 : 16 }

  /// The width of the column with the input, in points.
  private static let inputWidth = 140.0
  /// The width of the column with the maps, in points.
  private static let mapsWidth = 564.0

  /// The nodes that change something, in order.
  private func shownNodes(of specimen: Specimen) throws -> [Network.Node] {
    let network = specimen.model.network
    let nodes = network.nodes.filter {
      !($0.operation is Dropout || $0.operation is Softmax || $0.operation is Constant
        || $0.operation.rearranges)
    }
    guard let layer else { return nodes }
    guard let node = nodes.first(where: { $0.name == layer }) else {
      throw InspectError(
        .unknownName, "\(specimen.name)/\(layer)",
        "no layer with maps of its own; there are \(nodes.map(\.name).listed)")
    }
    return [node]
  }

  private func reading(_ bands: [MapBand], _ specimen: Specimen) -> String {
    var text = ""
    if layer == nil {
      text =
        specimen.role == .generator
        ? "From top to bottom: the latent's numbers become small maps, these become fewer and larger, and one picture is left. "
        : "From top to bottom the picture passes through the layers. "
    }
    if bands.contains(where: { $0.scale.kind == .sequential }) {
      text += "Bright places are where a map found what it looks for, dark ones where it found nothing. "
    }
    if bands.contains(where: \.isSigned) {
      text += "In maps with signs red is above zero, blue below"
      text +=
        bands.contains { $0.operation == "ReLU" }
        ? ", and what is blue ReLU sets to zero. " : ", white zero. "
    }
    if bands.contains(where: { $0.deadCount > 0 && $0.isMaps }) {
      text += "A dashed frame marks a dead map: zero for every probe picture. "
    }
    return String(text.dropLast())
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
      Panel(example.isPicture ? "input" : example.name, caption: caption) {
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
            scale: scale, columns: 8, magnification: 12, gap: 2, hairlines: true)
          ColorBar(scale, length: 110, showsNote: false)
        }
      }
      if let prediction { bars(prediction) }
    }.layout(proposal)
  }

  private var caption: String {
    let shape = example.input.shape.perExample.timesDescription
    guard example.isPicture else { return "\(shape) numbers" }
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
    var caption = "probability"
    if prediction.classes > 10 { caption += ", ten of \(Numbers.grouped(prediction.classes)) classes" }
    if prediction.classes > 1, let label = example.label, prediction.classNames.indices.contains(label) {
      caption += label == ranking[0].class ? "; that is right" : "; it is a “\(prediction.classNames[label])”"
    }
    return Panel(
      prediction.classes == 1 ? "said to be real" : "said to be \(answer)",
      caption: caption
    ) {
      Chart(
        x: Axis(domain: 0...1, isHidden: true), width: 136, height: Double(shown.count) * 13
      ) {
        BarMark(
          x: .values("probability", values), y: .values("class", names),
          labels: values.map { $0 < 0.0005 ? "" : Numbers.fixed($0, decimals: 3) },
          paints: shown.map { $0 == ranking[0].class ? .ink : .secondary })
      }
    }
  }
}

extension Network {
  /// The shape in which a node's value is looked at: its own, or that which it is soon given, if only its places change
  /// until then: a generator's first layer makes maps, as a list.
  fileprivate func places(of node: Node, _ shapes: [String: Shape]) -> Shape {
    let own = shapes[node.name]!.perExample
    switch own.rank {
    case 1: break
    case 2: return own.batched(1)  // one map
    case 3: return own
    default: return [own.elementCount]
    }
    var name = node.name
    while true {
      let readers = readers(of: name)
      guard readers.count == 1, let reader = readers.first else { return own }
      switch reader.operation {
      case is Reshape:
        let shape = shapes[reader.name]!.perExample
        return shape.rank == 3 ? shape : own
      case is BatchNorm1d, is any Elementwise, is Dropout: name = reader.name
      default: return own
      }
    }
  }
}
