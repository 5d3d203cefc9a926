import Core
import Train

/// Something that both sides can do over and over: what is timed, how it is asked of PyTorch, what it costs.
struct Work {
  /// The worker's name for it.
  var name: String
  /// Pictures that one run of it deals with.
  var batch: Int
  var width = 1
  var image: Int
  /// Floating-point operations of one run.
  var flops: Double
  /// Makes ready; what it returns does it once.
  var prepare: () throws -> () throws -> Void

  /// What a table calls it.
  var title: String { "\(name), batch \(batch)" }

  /// What the engine is held against.
  static func all(batch: Int?) throws -> [Work] {
    try [
      dcganStep(batch: batch ?? 128), cnnStep(batch: batch ?? 128), dcgan64Step(batch: batch ?? 64),
      dcgan64Inference(batch: batch ?? 1), dcgan64Inference(batch: batch ?? 64), cnnActivations(),
    ]
  }

  /// A training step of the larger DCGAN for small pictures.
  static func dcganStep(batch: Int = 128, width: Int = 1, image: Int = 28) throws -> Work {
    let pair = try Networks.dcgan(width: width, image: image)
    return try adversarial("dcgan-step", .dcgan, pair, batch, width, image, channels: 1)
  }

  /// A training step of preset `dcgan-64`.
  static func dcgan64Step(batch: Int = 64) throws -> Work {
    let pair = try Preset.dcgan64.adversaries(picture: [3, 64, 64])
    return try adversarial("dcgan-64-step", .dcgan64, pair, batch, 1, 64, channels: 3)
  }

  private static func adversarial(
    _ name: String, _ preset: Preset, _ pair: Adversaries, _ batch: Int, _ width: Int, _ image: Int,
    channels: Int
  ) throws -> Work {
    Work(
      name: name, batch: batch, width: width, image: image, flops: try Flops.step(pair, batch: batch),
      prepare: {
        let data = noise(count: batch * 4, shape: [channels, image, image])
        return try steps(of: Trainer(recipe(preset, batch), data, adversaries: pair))
      })
  }

  /// A training step of preset `cnn`.
  static func cnnStep(batch: Int = 128, width: Int = 1, image: Int = 28) throws -> Work {
    let network = try cnnNetwork(picture: [1, image, image], classes: 10, width: width)
    return Work(
      name: "cnn-step", batch: batch, width: width, image: image,
      flops: try Flops.training(network, batch: batch),
      prepare: {
        let data = noise(count: batch * 4, shape: [1, image, image])
        return try steps(of: Trainer(recipe(.cnn, batch), data, classifier: network))
      })
  }

  /// The generator of `dcgan-64` making pictures, from latents in memory to pictures in memory.
  static func dcgan64Inference(batch: Int) throws -> Work {
    let generator = try Preset.dcgan64.adversaries(picture: [3, 64, 64]).generator
    return Work(
      name: "dcgan-64-inference", batch: batch, image: 64, flops: try Flops.forward(generator, batch: batch),
      prepare: {
        let executor = try loaded(generator, batch: batch, .dcgan)
        var random = RandomStream(seed: 1, stream: 1)
        let latents = random.normal(generator.inputs[0].shape.batched(batch))
        return {
          executor.withInput("latent") { _ = $0.update(fromContentsOf: latents.elements) }
          executor.run()
          executor.withValue(of: generator.output) { pictures in precondition(pictures[0].isFinite) }
        }
      })
  }

  /// Every value of `cnn` for one picture, each in rows as a figure reads it.
  static func cnnActivations() throws -> Work {
    let network = try Preset.cnn.classifier(picture: [1, 28, 28], classes: 10)
    return Work(
      name: "cnn-activations", batch: 1, image: 28, flops: try Flops.forward(network, batch: 1),
      prepare: {
        let executor = try makeExecutor(for: network, batch: 1, mode: .inference)
        var random = RandomStream(seed: 1, stream: 0)
        try executor.load(Parameters(initialising: network, by: .kaimingUniform, from: &random))
        let picture = random.normal([1, 1, 28, 28])
        return {
          try executor.forward(picture)
          for node in network.nodes {
            let value = try executor.value(of: node.name)
            precondition(value.elements[0].isFinite)
          }
        }
      })
  }

  private static func recipe(_ preset: Preset, _ batch: Int) -> Recipe {
    var recipe = Recipe(preset: preset)
    recipe.batch = batch
    return recipe
  }

  private static func steps(of trainer: Trainer) -> () throws -> Void {
    var step = 0
    return {
      step += 1
      try trainer.step(step)
    }
  }

  private static func loaded(
    _ network: Network, batch: Int, _ initialisation: Initialisation
  ) throws -> any TrainableExecutor {
    let executor = try makeTrainableExecutor(for: network, batch: batch, mode: .inference)
    var random = RandomStream(seed: 1, stream: 0)
    try executor.load(Parameters(initialising: network, by: initialisation, from: &random))
    return executor
  }

  /// Pictures of nothing: what they show does not change how long a step takes.
  static func noise(count: Int, shape: Shape) -> DataSet {
    var random = RandomStream(seed: 2, stream: 0)
    let pixels = (0..<count * shape.elementCount).map { _ in
      UInt8(truncatingIfNeeded: Int(random.uniform() * 255))
    }
    let labels = (0..<count).map { Int32($0 % 10) }
    let pictures = LabelledPictures(shape: shape, pixels: pixels, labels: labels)
    return DataSet(
      name: "noise", classNames: (0..<10).map(String.init), train: pictures, test: pictures.prefix(10),
      origin: "drawn at random")
  }
}
