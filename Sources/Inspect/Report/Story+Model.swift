internal import Core
internal import Render

extension Story {
  /// What a model from elsewhere is, what it looks for, what it makes; time plays no part.
  /// - Parameter example: a picture to put through it; a generator needs none.
  static func model(
    _ specimen: Specimen, running: Specimen?, _ info: ModelInfo, showing example: Example.Choice?
  ) throws -> Story {
    let text = ModelText(specimen: specimen, info: info)
    let takesOne = running?.model.network.inputs.count == 1
    let choice =
      specimen.role == .generator && takesOne
      ? nil : example ?? (running?.probe.map { $0.count > 0 } == true ? .probe(0) : nil)
    var sections = [
      Report.Section(
        "what", "What it is", paragraphs: [text.what], table: text.table,
        figures: try running.map {
          [
            .init(
              "architecture", try ArchitecturePoster(example: choice, mapsPerLayer: 6).figure(of: $0),
              text.architecture)
          ]
            + (try [Report.Illustration].ifApplicable { [running = $0] in
              try Report.Illustration.diagnosis(of: running, path: info.path)
            })
        } ?? [])
    ]
    var looks = try filters(of: specimen, text)
    if let running {
      looks += try [Report.Illustration].ifApplicable { try Report.Illustration.topImages(of: running) }
      looks += try [Report.Illustration].ifApplicable { try Report.Illustration.maximisation(of: running) }
    }
    if !looks.isEmpty {
      sections.append(
        Report.Section("looks", text.looksTitle, paragraphs: [text.convolution], figures: looks))
    }
    if let running, choice != nil, takesOne {
      sections.append(
        Report.Section(
          "picture", "What one picture becomes",
          figures: [
            .init(
              "features", try FeatureMaps(example: choice).figure(of: running), text.features)
          ]))
    }
    if let running, running.probe != nil {
      sections += try pictures(running)
    }
    // What a network of this shape makes of random numbers may still be no picture.
    if let running, running.role == .generator, let samples = try? SampleSheet(count: 49).figure(of: running)
    {
      sections.append(
        Report.Section(
          "makes", "What it makes", paragraphs: [text.space],
          figures: [
            .init("samples", samples, text.samples),
            .init("interpolation", try LatentInterpolation().figure(of: running), text.interpolation),
          ]))
    }
    if !info.remarks.isEmpty {
      sections.append(
        Report.Section(
          "assumed", "What was assumed", paragraphs: [text.assumed],
          table: NumberTable(columns: ["", ""], rows: info.remarks.enumerated().map { ["\($0 + 1)", $1] })))
    }
    return Story(
      kind: .model, label: text.fileName, learner: text.fileName, data: nil, lead: text.lead,
      sections: sections)
  }

  /// What is to be seen of a model once there are labelled pictures to try it on.
  private static func pictures(_ specimen: Specimen) throws -> [Report.Section] {
    typealias Figures = [Report.Illustration]
    let decisions =
      try Figures.ifApplicable { try Report.Illustration.attributions(of: specimen) }
      + Figures.ifApplicable { try Report.Illustration.occlusion(of: specimen) }
    let failures =
      try Figures.ifApplicable { try Report.Illustration.errors(of: specimen) }
      + Figures.ifApplicable { try Report.Illustration.embedding(of: specimen) }
      + Figures.ifApplicable { try Report.Illustration.units(of: specimen) }
    return [
      Report.Section("decision", "How one decision was made", figures: decisions),
      Report.Section("fails", "Where it fails", figures: failures),
    ].filter { !$0.figures.isEmpty }
  }

  private static func filters(of specimen: Specimen, _ text: ModelText) throws -> [Report.Illustration] {
    let network = specimen.model.network
    let layers = network.layersWithFilters.filter { name in
      guard let node = network.nodes.first(where: { $0.name == name }) else { return false }
      return FilterBank(node, in: specimen.model)?.isSpatial ?? (node.operation is Linear)
    }
    var figures: [Report.Illustration] = []
    for (place, layer) in layers.prefix(2).enumerated() {
      figures.append(
        .init(
          "filters-\(place + 1)", try Filters(layer: layer).figure(of: specimen),
          place == 0 ? text.firstFilters : text.deeperFilters))
    }
    return figures
  }
}

