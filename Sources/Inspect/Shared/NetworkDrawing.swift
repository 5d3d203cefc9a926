public import Core
public import Render

/// A network drawn from left to right with one example's maps beneath: the part that posters of one or two networks
/// are put together from.
///
/// Each convolution, pooling or linear layer is a block, with what only follows it; see `Stage`.
public struct NetworkDrawing: Sendable {
  /// The blocks and their facts, with the maps under them.
  public let diagram: LayerDiagram
  /// Kernels of the convolutions; nothing in networks without.
  public let kernels: [Panel]
  /// What the colours of maps and kernels mean.
  public let legend: [ColorBar]
  /// What went in, and nil where nothing did: then there are no maps.
  public let example: Example?
  /// The network's answer to the example, without the batch axis.
  public let output: Tensor?
  /// Numbers that training changes.
  public let parameterCount: Int
  /// Multiplications paired with an addition for one example.
  public let multiplyAdds: Int
  /// One row a block: name, operation, shape and costs.
  public let numbers: NumberTable
  /// The chain of blocks in words.
  public let description: String

  /// Draws a network.
  /// - Parameters:
  ///   - choice: what goes through the network; nil for the first probe picture or latent. A model that comes without any is
  ///     drawn without maps.
  ///   - mapCount: how many maps of each block are shown at most.
  ///   - paint: what the blocks are drawn in; nil for the role's.
  /// - Throws: `InspectError` if the example does not fit, `NetworkError` if the network cannot be run.
  public init(
    of specimen: Specimen, showing choice: Example.Choice? = nil, maps mapCount: Int = 10, paint: Paint? = nil
  ) throws {
    let network = specimen.model.network
    let hasExample = choice != nil || specimen.role == .generator || (specimen.probe?.count ?? 0) > 0
    let example = hasExample && network.inputs.count == 1 ? try Example(choice, for: specimen) : nil
    let observation = try example.map { try Observation(specimen.model, on: $0.input) }
    let sketch = try NetworkSketch(specimen, example, observation, mapCount: mapCount, paint: paint)
    self.example = example
    output = try observation?.output()[0]
    diagram = sketch.diagram
    kernels = sketch.kernels
    legend = sketch.legend
    parameterCount = network.trainableParameterCount
    multiplyAdds = try network.multiplyAdds()
    numbers = sketch.numbers
    description = sketch.description
  }

  /// The drawing as one block: diagram, kernels, legend.
  public var block: any Block {
    VStack(spacing: Spacing.panel) {
      diagram.listingOperations()
      if !kernels.isEmpty { Grid(columns: min(kernels.count, 4)) { kernels as [any Block] } }
      if !legend.isEmpty { HStack(spacing: Spacing.panel) { legend as [any Block] } }
    }
  }
}

/// The stages of a network being turned into blocks of a diagram.
private struct NetworkSketch {
  var diagram: LayerDiagram
  var kernels: [Panel] = []
  var legend: [ColorBar] = []
  var numbers: NumberTable
  var description: String

  private static let factNames = ["parameters", "multiply–adds", "receptive field", "mean |w|", "colours"]

