package import Core

/// Who is near whom among real and generated features: what precision, recall, density, coverage and the two-sample test
/// are counted from.
package struct Neighbourhoods {
  /// Neighbours that a neighbourhood reaches to.
  package let k: Int
  /// Points of each kind.
  package let (realCount, fakeCount): (Int, Int)
  /// The squared distance of each point to the nearest other of its own kind.
  let (realToReal, fakeToFake): ([Float], [Float])
  /// The squared distance of each point to the nearest of the other kind.
  let (realToFake, fakeToReal): ([Float], [Float])
  /// The squared distance to the k-th neighbour of each real point.
  let realRadii: [Float]
  /// In how many real points' neighbourhoods each generated point lies.
  let hosts: [Int]
  /// Whether each real point lies in the neighbourhood of any generated one.
  let isReached: [Bool]

  /// Looks at points `[points, numbers]` of both kinds, at least two of each.
  package init(
    real: Tensor, fake: Tensor, k: Int = 5, progress: (Double) -> Void = { _ in }
  ) throws {
    let (real, fake) = (PointRows(real), PointRows(fake))
    precondition(
      real.count > 1 && fake.count > 1, "\(real.count) and \(fake.count) points have no neighbours")
    self.k = k
    (realCount, fakeCount) = (real.count, fake.count)
    let own = try NearestPoints(from: real, to: real, keeping: k, excludesOwn: true) { progress($0 / 3) }
    let others = try NearestPoints(from: fake, to: fake, keeping: k, excludesOwn: true) {
      progress((1 + $0) / 3)
    }
    realToReal = (0..<real.count).map(own.nearestSquare)
    fakeToFake = (0..<fake.count).map(others.nearestSquare)
    let (realRadii, fakeRadii) = (
      (0..<real.count).map(own.radiusSquare), (0..<fake.count).map(others.radiusSquare)
    )
    var hosts = [Int](repeating: 0, count: fake.count)
    var fakeToReal = [Float](repeating: .infinity, count: fake.count)
    var realToFake = [Float](repeating: .infinity, count: real.count)
    /// How far each real point is outside the neighbourhood of the generated one that comes nearest to holding it.
    var outside = [Float](repeating: .infinity, count: real.count)
    try DistanceSweep.visit(from: fake, to: real, progress: { progress((2 + $0) / 3) }) { query, range, row in
      let radius = fakeRadii[query]
      var count: Int32 = 0
      var nearest = Float.infinity
      let (start, end) = (range.lowerBound, range.count)
      realRadii.withUnsafeBufferPointer { radii in
        let radii = radii.baseAddress! + start
        for place in 0..<end { count &+= row[place] < radii[place] ? 1 : 0 }
      }
      for place in 0..<end { nearest = min(nearest, row[place]) }
      realToFake.withUnsafeMutableBufferPointer { known in
        let known = known.baseAddress! + start
        for place in 0..<end { known[place] = min(known[place], row[place]) }
      }
      outside.withUnsafeMutableBufferPointer { known in
        let known = known.baseAddress! + start
        for place in 0..<end { known[place] = min(known[place], row[place] - radius) }
      }
      hosts[query] += Int(count)
      fakeToReal[query] = min(fakeToReal[query], nearest)
    }
    self.realRadii = realRadii
    self.hosts = hosts
    self.fakeToReal = fakeToReal
    self.realToFake = realToFake
    isReached = outside.map { $0 < 0 }
  }
}

/// How much of what is generated is like what is real, and how much of what is real is generated (Kynkäänniemi et al. 2019;
/// Naeem et al. 2020), by neighbourhoods of k points.
package struct ManifoldScores: Hashable, Sendable {
  /// The share of generated points that lie in the neighbourhood of a real one.
  package let precision: Double
  /// The share of real points that lie in the neighbourhood of a generated one.
  package let recall: Double
  /// In how many real neighbourhoods a generated point lies, divided by k: about 1 for real ones, more where they crowd.
  package let density: Double
  /// The share of real points with a generated one in their neighbourhood.
  package let coverage: Double
  /// Neighbours that a neighbourhood reaches to.
  package let k: Int

  /// The scores of what was found near.
  package init(_ near: Neighbourhoods) {
    let (reals, fakes) = (Double(near.realCount), Double(near.fakeCount))
    k = near.k
    precision = Double(near.hosts.count { $0 > 0 }) / fakes
    recall = Double(near.isReached.count { $0 }) / reals
    density = Double(near.hosts.reduce(0, +)) / (Double(near.k) * fakes)
    coverage = Double(zip(near.realToFake, near.realRadii).count { $0 < $1 }) / reals
  }
}

/// Whether real and generated points can be told apart by asking the nearest other point of either kind (Xu et al. 2018).
///
/// One half is ideal; near one they are told apart; well below one half generated points sit on real ones, as copies do.
package struct TwoSampleTest: Hashable, Sendable {
  /// The share of real points whose nearest other point is real.
  package let realAccuracy: Double
  /// The share of generated points whose nearest other point is generated.
  package let fakeAccuracy: Double
  /// The share of all points whose nearest other point is of their kind.
  package let accuracy: Double

  /// The test on what was found near: as many points of each kind are needed for one half to be ideal.
  package init(_ near: Neighbourhoods) {
    func right(_ own: [Float], _ other: [Float]) -> Double {
      // Of two that are equally near either may be asked.
      zip(own, other).reduce(0) { $0 + ($1.0 < $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
    }
    let (real, fake) = (right(near.realToReal, near.realToFake), right(near.fakeToFake, near.fakeToReal))
    realAccuracy = real / Double(near.realCount)
    fakeAccuracy = fake / Double(near.fakeCount)
    accuracy = (real + fake) / Double(near.realCount + near.fakeCount)
  }
}
