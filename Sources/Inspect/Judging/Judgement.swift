internal import Core
internal import Render

/// What a classifier found of a generator's pictures, every number beside the same number for real ones.
///
/// Made by `Judging`.
public struct Judgement: Sendable {
  /// Pictures that took part.
  package struct Counts: Hashable, Sendable {
    /// Generated ones.
    package let fake: Int
    /// Real ones that generated ones are held against.
    package let test: Int
    /// Real training pictures that stand in for generated ones, to see what can be had.
    package let train: Int
    /// All training pictures.
    package let allTrain: Int
    /// Generated pictures whose nearest training picture was looked for.
    package let copies: Int
  }

  /// What pictures are worth as a lesson.
  package struct Lesson: Hashable, Sendable {
    /// A nearest-neighbour classifier that knows generated pictures, as the judge names them.
    package let generated: NearestNeighbourTrial
    /// One that knows as many real training pictures, with their true classes.
    package let real: NearestNeighbourTrial
  }

  /// How near pictures are to the nearest training picture.
  package struct Copies: Hashable, Sendable {
    /// By all pixels.
    package let pixels: CopyCheck
    /// By the judge's features.
    package let features: CopyCheck
  }

  /// The generator's name.
  public let generator: String
  /// What the generator is and when, in words.
  package let generatorFacts: [String]
  /// The optimiser step it was taken at; nil for a model without a run.
  public let step: Int?
  /// The classifier's name.
  public let judgeName: String
  /// The share of real test pictures that the classifier names rightly; nil where nobody knows their classes.
  public let accuracy: Double?
  /// SHA-256 of the classifier's parameters: scores by another one cannot be compared.
  public let checksum: String
  /// The node whose value are the features.
  package let featureNode: String
  /// How many features there are.
  package let features: Int
  /// What the classes are called.
  public let classNames: [String]
  /// What the real pictures are called.
  public let dataName: String
  package let counts: Counts
  /// Where latents and choices came from.
  public let seed: UInt64
  package let prior: String
  /// False if the data's shares of the classes are what the judge says of test pictures.
  package let labelsAreKnown: Bool
  package let histogram: ClassHistogram
  package let realHistogram: ClassHistogram
  package let confidence: Confidence
  package let realConfidence: Confidence
  package let scores: ClassScores
  package let realScores: ClassScores
  package let likeness: Likeness
  package let realLikeness: Likeness
  package let lesson: Lesson?
  package let copies: Copies
  package let gallery: JudgedGallery
  let options: [FigureRecipe.Entry?]
  let provenance: Provenance

  /// The Fréchet distance divided by that of as many real training pictures; nil where it is not defined.
  public var frechetRatio: Double? {
    guard let own = likeness.frechet, let floor = realLikeness.frechet, floor > 0 else { return nil }
    return own / floor
  }
}
