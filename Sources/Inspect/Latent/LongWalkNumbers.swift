package import Core
package import Render

/// The steps of a walk over some points and back to the first.
package struct LongWalkNumbers {
  /// A step that is much longer than the others.
  package struct Jump: Hashable, Sendable {
    /// The leg, from 0.
    package let leg: Int
    /// The step within it, from 0: between the leg's pictures `step` and `step + 1`.
    package let step: Int
  }

  let legs: [LatentWalk]
  /// The change of the picture in every step, leg after leg: the Euclidean distance of brightness.
  package let lengths: [Double]
  /// The median of all steps.
  package let median: Double
  /// The steps longer than some times the median.
  package let jumps: [Jump]

  /// Walks through points, two or more of a generator's latents.
  package init(
    through points: [Tensor], steps: Int, _ path: Interpolation, jump: Double, _ sampling: Sampling,
    judge: Specimen? = nil
  ) throws {
    let ways = points.indices.map { (path, points[$0], points[($0 + 1) % points.count]) }
    legs = try LatentWalk.walks(
      ways, places: (0...steps).map { Double($0) / Double(steps) }, sampling, .init(judge: judge))
    lengths = legs.flatMap(\.stepLengths)
    let found = LongWalkNumbers.jumps(in: lengths, factor: jump)
    median = found.median
    jumps = found.indices.map { Jump(leg: $0 / steps, step: $0 % steps) }
  }

  /// The median of some lengths, and where they are more than `factor` times as long.
  package static func jumps(in lengths: [Double], factor: Double) -> (median: Double, indices: [Int]) {
    guard !lengths.isEmpty else { return (0, []) }
    let sorted = lengths.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return (median, lengths.indices.filter { lengths[$0] > factor * median })
  }

  /// A row for every picture.
  package var table: NumberTable {
    let named = !(legs.first?.said.isEmpty ?? true)
    let rows = legs.enumerated().flatMap { index, leg in
      leg.places.indices.map { place in
        [
          String(index + 1), NumberTable.text(leg.places[place]), NumberTable.text(leg.norms[place]),
          place < leg.stepLengths.count ? NumberTable.text(leg.stepLengths[place]) : "",
          jumps.contains(Jump(leg: index, step: place)) ? "1" : "0",
        ] + (named ? [leg.said[place].name, NumberTable.text(leg.said[place].probability)] : [])
      }
    }
    return NumberTable(
      columns: ["leg", "t", "norm of z", "distance to the next picture", "jump"]
        + (named ? ["class", "probability"] : []), rows: rows)
  }
}

/// How much a classifier's features change along a way through the latent space, per unit of the way: the perceptual path length
/// of Karras, Laine and Aila (2019, section 4.1), with a classifier's features as the perception.
///
/// `E[ ‖φ(G(s(t))) − φ(G(s(t + ε)))‖² / ε² ]` over random pairs of latents and places t, in 32-bit floats, for which ε = 0.01 is
/// small enough and not too small.
package struct PathLength: Hashable, Sendable {
  /// The mean over all pairs.
  package let mean: Double
  /// The standard error of the mean.
  package let standardError: Double
  /// Pairs of latents.
  package let pairs: Int
  /// The length of a step along a way, of which the whole is 1.
  package let epsilon: Double
  /// Numbers in a feature.
  package let features: Int

  /// Measures a generator's.
  package init(
    of sampling: Sampling, _ judge: Judge, prior: LatentPrior = .normal, seed: UInt64 = 0,
    path: Interpolation = .slerp, pairs: Int = 500, epsilon: Double = 1e-2,
    progress: (Double) -> Void = { _ in }
  ) throws {
    precondition(pairs > 1 && epsilon > 0 && epsilon < 1, "\(pairs) pairs, a step of \(epsilon)")
    let ends = prior.latents(of: sampling, seed: seed, count: 2 * pairs)
    var random = RandomStream(seed: seed, stream: 0x5050_4C)
    var (sum, squares, width) = (0.0, 0.0, 0)
    let most = 250
    for first in stride(from: 0, to: pairs, by: most) {
      let range = first..<min(first + most, pairs)
      let latents = range.flatMap { pair -> [Tensor] in
        let place = Double(random.uniform()) * (1 - epsilon)
        return [place, place + epsilon].map {
          path.latent(from: ends[2 * pair], to: ends[2 * pair + 1], at: $0)
        }
      }
      let seen = try judge.read(sampling.pictures(of: Tensor(stacking: latents))).features
      width = seen.shape[1]
      for pair in 0..<range.count {
        let distance = seen[2 * pair].distance(to: seen[2 * pair + 1]) / epsilon
        sum += distance * distance
        squares += distance * distance * distance * distance
      }
      progress(Double(range.upperBound) / Double(pairs))
    }
    let count = Double(pairs)
    mean = sum / count
    standardError = (max(0, squares / count - mean * mean) / (count - 1)).squareRoot()
    self.pairs = pairs
    self.epsilon = epsilon
    features = width
  }

  /// The number, and what it is good for.
  func words(_ judge: String) -> String {
    "Perceptual path length \(Numbers.significant(mean)) ± \(Numbers.significant(standardError, digits: 2)): how fast the "
      + "\(features) features of “\(judge)” change along such ways, squared, over \(Numbers.grouped(pairs)) random pairs "
      + "(ε = \(Numbers.significant(epsilon))). Less is smoother; only numbers by the same judge can be compared."
  }

  /// The number with how it was measured.
  package var table: NumberTable {
    NumberTable(
      columns: ["perceptual path length", "standard error", "pairs", "epsilon", "features"],
      numbers: [[mean, standardError, Double(pairs), epsilon, Double(features)]])
  }
}
