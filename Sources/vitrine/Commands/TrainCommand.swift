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

  @Option(help: "digits, mnist, fashion-mnist, cifar10, or a folder of IDX files or pictures.")
  var data = "digits"

  @Option(name: .shortAndLong, help: "Where the run is written.")
  var out: String?

  @Option(help: "Passes over the training data.")
  var epochs: Int?

  @Option(help: "Optimiser steps, instead of epochs.")
  var steps: Int?

  @Option(help: "Pictures in a batch.")
  var batch: Int?

  @Option(help: "Learning rate.")
  var rate: Float?

  @Option(help: "Where all random numbers come from.")
  var seed: UInt64 = 0

  @Option(help: "Brings pictures to this height and width.")
  var size: Int?

  @Flag(help: "Goes on with the run at --out where it stopped.")
  var resume = false

  @Flag(help: "Replaces a file that is there.")
  var overwrite = false

  @Flag(name: .shortAndLong, help: "Prints nothing but errors.")
  var quiet = false

  func run() throws {
    let path = out ?? "\(preset.rawValue).h5"
    var recipe = Recipe(preset: preset, seed: seed)
    if let epochs { recipe.epochs = epochs }
    if let batch { recipe.batch = batch }
    if let rate { recipe.optimiser.rate = rate }
    recipe.steps = steps
    let options = DataSet.Options(seed: seed, size: size.map { PictureSize(width: $0, height: $0) })
    let trainer = try Trainer(recipe, try DataSet.open(data, options: options))
    let observer: (TrainingEvent) -> Void = { event in
      switch event {
      case .step(let r): if r.step % 100 == 0 { print(r.step, r.totalSteps, r.metrics, Int(r.imagesPerSecond), Int(r.secondsLeft)) }
      case .evaluated(let r): print(r.step, r.values)
      case .ended(let s): print(s)
      default: break
      }
    }
    if resume { try trainer.resume(path, observer: observer) } else { try trainer.train(recordingTo: path, replacing: overwrite, observer: observer) }
  }
}

extension Preset: ExpressibleByArgument {}
