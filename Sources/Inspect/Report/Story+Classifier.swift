internal import Core
internal import Render

extension Story {
  /// What was trained, how it learnt, what it looks for, how one decision was made, where it fails.
  static func classifier(_ run: RunArchive) throws -> Story {
    let facts = ReportFacts(of: run)
    let specimen = try Specimen(run)
    let text = ClassifierText(facts: facts, specimen: specimen)
    let network = specimen.model.network
    let convolutions = network.nodes.filter { $0.operation is Conv2d }.map(\.name)

    var looks: [Report.Illustration] = []
    if let first = convolutions.first {
      let start = try Specimen(run, at: .first)
      looks.append(
        .init("filters", try Filters(layer: first).figure(of: specimen, since: start), text.firstFilters))
    }
    for deeper in convolutions.dropFirst().prefix(1) {
      looks.append(
        .init("filters-\(deeper)", try Filters(layer: deeper).figure(of: specimen), text.deeperFilters))
      // A layer of few or separate maps has no groups to show.
      if let grouped = try? Filters(layer: deeper, showsFactors: true).figure(of: specimen) {
        looks.append(.init("factors-\(deeper)", grouped, text.factors))
      }
    }

    typealias Figures = [Report.Illustration]
    looks += try Figures.ifApplicable { try Report.Illustration.topImages(of: specimen) }
    looks += try Figures.ifApplicable { try Report.Illustration.maximisation(of: specimen) }
    looks += try Figures.ifApplicable { try Report.Illustration.filterSheet(of: specimen) }
    looks += try Figures.ifApplicable { try Report.Illustration.similarity(of: specimen) }

    let overview =
      [
        .init("architecture", try ArchitecturePoster(mapsPerLayer: 6).figure(of: specimen), text.architecture)
      ] + (try Figures.ifApplicable { try Report.Illustration.diagnosis(of: run) })
      + (try Figures.ifApplicable { try Report.Illustration.perspective(of: specimen) })
    let learning =
      [.init("curves", try TrainingCurves(isLogarithmic: true).figure(of: run), text.curves)]
      + (try Figures.ifApplicable { try Report.Illustration.evolution(of: run) })
      + (try Figures.ifApplicable { try Report.Illustration.change(of: run) })
      + (try Figures.ifApplicable { try Report.Illustration.featureEvolution(of: run) })
    var sections = [
      Report.Section("what", "What was trained", paragraphs: text.what, table: text.table, figures: overview),
      Report.Section("learnt", "How it learnt", paragraphs: [text.learning], figures: learning),
    ]
    if !looks.isEmpty {
      sections.append(
        Report.Section("looks", "What it looks for", paragraphs: [text.convolution], figures: looks))
    }
    let deciding =
      [.init("features", try FeatureMaps(mapsPerLayer: 32).figure(of: specimen), text.features)]
      + (try Figures.ifApplicable { try Report.Illustration.sliding(of: specimen) })
      + (try Figures.ifApplicable { try Report.Illustration.worked(of: run) })
      + (try Figures.ifApplicable { try Report.Illustration.attributions(of: specimen) })
      + (try Figures.ifApplicable { try Report.Illustration.occlusion(of: specimen) })
    sections.append(
      Report.Section(
        "decision", "How one decision was made", paragraphs: [text.reduction], figures: deciding))
    var failing: Figures = []
    if run.confusionClasses != nil, try !run.confusionMatrices().isEmpty {
      failing.append(.init("confusion", try ConfusionFigure().figure(of: run), text.confusion))
    }
    failing += try Figures.ifApplicable { try Report.Illustration.errors(of: specimen) }
    failing += try Figures.ifApplicable { try Report.Illustration.embedding(of: specimen) }
    failing += try Figures.ifApplicable { try Report.Illustration.units(of: specimen) }
    if !failing.isEmpty {
      sections.append(
        Report.Section("fails", "Where it fails", paragraphs: [text.failing], figures: failing))
    }
    let worksheet = try Figures.ifApplicable { try Report.Illustration.worksheet(of: run) }
    if !worksheet.isEmpty {
      sections.append(
        Report.Section("worksheet", "To work out on paper", paragraphs: [text.worksheet], figures: worksheet))
    }
    return Story(
      kind: .classifier, label: "The classifier", learner: "a CNN", data: facts.data, lead: text.lead,
      sections: sections)
  }
}

/// The words around a classifier's figures. Numbers are the run's own.
private struct ClassifierText {
  let facts: ReportFacts
  let specimen: Specimen

  private var network: Network { specimen.model.network }
  private var classes: Int { max(specimen.probe?.classNames.count ?? 0, 2) }
  private var usesPooling: Bool { network.nodes.contains { $0.operation is MaxPool2d } }
  private var accuracy: Double? { facts.latest("test_accuracy") }

  var lead: String {
    let result =
      accuracy.map { ", and names \(Numbers.percent($0, decimals: 2)) of pictures rightly that it never saw" }
      ?? ""
    return
      "A convolutional network with \(Numbers.grouped(network.trainableParameterCount)) parameters learnt to tell "
      + "\(classes) classes apart in \(facts.duration)\(result)."
  }

