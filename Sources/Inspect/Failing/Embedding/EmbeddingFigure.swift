public import Core
public import Render

/// How the network sees its pictures: the last features laid out in the plane, near where they are alike, by PCA and by t-SNE;
/// at one step or, for a run, at several.
///
/// ```swift
/// let now = try EmbeddingFigure().figure(of: specimen)
/// let film = try EmbeddingFigure(method: .pca).figure(of: run, steps: 4)
/// ```
public struct EmbeddingFigure: Hashable, Sendable {
  /// The only method; nil for both.
  public var method: PictureEmbedding.Method?
  /// The node whose value is looked at; nil for the last features.
  public var layer: String?
  /// Of t-SNE's random numbers.
  public var seed: UInt64
  /// Whether the pictures themselves are shown at their places.
  public var showsThumbnails: Bool
  /// The colours' theme.
  public var theme: Theme

  /// An embedding.
  public init(
    method: PictureEmbedding.Method? = nil, layer: String? = nil, seed: UInt64 = 0,
    showsThumbnails: Bool = false, theme: Theme = .light
  ) {
    self.method = method
    self.layer = layer
    self.seed = seed
    self.showsThumbnails = showsThumbnails
    self.theme = theme
  }

  private var methods: [PictureEmbedding.Method] { method.map { [$0] } ?? PictureEmbedding.Method.allCases }

  /// Lays out what a specimen is tried on.
  /// - Throws: `InspectError` if there are no pictures or too few or many, or no such layer; `NetworkError` if the network
  ///   cannot be run.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let source = try EmbeddingSource(specimen, layer: layer)
    let found = try methods.map { try PictureEmbedding(source, by: $0, seed: seed, progress: progress) }
    let words = EmbeddingWords(found[0])
    return Figure(
      "How the network sees its pictures", facts: words.facts(specimen.moment?.facts),
      reading: words.reading(found), description: words.description(found),
      recipe: specimen.provenance.recipe("embedding", entries: specimen.options + entries()),
      numbers: [
        ("places", words.places(found)), ("measures", words.measures(found)), ("variance", words.variance),
      ],
      theme: theme
    ) {
      HStack(spacing: 24) {
        for embedding in found {
          Panel(embedding.method.title, caption: words.caption(embedding)) { ScatterPlot(embedding) }
        }
      }
      if showsThumbnails, let last = found.last, let probe = specimen.probe { thumbnails(last, probe) }
    }
  }

  private func thumbnails(_ embedding: PictureEmbedding, _ probe: Probe) -> Panel {
    let map = ThumbnailMap(embedding.places, of: probe)
    return Panel(
      "The pictures at their places (\(embedding.method.title))",
      caption:
        "\(Numbers.grouped(map.shownCount)) of \(Numbers.grouped(embedding.count)) pictures: in each of \(ThumbnailMap.cells) × \(ThumbnailMap.cells) cells the one nearest its middle"
    ) { map }
  }

  private func entries() -> [FigureRecipe.Entry?] {
    [
      method.map { .init("method", .string($0.rawValue)) }, layer.map { .init("layer", .string($0)) },
      seed == 0 ? nil : .init("seed", .seed(seed)),
      showsThumbnails ? .init("thumbnails", .boolean(true)) : nil, .theme(theme),
    ]
  }

  /// Lays out a run's pictures at several of its steps: the first, the last, and some between.
  /// - Parameters:
  ///   - network: the network's name; nil for the run's first.
  ///   - steps: panels in a row, at least two.
  /// - Throws: as `figure(of:progress:)`; `ArchiveError` if the run cannot be read.
  public func figure(
    of run: RunArchive, network: String? = nil, steps: Int, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    let specimens = try EmbeddingFigure.chosen(steps, of: run).map {
      try Specimen(run, network: network, at: .step($0))
    }
    return try figure(of: specimens, asked: steps, progress: progress)
  }

  /// Steps with snapshots: the first, the last, and between them those nearest to even ratios.
  public static func chosen(_ count: Int, of run: RunArchive) -> [Int] {
    let steps = run.snapshots.map(\.step).sorted()
    guard let first = steps.first, let last = steps.last, count > 1, steps.count > 1 else {
      return steps.suffix(1)
    }
    var chosen: Set<Int> = [first, last]
    var ideal = Double(max(last, 1))
    let least = Double(steps.first { $0 > 0 } ?? 1)
    // Even ratios from the last step down to the first that is not zero, the ends left out.
    let between = count - 2
    let ratio = rootOfRatio(least / ideal, Double(between + 1))
    for _ in 0..<between {
      ideal *= ratio
      let free = steps.filter { !chosen.contains($0) }
      guard let nearest = free.min(by: { distance($0, ideal) < distance($1, ideal) }) else { break }
      chosen.insert(nearest)
    }
    return chosen.sorted()
  }

  /// One network at several steps; the pictures of all are turned onto those of the last, and share one scale.
  /// - Parameter asked: how many steps were asked for.
  public func figure(
    of specimens: [Specimen], asked: Int, progress: (Double) -> Void = { _ in }
  ) throws -> Figure {
    guard let last = specimens.last, specimens.count > 1 else {
      throw InspectError(
        .notApplicable, specimens.first?.name ?? "run",
        "has one snapshot, which shows no change; leave out --steps")
    }
    var found: [[PictureEmbedding]] = []
    for (index, specimen) in specimens.enumerated() {
      let source = try EmbeddingSource(specimen, layer: layer)
      let own = try methods.map { method in
        try PictureEmbedding(source, by: method, seed: seed) {
          progress((Double(index) + $0) / Double(specimens.count))
        }
      }
      found.append(own)
    }
    for step in found.indices.dropLast() {
      for place in found[step].indices {
        found[step][place].places = Procrustes.aligned(
          found[step][place].places, to: found[found.count - 1][place].places)
      }
    }
    var provenance = last.provenance
    provenance.step = nil
    for specimen in specimens.dropLast() { provenance = provenance.adding(specimen.provenance.dataHash) }
    let words = EmbeddingWords(found[found.count - 1][0])
    let titles = specimens.map { "step \(Numbers.grouped($0.moment?.step ?? 0))" }
    return Figure(
      "How classes come apart", facts: words.facts("\(specimens.count) of the run’s steps"),
      reading: words.reading(found[found.count - 1])
        + " All panels of a row have one scale, and each is turned onto the last (Procrustes), so that only what changed moves.",
      description: words.description(found, titles),
      recipe: provenance.recipe(
        "embedding", entries: last.options + [.init("steps", .integer(asked))] + entries()),
      numbers: [
        (
          "places",
          words.places(
            found.flatMap { $0 }, zip(titles, found).flatMap { title, own in own.map { _ in title } })
        ),
        (
          "measures",
          words.measures(
            found.flatMap { $0 }, zip(titles, found).flatMap { title, own in own.map { _ in title } })
        ),
      ], theme: theme
    ) {
      for (place, method) in methods.enumerated() {
        // The widest panel's reach for all: one scale through time.
        let reach = found.map { ScatterPlot.extent(of: $0[place].places).reach }.max() ?? 1
        Panel(methods.count > 1 ? method.title : "") {
          HStack(spacing: 12) {
            for (step, own) in found.enumerated() {
              Panel(titles[step], caption: words.shortCaption(own[place])) {
                ScatterPlot(own[place], reach: reach)
              }
            }
          }
        }
      }
      if showsThumbnails, let probe = last.probe { thumbnails(found[found.count - 1].last!, probe) }
    }
  }
}
