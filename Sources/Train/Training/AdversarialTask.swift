internal import Core

/// Trains a GAN by the two-step game: first the discriminator, on real pictures and on fakes in batches of
/// their own (so that batch norm sees one kind at a time), then the generator through the discriminator, with
/// the non-saturating loss. What the run keeps of the generator is the mean of its latest steps, if the recipe says so.
final class AdversarialTask: TrainingTask {
  let recipe: Recipe
  let plan: RunPlan
  let outline: TrainingOutline

  private let generator: Learner
  private let discriminator: Learner
  /// The mean of what the generator learns, which is what the run keeps; nil where it keeps the generator as it plays.
  private let averaged: AveragedGenerator?
  private let recorded: [String: [String]]
  private var sampler: BatchSampler
  /// What D said in the latest step: of real pictures, of fakes, and of the same fakes once it had learnt.
  private var scores:
    (real: BinaryCrossEntropy.Score, fake: BinaryCrossEntropy.Score, fooled: BinaryCrossEntropy.Score)?

  private static let metrics = [
    "loss_D_real", "loss_D_fake", "loss_D", "loss_G", "D_real", "D_fake_before", "D_fake_after",
    "accuracy_real", "accuracy_fake",
  ]
  private static let latentCount = 64
  private static let probeCount = 1_000
  private static let storedCount = 8

  /// - Parameter networks: what to train; the recipe's preset if nil.
  init(_ recipe: Recipe, _ data: DataSet, networks: Adversaries? = nil) throws {
    var recipe = recipe
    let normalisation = Normalisation.symmetric
    recipe.normalisation = normalisation
    recipe.validationCount = 0
    recipe.data = Recipe.DataDescription(
      data, from: recipe.data?.source, trainCount: data.train.count, validationCount: 0,
      testCount: data.test.count)
    self.recipe = recipe
    sampler = try BatchSampler(
      data.train, batch: recipe.batch, normalisation: normalisation, seed: recipe.seed)
    let networks = try networks ?? recipe.preset.adversaries(picture: data.pictureShape)
    generator = try Learner(
      "generator", networks.generator, stepsPerEpoch: sampler.stepsPerEpoch, recipe: recipe,
      stream: TrainingStream.generatorStart)
    discriminator = try Learner(
      "discriminator", networks.discriminator, stepsPerEpoch: sampler.stepsPerEpoch, recipe: recipe,
      stream: TrainingStream.discriminatorStart, beside: generator)

    averaged = recipe.averaging.map { [generator] in
      AveragedGenerator(of: generator, decay: $0, seed: recipe.seed)
    }

    let totalSteps = try sampler.totalSteps(epochs: recipe.epochs, steps: recipe.steps)
    outline = TrainingOutline(
      firstStep: 0, totalSteps: totalSteps, stepsPerEpoch: sampler.stepsPerEpoch, batch: recipe.batch,
      parameterCounts: [
        "generator": networks.generator.trainableParameterCount,
        "discriminator": networks.discriminator.trainableParameterCount,
      ])
    var random = RandomStream(seed: recipe.seed, stream: TrainingStream.fixedLatents)
    let latents = random.normal(networks.generator.inputs[0].shape.batched(Self.latentCount))
    var probe = Probe(
      classifying: data.test.count > 0 ? data.test : data.train, classNames: data.classNames,
      normalisation: recipe.normalisation!, maximum: Self.probeCount, stored: 0)
    probe.latents = latents
    probe.activationCount = min(Self.storedCount, probe.count)
    recorded = [
      "generator": networks.generator.nodes.map(\.name),
      "discriminator": networks.discriminator.nodes.filter {
        !($0.operation is Dropout) && !($0.operation is Flatten && $0.name == "flatten")
      }
      .map(\.name),
    ]
    let picture = data.pictureShape
    plan = RunPlan(
      recipe: try recipe.json(), seed: recipe.seed, tool: Tool.name,
      networks: [
        RunNetwork(
          name: "generator", role: .generator, network: networks.generator,
          recordedActivations: recorded["generator"]!, statistics: generator.statisticNames),
        RunNetwork(
          name: "discriminator", role: .discriminator, network: networks.discriminator,
          recordedActivations: recorded["discriminator"]!, statistics: discriminator.statisticNames),
      ],
      probe: probe, sampleShape: [Self.latentCount, picture[1], picture[2], picture[0]],
      metrics: Self.metrics,
      resumeTensors: Self.resumeTensors(generator, discriminator, averaged).mapValues(\.shape))
  }

  func begin() throws(NetworkError) {
    try generator.begin()
    try discriminator.begin()
    averaged?.begin()
  }

