internal import Core
public import Render

/// What single units want to see most: pictures painted by gradient ascent, each beside the real pictures that excite the
/// unit most and the kernel that its layers make together. Never one without the other: what is painted is what the unit
/// answers to, not what it means.
///
/// ```swift
/// let figure = try ActivationMaximisation(layer: "conv2", units: [0, 5], steps: 64).figure(of: specimen)
/// try figure.write(to: "conv2-maximised.svg")
/// ```
/// Source: Olah, Mordvintsev & Schubert, “Feature Visualization”, Distill 2017, with the numbers of Lucid scaled to the input.
public struct ActivationMaximisation: Hashable, Sendable {
  /// What of a unit is made as large as possible.
  public enum Objective: String, Hashable, Sendable, CaseIterable {
    /// The mean of a channel over all places.
    case channel
    /// The place in the middle of a channel.
    case neuron
  }

  /// The layer; nil for the last convolution, behind its ReLU if it has one, or the class scores where there is none. Of a ReLU
  /// only what is positive counts.
  public var layer: String?
  /// The units; if nothing is said eight that are drawn by the seed (or all classes, if there are no more than ten).
  public var units: UnitSelection
  /// What of them is made large. For features and class scores both are the same.
  public var objective: Objective
  /// Steps of ascent.
  public var steps: Int
  /// Pictures for each unit, each from random numbers of its own.
  public var starts: Int
  /// Where random numbers come from.
  public var seed: UInt64
  /// Whether pictures are shifted, turned and scaled a little in every step.
  public var usesTransforms: Bool
  /// The colours' theme.
  public var theme: Theme

  /// Lucid's number of steps.
  public static let usualSteps = 512
  /// As many pictures as are enough to see what they have in common.
  public static let usualStarts = 4

  /// Activation maximisation of a layer's units. Traps without a step or start.
  public init(
    layer: String? = nil, units: UnitSelection = .usual, objective: Objective = .channel,
    steps: Int = ActivationMaximisation.usualSteps, starts: Int = ActivationMaximisation.usualStarts,
    seed: UInt64 = 0, usesTransforms: Bool = true, theme: Theme = .light
  ) {
    precondition(steps > 0 && starts > 0, "\(steps) steps from \(starts) starts")
    self.layer = layer
    self.units = units
    self.objective = objective
    self.steps = steps
    self.starts = starts
    self.seed = seed
    self.usesTransforms = usesTransforms
    self.theme = theme
  }

  /// Paints the pictures.
  /// - Parameter progress: is told the share of the steps that are done.
  /// - Throws: `InspectError` if the network is given no picture, or has no such layer or unit; `NetworkError` if it cannot be run.
  public func pictures(
    of specimen: Specimen, progress: (Double) -> Void = { _ in }
  ) throws -> MaximisedUnits {
    let target = try UnitTarget(layer, objective, of: specimen)
    return try pictures(of: specimen, target, try chosenUnits(of: target, specimen), progress)
  }

  func pictures(
    of specimen: Specimen, _ target: UnitTarget, _ units: [Int], _ progress: (Double) -> Void
  ) throws -> MaximisedUnits {
    let head = try specimen.model.leading(to: target.node)
    let shape = head.network.inputs[0].shape
    let goals = units.flatMap { unit in (0..<starts).map { Ascent.Goal(unit: unit, start: $0) } }
    // As many at once as keep both cores busy without leaving the cache for nothing; of large pictures fewer.
    let most = min(64, max(4, 64 * 64 * 64 / (shape[1] * shape[2])))
    let rounds = (goals.count + most - 1) / most
    let batch = (goals.count + rounds - 1) / rounds
    var pictures: [Float] = []
    var reached: [Float] = []
    for round in 0..<rounds {
      let wanted = Array(goals[min(round * batch, goals.count)..<min((round + 1) * batch, goals.count)])
      guard !wanted.isEmpty else { break }
      // One batch size for all rounds: sums are then added up in one order for all pictures.
      let filled = wanted + Array(repeating: wanted[wanted.count - 1], count: batch - wanted.count)
      let ascent = try Ascent(
        head, target: target, goals: filled, normalisation: specimen.normalisation, seed: seed)
      for step in 1...steps {
        ascent.step(step, wobbling: usesTransforms)
        progress((Double(round) + Double(step) / Double(steps)) / Double(rounds))
      }
      let result = ascent.result()
      pictures += result.pictures[0..<wanted.count].elements
      reached += result.reached.prefix(wanted.count)
    }
    return MaximisedUnits(
      layer: target.layer, units: units, names: units.map { target.name(of: $0) }, starts: starts,
      pictures: Tensor([units.count, starts, shape[0], shape[1], shape[2]], pictures),
      reached: Tensor([units.count, starts], reached))
  }

  func chosenUnits(of target: UnitTarget, _ specimen: Specimen) throws(InspectError) -> [Int] {
    try units.units(of: target.units, "\(specimen.name)/\(target.layer)") { drawn(of: target) }
  }

  private func drawn(of target: UnitTarget) -> [Int] {
    if target.units <= 8 || target.units <= 10 && !target.isMaps { return Array(0..<target.units) }
    // A partial shuffle of its own stream: the first eight.
    var random = RandomStream(seed: seed, stream: 1 << 60)
    var all = Array(0..<target.units)
    for index in 0..<8 {
      all.swapAt(index, index + Int(random.nextWord() % UInt32(all.count - index)))
    }
    return all.prefix(8).sorted()
  }
}
