internal import Core

extension Recipe {
  /// Checks settings that do not depend on the data.
  /// - Throws: `TrainingError` naming the first that makes no sense.
  func check() throws(TrainingError) {
    guard task == preset.task else {
      throw TrainingError(
        .setting, "task",
        "preset \(preset.rawValue) is made to \(preset.task.rawValue), not to \(task.rawValue)")
    }
    try optimiser.check()
    guard rateDecay > 0, rateDecay.isFinite else {
      throw TrainingError(.setting, "rate decay", "expected a number above 0, found \(rateDecay)")
    }
    if let averaging, !(0..<1).contains(averaging) {
      throw TrainingError(.setting, "averaging", "expected at least 0 and less than 1, found \(averaging)")
    }
  }

  /// Checks that this recipe goes on with a run as if it had never stopped: only its length may differ.
  /// - Throws: `TrainingError` naming the first setting that differs, with both values.
  func checkContinues(_ stored: Recipe, at path: String) throws(TrainingError) {
    func same(_ setting: String, _ was: String, _ now: String) throws(TrainingError) {
      guard was == now else {
        throw TrainingError(.setting, path, "was trained with \(setting) \(was), not \(now)")
      }
    }
    try same("preset", stored.preset.rawValue, preset.rawValue)
    try same("batch", "\(stored.batch)", "\(batch)")
    try same("seed", "\(stored.seed)", "\(seed)")
    try same("optimiser", "\(stored.optimiser)", "\(optimiser)")
    try same("rate decay", "\(stored.rateDecay)", "\(rateDecay)")
    try same(
      "averaging", stored.averaging.map { "\($0)" } ?? "none", averaging.map { "\($0)" } ?? "none")
    try same("initialisation", stored.initialisation.rawValue, initialisation.rawValue)
    try same("validation pictures", "\(stored.validationCount)", "\(validationCount)")
    // A folder may have moved; what counts is what is in it.
    var data = stored.data
    data?.source = self.data?.source ?? ""
    guard data == self.data, stored.normalisation == normalisation else {
      throw TrainingError(
        .setting, self.data?.source ?? "data",
        "is not the data that \(path) was trained on: it has changed since")
    }
  }
}

extension OptimiserRecipe {
  /// Checks that the settings are numbers with which an optimiser can move.
  func check() throws(TrainingError) {
    func refuse(_ name: String, _ value: Float, _ expected: String) -> TrainingError {
      TrainingError(.setting, name, "expected \(expected), found \(value)")
    }
    guard rate > 0, rate.isFinite else { throw refuse("rate", rate, "a number above 0") }
    switch self {
    case .adam(_, let beta1, let beta2, let epsilon):
      guard (0..<1).contains(beta1) else { throw refuse("beta1", beta1, "at least 0 and less than 1") }
      guard (0..<1).contains(beta2) else { throw refuse("beta2", beta2, "at least 0 and less than 1") }
      guard epsilon > 0, epsilon.isFinite else { throw refuse("epsilon", epsilon, "a number above 0") }
    case .sgd(_, let momentum):
      guard (0..<1).contains(momentum) else {
        throw refuse("momentum", momentum, "at least 0 and less than 1")
      }
    }
  }
}
