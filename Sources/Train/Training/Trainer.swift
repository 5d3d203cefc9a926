internal import CMemory
package import Core

/// Trains by a recipe and records the run.
///
/// ```swift
/// let data = try DataSet.open("digits")
/// try Trainer(Recipe(preset: .cnn), data).train(recordingTo: "run.h5") { event in print(event) }
/// ```
public final class Trainer {
  private let task: any TrainingTask
  /// True until something was trained with it.
  private var isFresh = true

  /// Prepares training: networks are made and compiled, nothing is written.
  /// - Throws: `TrainingError`, `DataError` or `NetworkError` if recipe and data do not fit.
  public convenience init(_ recipe: Recipe, _ data: DataSet) throws {
    try recipe.check()
    switch recipe.task {
    case .classify: try self.init(ClassifierTask(recipe, data))
    case .generate: try self.init(AdversarialTask(recipe, data))
    }
  }

  /// Prepares training of a GAN with other networks than its preset's, to measure them.
  package convenience init(_ recipe: Recipe, _ data: DataSet, adversaries: Adversaries) throws {
    try self.init(AdversarialTask(recipe, data, networks: adversaries))
  }

  /// Prepares training of a classifier with another network than its preset's, to measure it.
  package convenience init(_ recipe: Recipe, _ data: DataSet, classifier: Network) throws {
    try self.init(ClassifierTask(recipe, data, network: classifier))
  }

  private init(_ task: any TrainingTask) {
    self.task = task
    // What getting ready took and freed: the first parameters, pictures as they grew. glibc would keep up to 64 MB of it for later
    // (measured with dcgan-64), which a step, allocating nothing, never asks for.
    memory_give_back()
  }

  /// Does one step, counted from 1, and records nothing: for measurements.
  package func step(_ step: Int) throws {
    isFresh = false
    try task.step(step)
  }

  /// The share of test pictures that a classifier names rightly now: for measurements.
  package func testAccuracy() throws -> Double? { try (task as? ClassifierTask)?.testAccuracy() }

  /// Prepares training on a data set by name or folder, as `DataSet.open` takes it.
  /// - Throws: as `init(_:_:)`, and `DataError` if there is no such data.
  public convenience init(_ recipe: Recipe, source: String) throws {
    var recipe = recipe
    recipe.data = .named(source)
    try recipe.check()  // before the data are read, not after
    let size = recipe.pictureSize.map { PictureSize(width: $0, height: $0) }
    try self.init(
      recipe, DataSet.open(source, options: DataSet.Options(seed: recipe.seed, size: size)))
  }

  /// Prepares to go on with a run by its own recipe, perhaps for longer.
  /// - Parameters:
  ///   - preset: what the run is expected to be; nil if anything will do.
  ///   - epochs: passes over the data in all, instead of the recipe's.
  ///   - steps: optimiser steps in all, instead of the recipe's.
  /// - Throws: `TrainingError` if the run is of another preset or its data has changed since.
  public convenience init(
    resuming path: String, as preset: Preset? = nil, epochs: Int? = nil, steps: Int? = nil
  ) throws {
    let stored = try Recipe(json: RunArchive(opening: path).recipe)
    if let preset, preset != stored.preset {
      throw TrainingError(
        .setting, path, "is a run of preset \(stored.preset.rawValue), not \(preset.rawValue)")
    }
    var recipe = stored
    if let epochs { (recipe.epochs, recipe.steps) = (epochs, nil) }
    if let steps { recipe.steps = steps }
    try self.init(recipe, source: stored.data?.source ?? "digits")
    try task.recipe.checkContinues(stored, at: path)
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
    if !isFresh { try task.begin() }
    let recorder = try RunRecorder(creating: path, task.plan, replacing: replacing)
    isFresh = false
    return try TrainingLoop(task, recorder, stop: stop, observer: observer).run(from: nil)
  }

  /// Goes on with a run that ended or was killed, to the recipe's end, as if it had never stopped.
  ///
  /// The recipe may be longer than the run's; the run's is then replaced by it.
  /// - Throws: `TrainingError` if the run was trained by another recipe or on other data, or for longer already; the run
  ///   is not touched then. And all that `train` throws.
  @discardableResult
  public func resume(
    _ path: String, stop: StopRequest = StopRequest(), observer: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingSummary {
    let run = try RunArchive(opening: path)
    try task.recipe.checkContinues(Recipe(json: run.recipe), at: path)
    guard run.recordedSteps <= task.outline.totalSteps else {
      throw TrainingError(
        .setting, path,
        "has trained \(run.recordedSteps) steps already, \(task.outline.totalSteps) were asked for;"
          + " ask for more with --epochs or --steps")
    }
    let (recorder, state) = try RunRecorder.resuming(path, recipe: task.plan.recipe)
    isFresh = false
    try task.restore(state.tensors, step: state.step)
    return try TrainingLoop(task, recorder, stop: stop, observer: observer)
      .run(from: (state.step, Double(state.text) ?? 0))
  }
}
