internal import Core

/// The generator that a run keeps where its recipe averages: the mean of the latest parameters, with batch norm's statistics
/// measured anew, since those of the generator that plays belong to other parameters.
final class AveragedGenerator {
  private let average: WeightAverage
  private let learner: Learner
  private let latents: Tensor

  /// Latents that the statistics are measured on.
  private static let count = 256

  /// Averages what a generator learns.
  init(of learner: Learner, decay: Float, seed: UInt64) {
    self.learner = learner
    average = WeightAverage(decay: decay, count: learner.executor.trainableCount)
    var random = RandomStream(seed: seed, stream: TrainingStream.measuredLatents)
    latents = random.normal(learner.executor.network.inputs[0].shape.batched(Self.count))
    begin()
  }

  /// Goes back to before the first step.
  func begin() { learner.executor.withTrainable { values, _ in average.begin(at: values) } }

  /// Takes the latest parameters in.
  func follow(step: Int) {
    learner.executor.withTrainable { values, _ in average.follow(values, step: step) }
  }

  /// The mean with its statistics.
  func parameters() throws(NetworkError) -> Parameters {
    var parameters = learner.executor.parameters
    let means = learner.executor.tensors(in: average.values)
    for name in means.names { parameters[name] = means[name] }
    let measuring = try measuring.get()
    try measuring.load(parameters)
    measuring.withInput(measuring.network.inputs[0].name) { _ = $0.update(fromContentsOf: latents.elements) }
    measuring.run()
    return measuring.parameters
  }

  /// The generator in training, whose running statistics are those of its latest batch.
  private lazy var measuring = Result { () throws(NetworkError) in
    let network = learner.executor.network
    return try makeTrainableExecutor(
      for: Network(
        name: network.name, inputs: network.inputs, nodes: network.nodes.map(\.forgettingOlderBatches),
        output: network.output), batch: Self.count, beside: learner.executor)
  }

  // MARK: Going on later

  func resumeTensors() -> [String: Tensor] {
    let means = learner.executor.tensors(in: average.values)
    return Dictionary(uniqueKeysWithValues: means.names.map { (key($0), means[$0]!) })
  }

  func restore(_ tensors: [String: Tensor]) throws(NetworkError) {
    var means = Parameters()
    for name in learner.executor.tensors(in: average.values).names { means[name] = tensors[key(name)] }
    try learner.executor.place(means, into: average.values)
  }

  private func key(_ parameter: String) -> String { "\(learner.name)/average/\(parameter)" }
}

extension Network.Node {
  /// The node, its batch norm's running statistics those of the latest batch.
  fileprivate var forgettingOlderBatches: Network.Node {
    var node = self
    if var norm = operation as? BatchNorm2d {
      norm.momentum = 1
      node.operation = norm
    } else if var norm = operation as? BatchNorm1d {
      norm.momentum = 1
      node.operation = norm
    }
    return node
  }
}
