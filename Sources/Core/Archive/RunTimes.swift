/// One moment at which the whole of a run's networks was stored.
public struct Snapshot: Sendable, Hashable {
  /// The place among the run's snapshots, from 0.
  public let index: Int
  /// The optimiser steps done by then; 0 is before training.
  public let step: Int
  /// The passes over the training data done by then, with their fraction.
  public let epoch: Double
  /// Seconds of training by then.
  public let seconds: Double
}

/// Which snapshot of a run is meant.
public enum SnapshotSelector: Sendable, Hashable {
  /// The earliest.
  case first
  /// The latest.
  case last
  /// The one after this many optimiser steps.
  case step(Int)
}

/// How far a run has come.
public enum RunState: UInt8, Sendable, Hashable {
  /// It is training, or was killed.
  case running = 0
  /// It was stopped before its end, in order.
  case endedEarly = 1
  /// It did all that its recipe says.
  case complete = 2
}

/// Values over steps: a metric, a statistic or an evaluation.
public struct RunSeries: Sendable, Hashable {
  /// The optimiser steps, ascending; 1 is the first step.
  public let steps: [Int]
  /// The value at each step; NaN where none was taken.
  public let values: [Double]
}

/// How often a picture of one class was taken for another, at one evaluation.
public struct ConfusionMatrix: Sendable, Hashable {
  /// The optimiser steps done by then.
  public let step: Int
  /// The number of classes.
  public let classes: Int
  /// Pictures of class `row` that were taken for class `column`, row by row.
  public let counts: [Int]
  /// Pictures of class `row` that were taken for class `column`.
  public subscript(row: Int, column: Int) -> Int { counts[row * classes + column] }
}

/// What training needs to go on from a step as if it had never stopped.
public struct ResumeState: Sendable, Hashable {
  /// The optimiser steps done.
  public var step: Int
  /// The tensors the plan's `resumeTensors` names, bit for bit.
  public var tensors: [String: Tensor]
  /// Anything else, as the trainer writes it: counters, the place in the data.
  public var text: String

  /// A state after some steps.
  public init(step: Int, tensors: [String: Tensor], text: String = "") {
    self.step = step
    self.tensors = tensors
    self.text = text
  }
}
