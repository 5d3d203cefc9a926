package import Core

/// How much pictures differ from each other: over all pairs the distance in brightness, and what is missing to structural
/// similarity.
package struct PairwiseDistances: Sendable {
  /// The Euclidean distance of every pair, first with second, first with third …; brightness 0 … 1 over all pixels.
  package let distances: [Double]
  /// `1 − SSIM` of every pair, in the same order.
  package let dissimilarities: [Double]
  /// How many pictures.
  package let count: Int

  /// Measures all pairs of pictures `[count, channels, height, width]` in brightness 0 … 1, at least two.
  package init(_ pictures: Tensor) {
    count = pictures.shape[0]
    precondition(count > 1, "a pair needs two pictures")
    let own = (0..<count).map { pictures[$0] }
    let windows = own.map { StructuralWindows($0) }
    var distances: [Double] = []
    var dissimilarities: [Double] = []
    for first in 0..<count {
      for second in first + 1..<count {
        distances.append(own[first].distance(to: own[second]))
        dissimilarities.append(1 - windows[first].similarity(to: windows[second]))
      }
    }
    (self.distances, self.dissimilarities) = (distances, dissimilarities)
  }

  /// The mean distance over all pairs.
  package var distance: Double { distances.reduce(0, +) / Double(distances.count) }
  /// The mean dissimilarity over all pairs.
  package var dissimilarity: Double { dissimilarities.reduce(0, +) / Double(dissimilarities.count) }

  /// The pairs that are most alike by structure, nearest first.
  package func nearest(_ wanted: Int) -> [(first: Int, second: Int)] {
    var pairs: [(first: Int, second: Int)] = []
    for first in 0..<count { for second in first + 1..<count { pairs.append((first, second)) } }
    return dissimilarities.indices.sorted { (dissimilarities[$0], $0) < (dissimilarities[$1], $1) }
      .prefix(wanted).map { pairs[$0] }
  }
}

/// Fakes held against real pictures.
package struct DiversityRatio: Hashable, Sendable {
  /// Mean pairwise distance of the fakes over that of the real pictures.
  package let distance: Double
  /// The same of `1 − SSIM`.
  package let dissimilarity: Double

  /// Below this share of what real pictures differ, a generator repeats itself.
  package static let collapse = 0.3

  package init(_ fakes: PairwiseDistances, _ real: PairwiseDistances) {
    func ratio(_ fake: Double, _ real: Double) -> Double { real > 0 ? fake / real : .nan }
    distance = ratio(fakes.distance, real.distance)
    dissimilarity = ratio(fakes.dissimilarity, real.dissimilarity)
  }

  /// Whether either share is so small.
  package var isCollapsed: Bool { distance < Self.collapse || dissimilarity < Self.collapse }
}
