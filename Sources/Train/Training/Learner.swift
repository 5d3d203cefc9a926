internal import Core

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A network being trained: its executor, its optimiser, and the gradients' sizes.
final class Learner {
  let name: String
  let executor: any TrainableExecutor
  let optimiser: Optimiser
  private let rateDecay: Double
  private let stepsPerEpoch: Double
  /// Nodes that learn, each with its stretch of the trainable memory.
  private let ranges: [(node: String, range: Range<Int>)]
  private let initialisation: Initialisation
  private let start: RandomStream
  /// The gradient's norm in the latest step, whole and node by node, as `statisticNames`.
  private(set) var norms: [Double]
  /// Room for the sums of stretches.
  private let partialSums: UnsafeMutablePointer<Double>

  /// - Parameter other: a learner that is never at work at the same time.
  init(
    _ name: String, _ network: Network, stepsPerEpoch: Int, recipe: Recipe, stream: UInt64,
    beside other: Learner? = nil
  ) throws(NetworkError) {
    self.name = name
    executor = try makeTrainableExecutor(for: network, batch: recipe.batch, beside: other?.executor)
    initialisation = recipe.initialisation
    start = RandomStream(seed: recipe.seed, stream: stream)
    rateDecay = Double(recipe.rateDecay)
    self.stepsPerEpoch = Double(stepsPerEpoch)
    optimiser = Optimiser(recipe.optimiser, count: executor.trainableCount)
    ranges = executor.trainableRanges
    partialSums = .allocate(capacity: Stretches(of: executor.trainableCount).number)
    norms = [Double](repeating: 0, count: ranges.count + 1)
    try begin()
  }

  deinit { partialSums.deallocate() }

  /// Goes back to before the first step.
  func begin() throws(NetworkError) {
    var random = start
    try executor.load(Parameters(initialising: executor.network, by: initialisation, from: &random))
    optimiser.reset()
  }

  /// Which series are kept of every step: the gradient's norm, whole and node by node.
  var statisticNames: [String] { ["gradient_norm"] + ranges.map { $0.node + "/gradient_norm" } }

  /// Moves the parameters by the gradients that the latest backward pass left, and measures these:
  /// `norms` are then theirs.
  /// - Throws: `TrainingError` (`.diverged`), before any parameter moves, if a gradient is no number. The loss need not
  ///   show it: a rectifier makes 0 of what is no number.
  func learn(step: Int) throws(TrainingError) {
    executor.withTrainable { _, gradients in
      var whole = 0.0
      for (index, (_, range)) in ranges.enumerated() {
        let square = squareSum(gradients.baseAddress! + range.lowerBound, range.count)
        norms[index + 1] = square.squareRoot()
        whole += square
      }
      norms[0] = whole.squareRoot()
    }
    guard norms[0].isFinite else {
      // Blame flows backward: where no value is bad, the last bad gradient is the first that was.
      let origin = ranges.indices.last { !norms[$0 + 1].isFinite }.map { ranges[$0].node }
      throw .diverged(
        step: step, "the gradient's norm", norms[0],
        at: badPlace ?? "the gradient of layer \(origin ?? "?") of the \(name)")
    }
    let rateFactor = Float(pow(rateDecay, Double(step - 1) / stepsPerEpoch))
    executor.withTrainable { values, gradients in
      optimiser.update(values, by: gradients, step: step, rateFactor: rateFactor)
    }
  }

  /// The sum of squares, in stretches of a fixed length: the same bits with any number of threads.
  private func squareSum(_ values: UnsafePointer<Float>, _ count: Int) -> Double {
    let stretches = Stretches(of: count)
    summing.run(stretches.number, on: (values, stretches))
    return (0..<stretches.number).reduce(0) { $0 + partialSums[$1] }
  }

  private lazy var summing = ParallelLoop<(UnsafePointer<Float>, Stretches)> { [unowned self] job, index in
    let values = job.0
    let stretch = job.1[index]
    // In eight lanes, so that the sum becomes vector instructions: a plain float sum may not be reordered.
    var sums = SIMD8<Float>.zero
    var place = stretch.lowerBound
    while place + 8 <= stretch.upperBound {
      let lanes = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD8<Float>.self)
      sums += lanes * lanes
      place += 8
    }
    var sum = Double(sums.sum())
    for rest in place..<stretch.upperBound { sum += Double(values[rest] * values[rest]) }
    partialSums[index] = sum
  }

  /// The first node with a value that is no finite number; nil if there is none.
  var badPlace: String? {
    for node in executor.network.nodes {
      let isBad = executor.withValue(of: node.name) { values in values.contains { !$0.isFinite } }
      if isBad { return "layer \(node.name) of the \(name)" }
    }
    return nil
  }

  // MARK: Going on later

  func resumeTensors() -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    let parameters = executor.parameters
    for parameter in parameters.names { tensors["\(name)/\(parameter)"] = parameters[parameter]! }
    for kept in optimiser.state {
      let moments = executor.tensors(in: kept.values)
      for parameter in moments.names { tensors["\(name)/\(kept.name)/\(parameter)"] = moments[parameter]! }
    }
    return tensors
  }

  func restore(_ tensors: [String: Tensor]) throws(NetworkError) {
    var parameters = Parameters()
    for parameter in executor.parameters.names { parameters[parameter] = tensors["\(name)/\(parameter)"] }
    try executor.load(parameters)
    for kept in optimiser.state {
      var moments = Parameters()
      for parameter in parameters.names { moments[parameter] = tensors["\(name)/\(kept.name)/\(parameter)"] }
      try executor.place(moments, into: kept.values)
    }
  }
}
