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

extension Subject {
  /// The file's generator: of a run the network of that role, unless another is named.
  func latentGenerator(_ moment: MomentOptions, _ condition: LabelOption) throws -> Specimen {
    var choice = moment.choice
    if case .run(let run) = self {
      choice.network = choice.network ?? run.networks.first { $0.role == .generator }?.name
    }
    return try specimen(choice, nil, condition)
  }

  /// Who says how real the pictures are: of a run its discriminator, unless another is named; of a model the network of another
  /// file; nobody if that is said.
  func latentDiscriminator(_ name: String?, _ moment: MomentOptions) throws -> Specimen? {
    switch self {
    case .run(let run):
      let chosen = name ?? run.networks.first { $0.role == .discriminator }?.name
      return chosen == nil || chosen == "none" ? nil : try Specimen(run, network: chosen, at: moment.step)
    case .model:
      // Another model's file may judge; a lone generator has nobody who would.
      return name == "none" ? nil : try name.map { try Subject(opening: $0).specimen(NetworkChoice()) }
    }
  }
}