  init(
    _ specimen: Specimen, _ example: Example?, _ observation: Observation?, mapCount: Int, paint: Paint?
  ) throws {
    let network = specimen.model.network
    let stages = network.stages
    let shapes = try network.shapes()
    let summaries = Dictionary(uniqueKeysWithValues: try network.summary().map { ($0.name, $0) })
    let strengths = stages.map { meanWeight($0.head, specimen.model) }
    let strongest = max(strengths.compactMap { $0 }.max() ?? 0, .leastNormalMagnitude)
    let paint = paint ?? specimen.role.paint
    var layers = network.inputs.map { input in
      NetworkSketch.inputLayer(input, example: network.inputs.count == 1 ? example : nil)
    }
    var kinds: Set<ColorScale.Kind> = []
    var rows: [[String]] = []
    var words: [String] = []
    for (stage, strength) in zip(stages, strengths) {
      let shape = shapes[stage.shown]!.perExample
      let parts = stage.nodes.map { summaries[$0.name]! }
      let parameters = parts.reduce(0) { $0 + $1.trainableParameters }
      let operations = parts.reduce(0) { $0 + $1.multiplyAdds }
      let field = shape.rank == 3 ? summaries[stage.shown]!.receptiveField : nil
      let maps = try observation.map { try $0.value(of: stage.shown)[0] }
      let scale = maps.map { ColorScale.activations($0.elements) }
      var layer = LayerDiagram.Layer(
        name: stage.name, channels: shape.rank == 0 ? 1 : shape[0], height: shape.rank == 3 ? shape[1] : 1,
        width: shape.rank == 3 ? shape[2] : 1, operation: stage.words, paint: paint,
        weight: strength.map { $0 / strongest })
      if let maps, let scale, maps.shape.elementCount > 1 {
        layer.thumbnails = thumbnails(maps, mapCount)
        layer.thumbnailScale = scale
        if stage.shown == network.output, let picture = network.pictureScale(specimen.role) {
          layer.thumbnailScale = picture
          layer.thumbnails = maps.pictureTile
        }
        kinds.insert(layer.thumbnailScale.kind)
      }
      layer.facts = [
        parameters == 0 ? "–" : Numbers.grouped(parameters),
        operations == 0 ? "–" : Numbers.short(Double(operations)),
        field?.description ?? "all", strength.map { Numbers.significant($0, digits: 2) } ?? "–",
        layer.thumbnails == nil
          ? "–" : layer.thumbnailScale.kind == .image ? "picture" : layer.thumbnailScale.limits,
      ]
      layers.append(layer)
      rows.append([
        stage.name, stage.words, shape.timesDescription, String(parameters), String(operations),
        field?.description ?? "all", strength.map { NumberTable.text($0) } ?? "",
        scale.map { NumberTable.text($0.upper) } ?? "",
      ])
      words.append("\(stage.name) (\(stage.words)) makes \(shape.timesDescription)")
    }
    let hasMaps = layers.contains { $0.thumbnails != nil }
    let factCount = hasMaps ? NetworkSketch.factNames.count : NetworkSketch.factNames.count - 1
    for index in layers.indices { layers[index].facts = Array(layers[index].facts.prefix(factCount)) }
    diagram = LayerDiagram(
      layers: layers, skips: NetworkSketch.skips(network, stages),
      factNames: Array(NetworkSketch.factNames.prefix(factCount)))
    numbers = NumberTable(
      columns: [
        "layer", "operation", "output", "parameters", "multiply-adds", "receptive field", "mean |w|",
        "colour limit",
      ], rows: rows)
    description =
      network.inputs.map { "Input \($0.name) of \($0.shape.timesDescription). " }.joined()
      + words.joined(separator: "; ") + "."
    addKernels(stages, specimen.model, count: mapCount)
    addLegend(kinds)
  }

  private static func inputLayer(_ input: Network.Input, example: Example?) -> LayerDiagram.Layer {
    let shape = input.shape
    var layer = LayerDiagram.Layer(
      name: input.name, channels: shape.rank == 0 ? 1 : shape[0], height: shape.rank == 3 ? shape[1] : 1,
      width: shape.rank == 3 ? shape[2] : 1, facts: ["–", "–", "–", "–", "–"], paint: .secondary)
    if let picture = example?.picture {
      (layer.thumbnails, layer.thumbnailScale) = picture
      layer.facts[4] = "picture"
    } else if let example {
      layer.thumbnails = thumbnails(example.input[0], 8)
      layer.thumbnailScale = .activations(example.input.elements)
      layer.facts[4] = layer.thumbnailScale.limits
    }
    return layer
  }

  /// Connections that do not come from the block before.
  private static func skips(_ network: Network, _ stages: [Stage]) -> [LayerDiagram.Skip] {
    var places: [String: Int] = [:]
    for (index, input) in network.inputs.enumerated() { places[input.name] = index }
    for (index, stage) in stages.enumerated() {
      for node in stage.nodes { places[node.name] = network.inputs.count + index }
    }
    return stages.enumerated().flatMap { index, stage in
      let place = network.inputs.count + index
      return stage.head.inputs.compactMap { places[$0] }.filter { $0 < place - 1 }
        .map { LayerDiagram.Skip(from: $0, to: place) }
    }
  }

