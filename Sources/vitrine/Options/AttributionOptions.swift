public import ArgumentParser
public import Inspect

/// The numbers that attribution methods are run with.
struct AttributionOptions: ParsableArguments {
  @Option(help: "Noisy copies that SmoothGrad averages.")
  var draws = 50

  @Option(help: "SmoothGrad's noise, as a share of the range from black to white.")
  var noise = 0.15

  @Option(help: "Steps of integrated gradients.")
  var steps = 64

  @Option(
    help:
      "Where integrated gradients start: mean (of black, white and eight of noise), black, white, noise; attribute takes the mean, trial black."
  )
  var baseline: AttributionSettings.Baseline?

  @Option(
    help: "Grad-CAM's layer: the last convolution with maps of at least 7 × 7, after its ReLU, if not given.")
  var layer: String?

  @Option(help: "What occlusion measures: the loss of the logit, or of the probability.")
  var occlusion: AttributionSettings.Measure = .logit

  @Option(help: "The side of occlusion's grey square, in pixels; a seventh of the picture's if not given.")
  var square: Int?

  @Option(help: "The seed of all noise.")
  var noiseSeed: UInt64 = 0

  func validate() throws {
    if draws < 1 { throw ValidationError("--draws must be at least 1") }
    if steps < 1 { throw ValidationError("--steps must be at least 1") }
    if !(noise >= 0 && noise.isFinite) { throw ValidationError("--noise must be 0 or more") }
    if let square, square < 1 { throw ValidationError("--square must be at least 1") }
  }

  /// The settings, with the baseline that the verb takes where none is given.
  func settings(from usual: AttributionSettings.Baseline) -> AttributionSettings {
    AttributionSettings(
      draws: draws, noise: noise, steps: steps, baseline: baseline ?? usual, layer: layer, measure: occlusion,
      square: square,
      seed: noiseSeed)
  }
}

/// Methods by their names, with commas.
struct AttributionMethods: ExpressibleByArgument {
  var methods: [AttributionMethod]

  init(methods: [AttributionMethod]) { self.methods = methods }

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    methods = names.compactMap { AttributionMethod(rawValue: String($0)) }
    guard !methods.isEmpty, methods.count == names.count, Set(methods).count == methods.count else {
      return nil
    }
  }

  var defaultValueDescription: String { methods.map(\.rawValue).joined(separator: ",") }
}

extension AttributionSettings.Baseline: ExpressibleByArgument {}
extension AttributionSettings.Measure: ExpressibleByArgument {}
extension AttributionWall.Sharing: ExpressibleByArgument {}
