public import Core
public import Render

/// From a picture back to a latent: what a generator can make that is nearest to it.
///
/// The weights stay as they are; gradient descent moves the latent until G(z) comes as near to the picture as it can, several
/// times from random starts. What is left over is what this generator cannot paint.
///
/// ```swift
/// let found = try Inversion(.one(12)).result(of: generator)
/// try NumPyFile.write(found.latents, to: "z.npy")
/// try Inversion(.spread(10)).figure(of: generator).write(to: "inverted.svg")
/// ```
public struct Inversion: Sendable {
  /// What is looked for.
  public enum Target: Sendable {
    /// One of the real pictures, from 0.
    case one(Int)
    /// So many of the real pictures, one of each class in turn.
    case spread(Int)
    /// A picture from elsewhere, under its name.
    case picture(Picture, name: String)
    /// The picture that the generator itself makes of a seed's latent: one that can be found again.
    case own(UInt64)
  }

  /// What is looked for.
  public var target: Target
  /// How it is searched for.
  public var settings: InversionSettings
  /// The figure's colours.
  public var theme: Theme

  /// A search for latents.
  public init(
    _ target: Target = .spread(1), settings: InversionSettings = InversionSettings(), theme: Theme = .light
  ) {
    self.target = target
    self.settings = settings
    self.theme = theme
  }

  /// The most pictures at once.
  public static let mostPictures = 100

  /// Searches.
  /// - Parameters:
  ///   - generator: any network that makes pictures of one latent.
  ///   - pictures: the real pictures; those that the generator's run is watched on if nil.
  ///   - progress: is told the share of the steps done.
  /// - Throws: `InspectError` if the network is no generator, there are no such pictures, or they are of another size.
  public func result(
    of generator: Specimen, pictures: Probe? = nil, progress: (Double) -> Void = { _ in }
  ) throws(InspectError) -> InversionResult {
    let sampling = try Sampling(generator)
    let wanted = try wanted(sampling, pictures ?? generator.probe)
    let count = wanted.pictures.shape[0]
    let search = try InversionSearch(sampling, pictures: count, settings: settings)
    let starts = settings.starts
    var latents: [Float] = []
    var attempts: [Float] = []
    var histories: [[[Double]]] = []
    for first in stride(from: 0, to: count, by: search.capacity) {
      let range = first..<min(first + search.capacity, count)
      let found = search.run(wanted.pictures[range], from: first) { share in
        progress((Double(first) + share * Double(range.count)) / Double(count))
      }
      for picture in 0..<range.count {
        let losses = (0..<starts).map { found.losses[picture * starts + $0] }
        let order = losses.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
        guard losses[order[0]].isFinite else {
          throw InspectError(
            .notApplicable, generator.name,
            "gives numbers that are not finite; its latents cannot be searched")
        }
        let own = found.latents[picture]
        latents += own[order[0]].elements
        for start in order { attempts += own[start].elements }
        histories.append(order.map { found.histories[picture * starts + $0] })
      }
    }
    let made = try sampling.pictures(
      of: Tensor(sampling.latentShape.batched(count * starts), attempts))
    let shape = sampling.pictureShape
    let all = Tensor(Shape([count, starts] + shape.extents), made.elements)
    return InversionResult(
      targets: wanted.pictures, names: wanted.names, labels: wanted.labels, classNames: wanted.classNames,
      latents: Tensor(sampling.latentShape.batched(count), latents),
      reconstructions: Tensor(stacking: (0..<count).map { all[$0][0] }), attempts: all, histories: histories,
      origin: wanted.origin)
  }

