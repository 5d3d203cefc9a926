public import Core

/// The real pictures that a generator's are held against.
public struct RealPictures: Sendable {
  /// What the generator may have learnt from.
  public let train: Probe
  /// What it has never seen.
  public let test: Probe
  /// What the pictures are called: the data set's name.
  public let name: String
  /// What was typed to have them; nil for those that go with the run.
  public let option: String?

  /// Real pictures under a name.
  /// - Parameter option: the option that named them, for recipes; nil if none was needed.
  /// Traps if training and test pictures differ in shape.
  public init(train: Probe, test: Probe, name: String, option: String? = nil) {
    precondition(
      train.pictureShape.perExample == test.pictureShape.perExample,
      "train is \(train.pictureShape), test is \(test.pictureShape)")
    (self.train, self.test, self.name, self.option) = (train, test, name, option)
  }

  /// What the pictures that a run is watched on are called where pictures are named.
  public static let watched = "probe"

  /// The pictures that a run is watched on, one half as training and one as test pictures: few, but always at hand; nil where
  /// there are none.
  public init?(watchedBy run: RunArchive) throws(ArchiveError) {
    let probe = try run.probe()
    guard probe.count > 3 else { return nil }
    self.init(
      train: probe.everySecond(from: 1), test: probe.everySecond(from: 0), name: "the run’s own pictures",
      option: Self.watched)
  }

  /// The digest of all of them.
  var sha256: String {
    var hash = SHA256()
    for part in [train, test] {
      hash.update("\(part.pictureShape) ")
      part.pictures.withUnsafeBytes { hash.update($0) }
      for label in part.labels { hash.update("\(label) ") }
    }
    return hash.hexDigest
  }

  /// The share of each class: by the labels of the training pictures, of the test pictures where these have none; nil where
  /// nobody knows, or there are labels of other classes.
  func classShares(_ classes: Int) -> [Double]? {
    for part in [train, test] where part.count > 0 && part.labels.count == part.count {
      guard part.labels.allSatisfy({ $0 >= 0 && $0 < classes }) else { continue }
      return ClassHistogram.shares(of: part.labels, classes: classes)
    }
    return nil
  }
}

extension Probe {
  /// Every second picture.
  fileprivate func everySecond(from first: Int) -> Probe {
    let size = pictureShape.perExample.elementCount
    let chosen = Array(stride(from: first, to: count, by: 2))
    return Probe(
      pictures: chosen.flatMap { pictures[$0 * size..<($0 + 1) * size] },
      pictureShape: pictureShape.perExample.batched(chosen.count),
      labels: labels.count == count ? chosen.map { labels[$0] } : [], classNames: classNames,
      normalisation: normalisation)
  }
}
