internal import Core

/// Trains by a recipe and records the run.
///
/// ```swift
/// let data = try DataSet.open("digits")
/// try Trainer(Recipe(preset: .cnn), data).train(recordingTo: "run.h5") { event in print(event) }
/// ```
public final class Trainer {
  private let task: any TrainingTask

  /// Prepares training: networks are made and compiled, nothing is written.
  /// - Throws: `TrainingError`, `DataError` or `NetworkError` if recipe and data do not fit.
  public init(_ recipe: Recipe, _ data: DataSet) throws {
    task =
      switch recipe.task {
      case .classify: try ClassifierTask(recipe, data)
      case .generate: try AdversarialTask(recipe, data)
      }
  }

  /// Trains from the beginning to the recipe's end and records everything at a path.
  /// - Parameters:
  ///   - path: where the run file is made.
  ///   - replacing: whether a file that is there may be replaced.
  ///   - stop: training ends in good order, with a snapshot, once this is requested.
  ///   - observer: is told of everything that happens, on the same thread.
  /// - Throws: `ArchiveError` if the run cannot be written, `TrainingError` if a loss stops being a number: the run
  ///   then keeps the steps before.
  @discardableResult
  public func train(
    recordingTo path: String, replacing: Bool = false, stop: StopRequest = StopRequest(),
    observer: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingSummary {
    let recorder = try RunRecorder(creating: path, task.plan, replacing: replacing)
    return try TrainingLoop(task, recorder, stop: stop, observer: observer).run(from: 0, secondsBefore: 0)
  }

  /// Goes on with a run that ended or was killed, to the recipe's end, as if it had never stopped.
  /// - Throws: `TrainingError` if the run was trained by another recipe or on other data, and all that `train` throws.
  @discardableResult
  public func resume(
    _ path: String, stop: StopRequest = StopRequest(), observer: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingSummary {
    let (recorder, state) = try RunRecorder.resuming(path)
    try task.restore(state.tensors, step: state.step)
    return try TrainingLoop(task, recorder, stop: stop, observer: observer)
      .run(from: state.step, secondsBefore: Double(state.text) ?? 0)
  }
}