/// The words around the figures of a model from elsewhere.
private struct ModelText {
  let specimen: Specimen
  let info: ModelInfo

  private var network: Network { specimen.model.network }
  var fileName: String { info.path.split(separator: "/").last.map(String.init) ?? info.path }
  private var latentCount: Int { network.inputs[0].shape.elementCount }
  private var spreads: Bool { network.nodes.contains { $0.operation is ConvTranspose2d } }

  var lead: String {
    let kind =
      switch specimen.role {
      case .generator: "a generator: it makes pictures of random numbers"
      case .discriminator: "a discriminator: it gives a picture one number"
      case .classifier: "a network that takes \(given) and answers with \(answered)"
      }
    return
      "\(fileName) (\(info.format)) holds \(kind). It has \(Numbers.grouped(network.trainableParameterCount)) parameters."
  }

  private var given: String { network.inputs.map(\.shape.timesDescription).listed }
  private var answered: String {
    network.knownShapes()[network.output]?.perExample.timesDescription ?? "something"
  }

  var what: String {
    switch specimen.role {
    case .generator:
      "A <strong>generator</strong> is given a list of random numbers, the <em>latent</em>, and turns it into a picture. It was "
        + "trained against a discriminator that told its pictures from real ones; that opponent is not in this file."
    case .discriminator:
      "A <strong>discriminator</strong> is given a picture and answers with one number: how real it takes the picture to be. It was "
        + "trained against a generator, which is not in this file."
    case .classifier:
      "A model file holds a network at one moment: what it learnt, not how. Everything below was computed from the weights in it."
    }
  }

  var table: NumberTable {
    NumberTable(
      columns: ["", ""],
      rows: [
        ["File", fileName], ["Written by", info.format],
        ["Is given", network.inputs.map { "\($0.name): \($0.shape.timesDescription)" }.listed],
        ["Answers with", "\(network.output): \(answered)"],
        ["Layers", "\(network.nodes.count)"],
        ["Parameters", Numbers.grouped(network.trainableParameterCount)],
        ["Tensors in the file", Numbers.grouped(info.tensors.count)],
      ])
  }

  var architecture: String {
    specimen.role == .generator
      ? "The latent enters on the left and becomes a small, deep stack of maps; layer by layer they become fewer and larger, until "
        + "one picture is left."
      : "The input enters on the left. Every convolution answers with a stack of <em>feature maps</em>, one for each pattern it looks "
        + "for; pooling and strides make them smaller, until a few numbers are left."
  }

  var looksTitle: String { specimen.role == .generator ? "What it paints with" : "What it looks for" }

  var convolution: String {
    specimen.role == .generator && spreads
      ? "A transposed convolution spreads every pixel of a small map over a window of a larger one; where windows overlap, what "
        + "they paint adds up. The windows are what was learnt."
      : "A filter is a small window of weights. It slides over its input; at every place the numbers under it are multiplied by the "
        + "weights and summed, and the sum is one pixel of a new map."
  }

  var firstFilters: String {
    "Orange weights are positive, purple ones negative, white ones near zero. Noise without any order says that a layer has learnt "
      + "little; edges, dots and strokes were put there by the data."
  }

  var deeperFilters: String {
    "The next layer looks at the maps of the one before, with one small window for every map. Rows or columns with much colour are "
      + "the maps that matter."
  }

  var features: String {
    "Every tile is the answer of one filter to the picture on the left, all on one scale within a layer. Early maps still look like the "
      + "picture; later ones are coarser and speak of parts."
  }

  var space: String {
    "The file does not say from which numbers the generator learnt to paint. A bell curve, N(0, 1) in each of "
      + "\(latentCount) numbers, is what most are trained with and what is assumed here."
  }

  var samples: String {
    "Pictures of random latents. Are they good, are they varied, or are they the same few again and again (<em>mode collapse</em>)?"
  }

  var interpolation: String {
    "A walk from one latent to another. If the pictures change smoothly, the generator has learnt a landscape; if they jump, examples."
  }

  var assumed: String {
    "A model file does not say everything. What had to be assumed to open this one, or could not be used, is listed here."
  }
}
