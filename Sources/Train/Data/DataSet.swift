public import Core

/// Pictures to train on and pictures to test with, and the names of their classes. A value.
public struct DataSet: Sendable {
  /// What the set is called: `mnist`, or the folder's name.
  public let name: String
  /// The classes, in the order of the labels.
  public let classNames: [String]
  /// Pictures to train on.
  public let train: LabelledPictures
  /// Pictures to test with, none of which is trained on; may be empty.
  public let test: LabelledPictures
  /// Where the set came from: a folder, or how it was drawn.
  public let origin: String
  /// The digest of the decoded content: shapes, samples and labels of both parts.
  ///
  /// It does not depend on how the files were packed, and for folders includes resizing and split.
  public let sha256: String

  /// The shape of one picture: `[channels, height, width]`.
  public var pictureShape: Shape { train.shape }

  /// A set of given parts. Traps if their shapes differ or a label has no class.
  public init(
    name: String, classNames: [String], train: LabelledPictures, test: LabelledPictures, origin: String
  ) {
    precondition(train.shape == test.shape, "train is \(train.shape), test is \(test.shape)")
    precondition(
      [train, test].allSatisfy { $0.labels.allSatisfy { classNames.indices.contains(Int($0)) } },
      "a label without a class; there are \(classNames.count) classes")
    self.name = name
    self.classNames = classNames
    self.train = train
    self.test = test
    self.origin = origin
    sha256 = Self.digest(train, test)
  }

  private static func digest(_ parts: LabelledPictures...) -> String {
    var hash = SHA256()
    for part in parts {
      Array("\(part.shape.batched(part.count))\n".utf8).withUnsafeBytes { hash.update($0) }
      part.pixels.withUnsafeBytes { hash.update($0) }
      part.labels.map(\.littleEndian).withUnsafeBytes { hash.update($0) }
    }
    return hash.hexDigest
  }
}

extension DataSet {
  /// How a set is to be opened; what does not concern the set is not looked at.
  public struct Options: Hashable, Sendable {
    /// Draws the digits, and the test part of sets that come without one.
    public var seed: UInt64
    /// How many `digits` to train on.
    public var trainCount: Int
    /// How many `digits` to test with.
    public var testCount: Int
    /// Which size to bring the pictures to: cropped about the centre to its proportions, then resized.
    /// Without it those of a folder must all be of one size.
    public var size: PictureSize?
    /// The share of each class that is put aside for testing where a set comes without test pictures.
    public var testShare: Double

    /// Options with the usual values.
    public init(
      seed: UInt64 = 0, trainCount: Int = 20_000, testCount: Int = 4_000, size: PictureSize? = nil,
      testShare: Double = 0.15
    ) {
      self.seed = seed
      self.trainCount = trainCount
      self.testCount = testCount
      self.size = size
      self.testShare = testShare
    }
  }
}
