import Core
import Foundation
import TestSupport
import Testing
import Train

/// Networks and an optimiser in `Double`, written down plainly: what training's steps are held against.
private final class PlainLearner {
  let executor: ReferenceExecutor<Double>
  let rate: Double
  let momentum: Double
  private(set) var parameters: [String: Values<Double>] = [:]
  private var velocities: [String: [Double]] = [:]

  init(_ network: Network, batch: Int, _ start: Parameters, rate: Float, momentum: Float) throws {
    executor = try ReferenceExecutor<Double>(network, batch: batch, mode: .training)
    (self.rate, self.momentum) = (Double(rate), Double(momentum))
    for name in start.names { parameters[name] = Values(start[name]!) }
    try executor.load(parameters)
  }

  /// `v ← µ·v + g`, `w ← w − rate · v`; statistics stay as forward passes left them.
  /// - Parameter decay: what the rate is multiplied by in this step.
  func learn(_ gradients: [String: Values<Double>], decay: Double = 1) throws {
    let now = executor.parameters
    for name in now.names {
      guard let gradient = gradients[name] else {
        parameters[name] = Values(now[name]!)
        continue
      }
      let velocity = zip(velocities[name] ?? gradient.elements.map { _ in 0 }, gradient.elements)
        .map { momentum * $0 + $1 }
      velocities[name] = velocity
      for index in velocity.indices { parameters[name]!.elements[index] -= rate * decay * velocity[index] }
    }
    try executor.load(parameters)
  }

  /// Judges logits by binary cross-entropy against a target: the loss, and its gradient by them.
  static func judge(_ logits: Values<Double>, _ target: Double) -> (loss: Double, gradient: Values<Double>) {
    let count = Double(logits.elements.count)
    let probabilities = logits.elements.map { 1 / (1 + exp(-$0)) }
    let losses = probabilities.map { -target * log($0) - (1 - target) * log(1 - $0) }
    return (
      losses.reduce(0, +) / count, Values(logits.shape, probabilities.map { ($0 - target) / count })
    )
  }
}

private func norm(_ gradients: some Sequence<Values<Double>>) -> Double {
  gradients.reduce(0) { $0 + $1.elements.reduce(0) { $0 + $1 * $1 } }.squareRoot()
}