  private mutating func addKernels(_ stages: [Stage], _ model: Model, count: Int) {
    for stage in stages {
      guard let bank = FilterBank(stage.head, in: model), bank.isSpatial else { continue }
      // A layer that makes the picture has one kernel for every map that it reads.
      let total = bank.paintsPictures ? bank.inputs : bank.outputs
      let shown = (0..<min(count, total)).map {
        bank.paintsPictures ? FilterBank.Place(output: 0, input: $0) : bank.strongestKernel(of: $0)
      }
      let scale = bank.scale
      kernels.append(
        Panel(
          "kernels of \(stage.name)",
          caption: (bank.inputs == 1 || bank.paintsPictures
            ? "\(shown.count) of \(Numbers.grouped(total)) kernels"
            : "the strongest kernel of \(shown.count) of \(Numbers.grouped(total)) filters")
            + ", \(scale.limits), \(scale.clipped)"
        ) {
          ImageGrid(
            bank.tiles(shown), scale: scale, columns: shown.count,
            magnification: max(1, (15 / Double(max(bank.height, bank.width))).rounded(.down)), gap: 3)
        })
    }
    if kernels.count > 8 { kernels.removeSubrange(8...) }
  }

  private mutating func addLegend(_ kinds: Set<ColorScale.Kind>) {
    func bar(_ map: ColorMap, _ range: ClosedRange<Double>, _ title: String) -> ColorBar {
      ColorBar(.range(range, map: map), title: title, length: 96, showsNote: false)
    }
    if kinds.contains(.sequential) {
      legend.append(bar(.viridis, 0...1, "maps, as a share of the limit under “colours”"))
    }
    if kinds.contains(.diverging) {
      legend.append(bar(.blueRed, -1...1, "maps with signs, as a share of the limit under “colours”"))
    }
    if !kernels.isEmpty {
      legend.append(bar(.purpleOrange, -1...1, "weights, as a share of the limit under the kernels"))
    }
  }
}

/// Mean |w| of a node's weight; nil for nodes without.
private func meanWeight(_ node: Network.Node, _ model: Model) -> Double? {
  guard let weight = model.parameters[node.name, "weight"], weight.shape.rank >= 2 else { return nil }
  return weight.elements.reduce(0) { $0 + Double(abs($1)) } / Double(max(weight.elements.count, 1))
}

/// Maps as they are; features without places as tiles that are as square and as many as `count` lets them be, in order.
private func thumbnails(_ value: Tensor, _ count: Int) -> ImageTiles {
  // More pixels than a thumbnail has points would only be thrown away, one by one.
  if value.shape.rank == 3 { return value.maps(count).shrunk(toFit: 96).tiles }
  let total = value.elements.count
  var best = (tiles: 1, height: 1, width: total)
  for tiles in 1...max(1, min(count, total)) where total % tiles == 0 {
    let size = total / tiles
    let height = (1...size).last { size % $0 == 0 && $0 * $0 <= size }!
    // Squarest first, then more tiles.
    if size / height * best.height <= best.width * height { best = (tiles, height, size / height) }
  }
  if best.width > 4 * best.height {
    // A count without such factors: squares, the last filled up with zeros.
    let side = Int((Double(total) / Double(max(count, 1))).squareRoot().rounded(.up))
    best = ((total + side * side - 1) / (side * side), side, side)
  }
  let (tiles, height, width) = best
  let filler = [Float](repeating: 0, count: tiles * height * width - total)
  return ImageTiles(numbers: value.elements + filler, count: tiles, height: height, width: width)
}

extension RunRole {
  /// The colour that the role has in every figure.
  var paint: Paint {
    switch self {
    case .classifier: .ink
    case .generator: .fake
    case .discriminator: .real
    }
  }
}
