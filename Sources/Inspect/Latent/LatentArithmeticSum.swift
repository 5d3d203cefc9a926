package import Core
internal import Render

/// A sum of concepts in numbers: exemplars, means, the sum, its neighbours, and what the generator makes of each.
package struct LatentSum {
  /// One of the three concepts.
  package struct Concept {
    /// What it is called: `“7”`, `seeds 1, 2, 3`.
    package var name: String
    /// What each exemplar is called.
    package var labels: [String]
    /// The exemplars' latents, `[count, dimensions]`.
    package var latents: Tensor
    /// The exemplars' pictures, brightness 0 … 1, `[count, channels, height, width]`.
    package var pictures: Tensor
    /// The mean of the latents, `[dimensions]`.
    package var mean: Tensor
    /// What the generator makes of the mean.
    package var meanPicture: Tensor
    /// The mean of the pictures.
    package var pictureMean: Tensor
  }

  /// a, b and c.
  package let concepts: [Concept]
  /// `a − b + c` as it came out, `[dimensions]`.
  package let raw: Tensor
  /// v: the same, made as long as usual latents are where that was asked for.
  package let sum: Tensor
  /// v in the middle (index 4) of its neighbours, row by row, `[9, dimensions]`.
  package let field: Tensor
  /// What the generator makes of them, `[9, channels, height, width]`.
  package let pictures: Tensor
  /// The same sum of the pictures, clipped to 0 … 1.
  package let control: Tensor
  /// The share of the control's pixels that had to be clipped.
  package let clippedShare: Double
  /// What a judge says: of every exemplar, of the three means, of the field, of the pictures' means and their sum; nil without one.
  package var verdicts: [String: String] = [:]

  /// Chooses the exemplars and adds up.
  package init(_ options: LatentArithmetic, _ sampling: Sampling, _ judge: Judge?) throws {
    guard (1...LatentArithmetic.mostExemplars).contains(options.count),
      (1...LatentArithmetic.mostSamples).contains(options.samples)
    else {
      throw InspectError(
        .input, sampling.name,
        "\(options.count) exemplars among \(options.samples) pictures; ask for 1 to \(LatentArithmetic.mostExemplars) among at "
          + "most \(LatentArithmetic.mostSamples)")
    }
    guard options.spread >= 0, options.spread <= LatentArithmetic.mostSpread else {
      throw InspectError(
        .input, sampling.name,
        "neighbours at most \(options.spread) away; give 0 to \(Numbers.significant(LatentArithmetic.mostSpread))"
      )
    }
    let chosen: [(name: String, labels: [String], latents: Tensor)]
    switch options.exemplars {
    case .classes(let names):
      chosen = try Self.ofClasses(names, options, sampling, judge)
    case .concepts:
      chosen = try options.concepts.map { try Self.latents($0, sampling) }
    }
    let shell = NormalShell(dimensions: sampling.dimensions)
    let means = chosen.map { $0.latents.meanOfRows }
    let fitted = means.map { options.isRaw ? $0 : $0.scaled(toLength: shell.mean) }
    let meanPictures = try sampling.pictures(of: Tensor(stacking: fitted))
    concepts = try chosen.enumerated().map { index, entry in
      let pictures = try sampling.pictures(of: entry.latents)
      return Concept(
        name: entry.name, labels: entry.labels, latents: entry.latents, pictures: pictures,
        mean: means[index],
        meanPicture: meanPictures[index], pictureMean: pictures.meanOfRows)
    }
    raw = Tensor(means[0].shape) { result in
      for place in result.indices {
        result[place] = means[0].elements[place] - means[1].elements[place] + means[2].elements[place]
      }
    }
    sum = options.isRaw ? raw : raw.scaled(toLength: shell.mean)
    field = Self.field(around: sum, spread: Float(options.spread), seed: options.seed)
    pictures = try sampling.pictures(of: field)
    var clipped = 0
    let control = zip(
      zip(concepts[0].pictureMean.elements, concepts[1].pictureMean.elements),
      concepts[2].pictureMean.elements
    ).map { pair, third in
      let value = pair.0 - pair.1 + third
      if value < 0 || value > 1 { clipped += 1 }
      return min(max(value, 0), 1)
    }
    self.control = Tensor(sampling.pictureShape, control)
    clippedShare = Double(clipped) / Double(control.count)
    if let judge { verdicts = try read(judge) }
  }

  /// v and eight neighbours, v at index 4.
  private static func field(around sum: Tensor, spread: Float, seed: UInt64) -> Tensor {
    var random = RandomStream(seed: seed, stream: 0xA217_0000_0000_0000)
    let rows = (0..<9).map { place -> Tensor in
      if place == 4 { return sum }
      let noise = random.uniform(sum.shape, in: -spread...spread)
      return Tensor(sum.shape, zip(sum.elements, noise.elements).map { $0 + $1 })
    }
    return Tensor(stacking: rows)
  }

  /// The latents of a concept that was given.
  private static func latents(
    _ concept: LatentArithmetic.Concept, _ sampling: Sampling
  ) throws(InspectError) -> (name: String, labels: [String], latents: Tensor) {
    let dimensions = sampling.dimensions
    switch concept {
    case .seeds(let seeds):
      guard (1...LatentArithmetic.mostExemplars).contains(seeds.count) else {
        throw InspectError(
          .input, "seeds", "\(seeds.count) of them; give 1 to \(LatentArithmetic.mostExemplars)")
      }
      let rows = seeds.map { sampling.latents(seed: $0, count: 1).reshaped([dimensions]) }
      return (
        "seeds \(seeds.map { String($0) }.listed)", seeds.map { "seed \($0)" }, Tensor(stacking: rows)
      )
    case .latents(let tensor, let name):
      let count = tensor.shape.elementCount / dimensions
      guard count * dimensions == tensor.shape.elementCount,
        (1...LatentArithmetic.mostExemplars).contains(count),
        count == 1 || tensor.shape.rank > 0 && tensor.shape[0] == count
      else {
        throw InspectError(
          .input, name,
          "holds \(tensor.shape); expected 1 to \(LatentArithmetic.mostExemplars) latents of \(dimensions) numbers"
        )
      }
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw InspectError(.input, name, "holds numbers that are not finite; a latent has none")
      }
      return (name, (0..<count).map { "\($0)" }, tensor.reshaped([count, dimensions]))
    }
  }

  /// Of many random pictures those of which a judge is surest.
  private static func ofClasses(
    _ names: [String], _ options: LatentArithmetic, _ sampling: Sampling, _ judge: Judge?
  ) throws -> [(name: String, labels: [String], latents: Tensor)] {
    guard let judge else {
      throw InspectError(
        .input, sampling.name, "classes are told apart by a classifier; give one with --with")
    }
    guard names.count == 3 else {
      throw InspectError(.input, "classes", "three are added up, a − b + c; found \(names.listed)")
    }
    let classes = try names.map { try judge.number(ofClassCalled: $0) }
    let latents = sampling.latents(seed: options.seed, count: options.samples)
      .reshaped([options.samples, sampling.dimensions])
    let said = try judge.read(sampling.pictures(of: latents)).prediction
    return try zip(names, classes).map { _, wanted in
      let title = judge.classNames[wanted]
      let own = (0..<said.count).filter { said.top($0).class == wanted }
      guard own.count >= options.count else {
        throw InspectError(
          .input, "class “\(title)”",
          "\(own.count) of \(Numbers.grouped(said.count)) random pictures are read as one, \(options.count) are needed; "
            + "draw more with --samples")
      }
      let best = own.map { (said.probabilities[$0].elements[wanted], $0) }
        .sorted { ($0.0, $1.1) > ($1.0, $0.1) }.prefix(options.count)
      return (
        "“\(title)”", best.map { "\($0.1)" }, Tensor(stacking: best.map { latents[$0.1] })
      )
    }
  }

  private func read(_ judge: Judge) throws -> [String: String] {
    var keys: [String] = []
    var pictures: [Tensor] = []
    func add(_ key: String, _ picture: Tensor) {
      keys.append(key)
      pictures.append(picture)
    }
    for (index, concept) in concepts.enumerated() {
      for place in concept.labels.indices { add("exemplar \(index) \(place)", concept.pictures[place]) }
      add("mean \(index)", concept.meanPicture)
      add("pixels \(index)", concept.pictureMean)
    }
    for place in 0..<9 { add("field \(place)", self.pictures[place]) }
    add("control", control)
    let said = try judge.read(Tensor(stacking: pictures)).prediction
    var result: [String: String] = [:]
    for (index, key) in keys.enumerated() {
      let top = said.top(index)
      result[key] = "“\(said.classNames[top.class])” \(Numbers.percent(top.probability, decimals: 0))"
    }
    return result
  }
}

extension Tensor {
  /// The mean of the slices along the first axis.
  var meanOfRows: Tensor {
    let size = shape.perExample.elementCount
    var sums = [Double](repeating: 0, count: size)
    for start in stride(from: 0, to: elements.count, by: size) {
      for place in 0..<size { sums[place] += Double(elements[start + place]) }
    }
    return Tensor(shape.perExample, sums.map { Float($0 / Double(shape[0])) })
  }

  /// The same direction at another length; what has no length stays.
  func scaled(toLength length: Double) -> Tensor {
    let own = norm
    return own > 0 ? map { Float(Double($0) * length / own) } : self
  }
}
