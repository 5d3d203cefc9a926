package import Core

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Points laid out in the plane so that near ones stay near: t-distributed stochastic neighbour embedding (van der Maaten and
/// Hinton 2008).
///
/// Attraction is of the 3 × perplexity nearest neighbours, as in scikit-learn; repulsion is of all pairs, computed exactly: eight
/// pairs at a time that is as fast as a tree at some thousand points, and has no angle to choose.
package struct TSNE {
  /// How many near neighbours a point has, softly counted.
  package var perplexity = 30.0
  /// Steps of descent.
  package var iterations = 1000
  /// Steps in which attraction is exaggerated, and momentum low.
  package var earlyIterations = 250
  /// How much attraction is exaggerated at first.
  package var exaggeration = 12.0
  /// Where random numbers come from: those that tell points apart that principal components do not.
  package var seed: UInt64 = 0

  /// The usual layout.
  package init() {}

  /// A finished layout.
  package struct Layout {
    /// x and y of each point in turn.
    package let places: [Double]
    /// The Kullback–Leibler divergence of the layout from the points, in nats; the smaller the better.
    package let divergence: Double
  }

  /// Lays points out.
  /// - Parameters:
  ///   - points: `[points, numbers]`, at least four.
  ///   - start: x and y of each point to begin with; its first axis is scaled to a deviation of 10⁻⁴. The first two
  ///     principal components, as a rule.
  ///   - progress: is told the share done.
  package func layout(
    _ points: Tensor, from start: [Double], progress: (Double) -> Void = { _ in }
  ) throws -> Layout {
    let n = points.shape[0]
    // Of few points there are no 3 × 30 neighbours: a perplexity beyond a third of them has no solution.
    let perplexity = min(self.perplexity, Double(n - 1) / 3)
    let near = try NearestNeighbours(PointDistances(of: points), count: min(n - 1, Int(3 * perplexity + 1)))
    let pairs = NeighbourProbabilities(near, points: n, perplexity: max(perplexity, 1))
    let descent = TSNEDescent(pairs, places: scaled(start, n))
    // scikit-learn's "auto": n / exaggeration / 4, at least 50.
    let rate = Float(max(Double(n) / (4 * exaggeration), 50))
    for step in 0..<iterations {
      let isEarly = step < earlyIterations
      descent.step(
        attraction: isEarly ? Float(exaggeration) : 1, momentum: isEarly ? 0.5 : 0.8, rate: rate)
      if step % 10 == 9 { progress(Double(step + 1) / Double(iterations)) }
    }
    return Layout(places: descent.places, divergence: descent.divergence())
  }

  private func scaled(_ start: [Double], _ n: Int) -> [Double] {
    precondition(start.count == 2 * n, "\(start.count) coordinates for \(n) points")
    let x = (0..<n).map { start[2 * $0] }
    let mean = x.reduce(0, +) / Double(n)
    let deviation = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)).squareRoot()
    var random = RandomStream(seed: seed, stream: 0x7_54E)
    // Points that coincide would never part.
    let noise = random.normal([2 * n], deviation: 1e-7).elements
    return zip(start, noise).map {
      (deviation > 0 ? $0 / deviation * 1e-4 : 0) + Double($1) * (deviation > 0 ? 1 : 1000)
    }
  }
}

/// The descent of a layout: places, their last moves, and the gains of each coordinate.
private final class TSNEDescent {
  private let pairs: NeighbourProbabilities
  private let count: Int
  /// Filled up to whole vectors with points so far away that they pull nothing.
  private let padded: Int
  private let x: UnsafeMutableBufferPointer<Float>
  private let y: UnsafeMutableBufferPointer<Float>
  /// Forces by point: attraction x and y, repulsion x and y, and the sum of 1 / (1 + d²) over all others.
  private let forces: UnsafeMutableBufferPointer<Float>
  private var moves: [Float]
  private var gains: [Float]
  private let loop: ParallelLoop<TSNEDescent>
  private static let block = 64

