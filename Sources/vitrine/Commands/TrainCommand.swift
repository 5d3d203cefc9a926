public import ArgumentParser
import Core
public import Train

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a preset and records the whole run.",
    discussion: "Presets:\n"
      + Preset.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "The preset: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
  var preset: Preset

  @Option(help: "digits, mnist, fashion-mnist, cifar10, or a folder of IDX files, CIFAR batches or pictures.")
  var data: String?

  @Option(name: .shortAndLong, help: "Where the run is written; <preset>.h5 if not given.")
  var out: String?

  @Option(help: "Passes over the training data.")
  var epochs: Int?

  @Option(help: "Optimiser steps, instead of epochs.")
  var steps: Int?

  @Option(help: "Pictures in a batch.")
  var batch: Int?

  @Option(help: "Learning rate.")
  var rate: Float?

  @Option(
    help:
      "What share of a generator's mean is kept at every step, 0 for the generator as it plays; the preset's if not given."
  )
  var average: Float?

  @Option(help: "Where all random numbers come from.")
  var seed: UInt64?

  @Option(help: "Brings the pictures to this height and width.")
  var size: Int?

  @Flag(help: "Goes on with the run at --out where it stopped, by its own recipe.")
  var resume = false

  @Flag(help: "Replaces a run that is there.")
  var overwrite = false

  @Flag(name: .shortAndLong, help: "Prints nothing but errors.")
  var quiet = false

  func validate() throws {
    if epochs != nil, steps != nil { throw ValidationError("give --epochs or --steps, not both") }
    if resume, overwrite {
      throw ValidationError("--resume keeps the run, --overwrite replaces it: give one")
    }
    if resume, batch ?? size != nil || rate ?? average != nil || seed != nil || data != nil {
      throw ValidationError("--resume goes on by the run's own recipe; only --epochs or --steps can be given")
    }
    if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be above 0") }
    if let average {
      guard (0..<1).contains(average) else {
        throw ValidationError("--average must be at least 0 and less than 1")
      }
      guard preset.task == .generate else {
        throw ValidationError("--average is for generators; preset \(preset.rawValue) is a classifier")
      }
    }
    if let size, size < 1 { throw ValidationError("--size must be at least 1") }
  }

  func run() throws {
    ThreadPolicy.apply()
    let path = out ?? "\(preset.rawValue).h5"
    let progress = TrainingProgress()
    let observer: (TrainingEvent) -> Void = quiet ? { _ in } : progress.show
    if resume {
      try Trainer(resuming: path, as: preset, epochs: epochs, steps: steps)
        .resume(path, stop: Interruption.requested(), observer: observer)
    } else {
      try Trainer(recipe, source: data ?? "digits")
        .train(
          recordingTo: path, replacing: overwrite, stop: Interruption.requested(), observer: observer)
    }
    if !quiet { print(path) }
  }

  private var recipe: Recipe {
    var recipe = Recipe(preset: preset, seed: seed ?? 0)
    if let epochs { recipe.epochs = epochs }
    if let batch { recipe.batch = batch }
    if let rate { recipe.optimiser.rate = rate }
    if let average { recipe.averaging = average == 0 ? nil : average }
    recipe.steps = steps
    recipe.pictureSize = size
    return recipe
  }
}

extension Preset: ExpressibleByArgument {}
