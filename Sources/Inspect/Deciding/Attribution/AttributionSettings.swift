/// The numbers that attribution methods are run with.
public struct AttributionSettings: Hashable, Sendable {
  /// Pictures without content from which integrated gradients start.
  public enum Baseline: String, Hashable, Sendable, CaseIterable {
    /// The mean over black, white and eight of noise.
    case mean
    /// Black alone.
    case black
    /// White alone.
    case white
    /// The mean over eight pictures of even noise from black to white.
    case noise
  }

  /// What a covered place costs.
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// The drop of the logit.
    case logit
    /// The drop of the probability; near 0 everywhere where the network is sure.
    case probability
  }

  /// Noisy copies of a picture that SmoothGrad averages.
  public var draws: Int
  /// The noise's standard deviation as a share of the range from black to white.
  public var noise: Double
  /// Steps of integrated gradients from a baseline to the picture: midpoint rule.
  public var steps: Int
  /// Where integrated gradients start.
  public var baseline: Baseline
  /// The layer of Grad-CAM: any with maps; nil for the last convolution whose maps are at least 7 × 7, after its ReLU.
  public var layer: String?
  /// What occlusion measures.
  public var measure: Measure
  /// The side of the square that covers, in pixels; nil for a seventh of the picture's shorter side: 4 of 28.
  public var square: Int?
  /// The seed of all noise.
  public var seed: UInt64

  /// Settings; what is not given is as in the methods' papers.
  public init(
    draws: Int = 50, noise: Double = 0.15, steps: Int = 64, baseline: Baseline = .mean, layer: String? = nil,
    measure: Measure = .logit, square: Int? = nil, seed: UInt64 = 0
  ) {
    precondition(draws > 0 && steps > 0 && noise >= 0, "\(draws) draws, \(steps) steps, noise \(noise)")
    precondition(square.map { $0 > 0 } ?? true, "a square of \(square ?? 0) pixels")
    self.draws = draws
    self.noise = noise
    self.steps = steps
    self.baseline = baseline
    self.layer = layer
    self.measure = measure
    self.square = square
    self.seed = seed
  }

  /// Pictures of noise among the baselines.
  static let noiseBaselines = 8
}