  var what: [String] {
    [
      "A classifier is made in five moves: <strong>load</strong> pictures with their labels, <strong>normalise</strong> "
        + "their brightness so that it is spread evenly around zero, <strong>design</strong> a network, <strong>train</strong> it by "
        + "lowering a loss, and <strong>evaluate</strong> it on pictures it was never shown.",
      "Why convolution and not simply one large dense layer? Because in a picture near pixels belong together, and the "
        + "same stroke may stand anywhere. A dense layer would have to learn every stroke anew for every place; a convolution "
        + "learns it once and looks for it everywhere. Stacked, such layers find edges first, then corners and curves, then shapes.",
    ]
  }

  var table: NumberTable {
    var rows = [
      ["Network", "\(facts.preset), \(Numbers.grouped(network.trainableParameterCount)) parameters"],
      [
        "Data",
        "\(facts.data)\(facts.trainCount.map { ", \(Numbers.grouped($0)) pictures to train on" } ?? "")",
      ],
      [
        "Training",
        "\(Numbers.grouped(facts.steps)) steps, \(Numbers.significant(facts.epochs)) epochs, \(facts.duration)",
      ],
    ]
    if let batch = facts.batch { rows[2][1] += ", \(batch) pictures a step" }
    if let accuracy {
      let count = facts.testCount.map { " of \(Numbers.grouped($0)) pictures" } ?? ""
      rows.append(["Test accuracy", "\(Numbers.percent(accuracy, decimals: 2))\(count)"])
    }
    return facts.table(rows)
  }

  var architecture: String {
    let shrinking =
      usesPooling
      ? "After each convolution a pooling layer keeps only the strongest answer of every small region: it has no weights, "
        + "and it makes the answer independent of shifts by a pixel."
      : "The convolutions move in steps of two pixels, so each layer halves the maps and learns which answers to keep."
    return
      "The picture enters on the left. Every convolution answers with a stack of <em>feature maps</em>, one for each pattern it "
      + "looks for. \(shrinking) At the end, fully connected layers weigh all that was found and give one score for every class."
  }

  var learning: String {
    "Training repeats one small move: show a batch of pictures, measure how wrong the answers are (the <em>loss</em>), and "
      + "carry the blame backward through the network, layer by layer, to every single weight. That is "
      + "<em>backpropagation</em>. Each weight then moves a little in the direction that would have made the loss smaller."
  }

  var curves: String {
    "A network that only guesses has a loss of ln \(classes). Training loss falls first because those are "
      + "the pictures that are practised on; the validation line shows pictures held back. As long as both fall, what is learnt is "
      + "about pictures in general. Where validation stops falling while training goes on, the network begins to learn "
      + "its training pictures by heart."
  }

  var convolution: String {
    "A filter is a small window of weights. It slides over the picture; at every place the pixels under it are multiplied by "
      + "the weights and summed, and the sum is one pixel of a new map. The same few weights are used at every place."
  }

  var firstFilters: String {
    "Orange weights want light, purple weights want dark, white ones do not care. A window that is orange on one side and purple "
      + "on the other answers to an edge in that direction. At step 0 the weights are noise; what is different in "
      + "the trained filters was put there by the data alone."
  }

  var deeperFilters: String {
    "The second convolution does not look at pixels but at the maps of the first: each of its filters has one small window for every "
      + "map before it. A row of this matrix is one filter. Rows with much colour combine many edges into a shape; "
      + "columns with much colour are edges that many shapes need."
  }

  var factors: String {
    "That matrix has too many windows to keep in mind. But its columns are not all different: some maps are weighed alike again and "
      + "again, as edges of one direction are. Sorted into three such groups, all windows of a filter become one small coloured "
      + "window. A tile that is red above and blue below looks for what excites the red group above what excites the blue one. "
      + "Much is lost in this: the first line says how much of the weights’ energy three groups hold."
  }

  var reduction: String {
    usesPooling
      ? "Here one picture passes through. After each convolution, <strong>ReLU</strong> sets everything negative to zero: a pattern is "
        + "there or it is not, and what is not there has no say later. <strong>Max pooling</strong> then halves the maps by keeping the "
        + "strongest of every four neighbours. A <strong>strided convolution</strong>, which moves two pixels at a time, would halve them "
        + "as well, but would learn what to keep; that is what a DCGAN does."
      : "Here one picture passes through. After each convolution, <strong>ReLU</strong> sets everything negative to zero: a pattern is "
        + "there or it is not. These convolutions are <strong>strided</strong>: they move two pixels at a time and so halve the maps, learning "
        + "what to keep, where <strong>max pooling</strong> would simply keep the strongest of every four neighbours."
  }

  var features: String {
    "Every tile is the answer of one filter to the picture on the left, all on one scale within a layer, so a dark tile really "
      + "is a weak answer. Early maps still look like the picture, traced by different edges. Later ones are coarser and speak of "
      + "parts. The last layers are only lists of numbers, and the bars show what they say: a probability for every class."
  }

  var failing: String {
    "An accuracy is one number; the mistakes say more. Which classes does the network take for which others, and would you have "
      + "known better?"
  }

  var worksheet: String {
    "One number of this network, by hand: what it multiplies and sums is school arithmetic. Print the first page, keep the second."
  }

  var confusion: String {
    "Every row holds the pictures of one class, every column what the network said. All on the diagonal is right. The brightest "
      + "cell beside it is the confusion that happens most, and the pictures under the matrix are those cases. Often they are "
      + "pictures that people hesitate over too."
  }
}
