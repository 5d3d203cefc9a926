internal import Core

/// What is counted of every unit while pictures go through.
struct UnitTallies {
  /// What is counted of one unit.
  private struct Tally {
    var highest = -Float.infinity
    var lowest = Float.infinity
    var zeros = 0
    var positives = 0
    var saturated = 0
    var answers = 0
    /// The unit's first answer: sums are of what differs from it, so that a constant has no variance at all.
    var first: Float?
    var sum = 0.0
    var squares = 0.0

    /// Counts one map of a unit.
    mutating func add(_ map: UnsafeBufferPointer<Float>, _ limits: SIMD2<Float>) {
      typealias Lanes = SIMD8<Float>
      let origin = first ?? map[0]
      first = origin
      var (high, low) = (Lanes(repeating: -.infinity), Lanes(repeating: .infinity))
      var (sums, powers) = (Lanes.zero, Lanes.zero)
      var (none, above, ends) = (SIMD8<Int32>.zero, SIMD8<Int32>.zero, SIMD8<Int32>.zero)
      let memory = UnsafeRawPointer(map.baseAddress!)
      var place = 0
      while place + 8 <= map.count {
        let values = memory.loadUnaligned(fromByteOffset: place * 4, as: Lanes.self)
        high.replace(with: values, where: values .> high)
        low.replace(with: values, where: values .< low)
        none.replace(with: none &+ 1, where: values .== 0)
        above.replace(with: above &+ 1, where: values .> 0)
        ends.replace(with: ends &+ 1, where: (values .<= limits.x) .| (values .>= limits.y))
        let difference = values - origin
        sums += difference
        powers += difference * difference
        place += 8
      }
      highest = max(highest, high.max())
      lowest = min(lowest, low.min())
      zeros += Int(none.wrappedSum())
      positives += Int(above.wrappedSum())
      saturated += Int(ends.wrappedSum())
      sum += Double(sums.sum())
      squares += Double(powers.sum())
      for value in map[place...] {
        if value > highest { highest = value }
        if value < lowest { lowest = value }
        if value == 0 { zeros += 1 }
        if value > 0 { positives += 1 }
        if value <= limits.x || value >= limits.y { saturated += 1 }
        let difference = Double(value - origin)
        sum += difference
        squares += difference * difference
      }
      answers += map.count
    }
  }

  /// Pictures that went through.
  let count: Int
  /// What the classes are called; empty without labels.
  let classNames: [String]
  private let layers: [UnitStage]
  private var tallies: [[Tally]]
  /// Sums of the answers by layer, unit and class.
  private var classSums: [[Double]]
  private var classCounts: [Int]

  /// Runs everything that a specimen is tried on through it.
  /// - Parameter margin: how near the end of its range an answer is saturated, as a share of the range.
  init(
    of layers: [UnitStage], in specimen: Specimen, _ margin: Double, _ progress: (Double) -> Void
  ) throws {
    guard let probe = specimen.probe, let given = probe.inputs(for: specimen.model.network) else {
      throw InspectError(
        .notApplicable, specimen.name, "comes without pictures to try it on; give some with --data")
    }
    let isLabelled = given.count == probe.count && probe.labels.count == probe.count
    let labels = isLabelled && probe.labels.allSatisfy { $0 >= 0 } ? probe.labels : []
    let classes = (labels.max() ?? -1) + 1
    classNames =
      probe.classNames.count >= classes
      ? Array(probe.classNames.prefix(classes)) : (0..<classes).map(String.init)
    count = given.count
    self.layers = layers
    tallies = layers.map { [Tally](repeating: Tally(), count: $0.units) }
    classSums = layers.map { [Double](repeating: 0, count: $0.units * classes) }
    classCounts = [Int](repeating: 0, count: classes)
    for label in labels { classCounts[label] += 1 }

    let batch = specimen.model.network.comfortableBatch
    try Sweep(specimen.model, count: count, batch: batch).run(given.tensor) { range, executor in
      for (index, layer) in layers.enumerated() {
        let limits = layer.answers.saturation(margin)
        let size = layer.places
        try executor.value(of: layer.node).elements.withUnsafeBufferPointer { values in
          for picture in range {
            for unit in 0..<layer.units {
              let start = ((picture - range.lowerBound) * layer.units + unit) * size
              let map = UnsafeBufferPointer(rebasing: values[start..<start + size])
              let before = tallies[index][unit].sum
              tallies[index][unit].add(map, limits)
              guard !labels.isEmpty else { continue }
              let tally = tallies[index][unit]
              classSums[index][unit * classes + labels[picture]] +=
                tally.sum - before + Double(tally.first!) * Double(size)
            }
          }
        }
      }
      progress(Double(range.upperBound) / Double(count))
    }
  }

