public import Core

/// Everything that decides how a run turns out: stored in the run as JSON. The same recipe, the same machine and
/// as many threads give the same bits.
public struct Recipe: Hashable, Sendable, Codable {
  /// What is learnt.
  public enum Task: String, Hashable, Sendable, Codable {
    /// To name the class of a picture.
    case classify
    /// To make pictures, against a discriminator.
    case generate
  }

  /// What is learnt.
  public var task: Task
  /// The networks.
  public var preset: Preset
  /// Passes over the training data; counts where `steps` is nil.
  public var epochs: Int
  /// Optimiser steps.
  public var steps: Int?
  /// Pictures in a batch.
  public var batch: Int
  /// Where all random numbers come from.
  public var seed: UInt64
  /// How parameters are moved.
  public var optimiser: OptimiserRecipe
  /// What the learning rate is multiplied by over every epoch, evenly from step to step; 1 leaves it as it is.
  ///
  /// It depends on the epoch alone and not on how many there will be: so a run that is continued is the run
  /// that was longer from the start.
  public var rateDecay: Float
  /// What share of the generator's mean parameters is kept at every step, and the run's generator is that mean; nil where the
  /// run's is the one that plays.
  public var averaging: Float?
  /// How parameters begin.
  public var initialisation: Initialisation
  /// Pictures of the training data kept for validation.
  public var validationCount: Int
  /// The height and width that pictures are brought to; nil to take them as they are.
  public var pictureSize: Int?
  /// The pictures.
  public var data: DataDescription?
  /// How bytes become what the networks are given.
  public var normalisation: Normalisation?

  /// Which pictures a run was trained on.
  public struct DataDescription: Hashable, Sendable, Codable {
    /// What was asked for: a name, or a folder.
    public var source: String
    /// The data set's name.
    public var name: String
    /// SHA-256 of the decoded content.
    public var sha256: String
    /// Pictures trained on.
    public var trainCount: Int
    /// Pictures kept for validation.
    public var validationCount: Int
    /// Pictures kept for the test.
    public var testCount: Int
    /// Shape of one picture.
    public var pictureShape: Shape
    /// What the classes are called.
    public var classNames: [String]

    /// What is known before the data is opened: where it is to come from.
    static func named(_ source: String) -> DataDescription {
      DataDescription(
        source: source, name: source, sha256: "", trainCount: 0, validationCount: 0, testCount: 0,
        pictureShape: [], classNames: [])
    }
  }

  /// The settings that a preset is known to learn with.
  public init(preset: Preset, seed: UInt64 = 0) {
    self.preset = preset
    self.seed = seed
    task = preset.task
    switch preset {
    case .cnn, .lenet5, .strided:
      epochs = 8
      batch = 128
      optimiser = .adam(rate: 2e-3)
      rateDecay = 0.6
      initialisation = .kaimingUniform
      validationCount = 5_000
    case .dcgan:
      epochs = 9
      batch = 16
      optimiser = .adam(rate: 1.5e-3, beta1: 0.5)
      rateDecay = 0.85
      averaging = 0.999
      initialisation = .dcgan
      validationCount = 0
    case .dcganPlain:
      epochs = 10
      batch = 128
      optimiser = .adam(rate: 2e-4, beta1: 0.5)
      rateDecay = 1
      initialisation = .dcgan
      validationCount = 0
    case .dcganTF:
      epochs = 50
      batch = 256
      optimiser = .adam(rate: 1e-4, epsilon: 1e-7)
      rateDecay = 1
      initialisation = .glorotUniform
      validationCount = 0
    case .dcgan64:
      epochs = 5
      batch = 128
      optimiser = .adam(rate: 2e-4, beta1: 0.5)
      rateDecay = 1
      initialisation = .dcgan
      validationCount = 0
    }
  }
}
