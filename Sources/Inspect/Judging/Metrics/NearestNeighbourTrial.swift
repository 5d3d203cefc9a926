internal import Core

/// A classifier that names a picture as the most similar one that it knows, tried on pictures whose classes are known: what
/// pictures are worth as a lesson (Radford et al. 2016, appendix).
package struct NearestNeighbourTrial: Hashable, Sendable {
  /// Pictures that it knows.
  package let known: Int
  /// Pictures that it was tried on.
  package let tried: Int
  /// The share of these that it names wrongly.
  package let error: Double

  /// Tries a nearest-neighbour classifier by Euclidean distance.
  /// - Parameters:
  ///   - known: what it knows, at least one picture, with a class for each.
  ///   - tried: what it is asked, with the true classes.
  package init(
    known: PointRows, labels: [Int], tried: PointRows, truth: [Int], progress: (Double) -> Void = { _ in }
  ) throws {
    precondition(
      known.count == labels.count && tried.count == truth.count && known.count > 0, "a class for each")
    let near = try NearestPoints(from: tried, to: known, progress: progress)
    self.known = known.count
    self.tried = tried.count
    let wrong = truth.indices.count { labels[near.nearest($0)] != truth[$0] }
    error = Double(wrong) / Double(max(tried.count, 1))
  }
}
