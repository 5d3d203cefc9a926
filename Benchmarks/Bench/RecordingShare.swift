import Foundation
import Train

/// What keeping everything in the run file costs of the training time.
struct RecordingShare {
  var shares: [(run: String, share: Double, seconds: Double)] = []

  init(data: String?) throws {
    let source = data.map { $0 + "/mnist" } ?? "digits"
    let name = data == nil ? "digits" : "MNIST"
    for (preset, epochs) in [(Preset.cnn, 8), (.dcgan, 2)] {
      var recipe = Recipe(preset: preset)
      recipe.epochs = epochs
      let path = FileManager.default.temporaryDirectory.appendingPathComponent(
        "bench-\(UUID().uuidString).h5"
      ).path
      defer { try? FileManager.default.removeItem(atPath: path) }
      let summary = try Trainer(recipe, source: source).train(recordingTo: path)
      shares.append(
        (
          "\(preset.rawValue) on \(name), \(epochs) epochs", summary.recordingSeconds / summary.seconds,
          summary.seconds
        ))
      Progress.say("recording \(shares.last!)")
    }
  }
}
