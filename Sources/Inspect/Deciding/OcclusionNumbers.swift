internal import Core
internal import Render

/// What became of some pictures while a square slid over them.
package struct OcclusionNumbers: Sendable {
  /// One picture.
  package struct Row: Sendable {
    /// The picture.
    package let example: Example
    /// The class whose probability is followed: the true one, or that which is named where the truth is not known.
    package let label: Int
    /// True if the label is the truth.
    package let isTruth: Bool
    /// The map with the largest summed activity.
    package let map: Int
    /// Its summed activity in the whole picture.
    package let wholeActivity: Float
    /// The label's probability for the whole picture.
    package let wholeProbability: Float
    /// The class that is named for the whole picture.
    package let wholeClass: Int
    /// The map's activity summed over its places, for each place of the square; what is below zero is no activity.
    package internal(set) var activity: [Float]
    /// The label's probability, for each place of the square.
    package internal(set) var probability: [Float]
    /// The class that is named, for each place of the square.
    package internal(set) var named: [Int]
    /// What excited the map: in this picture, then in others, each whole.
    package internal(set) var projections: [Patch]
    /// The others, by their places in the probe.
    package internal(set) var others: [Int]
  }

  package let plan: OcclusionPlan
  package let trial: TrialPictures
  package internal(set) var rows: [Row]
  /// What hides the picture, as the network is given it: one number a channel.
  package let fill: [Float]
  package let classNames: [String]
  /// What the pictures' classes are called; for a network that names others not the same.
  let labelNames: [String]
  /// True if the classes of the pictures drawn are told apart by the network.
  let areDrawn: Bool
  /// The layer whose map is watched, as people call it.
  let layerWords: String

  /// Runs a study.
  package init(
    _ study: OcclusionStudy, of specimen: Specimen, progress: (Double) -> Void = { _ in }
  ) throws {
    let model = specimen.model
    let logits = try model.network.logits()
    trial = try TrialPictures(of: specimen, most: study.pictures)
    let plan = try OcclusionPlan(
      height: trial.height, width: trial.width, side: study.square, stride: study.stride)
    self.plan = plan
    let layer = try OcclusionNumbers.layer(study.layer, in: specimen)
    layerWords = layer.words
    let examples = try OcclusionNumbers.examples(study, of: specimen, among: trial)
    let fill = trial.mean
    self.fill = fill

    // Everything at once: the whole picture first, then one with the square at each place.
    let jobs = 1 + plan.count
    let total = jobs * examples.count
    let part = try model.network.part(computing: [layer.node, logits])
    let executor = try makeExecutor(
      for: part, batch: part.batch(atMost: min(total, 100)), mode: .inference)
    try executor.load(model.parameters)
    let (units, plane) = (layer.units, layer.plane)
    var scores: [Float] = []
    var whole = [[Float]](repeating: [], count: examples.count)
    var strongest = [Int](repeating: 0, count: examples.count)
    var activity: [Float] = []
    for start in Swift.stride(from: 0, to: total, by: executor.batch) {
      let range = start..<min(start + executor.batch, total)
      let inputs = range.map { job -> Tensor in
        let picture = examples[job / jobs].input[0]
        return job % jobs == 0 ? picture : plan.hiding(job % jobs - 1, in: picture, with: fill)
      }
      try executor.forward(Tensor(stacking: inputs).filled(to: executor.batch))
      scores += try executor.value(of: logits)[0..<range.count].elements
      let values = try executor.value(of: layer.node)
      for (place, job) in range.enumerated() {
        let row = job / jobs
        func summed(_ unit: Int) -> Float {
          let start = (place * units + unit) * plane
          return values.elements[start..<start + plane].reduce(0) { $0 + max(0, $1) }
        }
        if job % jobs == 0 {
          // The whole picture comes first and decides which map is watched.
          whole[row] = (0..<units).map(summed)
          strongest[row] = whole[row].indices.max { (whole[row][$0], $1) < (whole[row][$1], $0) } ?? 0
        }
        activity.append(summed(strongest[row]))
      }
      progress(0.8 * Double(range.upperBound) / Double(total))
    }
    let said = Prediction(
      logits: Tensor([total, scores.count / total], scores), classNames: specimen.probe?.classNames ?? [])
    classNames = said.classNames
    labelNames = specimen.probe?.classNames ?? []
    areDrawn = study.examples.isEmpty && said.classes > 1 && !trial.probe.labels.isEmpty
    rows = examples.enumerated().map { index, example in
      let start = index * jobs
      func named(_ job: Int) -> Int { said.classes == 1 ? 0 : said.top(job).class }
      let truth = said.classes == 1 ? 0 : example.label.flatMap { $0 < said.classes ? $0 : nil }
      let label = truth ?? named(start)
      let places = start + 1..<start + jobs
      return Row(
        example: example, label: label, isTruth: truth != nil && said.classes > 1, map: strongest[index],
        wholeActivity: activity[start],
        wholeProbability: said.probabilities.elements[start * said.classes + label],
        wholeClass: named(start), activity: Array(activity[places]),
        probability: places.map { said.probabilities.elements[$0 * said.classes + label] },
        named: places.map(named), projections: [], others: [])
    }
    try project(from: layer, in: model)
    progress(1)
  }

  /// Carries the watched maps' strongest answers back: in the picture itself and in the three others that excite the map most.
  private mutating func project(from layer: UnitLayer, in model: Model) throws {
    let sweep = try UnitSweep(model.network, upTo: [layer], pictures: trial.count)
    let responses = try sweep.responses(of: model.parameters, to: trial)[0]
    let part = try model.network.part(computing: [layer.node])
    let input = part.inputs[0].name
    // The pictures themselves need not be among the probe's, so this goes by itself.
    let executor = try makeExecutor(for: part, batch: 1, mode: .inference)
    try executor.load(model.parameters)
    for row in rows.indices {
      let map = rows[row].map
      let own: Int? = if case .integer(let index)? = rows[row].example.option?.value { index } else { nil }
      let others = responses.strongest(of: map, 4).filter { $0.picture != own }.prefix(3)
      rows[row].others = others.map(\.picture)
      for picture in [rows[row].example.input] + others.map({ trial.inputs(of: [$0.picture]) }) {
        try executor.forward(picture)
        let value = try executor.value(of: layer.node)
        let plane = value.elements[map * layer.plane..<(map + 1) * layer.plane]
        let place = plane.indices.max { (plane[$0], $1) < (plane[$1], $0) } ?? plane.startIndex
        var gradient = Tensor(value.shape)
        gradient.elements[place] = max(0, plane[place])
        try executor.backward(from: layer.node, gradient: gradient, rule: .deconvnet, into: .inputs)
        rows[row].projections.append(
          Patch(
            try executor.gradient(of: input).elements, channels: trial.channels, height: trial.height,
            width: trial.width, InputRegion(rows: 0..<trial.height, columns: 0..<trial.width)))
      }
    }
  }

  /// The layer whose maps are watched: where the last convolution's activation is, or the one that is named.
  private static func layer(_ name: String?, in specimen: Specimen) throws -> UnitLayer {
    let network = specimen.model.network
    if let name { return try maps(UnitLayer(name, in: network, of: specimen.name), specimen) }
    guard let last = network.nodes.last(where: { $0.operation is Conv2d }) else {
      throw InspectError(
        .notApplicable, specimen.name,
        "has no convolution whose maps could be watched; name a layer with --layer")
    }
    return try maps(UnitLayer(last.name, in: network, of: specimen.name), specimen)
  }

  private static func maps(_ layer: UnitLayer, _ specimen: Specimen) throws(InspectError) -> UnitLayer {
    guard layer.hasPlaces else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(layer.name)", "has features without places; choose one with maps")
    }
    return layer
  }

  /// The pictures: those that are asked for, or of some classes by lot the least certain that is named rightly.
  private static func examples(
    _ study: OcclusionStudy, of specimen: Specimen, among trial: TrialPictures
  ) throws -> [Example] {
    if !study.examples.isEmpty { return try study.examples.map { try Example($0, for: specimen) } }
    let labels = trial.indices.map { trial.probe.labels.isEmpty ? 0 : trial.probe.labels[$0] }
    let said = Prediction(logits: try trial.logits(of: specimen.model))
    guard !trial.probe.labels.isEmpty, said.classes > 1 else {
      let count = min(study.count, trial.count)
      return try (0..<count).map {
        try Example(.probe(trial.indices[$0 * trial.count / count]), for: specimen)
      }
    }
    var random = RandomStream(seed: study.seed, stream: 11)
    var classes = Set(labels).sorted()
    classes.shuffle(using: &random)
    let chosen = classes.prefix(study.count).compactMap { label in
      // The least certain hang on most.
      labels.indices.filter { labels[$0] == label && said.top($0).class == label }
        .min { (said.top($0).probability, $0) < (said.top($1).probability, $1) }
        ?? labels.firstIndex(of: label)
    }
    return try chosen.sorted { labels[$0] < labels[$1] }.map {
      try Example(.probe(trial.indices[$0]), for: specimen)
    }
  }
}

extension TrialPictures {
  /// The mean of all probe pictures, one number a channel, as the network is given it.
  package var mean: [Float] {
    let plane = height * width
    var sums = [Int](repeating: 0, count: channels)
    probe.pictures.withUnsafeBufferPointer { pictures in
      for start in stride(from: 0, to: pictures.count, by: plane) {
        var sum = 0
        for at in start..<start + plane { sum += Int(pictures[at]) }
        sums[start / plane % channels] += sum
      }
    }
    return sums.enumerated().map { channel, sum in
      let entry = probe.normalisation.mean.count == 1 ? 0 : channel
      let brightness = Double(sum) / Double(255 * probe.count * plane)
      return Float(
        (brightness - Double(probe.normalisation.mean[entry]))
          / Double(probe.normalisation.deviation[entry]))
    }
  }
}
