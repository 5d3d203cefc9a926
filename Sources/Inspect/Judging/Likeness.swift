internal import Core

/// How near the features of some pictures are to those of real test pictures, as sets.
package struct Likeness: Hashable, Sendable {
  /// The Fréchet distance; nil where there are more features than pictures, or too many to decompose.
  package let frechet: Double?
  /// The kernel distance.
  package let kernel: KernelDistance
  /// Precision, recall, density and coverage.
  package let manifold: ManifoldScores
  /// Whether the nearest other picture gives away which kind a picture is.
  package let twoSample: TwoSampleTest
  /// Pictures of each kind that neighbourhoods were counted among.
  package let neighbourhoodCount: Int

  /// Generated pictures and as many real training pictures, both held against test pictures.
  static func compare(
    _ fake: JudgedPictures, _ train: JudgedPictures, to test: JudgedPictures, seed: UInt64,
    progress: (Double) -> Void
  ) throws -> (fake: Likeness, real: Likeness) {
    let (d, fewest) = (test.features.shape[1], min(fake.count, train.count, test.count))
    // With fewer pictures than features the covariance has directions in which nothing is known.
    let isDecomposed = d <= FrechetDistance.mostDimensions && fewest > d
    let reference = isDecomposed ? FrechetDistance(to: FeatureStatistics(of: test.features)) : nil
    progress(0.1)
    func likeness(_ pictures: JudgedPictures, _ progress: (Double) -> Void) throws -> Likeness {
      let distance = reference.map { $0.distance(from: FeatureStatistics(of: pictures.features)) }
      progress(0.1)
      let kernel = try KernelDistance(real: test.features, fake: pictures.features, seed: seed) {
        progress(0.1 + 0.3 * $0)
      }
      let near = try Neighbourhoods(
        real: test.features[0..<fewest], fake: pictures.features[0..<fewest]
      ) { progress(0.4 + 0.6 * $0) }
      return Likeness(
        frechet: distance, kernel: kernel, manifold: ManifoldScores(near), twoSample: TwoSampleTest(near),
        neighbourhoodCount: fewest)
    }
    return (
      try likeness(fake) { progress(0.1 + 0.45 * $0) }, try likeness(train) { progress(0.55 + 0.45 * $0) }
    )
  }
}
