/// How a picture's latent is searched for.
public struct InversionSettings: Hashable, Sendable {
  /// What latents are drawn from.
  public enum Prior: String, Hashable, Sendable, CaseIterable {
    /// N(0, I): a latent far from the shell of usual lengths costs something.
    case normal
    /// Even over −1 … 1: coordinates that leave the range are drawn anew (Lipton & Tripathi 2017).
    case uniform
  }

  /// Searches for each picture, each from another random latent; the best is kept.
  public var starts: Int
  /// Steps of each search.
  public var steps: Int
  /// Adam's step size.
  public var rate: Double
  /// What it costs to leave the shell: the weight of `(‖z‖² / d − 1)²` beside the squared error of all pixels.
  public var shellWeight: Double
  /// What latents are drawn from.
  public var prior: Prior
  /// Where the starts come from.
  public var seed: UInt64

  /// The usual search: 8 starts, 500 steps of Adam at 0.05.
  public init(
    starts: Int = 8, steps: Int = 500, rate: Double = 0.05, shellWeight: Double = 0.01,
    prior: Prior = .normal, seed: UInt64 = 0
  ) {
    self.starts = starts
    self.steps = steps
    self.rate = rate
    self.shellWeight = shellWeight
    self.prior = prior
    self.seed = seed
  }

  /// The most starts for a picture.
  public static let mostStarts = 64
  /// The most steps.
  public static let mostSteps = 10_000

  /// - Throws: `InspectError` if the numbers make no search.
  func check() throws(InspectError) {
    guard (1...Self.mostStarts).contains(starts), (1...Self.mostSteps).contains(steps) else {
      throw InspectError(
        .input, "search",
        "\(starts) starts of \(steps) steps; ask for 1 to \(Self.mostStarts) starts of 1 to \(Self.mostSteps) steps"
      )
    }
    guard rate > 0, rate.isFinite else {
      throw InspectError(.input, "search", "a step size of \(rate); expected a number above 0")
    }
    guard shellWeight >= 0, shellWeight.isFinite else {
      throw InspectError(.input, "search", "a weight of \(shellWeight); expected 0 or more")
    }
  }
}