  /// The pictures, what was found for them and what is left over.
  /// - Parameters:
  ///   - judge: a classifier that names what was found, if given.
  ///   - name: what the real pictures are called, where they are not the run's own.
  /// - Throws: `InspectError` as `result(of:pictures:progress:)` does.
  public func figure(
    of generator: Specimen, pictures: Probe? = nil, named name: String? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws(InspectError) -> Figure {
    let found = try result(of: generator, pictures: pictures, progress: progress)
    return try figure(of: found, by: generator, named: name)
  }

  /// The figure of a search that was made before.
  /// - Parameter found: what `result(of:pictures:progress:)` gave for this generator and these options.
  public func figure(
    of found: InversionResult, by generator: Specimen, named name: String? = nil
  ) throws(InspectError) -> Figure {
    let sampling = try Sampling(generator)
    let drawing = InversionDrawing(
      found: found, settings: settings, shell: NormalShell(dimensions: sampling.dimensions))
    return Figure(
      found.count == 1 ? "Back to the latent" : "Back to the latents",
      facts: (generator.generatorFacts + [
        drawing.subject(in: name),
        "\(settings.starts) \(settings.starts == 1 ? "start" : "starts") × \(Numbers.grouped(settings.steps)) steps of Adam at \(Numbers.significant(settings.rate))",
        "loss ‖G(z)\(Numbers.thinSpace)−\(Numbers.thinSpace)x‖²" + drawing.shellTerm,
        "brightness 0\(Numbers.thinSpace)…\(Numbers.thinSpace)1",
      ]).facts,
      reading: drawing.reading, description: drawing.description,
      recipe: generator.provenance.adding(SHA256.hexDigest(of: found.targets.elements)).recipe(
        "invert", entries: generator.options + options(name)),
      numbers: drawing.numbers, theme: theme
    ) {
      drawing.blocks
    }
  }

  private func options(_ name: String?) -> [FigureRecipe.Entry?] {
    let usual = InversionSettings()
    let chosen: FigureRecipe.Entry =
      switch target {
      case .one(let index): .init("probe", .integer(index))
      case .spread(let count): .init("count", .integer(count))
      case .picture(_, let name): .init("image", .string(name))
      case .own(let seed): .init("own", .seed(seed))
      }
    return [
      chosen, name.map { .init("data", .string($0)) }, .init("starts", .integer(settings.starts)),
      .init("steps", .integer(settings.steps)),
      settings.rate == usual.rate ? nil : .init("rate", .number(settings.rate)),
      settings.shellWeight == usual.shellWeight ? nil : .init("weight", .number(settings.shellWeight)),
      settings.prior == usual.prior ? nil : .init("prior", .string(settings.prior.rawValue)),
      settings.seed == usual.seed ? nil : .init("seed", .seed(settings.seed)), .theme(theme),
    ]
  }
}

extension Inversion {
  private struct Wanted {
    var pictures: Tensor
    var names: [String]
    var labels: [Int?] = []
    var classNames: [String] = []
    var origin: Tensor?
  }

  private func wanted(_ sampling: Sampling, _ probe: Probe?) throws(InspectError) -> Wanted {
    switch target {
    case .own(let seed):
      let latent = sampling.latents(seed: seed, count: 1)
      return Wanted(
        pictures: try sampling.pictures(of: latent), names: ["G(z) of seed \(seed)"], labels: [nil],
        origin: latent[0])
    case .picture(let picture, let name):
      let fitted = sampling.pictureShape[0] == 1 ? picture.greyscale() : picture.colour()
      try check(fitted.shape, name, sampling)
      return Wanted(
        pictures: Tensor(fitted.shape.batched(1), fitted.samples.map { Float($0) / 255 }), names: [name],
        labels: [nil])
    case .one(let index):
      let probe = try real(probe, sampling)
      guard (0..<probe.count).contains(index) else {
        throw InspectError(
          .input, "probe \(index)", "there are \(probe.count) pictures, 0 to \(probe.count - 1)")
      }
      return wanted([index], of: probe)
    case .spread(let count):
      let probe = try real(probe, sampling)
      guard (1...min(Self.mostPictures, probe.count)).contains(count) else {
        throw InspectError(
          .input, sampling.name,
          "\(count) pictures; ask for 1 to \(min(Self.mostPictures, probe.count)) of them")
      }
      return wanted(probe.spread(count), of: probe)
    }
  }

  private func wanted(_ indices: [Int], of probe: Probe) -> Wanted {
    let size = probe.pictureShape.perExample.elementCount
    let pictures = Tensor(
      probe.pictureShape.perExample.batched(indices.count),
      indices.flatMap { probe.pictures[$0 * size..<($0 + 1) * size].map { Float($0) / 255 } })
    return Wanted(
      pictures: pictures, names: indices.map { "picture \($0)" },
      labels: indices.map { probe.labels.isEmpty ? nil : probe.labels[$0] }, classNames: probe.classNames)
  }

  private func real(_ probe: Probe?, _ sampling: Sampling) throws(InspectError) -> Probe {
    guard let probe, probe.count > 0 else {
      throw InspectError(
        .input, sampling.name,
        "comes without pictures to look for; give one with --image, or some with --data")
    }
    try check(probe.pictureShape.perExample, "picture", sampling)
    return probe
  }

  private func check(_ shape: Shape, _ name: String, _ sampling: Sampling) throws(InspectError) {
    guard shape != sampling.pictureShape else { return }
    throw InspectError(
      .input, name,
      "is \(shape.timesDescription) (channels × height × width); '\(sampling.name)' makes "
        + "\(sampling.pictureShape.timesDescription)")
  }
}

extension Probe {
  /// Indices of so many pictures, one of each class in turn in the order of the classes; the first ones where there are no
  /// labels.
  func spread(_ count: Int) -> [Int] {
    guard !labels.isEmpty else { return Array(0..<min(count, self.count)) }
    var rank: [Int: Int] = [:]
    let places = labels.indices.map { index in
      rank[labels[index], default: -1] += 1
      return (rank[labels[index]]!, labels[index], index)
    }
    return places.sorted { $0 < $1 }.prefix(count).map(\.2)
  }
}
