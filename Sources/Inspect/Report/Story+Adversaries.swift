internal import Core
internal import Render

extension Story {
  /// The two networks, the duel, the growth, the latent space.
  /// - Parameter judge: a classifier that reads the pictures, if the report has one.
  static func adversaries(_ run: RunArchive, judge: Specimen? = nil) throws -> Story {
    let facts = ReportFacts(of: run)
    let generatorName = run.networks.first { $0.role == .generator }!.name
    let generator = try Specimen(run, network: generatorName)
    let discriminator = try run.networks.first { $0.role == .discriminator }
      .map { try Specimen(run, network: $0.name) }
    // One of other pictures has no say here.
    let judge = judge.flatMap { judge in
      (try? Judge(judge, reading: Sampling(generator).pictureShape)) == nil ? nil : judge
    }
    let text = AdversariesText(facts: facts, generator: generator, discriminator: discriminator)

    var networks: [Report.Illustration] = []
    if discriminator != nil {
      networks.append(.init("networks", try BothNetworks().figure(of: run), text.networks))
    }
    typealias Figures = [Report.Illustration]
    networks += try Figures.ifApplicable { try Report.Illustration.spreading(of: generator) }
    networks += try Figures.ifApplicable { try Report.Illustration.diagnosis(of: run) }
    var latent = [
      Report.Illustration(
        "interpolation", try LatentInterpolation().figure(of: generator, discriminator: discriminator),
        text.interpolation)
    ]
    latent += try Figures.ifApplicable { try Report.Illustration.longWalk(of: generator, judge: judge) }
    latent += try Figures.ifApplicable { try Report.Illustration.corners(of: generator) }
    latent += try Figures.ifApplicable { try Report.Illustration.arithmetic(of: generator, judge: judge) }
    latent += try Figures.ifApplicable { try Report.Illustration.direction(of: generator) }
    latent += try Figures.ifApplicable { try Report.Illustration.traversal(of: generator) }
    latent += try Figures.ifApplicable { try Report.Illustration.sensitivity(of: generator) }
    latent += try Figures.ifApplicable { try Report.Illustration.inversion(of: generator) }
    var duel = [Report.Illustration("duel", try DuelCurves().figure(of: run), text.curves)]
    duel += try Report.Illustration.game(of: run)
    var growth = [
      Report.Illustration("growth", try GrowthFilm().figure(of: run), text.film),
      Report.Illustration("samples", try SampleSheet().figure(of: run), text.samples),
    ]
    if let judge { growth += try Figures.ifApplicable { try Report.Illustration.judged(run, by: judge) } }
    growth += try Figures.ifApplicable { try Report.Illustration.diversity(of: run) }
    latent.append(.init("filters", try Filters(layer: text.firstSpread).figure(of: generator), text.filters))
    return Story(
      kind: .adversaries, label: "The GAN", learner: "a DCGAN", data: facts.data, lead: text.lead,
      sections: [
        Report.Section("game", "The game", paragraphs: text.game, table: text.table, figures: networks),
        Report.Section(
          "duel", "The duel", paragraphs: [text.twoSteps],
          figures: duel),
        Report.Section(
          "growth", "How it grew", paragraphs: [text.growing],
          figures: growth),
        Report.Section("latent", "The latent space", paragraphs: [text.space], figures: latent),
      ])
  }
}

/// The words around a GAN's figures. Numbers are the run's own.
private struct AdversariesText {
  let facts: ReportFacts
  let generator: Specimen
  let discriminator: Specimen?

  private var latentCount: Int { generator.model.network.inputs[0].shape.elementCount }
  private func has<Kind: Operation>(_ kind: Kind.Type, _ specimen: Specimen?) -> Bool {
    specimen?.model.network.nodes.contains { $0.operation is Kind } ?? false
  }

  /// The first transposed convolution; the first layer with filters if there is none.
  var firstSpread: String? {
    generator.model.network.nodes.first { $0.operation is ConvTranspose2d }?.name
  }

  var lead: String {
    "Two networks played against each other for \(facts.duration): a generator that turns \(latentCount) random numbers into a "
      + "picture, and a discriminator that tells such pictures from those of \(facts.data). Nobody told either what the pictures show."
  }

