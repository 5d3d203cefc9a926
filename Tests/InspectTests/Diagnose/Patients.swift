import Core
import Inspect
import TestSupport

/// Runs that are healthy but for what a test plants in them: 200 steps of curves as they should be, random weights, random
/// pictures.
enum Patient {
  static let steps = 200
  static let stepsPerEpoch = 40

  // MARK: A classifier

  /// What is recorded of a classifier's training.
  struct Course {
    var loss: (Int) -> Double = { 1.0 / (1 + Double($0) / 10) }
    var accuracy: (Int) -> Double = { 1 - 0.6 / (1 + Double($0) / 10) }
    /// One value after each of five epochs.
    var validationLoss = [0.5, 0.3, 0.22, 0.202, 0.2]
    var validationAccuracy = [0.8, 0.9, 0.93, 0.94, 0.94]
    var confusion = [95, 1, 1, 1, 96, 1, 1, 1, 97]
    /// The gradient's length of conv1, conv2 and fc at a step.
    var gradients: (Int) -> [Double] = { _ in [0.2, 0.4, 0.3] }
    var state = RunState.complete
    var recipe = "{}"
    /// What the optimiser is said to have kept: moments by parameter.
    var moments: (first: Float, second: Float)?
  }

  static func classifier() throws -> Network {
    try .sequential(
      "classifier", input: .init("image", [1, 8, 8]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 8, kernelSize: 3, padding: 1), "relu1": ReLU(),
        "conv2": Conv2d(inputChannels: 8, outputChannels: 6, kernelSize: 3, padding: 1), "relu2": ReLU(),
        "pool": MaxPool2d(kernelSize: 2), "flatten": Flatten(),
        "fc": Linear(inputFeatures: 96, outputFeatures: 3),
      ])
  }

  static func parameters(of network: Network, seed: UInt64 = 1) -> Parameters {
    var random = RandomStream(seed: seed, stream: 0)
    return Parameters(initialising: network, by: .kaimingUniform, from: &random)
  }

  static func pictures(_ count: Int, normalisation: Normalisation = .symmetric, labels: Bool = true) -> Probe
  {
    var random = RandomStream(seed: 9, stream: 0)
    return Probe(
      pictures: (0..<count * 64).map { _ in UInt8(random.nextWord() >> 24) }, pictureShape: [count, 1, 8, 8],
      labels: labels ? (0..<count).map { $0 % 3 } : [], classNames: labels ? ["a", "b", "c"] : [],
      normalisation: normalisation)
  }

  /// A classifier's run; `change` plants something into its last weights.
  static func classifier(
    _ course: Course = Course(), change: (inout Parameters) -> Void = { _ in }
  ) throws -> (folder: ScratchFolder, run: RunArchive) {
    let folder = try ScratchFolder()
    let path = folder.path + "/patient.h5"
    let network = try classifier()
    var parameters = parameters(of: network)
    change(&parameters)
    var kept: [String: Tensor] = [:]
    if let moments = course.moments {
      for name in parameters.names {
        let tensor = parameters[name]!
        kept["classifier/\(name)"] = tensor
        kept["classifier/first_moment/\(name)"] = Tensor(tensor.shape, repeating: moments.first)
        kept["classifier/second_moment/\(name)"] = Tensor(tensor.shape, repeating: moments.second)
      }
    }
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: course.recipe, seed: 7,
        networks: [
          RunNetwork(
            name: "classifier", role: .classifier, network: network,
            statistics: ["gradient_norm", "conv1/gradient_norm", "conv2/gradient_norm", "fc/gradient_norm"])
        ], probe: pictures(60), metrics: ["loss", "accuracy"],
        evaluations: ["validation_loss", "validation_accuracy", "test_loss", "test_accuracy"],
        confusionClasses: 3, resumeTensors: kept.mapValues(\.shape)))
    func store(_ step: Int) throws {
      try recorder.snapshot(
        step: step, epoch: Double(step) / Double(stepsPerEpoch), seconds: Double(step),
        parameters: ["classifier": parameters])
    }
    try store(0)
    for step in 1...steps {
      let gradients = course.gradients(step)
      let whole = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
      try recorder.append(
        step: step, metrics: [course.loss(step), course.accuracy(step)],
        statistics: ["classifier": [whole] + gradients])
      if step % stepsPerEpoch == 0 {
        let epoch = step / stepsPerEpoch - 1
        try recorder.append(
          evaluation: step,
          values: [course.validationLoss[epoch], course.validationAccuracy[epoch], .nan, .nan],
          confusion: course.confusion)
        try store(step)
      }
    }
    if !kept.isEmpty { try recorder.keep(ResumeState(step: steps, tensors: kept, text: "{}")) }
    try recorder.finish(course.state)
    return (folder, try RunArchive(opening: path))
  }

  // MARK: A GAN

  /// What two adversaries are made of and what is recorded of them.
  struct Duel {
    var generator: (Network) throws -> Network = { $0 }
    var discriminator: (Network) throws -> Network = { $0 }
    var normalisation = Normalisation.symmetric
    /// loss_D, loss_G, D_real, D_fake_before.
    var metrics = [0.9, 1.3, 0.66, 0.34]
    /// True if all samples are one picture.
    var isCollapsed = false
  }

  static func generator(kernel: Extent = 4, padding: Padding = 1, end: any Operation = Tanh()) throws
    -> Network
  {
    try Network(
      name: "generator", inputs: [.init("latent", [6])],
      nodes: chain(
        "latent",
        [
          ("fc", Linear(inputFeatures: 6, outputFeatures: 80, hasBias: false)),
          ("reshape", Reshape(shape: [20, 2, 2])), ("bn1", BatchNorm2d(channels: 20)), ("relu1", ReLU()),
          (
            "deconv1",
            ConvTranspose2d(
              inputChannels: 20, outputChannels: 5, kernelSize: 4, stride: 2, padding: 1, hasBias: false)
          ),
          ("bn2", BatchNorm2d(channels: 5)), ("relu2", ReLU()),
          (
            "deconv2",
            ConvTranspose2d(
              inputChannels: 5, outputChannels: 1, kernelSize: kernel, stride: 2, padding: padding)
          ), ("end", end),
        ]))
  }

  static func discriminator() throws -> Network {
    try Network(
      name: "discriminator", inputs: [.init("image", [1, 8, 8])],
      nodes: chain(
        "image",
        [
          ("conv1", Conv2d(inputChannels: 1, outputChannels: 5, kernelSize: 4, stride: 2, padding: 1)),
          ("lrelu1", LeakyReLU(slope: 0.2)),
          (
            "conv2",
            Conv2d(inputChannels: 5, outputChannels: 7, kernelSize: 4, stride: 2, padding: 1, hasBias: false)
          ),
          ("bn2", BatchNorm2d(channels: 7)), ("lrelu2", LeakyReLU(slope: 0.2)), ("flatten", Flatten()),
          ("logit", Linear(inputFeatures: 28, outputFeatures: 1)),
        ]))
  }

  static func chain(_ input: String, _ operations: [(String, any Operation)]) -> [Network.Node] {
    var previous = input
    return operations.map { name, operation in
      defer { previous = name }
      return Network.Node(name, operation, [previous])
    }
  }

  /// A GAN's run.
  static func gan(_ duel: Duel = Duel()) throws -> (folder: ScratchFolder, run: RunArchive) {
    let folder = try ScratchFolder()
    let path = folder.path + "/patient.h5"
    let (G, D) = (try duel.generator(generator()), try duel.discriminator(discriminator()))
    var probe = pictures(64, normalisation: duel.normalisation, labels: false)
    var random = RandomStream(seed: 4, stream: 0)
    probe.latents = random.normal([32, 6])
    let recorder = try RunRecorder(
      creating: path,
      RunPlan(
        recipe: "{}", seed: 7,
        networks: [
          RunNetwork(name: "generator", role: .generator, network: G, statistics: ["gradient_norm"]),
          RunNetwork(name: "discriminator", role: .discriminator, network: D, statistics: ["gradient_norm"]),
        ], probe: probe, sampleShape: [16, 8, 8, 1],
        metrics: ["loss_D", "loss_G", "D_real", "D_fake_before"]))
    let picture = (0..<64).map { _ in UInt8(random.nextWord() >> 24) }
    let samples = (0..<16).flatMap { index in
      duel.isCollapsed || index == 0 ? picture : (0..<64).map { _ in UInt8(random.nextWord() >> 24) }
    }
    func store(_ step: Int) throws {
      try recorder.snapshot(
        step: step, epoch: Double(step) / Double(stepsPerEpoch), seconds: Double(step),
        parameters: ["generator": parameters(of: G), "discriminator": parameters(of: D, seed: 2)],
        samples: samples)
    }
    try store(0)
    for step in 1...steps {
      try recorder.append(
        step: step, metrics: duel.metrics, statistics: ["generator": [2], "discriminator": [3]])
    }
    try store(steps)
    try recorder.finish(.complete)
    return (folder, try RunArchive(opening: path))
  }
}