  init(_ pairs: NeighbourProbabilities, places: [Double]) {
    self.pairs = pairs
    count = places.count / 2
    padded = (count + 7) / 8 * 8
    (x, y) = (.allocate(capacity: padded), .allocate(capacity: padded))
    x.initialize(repeating: 1e6)
    y.initialize(repeating: 1e6)
    for point in 0..<count { (x[point], y[point]) = (Float(places[2 * point]), Float(places[2 * point + 1])) }
    forces = .allocate(capacity: count * 5)
    forces.initialize(repeating: 0)
    moves = [Float](repeating: 0, count: 2 * count)
    gains = [Float](repeating: 1, count: 2 * count)
    loop = ParallelLoop { descent, block in
      let start = block * Self.block
      for point in start..<min(start + Self.block, descent.count) { descent.measure(point) }
    }
  }

  deinit {
    x.deallocate()
    y.deallocate()
    forces.deallocate()
  }

  /// The forces on one point.
  private func measure(_ point: Int) {
    typealias Lanes = SIMD8<Float>
    let (ownX, ownY) = (x[point], y[point])
    let (xs, ys) = (UnsafeRawPointer(x.baseAddress!), UnsafeRawPointer(y.baseAddress!))
    var (pushX, pushY, total) = (Lanes.zero, Lanes.zero, Lanes.zero)
    for place in stride(from: 0, to: padded * 4, by: 32) {
      let across = ownX - xs.loadUnaligned(fromByteOffset: place, as: Lanes.self)
      let up = ownY - ys.loadUnaligned(fromByteOffset: place, as: Lanes.self)
      let nearness = 1 / (1 + across * across + up * up)
      total += nearness
      let push = nearness * nearness
      pushX += push * across
      pushY += push * up
    }
    var (pullX, pullY) = (Float(0), Float(0))
    pairs.others.withUnsafeBufferPointer { others in
      pairs.values.withUnsafeBufferPointer { values in
        for place in pairs.starts[point]..<pairs.starts[point + 1] {
          let other = Int(others[place])
          let (across, up) = (ownX - x[other], ownY - y[other])
          let pull = values[place] / (1 + across * across + up * up)
          pullX += pull * across
          pullY += pull * up
        }
      }
    }
    let start = point * 5
    forces[start] = pullX
    forces[start + 1] = pullY
    forces[start + 2] = pushX.sum()
    forces[start + 3] = pushY.sum()
    // Without the point itself, which is as near as can be.
    forces[start + 4] = total.sum() - 1
  }

  private func measureAll() -> Double {
    loop.run((count + Self.block - 1) / Self.block, on: self)
    // In the points' order, so that the result does not depend on the threads.
    var total = 0.0
    for point in 0..<count { total += Double(forces[point * 5 + 4]) }
    return max(total, .leastNormalMagnitude)
  }

  /// One step down: gradient 4 Σ (a p − q) (y_i − y_j) / (1 + d²), momentum, and gains that grow where moves keep their
  /// direction (Jacobs 1988).
  func step(attraction: Float, momentum: Float, rate: Float) {
    let share = Float(1 / measureAll())
    for point in 0..<count {
      for axis in 0..<2 {
        let index = 2 * point + axis
        let gradient = 4 * (attraction * forces[point * 5 + axis] - share * forces[point * 5 + 2 + axis])
        gains[index] = max(0.01, gradient * moves[index] < 0 ? gains[index] + 0.2 : gains[index] * 0.8)
        moves[index] = momentum * moves[index] - rate * gains[index] * gradient
      }
      x[point] += moves[2 * point]
      y[point] += moves[2 * point + 1]
    }
  }

  /// x and y of each point in turn, about their mean.
  var places: [Double] {
    let mean =
      (0..<count).reduce(SIMD2<Double>.zero) { $0 + SIMD2(Double(x[$1]), Double(y[$1])) } / Double(count)
    return (0..<count).flatMap { [Double(x[$0]) - mean.x, Double(y[$0]) - mean.y] }
  }

  /// Σ p ln (p / q) over the pairs that have a p.
  func divergence() -> Double {
    let total = measureAll()
    var sum = 0.0
    for point in 0..<count {
      for place in pairs.starts[point]..<pairs.starts[point + 1] {
        let (other, p) = (Int(pairs.others[place]), Double(pairs.values[place]))
        guard p > 0 else { continue }
        let (across, up) = (Double(x[point] - x[other]), Double(y[point] - y[other]))
        sum += p * log(p * total * (1 + across * across + up * up))
      }
    }
    return sum
  }
}
