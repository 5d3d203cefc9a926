internal import Core

/// How near generated pictures are to the nearest training picture, beside how near unseen real ones are: who copies is
/// nearer. So is who paints dull pictures, a grey one being less far from any other: but that one is as near to unseen pictures.
package struct CopyCheck: Hashable, Sendable {
  /// The nearest training picture of each generated one, from 0.
  package let nearest: [Int]
  /// The distance of each generated picture to it.
  package let fakeDistances: [Double]
  /// The distance of each unseen real picture to its nearest training picture.
  package let testDistances: [Double]
  /// The distance of each generated picture to the nearest unseen one.
  package let unseenDistances: [Double]

  /// The median of generated pictures' distances divided by that of unseen real ones; nil where that is zero.
  package var ratio: Double? {
    let test = testDistances.median
    return test > 0 ? fakeDistances.median / test : nil
  }

  /// Below this ratio generated pictures are nearer than real ones are.
  package static let threshold = 0.7
  /// True if generated pictures are nearer to training pictures than unseen real ones are.
  package var isNear: Bool { ratio.map { $0 < Self.threshold } ?? false }
  /// True if the generator copies: its pictures are nearer to training pictures than unseen real ones are, and than they
  /// themselves are to unseen ones.
  package var copies: Bool {
    isNear && fakeDistances.median < Self.threshold * unseenDistances.median
  }

  /// Looks for the nearest of all training pictures, which are gone through once.
  package init(
    fake: PointRows, test: PointRows, train: PointRows, progress: (Double) -> Void = { _ in }
  ) throws {
    let asked = fake.followed(by: test)
    let near = try NearestPoints(from: asked, to: train, progress: progress)
    let found = (0..<asked.count).map(near.nearest)
    let distances = try Self.distances(asked, train, found)
    nearest = Array(found[..<fake.count])
    fakeDistances = Array(distances[..<fake.count])
    testDistances = Array(distances[fake.count...])
    let unseen = try NearestPoints(from: fake, to: test)
    unseenDistances = try Self.distances(fake, test, (0..<fake.count).map(unseen.nearest))
  }

  /// The distances themselves, pair by pair: what is left of a small one in a sum of products is rounding.
  private static func distances(_ points: PointRows, _ others: PointRows, _ nearest: [Int]) throws -> [Double]
  {
    let (a, b) = (try points(0..<points.count), try others(nearest))
    let length = points.length
    return nearest.indices.map { index in
      var sum = 0.0
      for place in index * length..<(index + 1) * length {
        let difference = Double(a[place]) - Double(b[place])
        sum += difference * difference
      }
      return sum.squareRoot()
    }
  }
}

extension [Double] {
  /// The middle one of the numbers in order, or the mean of the two in the middle; NaN of none.
  package var median: Double {
    let sorted = sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
