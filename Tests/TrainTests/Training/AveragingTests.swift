import Core
import TestSupport
import Testing
import Train

@Suite struct AveragingTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private func run(averaging: Float?, steps: Int = 4) throws -> RunArchive {
    var recipe = Stripes.recipe(.dcgan)
    recipe.averaging = averaging
    recipe.steps = steps
    let path = scratch.path + "/\(averaging.map { "\($0)" } ?? "none").h5"
    try Trainer(recipe, Stripes.data()).train(recordingTo: path)
    return try RunArchive(opening: path)
  }

  private func generator(of run: RunArchive, at step: Int) throws -> Parameters {
    try run.model(of: "generator", at: run.snapshot(.step(step))).parameters
  }

  private func values(_ numbers: [Float]) -> Values<Float> { Values([numbers.count], numbers) }

  private static let weights = ["fc.weight", "bn1.weight", "conv.bias"]

  /// After t steps a share of min(d, (1 + t) / (10 + t)) of the mean is kept.
  @Test func theRunsGeneratorIsTheMeanOfItsSteps() throws {
    let (plain, averaged) = (try run(averaging: nil), try run(averaging: 0.2))
    for name in Self.weights {
      let weights = try (0...2).map { try #require(generator(of: plain, at: $0)[name]).elements }
      let means = try (0...2).map { try #require(generator(of: averaged, at: $0)[name]).elements }
      #expect(means[0] == weights[0], "\(name) at the beginning")
      let first = zip(weights[0], weights[1]).map { $0 + (1 - Float(2) / 11) * ($1 - $0) }
      expectClose(
        values(means[1]), values(first), ofScale: 1e-6, because: "\(name) after one step, 2 of 11 are kept")
      let second = zip(first, weights[2]).map { $0 + (1 - Float(0.2)) * ($1 - $0) }
      expectClose(
        values(means[2]), values(second), ofScale: 1e-6, because: "\(name) after two steps, 0.2 is kept")
      #expect(means[2] != weights[2])
    }
  }

  @Test func theGameIsTheSame() throws {
    let (plain, averaged) = (try run(averaging: nil), try run(averaging: 0.9))
    for metric in plain.metricNames {
      #expect(try plain.metric(metric).values == averaged.metric(metric).values, "\(metric)")
    }
    #expect(
      try plain.model(of: "discriminator", at: plain.snapshot(.last)).parameters["conv1.weight"]
        == averaged.model(of: "discriminator", at: averaged.snapshot(.last)).parameters["conv1.weight"])
  }

  /// Running statistics trail behind by many steps; those of the mean are of the mean itself.
  @Test func theMeansStatisticsAreMeasuredAnew() throws {
    let model = try { try $0.model(of: "generator", at: $0.snapshot(.last)) }(run(averaging: 0.5))
    let network = model.network
    var random = RandomStream(seed: 99, stream: 3)
    let latents = random.normal(network.inputs[0].shape.batched(2_000))
    let executor = try makeExecutor(for: network, batch: 2_000, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(latents)
    // What batch norm makes of its input has mean β and deviation γ in every channel if the statistics are the right ones.
    let value = try executor.value(of: "bn2")
    let (channels, plane) = (value.shape[1], value.shape[2] * value.shape[3])
    for channel in 0..<channels {
      var numbers: [Double] = []
      for example in 0..<2_000 {
        let start = (example * channels + channel) * plane
        numbers += value.elements[start..<start + plane].map(Double.init)
      }
      let count = Double(numbers.count)
      let mean = numbers.reduce(0, +) / count
      let variance = numbers.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
      let deviation = variance.squareRoot()
      let gamma = Double(abs(try #require(model.parameters["bn2.weight"]).elements[channel]))
      let beta = Double(try #require(model.parameters["bn2.bias"]).elements[channel])
      #expect(abs(mean - beta) < 0.1 * gamma, "channel \(channel): mean \(mean), β \(beta)")
      #expect(abs(deviation - gamma) < 0.1 * gamma, "channel \(channel): deviation \(deviation), γ \(gamma)")
    }
  }

  @Test func aShareThatIsNoneIsRefused() throws {
    var recipe = Stripes.recipe(.dcgan)
    recipe.averaging = 1
    let error = #expect(throws: TrainingError.self) {
      try Trainer(recipe, Stripes.data()).train(recordingTo: scratch.path + "/x.h5")
    }
    #expect(error?.description.contains("averaging") == true)
  }
}