  /// What is known of a unit.
  func unit(
    _ unit: Int, of layer: Int, _ twin: UnitHealth.Twin?, _ thresholds: UnitHealth.Thresholds
  ) -> UnitHealth.Unit {
    let tally = tallies[layer][unit]
    let answers = layers[layer].answers
    let total = Double(max(tally.answers, 1))
    let mean = tally.sum / total
    let choice = answers.isSigned ? nil : choice(unit, layer)
    let saturated = Double(tally.saturated) / total
    let isBounded = if case .bounded = answers { true } else { false }
    let variance = max(0, tally.squares / total - mean * mean)
    var findings: [UnitHealth.Finding] = []
    switch answers {
    case .rectified:
      if tally.highest <= 0 {
        findings.append(.dead)
      } else if Double(tally.positives) / total < thresholds.nearlyDeadShare {
        findings.append(.nearlyDead)
      }
    case .leaky:
      if variance < thresholds.constantVariance {
        findings.append(.constant)
      } else if tally.lowest >= 0 || tally.highest <= 0 {
        findings.append(.oneSided)
      }
    case .bounded:
      if saturated >= thresholds.saturatedShare {
        findings.append(.saturated)
      } else if variance < thresholds.constantVariance {
        findings.append(.constant)
      }
    case .free:
      if variance < thresholds.constantVariance { findings.append(.constant) }
    }
    if let twin, twin.cosine > thresholds.duplicateCosine { findings.append(.duplicate) }
    return UnitHealth.Unit(
      index: unit, highest: Double(tally.highest), lowest: Double(tally.lowest),
      mean: mean + Double(tally.first ?? 0), variance: variance,
      zeroShare: Double(tally.zeros) / total, positiveShare: Double(tally.positives) / total,
      saturatedShare: isBounded ? saturated : nil, selectivity: choice?.selectivity,
      favourite: choice?.favourite, twin: twin, findings: findings)
  }

  /// The class with the highest mean answer, and how far it is above the mean of the others' means.
  private func choice(_ unit: Int, _ layer: Int) -> (favourite: Int, selectivity: Double)? {
    let classes = classCounts.count
    let known = (0..<classes).filter { classCounts[$0] > 0 }
    guard known.count > 1, tallies[layer][unit].lowest >= 0 else { return nil }
    let places = Double(layers[layer].places)
    let means = known.map { classSums[layer][unit * classes + $0] / (Double(classCounts[$0]) * places) }
    let best = means.indices.max { (means[$0], $1) < (means[$1], $0) }!
    let rest = (means.reduce(0, +) - means[best]) / Double(means.count - 1)
    guard means[best] + rest > 0 else { return nil }
    return (known[best], (means[best] - rest) / (means[best] + rest))
  }
}

extension UnitHealth.Answers {
  /// Answers at or beyond these are saturated.
  fileprivate func saturation(_ margin: Double) -> SIMD2<Float> {
    guard case .bounded(let lower, let upper) = self else { return SIMD2(-.infinity, .infinity) }
    let margin = Float(margin) * (upper - lower)
    return SIMD2(lower + margin, upper - margin)
  }

  /// True if answers can be below zero.
  fileprivate var isSigned: Bool {
    switch self {
    case .rectified: false
    case .bounded(let lower, _): lower < 0
    case .leaky, .free: true
    }
  }
}
