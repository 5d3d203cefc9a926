package import Core
internal import Render

/// What a discriminator said of real pictures and of fakes, at some moments of a training.
package struct ScoreHistory: Sendable {
  /// One moment.
  package struct Moment: Sendable {
    /// When.
    package let snapshot: Snapshot
    /// D's scores of the run's real pictures, before any sigmoid.
    package let real: [Double]
    /// D's scores of what the generator of the same moment made.
    package let fake: [Double]

    /// The share of real pictures taken for real and of fakes taken for fakes, their mean: ½ is guessing.
    package var rightShare: Double {
      let hits = Double(real.count { $0 > 0 }) / Double(max(real.count, 1))
      let rejections = Double(fake.count { $0 <= 0 }) / Double(max(fake.count, 1))
      return (hits + rejections) / 2
    }
  }

  /// The moments, earliest first.
  package let moments: [Moment]

  /// Tries the networks of a run on real pictures and latents, both the same at every moment.
  /// - Parameters:
  ///   - pictures: of either kind, at most.
  ///   - progress: is told the share that is done.
  /// - Throws: `InspectError` if the run has no generator, discriminator or real pictures.
  package init(
    of run: RunArchive, at snapshots: [Snapshot], pictures most: Int, seed: UInt64,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let generator = try run.generator()
    guard let discriminator = run.networks.first(where: { $0.role == .discriminator }) else {
      throw InspectError(.notApplicable, run.path, "the run has no discriminator: nobody says what is real")
    }
    let probe = try run.probe()
    guard probe.count > 0 else {
      throw InspectError(.notApplicable, run.path, "the run has no real pictures to show its discriminator")
    }
    let count = min(most, probe.count)
    let real = probe.inputs(0..<count)
    let first = try Opponents(
      Specimen(run, network: generator.name, at: .step(snapshots[0].step)),
      Specimen(run, network: discriminator.name, at: .step(snapshots[0].step)))
    let latents = first.sampling.latents(seed: seed, count: count)
    let making = try Sweep(generator.network, count: count, batch: generator.network.batch(atMost: 100))
    let part = discriminator.network.ending(at: first.score)
    let judging = try Sweep(part, count: count, batch: part.batch(atMost: 100))
    var moments: [Moment] = []
    for (index, snapshot) in snapshots.enumerated() {
      try making.load(run.model(of: generator.name, at: snapshot).parameters)
      try judging.load(run.model(of: discriminator.name, at: snapshot).parameters)
      var fakes: [Float] = []
      try making.run {
        latents[$0]
      } visit: { range, executor in
        fakes += try executor.output()[0..<range.count].elements
      }
      let made = Tensor(first.inputShape.batched(count), fakes)
      func scores(_ pictures: Tensor) throws -> [Double] {
        var result: [Double] = []
        try judging.run {
          pictures[$0]
        } visit: { range, executor in
          result += try executor.output()[0..<range.count].elements.map(Double.init)
        }
        return result
      }
      moments.append(
        Moment(
          snapshot: snapshot, real: try scores(real.reshaped(first.inputShape.batched(count))),
          fake: try scores(made)))
      progress(Double(index + 1) / Double(snapshots.count))
    }
    self.moments = moments
  }
}

/// Shares of values in bins of one width; what lies beyond the ends is counted in the outermost.
package struct EvenBins: Hashable, Sendable {
  /// The lower end, the upper end.
  package let range: ClosedRange<Double>
  /// How many.
  package let count: Int

  /// Bins over a range. Traps on fewer than one or an empty range.
  package init(_ range: ClosedRange<Double>, count: Int) {
    precondition(count > 0 && range.lowerBound < range.upperBound, "\(count) bins over \(range)")
    (self.range, self.count) = (range, count)
  }

  /// The bins' limits, one more than there are bins.
  package var edges: [Double] {
    (0...count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count) }
  }

  /// The share of the values in each bin; values that are no numbers are in none, but count.
  package func shares(of values: [Double]) -> [Double] {
    var counts = [Double](repeating: 0, count: count)
    for value in values where !value.isNaN {
      let place = (value - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(count)
      counts[Int(min(max(place, 0), Double(count - 1)))] += 1
    }
    return counts.map { $0 / Double(max(values.count, 1)) }
  }
}