  func step(_ step: Int) throws(TrainingError) {
    let (G, D) = (generator.executor, discriminator.executor)
    let (latent, image) = (G.network.inputs[0].name, D.network.inputs[0].name)
    D.dropoutSeed = DropoutSeed(seed: recipe.seed, step: step)
    G.dropoutSeed = D.dropoutSeed

    var random = RandomStream(seed: recipe.seed, stream: TrainingStream.latents(step: step))
    G.withInput(latent) { random.fillNormal($0) }
    G.run()

    // First step: D should say 1 of real pictures and 0 of fakes.
    D.withInput(image) { sampler.fill(step: step - 1, images: $0) }
    let real = judge(target: 1)
    try check(real.loss, "loss_D_real", step)
    D.runBackward(from: D.network.output, rule: .plain, into: .parameters)
    G.withValue(of: G.network.output) { fakes in D.withInput(image) { _ = $0.update(fromContentsOf: fakes) } }
    let fake = judge(target: 0)
    try check(fake.loss, "loss_D_fake", step)
    D.runBackward(from: D.network.output, rule: .plain, into: .accumulatedParameters)
    try discriminator.learn(step: step)

    // Second step: G wants the same fakes scored 1 by the D that has just learnt. D's parameters are only
    // passed through, so their gradients are not computed.
    let fooled = judge(target: 1)
    try check(fooled.loss, "loss_G", step)
    D.runBackward(from: D.network.output, rule: .plain, into: .inputs)
    D.withGradient(of: image) { push in
      G.withSeed(at: G.network.output) { _ = $0.update(fromContentsOf: push) }
    }
    G.runBackward(from: G.network.output, rule: .plain, into: .parameters)
    try generator.learn(step: step)
    averaged?.follow(step: step)

    scores = (real, fake, fooled)
  }

  var record: StepRecord {
    let (real, fake, fooled) = scores!
    return StepRecord(
      metrics: [
        real.loss, fake.loss, real.loss + fake.loss, fooled.loss, real.meanProbability, fake.meanProbability,
        fooled.meanProbability, real.positiveShare, 1 - fake.positiveShare,
      ],
      statistics: ["generator": generator.norms, "discriminator": discriminator.norms])
  }

  /// D's verdict on what is in its input, and the seed for a backward pass.
  private func judge(target: Float) -> BinaryCrossEntropy.Score {
    let D = discriminator.executor
    D.run()
    return D.withValue(of: D.network.output) { logits in
      D.withSeed(at: D.network.output) { BinaryCrossEntropy.score(logits, target: target, gradient: $0) }
    }
  }

  private func check(_ loss: Double, _ name: String, _ step: Int) throws(TrainingError) {
    guard !loss.isFinite else { return }
    // The generator comes first in the chain: what is wrong there shows in D as well.
    throw .diverged(
      step: step, name, loss, at: generator.badPlace ?? discriminator.badPlace ?? "the loss")
  }

  func evaluate(endsEpoch: Bool) throws(NetworkError) -> EvaluationRecord? { nil }

  func snapshot() throws(NetworkError) -> SnapshotRecord {
    let parameters = [
      "generator": try averaged?.parameters() ?? generator.executor.parameters,
      "discriminator": discriminator.executor.parameters,
    ]
    let latents = plan.probe.latents!
    let sampling = try sampling.get()
    try sampling.load(parameters["generator"]!)
    try sampling.forward(latents)
    var activations: [String: [String: Tensor]] = [:]
    for node in recorded["generator"]! {
      activations["generator", default: [:]][node] = try sampling.value(of: node)[
        0..<plan.probe.activationCount]
    }
    let judging = try judging.get()
    try judging.load(parameters["discriminator"]!)
    try judging.forward(plan.probe.inputs(0..<plan.probe.activationCount))
    for node in recorded["discriminator"]! {
      activations["discriminator", default: [:]][node] = try judging.value(of: node)
    }
    return SnapshotRecord(
      parameters: parameters, activations: activations,
      samples: plan.probe.normalisation.samples(of: try sampling.output()).channelsLast(
        count: latents.shape[0], plan.sampleShape![3], plan.sampleShape![1] * plan.sampleShape![2]))
  }

  private lazy var sampling = Result { () throws(NetworkError) in
    try makeExecutor(for: generator.executor.network, batch: Self.latentCount, mode: .inference)
  }

  private lazy var judging = Result { () throws(NetworkError) in
    try makeExecutor(
      for: discriminator.executor.network, batch: plan.probe.activationCount, mode: .inference)
  }

  func resumeTensors() -> [String: Tensor] { Self.resumeTensors(generator, discriminator, averaged) }

  private static func resumeTensors(
    _ generator: Learner, _ discriminator: Learner, _ averaged: AveragedGenerator?
  ) -> [String: Tensor] {
    [generator.resumeTensors(), discriminator.resumeTensors(), averaged?.resumeTensors() ?? [:]]
      .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }

  func restore(_ tensors: [String: Tensor], step: Int) throws(NetworkError) {
    try generator.restore(tensors)
    try discriminator.restore(tensors)
    try averaged?.restore(tensors)
  }
}

extension [UInt8] {
  /// Pictures `[count, channels, places]` as `[count, places, channels]`.
  func channelsLast(count: Int, _ channels: Int, _ places: Int) -> [UInt8] {
    guard channels > 1 else { return self }
    var result = self
    for picture in 0..<count {
      for channel in 0..<channels {
        for place in 0..<places {
          result[(picture * places + place) * channels + channel] =
            self[(picture * channels + channel) * places + place]
        }
      }
    }
    return result
  }
}
