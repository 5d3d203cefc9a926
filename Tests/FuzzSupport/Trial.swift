internal import Core
internal import Foundation
internal import Import

/// What becomes of a file that may be damaged: all that the verbs would do with it is tried.
package enum Trial {
  /// How it went.
  package enum Outcome: Hashable, Sendable {
    /// It was refused with a line.
    case refused(String)
    /// It opened, but something in it could not be read or run, for the reason given.
    case opened(String)
    /// All of it was read and run.
    case ran
  }

  /// Larger networks and tensors than these are not computed with here, only described.
  private static let mostNumbers = 4_000_000
  private static let mostMultiplyAdds = 20_000_000

  /// Opens a file, describes it, reads all tensors, runs the network on some numbers.
  package static func run(_ path: String) -> Outcome {
    do { return try run(of: RunArchive(opening: path)) } catch {
      guard error.code == .notARun || error.code == .notHDF5 else { return .refused(error.description) }
    }
    let model: ForeignModel
    do { model = try ForeignModel(opening: path) } catch { return .refused(error.description) }
    do {
      _ = try model.network.summary()
      for tensor in model.tensors where tensor.shape.elementCount <= mostNumbers { _ = try tensor.tensor() }
      guard let runnable = model.network.runnable else { return .opened("nothing can be run") }
      let cost = try runnable.multiplyAdds()
      let numbers = try runnable.shapes().values.reduce(0) { $0 + $1.elementCount }
      let weights = model.parameters.values.reduce(0) { $0 + $1.shape.elementCount }
      guard cost <= mostMultiplyAdds, numbers <= mostNumbers, weights <= mostNumbers else {
        return .opened("too large to run here")
      }
      let inference = Inference(try model.readModel(), layouts: model.layouts)
      let given = Parity.inputs(for: runnable, count: 1, seed: 1)
      _ = try inference.values(
        for: Dictionary(
          uniqueKeysWithValues: given.map {
            ($0.key, inference.toFile($0.value, of: $0.key))
          }))
      return .ran
    } catch {
      return .opened("\(error)")
    }
  }

  /// Reads a run: all networks at their last moment.
  private static func run(of run: RunArchive) -> Outcome {
    do {
      guard let last = run.snapshots.last else { return .opened("no snapshot") }
      for network in run.networks { _ = try run.model(of: network.name, at: last) }
      return .ran
    } catch {
      return .opened(error.description)
    }
  }
}
