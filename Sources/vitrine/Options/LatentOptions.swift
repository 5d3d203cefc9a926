public import ArgumentParser
import Core
public import Inspect

/// What a generator's latents are drawn from.
struct PriorOption: ParsableArguments {
  @Option(help: "What latents were drawn from in training: normal, N(0, 1), or uniform, from -1 to 1.")
  var prior: LatentPrior = .normal
}

extension LatentPrior: ExpressibleByArgument {}

extension LatentInterpolation.End {
  /// What an option names: a seed, or a file.
  /// - Throws: `NumPyError` if the file cannot be read.
  init(_ text: String) throws {
    if let seed = UInt64(text) {
      self = .seed(seed)
    } else {
      self = .latent(try NumPyFile.read(text), name: text)
    }
  }

  /// Checks what needs no file.
  static func check(_ text: String) throws {
    guard UInt64(text) != nil || text.hasSuffix(".npy") else {
      throw ValidationError(
        "'\(text)' is no end: give a seed, a whole number from 0, or a .npy file with a latent")
    }
  }
}
