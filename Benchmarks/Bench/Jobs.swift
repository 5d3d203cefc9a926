import ArgumentParser
import Core
import Train

/// Whole jobs of ours that `bench` starts as processes of their own, as PyTorch's scripts are.
struct Job: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Does one job in this process.", shouldDisplay: false)

  /// What can be done.
  enum Kind: String, ExpressibleByArgument {
    /// Trains until so many test pictures are named rightly.
    case accuracy
    /// Trains a number of batches.
    case memory
  }

  @Argument var kind: Kind
  @Option var network = "cnn"
  @Option var data: String?
  @Option var target = 0.983
  @Option var every = 50
  @Option var seed: UInt64 = 0
  @Option var batches = 50
  @Option var batch: Int?

  func run() throws {
    switch kind {
    case .accuracy: try trainToAccuracy()
    case .memory: try trainBatches()
    }
  }

  private func trainToAccuracy() throws {
    let trainer = try Trainer(Recipe(preset: .cnn, seed: seed), source: data ?? "mnist")
    for step in 1...10_000 {
      try trainer.step(step)
      guard step % every == 0, let accuracy = try trainer.testAccuracy(), accuracy >= target else { continue }
      return print("{\"step\": \(step), \"accuracy\": \(accuracy)}")
    }
    throw BenchError("\(target) was not reached")
  }

  private func trainBatches() throws {
    let trainer: Trainer
    switch network {
    case "cnn": trainer = try Trainer(recipe(.cnn), source: data ?? "mnist")
    case "dcgan":
      trainer = try Trainer(recipe(.dcgan), DataSet.open(data ?? "mnist"), adversaries: Networks.dcgan())
    default:
      let recipe = recipe(.dcgan64)
      // As many pictures as there are to be seen, so that it is training that is measured.
      trainer = try Trainer(recipe, Work.noise(count: batches * recipe.batch, shape: [3, 64, 64]))
    }
    for step in 1...batches { try trainer.step(step) }
  }

  /// The preset's with this job's batch: 128 pictures, 64 of 64 × 64.
  private func recipe(_ preset: Preset) -> Recipe {
    var recipe = Recipe(preset: preset, seed: seed)
    recipe.batch = batch ?? (preset == .dcgan64 ? 64 : 128)
    return recipe
  }
}
