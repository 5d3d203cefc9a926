internal import Core

/// Trains a classifier: cross-entropy on logits, validation and test at the ends of epochs.
final class ClassifierTask: TrainingTask {
  let recipe: Recipe
  let plan: RunPlan
  let outline: TrainingOutline

  private let learner: Learner
  private let classes: Int
  private let validation: LabelledPictures
  private let test: LabelledPictures
  private let normalisation: Normalisation
  private let recorded: [String]
  private var sampler: BatchSampler
  private var score: CrossEntropy.Score?
  private let labels: UnsafeMutableBufferPointer<Int32>
  private lazy var evaluator = Result { () throws(NetworkError) in
    try Evaluator(learner.executor.network, normalisation: normalisation, classes: classes)
  }

  private static let metrics = ["loss", "accuracy"]
  private static let evaluations = ["validation_loss", "validation_accuracy", "test_loss", "test_accuracy"]
  static let probeCount = 1_000

  /// - Parameter network: what to train; the recipe's preset if nil.
  init(_ recipe: Recipe, _ data: DataSet, network: Network? = nil) throws {
    guard data.classNames.count >= 2 else {
      throw TrainingError(
        .setting, data.name, "a classifier needs at least two classes, found \(data.classNames.count)")
    }
    let (rest, held) = try data.train.holdingOut(
      min(recipe.validationCount, data.train.count / 10), seed: recipe.seed)
    var recipe = recipe
    normalisation = Normalisation(of: rest)
    recipe.normalisation = normalisation
    recipe.validationCount = held.count
    recipe.data = Recipe.DataDescription(
      data, from: recipe.data?.source, trainCount: rest.count, validationCount: held.count,
      testCount: data.test.count)
    self.recipe = recipe
    validation = held
    test = data.test
    classes = data.classNames.count
    sampler = try BatchSampler(rest, batch: recipe.batch, normalisation: normalisation, seed: recipe.seed)
    let network = try network ?? recipe.preset.classifier(picture: data.pictureShape, classes: classes)
    learner = try Learner(
      "classifier", network, stepsPerEpoch: sampler.stepsPerEpoch, recipe: recipe,
      stream: TrainingStream.classifierStart)
    labels = .allocate(capacity: recipe.batch)

    let totalSteps = try sampler.totalSteps(epochs: recipe.epochs, steps: recipe.steps)
    outline = TrainingOutline(
      firstStep: 0, totalSteps: totalSteps, stepsPerEpoch: sampler.stepsPerEpoch, batch: recipe.batch,
      parameterCounts: ["classifier": network.trainableParameterCount])
    recorded = network.nodes.filter { !($0.operation is Dropout) && !($0.operation is Flatten) }.map(\.name)
    let probe = Probe(
      classifying: test.count > 0 ? test : rest, classNames: data.classNames,
      normalisation: recipe.normalisation!, maximum: Self.probeCount, stored: 1)
    plan = RunPlan(
      recipe: try recipe.json(), seed: recipe.seed, tool: Tool.name,
      networks: [
        RunNetwork(
          name: "classifier", role: .classifier, network: network, recordedActivations: recorded,
          statistics: learner.statisticNames)
      ],
      probe: probe, metrics: Self.metrics, evaluations: Self.evaluations, confusionClasses: classes,
      resumeTensors: learner.resumeTensors().mapValues(\.shape))
  }

  deinit { labels.deallocate() }

  func begin() throws(NetworkError) { try learner.begin() }

  func step(_ step: Int) throws(TrainingError) {
    let executor = learner.executor
    let network = executor.network
    executor.dropoutSeed = DropoutSeed(seed: recipe.seed, step: step)
    executor.withInput(network.inputs[0].name) { images in
      sampler.fill(step: step - 1, images: images, labels: labels)
    }
    executor.run()
    let score = executor.withValue(of: network.output) { logits in
      executor.withSeed(at: network.output) { gradient in
        CrossEntropy.score(
          logits, labels: UnsafeBufferPointer(labels), classes: classes, count: recipe.batch,
          gradient: gradient)
      }
    }
    guard score.loss.isFinite else {
      throw .diverged(step: step, "loss", score.loss, at: learner.badPlace ?? "the loss")
    }
    executor.runBackward(from: network.output, rule: .plain, into: .parameters)
    try learner.learn(step: step)
    self.score = score
  }

  var record: StepRecord {
    StepRecord(
      metrics: [score!.loss, Double(score!.correct) / Double(recipe.batch)],
      statistics: ["classifier": learner.norms])
  }

  func evaluate(endsEpoch: Bool) throws(NetworkError) -> EvaluationRecord? {
    let evaluator = try evaluator.get()
    try evaluator.load(learner.executor.parameters)
    let validated = evaluator.evaluate(validation)
    // Early snapshots look at validation only: the test is for the ends of epochs.
    let tested = endsEpoch ? evaluator.evaluate(test) : nil
    return EvaluationRecord(
      values: [validated?.loss, validated?.accuracy, tested?.loss, tested?.accuracy].map { $0 ?? .nan },
      confusion: tested?.confusion)
  }

  /// The share of test pictures named rightly now; nil without any.
  func testAccuracy() throws(NetworkError) -> Double? {
    let evaluator = try evaluator.get()
    try evaluator.load(learner.executor.parameters)
    return evaluator.evaluate(test)?.accuracy
  }

  func snapshot() throws(NetworkError) -> SnapshotRecord {
    let parameters = learner.executor.parameters
    let count = plan.probe.activationCount
    let observer = try observer.get()
    try observer.load(parameters)
    try observer.forward(plan.probe.inputs(0..<count))
    var activations: [String: Tensor] = [:]
    for node in recorded { activations[node] = try observer.value(of: node) }
    return SnapshotRecord(
      parameters: ["classifier": parameters], activations: ["classifier": activations], samples: nil)
  }

  /// Runs the stored probe pictures, in inference.
  private lazy var observer = Result { () throws(NetworkError) in
    try makeExecutor(for: learner.executor.network, batch: plan.probe.activationCount, mode: .inference)
  }

  func resumeTensors() -> [String: Tensor] { learner.resumeTensors() }

  func restore(_ tensors: [String: Tensor], step: Int) throws(NetworkError) { try learner.restore(tensors) }
}