  var game: [String] {
    [
      "The <strong>generator</strong> G is given noise <em>z</em>, a list of \(latentCount) numbers from a bell curve, and answers with a "
        + "picture. The <strong>discriminator</strong> D is given a picture and answers how real it is: 1 for surely real, 0 for "
        + "surely fake. D learns to score real pictures 1 and G’s fakes 0. G learns to make D score its fakes 1.",
      "What makes it a <em>DC</em>GAN are a few rules that were found to keep this game steady: no pooling, but convolutions with "
        + "stride in D and transposed convolutions in G, so that both learn how to change size; batch norm in both, though not "
        + "at G’s output nor D’s input; ReLU in G and LeakyReLU in D; tanh at G’s end, with pictures scaled to −1 … 1.",
    ]
  }

  var table: NumberTable {
    var rows = [
      ["Generator", "\(Numbers.grouped(generator.model.network.trainableParameterCount)) parameters"]
    ]
    if let discriminator {
      rows.append([
        "Discriminator", "\(Numbers.grouped(discriminator.model.network.trainableParameterCount)) parameters",
      ])
    }
    rows.append(
      [
        "Data",
        "\(facts.data)\(facts.trainCount.map { ", \(Numbers.grouped($0)) pictures, without their labels" } ?? "")",
      ])
    rows.append(
      [
        "Training",
        "\(Numbers.grouped(facts.steps)) steps, \(Numbers.significant(facts.epochs)) epochs, \(facts.duration)",
      ])
    if let averaging = facts.averaging {
      rows.append([
        "Generator shown",
        "the mean of its latest steps (\(Numbers.significant(averaging)) of it kept at every step)",
      ])
    }
    return facts.table(rows)
  }

  var networks: String {
    let norm =
      has(BatchNorm2d.self, generator)
      ? " After most layers <strong>batch norm</strong> centres and scales every map over the batch, so that each layer is given "
        + "numbers of a steady size whatever the layers before it are doing."
      : ""
    return
      "G on the left starts from a small, deep stack of maps and doubles its height and width step by step with "
      + "<strong>transposed convolutions</strong>: where a convolution gathers a window of pixels into one, its transpose spreads one "
      + "pixel over a window, and where windows overlap their contributions add up. D on the right is the way back: "
      + "<strong>strided convolutions</strong> halve the maps until one number is left.\(norm)"
  }

  var twoSteps: String {
    "Every step of training has two halves. First D is shown a batch of real pictures and, apart from it, a batch of fakes, and "
      + "learns from both. Then G makes D judge the same fakes again, and the blame for a low score flows backward <em>through</em> D, "
      + "whose weights now stay fixed, into G’s weights."
  }

  var curves: String {
    "If D could no longer tell real from fake it would say one half to everything: its loss would be 2 ln 2 ≈ 1.386 and "
      + "G’s ln 2 ≈ 0.693, the dashed lines. In a good game D stays a little ahead, as a good teacher does. When D calls real "
      + "pictures fake, its own loss rises; when D is sure of everything, G is no longer told in which direction to improve. "
      + "Unlike a classifier’s, these losses do not fall when pictures become better, since both players do."
  }

  var growing: String {
    "The same lists of random numbers were put into the generator again and again while it learnt. Only its weights have "
      + "changed from one column to the next."
  }

  var film: String {
    "First there is grey noise. Then the generator finds where light usually is, then strokes, then strokes that hang together. What "
      + "a row will become is often decided early: later training makes it clean. Black and white mean the same in every column, so "
      + "nothing here is an effect of rescaling."
  }

  var samples: String {
    "All the latents that the run watches, at its end. Look for three things: are they good (would you take them for real), are they varied "
      + "(is every kind there, or the same few again and again: <em>mode collapse</em>), and are they new?"
  }

  var space: String {
    "The generator gives every point of a \(latentCount)-dimensional space a picture. Near points make similar pictures. Random "
      + "latents are almost all about equally far from the centre, √\(latentCount) ≈ "
      + "\(Numbers.fixed(Double(latentCount).squareRoot(), decimals: 1)): they live on a thin shell."
  }

  var interpolation: String {
    "Walk from one latent to another. The straight line (lerp) leaves the shell and passes through the middle, where the generator was "
      + "hardly ever trained; the great circle (slerp) stays on it. If the pictures change smoothly, the generator has learnt a "
      + "landscape. If they jump, it has learnt examples: a spike in the step length is such a jump."
  }

  var filters: String {
    "These are the windows with which one pixel of a small map is painted into a larger one. Learned from the discriminator’s blame "
      + "alone, they are strokes and edges, the same things that a classifier’s first filters look for."
  }
}
