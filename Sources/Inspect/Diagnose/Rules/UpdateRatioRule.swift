internal import Core
internal import Render

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Steps that are far too large or far too small for the weights they move: about a thousandth is healthy.
///
/// The last step is worked out from what the optimiser kept for going on: for Adam rate · m̂ / (√v̂ + ε), for gradient descent
/// with momentum rate · velocity. A rate that decays makes the last steps small on purpose, so steps are called too small only
/// by what they would be at the full rate.
struct UpdateRatioRule: DiagnosisRule {
  let id = "update-size"

  func verdict(on examination: Examination) throws -> Verdict {
    guard let run = examination.run else { return .notApplicable }
    guard run.recordedSteps >= fewestSteps else { return .untold("less than \(fewestSteps) steps were made") }
    guard let optimiser = Optimiser(recipe: run.recipe, stepsPerEpoch: run.stepsPerEpoch),
      let state = try? run.resumeState()
    else { return .untold("the run does not say how its last step was made") }
    var found: [Finding] = []
    var seen: [String] = []
    for specimen in examination.specimens {
      let ratios = optimiser.ratios(of: specimen, state)
      guard !ratios.isEmpty else { continue }
      let sorted = ratios.map(\.ratio).sorted()
      let median = sorted[sorted.count / 2]
      let full = median / optimiser.rateFactor(at: state.step)
      seen.append("\(specimen.name) \(Numbers.significant(median, digits: 2))")
      let isLarge = median > 0.03
      guard isLarge || full < 3e-6 else { continue }
      found.append(
        Finding(
          .warning, network: specimen.name,
          isLarge
            ? "The last step moved the weights of \(specimen.name) by \(Numbers.percent(median)) of their length; about 0.1\(Numbers.thinSpace)% is healthy."
            : "At the full learning rate a step moves the weights of \(specimen.name) by \(Numbers.significant(full, digits: 2)) of their length; about 0.001 is healthy.",
          advice: isLarge
            ? "Divide the learning rate by \(Numbers.significant((median / 1e-3), digits: 1)) or so."
            : "The learning rate can be larger, or the network has stopped learning.",
          command: examination.command("curves"), measures: ["ratio": median, "at_full_rate": full]))
    }
    if found.isEmpty, seen.isEmpty { return .untold("the run does not say how its last step was made") }
    return .found(found, else: "the last step moved weights by a sound share of their length: \(seen.listed)")
  }

  /// What a recipe says of the optimiser.
  private struct Optimiser {
    enum Kind { case adam(beta1: Double, beta2: Double, epsilon: Double), momentum }
    let kind: Kind
    let rate: Double
    let decay: Double
    let stepsPerEpoch: Double

    init?(recipe: String, stepsPerEpoch: Double?) {
      guard let recipe = try? FigureRecipe(json: recipe), case .object(let kinds)? = recipe["optimiser"],
        let kind = kinds.first, case .object(let settings) = kind.value
      else { return nil }
      func number(_ name: String) -> Double? { settings.first { $0.key == name }?.value.double }
      guard let rate = number("rate"), rate > 0 else { return nil }
      self.rate = rate
      decay = recipe["rateDecay"]?.double ?? 1
      self.stepsPerEpoch = stepsPerEpoch ?? 1
      switch kind.key {
      case "adam":
        self.kind = .adam(
          beta1: number("beta1") ?? 0.9, beta2: number("beta2") ?? 0.999, epsilon: number("epsilon") ?? 1e-8)
      case "sgd": self.kind = .momentum
      default: return nil
      }
    }

    /// What of the full rate was left at a step.
    func rateFactor(at step: Int) -> Double { pow(decay, Double(max(step - 1, 0)) / stepsPerEpoch) }

    /// ‖update‖ / ‖W‖ of every weight in the step that the state was stored after.
    func ratios(of specimen: Specimen, _ state: ResumeState) -> [(name: String, ratio: Double)] {
      let rate = rate * rateFactor(at: state.step)
      return specimen.model.parameters.names.compactMap { name in
        let key = "\(specimen.name)/"
        guard let weights = state.tensors[key + name], weights.shape.rank >= 2 else { return nil }
        var (square, length) = (0.0, 0.0)
        for weight in weights.elements { length += Double(weight) * Double(weight) }
        switch kind {
        case .momentum:
          guard let velocity = state.tensors[key + "velocity/" + name] else { return nil }
          for v in velocity.elements { square += Double(v) * Double(v) }
        case .adam(let beta1, let beta2, let epsilon):
          guard let first = state.tensors[key + "first_moment/" + name],
            let second = state.tensors[key + "second_moment/" + name], first.shape == second.shape
          else { return nil }
          let (a, b) = (
            1 - pow(beta1, Double(state.step)), 1 - pow(beta2, Double(state.step))
          )
          guard a > 0, b > 0 else { return nil }
          for (m, v) in zip(first.elements, second.elements) {
            let move = Double(m) / a / ((Double(max(v, 0)) / b).squareRoot() + epsilon)
            square += move * move
          }
        }
        let ratio = length > 0 ? rate * (square / length).squareRoot() : .nan
        return ratio.isFinite ? (name, ratio) : nil
      }
    }
  }
}

extension FigureRecipe.Value {
  /// The number, whole or not.
  fileprivate var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
