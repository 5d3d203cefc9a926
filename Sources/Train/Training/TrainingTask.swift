internal import Core

/// What is particular to one kind of training; `Trainer` does the rest. Used by one thread.
protocol TrainingTask: AnyObject {
  /// The recipe, completed by what the data turned out to be.
  var recipe: Recipe { get }
  /// What the run file is laid out from.
  var plan: RunPlan { get }
  var outline: TrainingOutline { get }

  /// Goes back to before the first step.
  func begin() throws(NetworkError)

  /// Does one optimiser step, counted from 1, and leaves its numbers in `record`.
  /// - Throws: `TrainingError` (`.diverged`) if a loss or a gradient is no number, before the network it is of moves.
  func step(_ step: Int) throws(TrainingError)

  /// The numbers of the latest step.
  var record: StepRecord { get }

  /// Tries the networks on pictures they were not trained on; nil where there is nothing to try.
  func evaluate(endsEpoch: Bool) throws(NetworkError) -> EvaluationRecord?

  /// Everything the run file keeps of this moment.
  func snapshot() throws(NetworkError) -> SnapshotRecord

  /// Everything needed to go on from here, and taking it up again.
  func resumeTensors() -> [String: Tensor]
  func restore(_ tensors: [String: Tensor], step: Int) throws(NetworkError)
}

/// The numbers of one step, in the order of the run's plan.
struct StepRecord {
  var metrics: [Double]
  var statistics: [String: [Double]]
}

/// The numbers of one evaluation, in the order of the run's plan.
struct EvaluationRecord {
  var values: [Double]
  var confusion: [Int]?
}

/// What is stored of one moment.
struct SnapshotRecord {
  var parameters: [String: Parameters]
  var activations: [String: [String: Tensor]]
  var samples: [UInt8]?
}
