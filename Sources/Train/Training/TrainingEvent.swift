public import Core

/// What happens in training, as it happens.
public enum TrainingEvent: Sendable {
  /// Training begins, or goes on.
  case began(TrainingOutline)
  /// A step is done.
  case step(StepReport)
  /// The networks were tried on pictures they were not trained on.
  case evaluated(EvaluationReport)
  /// The run was stored whole.
  case stored(step: Int)
  /// Training is over.
  case ended(TrainingSummary)
}

/// What is going to be done.
public struct TrainingOutline: Hashable, Sendable {
  /// Steps done before, in a run that goes on; else 0.
  public var firstStep: Int
  /// Steps in the whole run.
  public var totalSteps: Int
  /// Steps in an epoch.
  public var stepsPerEpoch: Int
  /// Pictures in a batch.
  public var batch: Int
  /// Trainable parameters, by the network's name.
  public var parameterCounts: [String: Int]
}

/// One step.
public struct StepReport: Hashable, Sendable {
  /// Steps done.
  public var step: Int
  /// Steps in the whole run.
  public var totalSteps: Int
  /// The step's metrics, by name, in the order of the run file.
  public var metrics: [String: Double]
  /// Pictures trained on in a second, lately.
  public var imagesPerSecond: Double
  /// Seconds that are left at this speed.
  public var secondsLeft: Double
}

/// One evaluation.
public struct EvaluationReport: Hashable, Sendable {
  /// Steps done.
  public var step: Int
  /// The values, by name; NaN for one not taken this time.
  public var values: [String: Double]
}

/// How training went.
public struct TrainingSummary: Hashable, Sendable {
  /// Steps done in all.
  public var steps: Int
  /// Whether it did all that the recipe says.
  public var state: RunState
  /// Seconds from the first step to the end, this time.
  public var seconds: Double
  /// Seconds of these spent on snapshots, activations, samples, metrics and resume states.
  public var recordingSeconds: Double
  /// Seconds of these spent on evaluation.
  public var evaluationSeconds: Double
  /// The latest evaluation, by name.
  public var evaluation: [String: Double]
}