@Suite struct TrainingStepTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private func expect(
    _ run: RunArchive, _ network: String, _ snapshot: Snapshot, is learner: PlainLearner,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let parameters = try run.model(of: network, at: snapshot).parameters
    for name in parameters.names {
      expectClose(
        parameters[name]!, learner.parameters[name]!.tensor, absolute: 2e-6, relative: 2e-5,
        because: "\(name) of the \(network) after step \(snapshot.step)", sourceLocation: sourceLocation)
    }
  }

  private func expectNorms(
    _ run: RunArchive, _ network: String, step: Int, _ gradients: [String: Values<Double>],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func check(_ name: String, _ expected: Double) throws {
      let actual = try run.statistic(name, of: network).values[step - 1]
      #expect(
        isClose(actual, expected, relative: 1e-4), "\(name) of the \(network) at step \(step)",
        sourceLocation: sourceLocation)
    }
    try check("gradient_norm", norm(gradients.values))
    for node in Set(gradients.keys.map { $0.prefix { $0 != "." } }) {
      try check("\(node)/gradient_norm", norm(gradients.filter { $0.key.hasPrefix(node + ".") }.values))
    }
  }

  /// The batch drawn, dropout's mask, the loss, the gradients, the update: four steps, in every number recorded.
  @Test func aClassifiersStepsAreThoseOfTheDefinition() throws {
    let data = Stripes.data()
    var recipe = Stripes.recipe(.cnn)
    recipe.steps = 4
    recipe.rateDecay = 0.25
    recipe.optimiser = .sgd(rate: 0.05, momentum: 0.9)
    let path = scratch.path + "/run.h5"
    try Trainer(recipe, data).train(recordingTo: path)
    let run = try RunArchive(opening: path)
    #expect(run.snapshots.map(\.step) == [0, 1, 2, 4])

    let rest = try data.train.holdingOut(5, seed: recipe.seed).rest
    var sampler = try BatchSampler(rest, batch: 8, normalisation: Normalisation(of: rest), seed: recipe.seed)
    let start = try run.model(of: "classifier", at: run.snapshot(.first))
    let plain = try PlainLearner(start.network, batch: 8, start.parameters, rate: 0.05, momentum: 0.9)
    let (losses, accuracies) = (try run.metric("loss").values, try run.metric("accuracy").values)
    for step in 1...4 {
      plain.executor.dropoutSeed = DropoutSeed(seed: recipe.seed, step: step)
      let indices = sampler.indices(step: step - 1)
      let images = Normalisation(of: rest).tensor(of: rest.selecting(indices))
      try plain.executor.forward(["image": Values(images)])
      let logits = try plain.executor.exactValue(of: start.network.output)
      var gradient = logits
      var (loss, correct) = (0.0, 0)
      for (row, index) in indices.enumerated() {
        let label = Int(rest.labels[index])
        let powers = (0..<3).map { exp(logits.elements[row * 3 + $0]) }
        let sum = powers.reduce(0, +)
        loss -= log(powers[label] / sum) / 8
        correct += powers[label] == powers.max() ? 1 : 0
        for column in 0..<3 {
          gradient.elements[row * 3 + column] = (powers[column] / sum - (column == label ? 1 : 0)) / 8
        }
      }
      #expect(isClose(losses[step - 1], loss, relative: 1e-5), "loss of step \(step)")
      #expect(accuracies[step - 1] == Double(correct) / 8, "accuracy of step \(step)")
      try plain.executor.backward(
        from: start.network.output, gradient: gradient, rule: .plain, into: .parameters)
      let gradients = try plain.executor.exactParameterGradients()
      try expectNorms(run, "classifier", step: step, gradients)
      // 6 steps an epoch, over which the rate falls to 0.25 of itself.
      try plain.learn(gradients, decay: pow(0.25, Double(step - 1) / 6))
      if let snapshot = run.snapshots.first(where: { $0.step == step }) {
        try expect(run, "classifier", snapshot, is: plain)
      }
    }
  }

  /// D on real, D on fakes in a batch of their own, one update of D; then G through the D that has just learnt.
  @Test(arguments: [1, 3])
  func aGANsStepsAreThoseOfTheTwoStepProcess(_ channels: Int) throws {
    let data = Stripes.data(channels: channels)
    var recipe = Stripes.recipe(.dcgan)
    recipe.steps = 2
    recipe.rateDecay = 1
    recipe.averaging = nil
    recipe.optimiser = .sgd(rate: 0.05, momentum: 0.9)
    let path = scratch.path + "/run.h5"
    try Trainer(recipe, data).train(recordingTo: path)
    let run = try RunArchive(opening: path)
    #expect(run.snapshots.map(\.step) == [0, 1, 2])

    let normalisation = Normalisation.symmetric
    var sampler = try BatchSampler(data.train, batch: 8, normalisation: normalisation, seed: recipe.seed)
    let starts = try ["generator", "discriminator"].map {
      try run.model(of: $0, at: run.snapshot(.first))
    }
    let learners = try starts.map {
      try PlainLearner($0.network, batch: 8, $0.parameters, rate: 0.05, momentum: 0.9)
    }
    let (G, D) = (learners[0], learners[1])
    for step in 1...2 {
      var random = RandomStream(seed: recipe.seed, stream: TrainingStream.latents(step: step))
      try G.executor.forward(["latent": Values(random.normal([8, 64]))])
      let fakes = try G.executor.exactValue(of: "tanh")
      let pictures = normalisation.tensor(of: data.train.selecting(sampler.indices(step: step - 1)))

      func judge(_ images: Values<Double>, _ target: Double, into targets: GradientTargets) throws
        -> (loss: Double, probability: Double, positive: Double)
      {
        try D.executor.forward(["image": images])
        let logits = try D.executor.exactValue(of: "logit")
        let (loss, gradient) = PlainLearner.judge(logits, target)
        try D.executor.backward(from: "logit", gradient: gradient, rule: .plain, into: targets)
        return (
          loss, logits.elements.reduce(0) { $0 + 1 / (1 + exp(-$1)) } / 8,
          Double(logits.elements.count { $0 > 0 }) / 8
        )
      }
      let real = try judge(Values(pictures), 1, into: .parameters)
      var gradients = try D.executor.exactParameterGradients()
      let fake = try judge(fakes, 0, into: .parameters)
      for (name, more) in try D.executor.exactParameterGradients() {
        for index in more.elements.indices { gradients[name]!.elements[index] += more.elements[index] }
      }
      try expectNorms(run, "discriminator", step: step, gradients)
      try D.learn(gradients)

      let fooled = try judge(fakes, 1, into: .values)
      try G.executor.backward(
        from: "tanh", gradient: D.executor.exactGradient(of: "image"), rule: .plain, into: .parameters)
      let pull = try G.executor.exactParameterGradients()
      try expectNorms(run, "generator", step: step, pull)
      try G.learn(pull)
      // The third pass moved D's running statistics, too.
      try D.learn([:])

      for (name, expected) in [
        ("loss_D_real", real.loss), ("loss_D_fake", fake.loss), ("loss_D", real.loss + fake.loss),
        ("loss_G", fooled.loss), ("D_real", real.probability), ("D_fake_before", fake.probability),
        ("D_fake_after", fooled.probability), ("accuracy_real", real.positive),
        ("accuracy_fake", 1 - fake.positive),
      ] {
        let actual = try run.metric(name).values[step - 1]
        #expect(
          isClose(actual, expected, relative: 1e-4), "\(name) of step \(step): \(actual), not \(expected)")
      }
      let snapshot = try run.snapshot(.step(step))
      try expect(run, "generator", snapshot, is: G)
      try expect(run, "discriminator", snapshot, is: D)
    }
  }

  struct Start: Sendable, CustomTestStringConvertible {
    let preset: Preset
    let side: Int
    /// How far the first loss may be from that of knowing nothing.
    var distance = 0.15
    var optimiser: OptimiserRecipe? = nil
    var testDescription: String { "\(preset.rawValue) on \(side) × \(side)" }
  }

  /// Two steps of each: that every parameter is reached, and that the first loss is the one of knowing nothing.
  @Test(arguments: [
    Start(preset: .cnn, side: 12), Start(preset: .strided, side: 12), Start(preset: .lenet5, side: 12),
    // Its logit is a sum of 384 products of N(0, 0.02²) and numbers around ±1, about ±0.3 for real ones and for fakes: ±0.21 in the
    // loss, here twice that.
    Start(preset: .dcgan, side: 8, distance: 0.42), Start(preset: .dcganPlain, side: 8),
    Start(preset: .dcganTF, side: 28),
    // Its logit is a sum of 8,192 products of N(0, 0.02²): about ±1.3. No moments, since it has 6 million parameters.
    Start(preset: .dcgan64, side: 64, distance: 1.6, optimiser: .sgd(rate: 0.01)),
  ])
  func everyPresetBeginsAtChanceAndMovesAllItsParameters(_ start: Start) throws {
    var recipe = Stripes.recipe(start.preset)
    recipe.batch = 4
    recipe.steps = 2
    if let optimiser = start.optimiser { recipe.optimiser = optimiser }
    let path = scratch.path + "/run.h5"
    let summary = try Trainer(recipe, Stripes.data(train: 24, test: 6, side: start.side))
      .train(recordingTo: path)
    #expect(summary.steps == 2 && summary.state == .complete)
    let run = try RunArchive(opening: path)
    for name in run.metricNames {
      let values = try run.metric(name).values
      #expect(values.count == 2 && values.allSatisfy { $0.isFinite }, "\(name): \(values)")
    }
    if start.preset.task == .classify {
      let loss = try run.metric("loss").values[0]
      #expect(abs(loss - log(3)) < start.distance, "\(loss)")
    } else {
      let loss = try run.metric("loss_D").values[0]
      #expect(abs(loss - 2 * log(2)) < start.distance, "\(loss)")
    }
    for network in run.networks {
      let before = try run.model(of: network.name, at: run.snapshot(.first)).parameters
      let after = try run.model(of: network.name, at: run.snapshot(.last)).parameters
      for name in after.names {
        #expect(after[name]!.elements.allSatisfy { $0.isFinite })
        #expect(after[name] != before[name], "\(name) of the \(network.name) did not move")
      }
    }
  }
}
