public import ArgumentParser
import Core
public import Inspect
import Render

struct InterpolateCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Draws what lies between two latents: along the straight line and along the great circle.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Where the way begins: a seed, or a .npy file with a latent.")
  var from = "1"

  @Option(help: "Where it ends: a seed, or a .npy file with a latent.")
  var to = "2"

  @Option(help: "Pictures along the way, both ends included.")
  var steps = 11

  @Option(help: "slerp, lerp or both.")
  var path: LatentInterpolation.Path = .both

  @Option(
    help: "The network that judges every picture; the run's discriminator if not given, 'none' for none.")
  var discriminator: String?

  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for end in [from, to] where UInt64(end) == nil && !end.hasSuffix(".npy") {
      throw ValidationError(
        "'\(end)' is no end: give a seed, a whole number from 0, or a .npy file with a latent")
    }
  }

  func figure() throws -> Figure {
    let interpolation = try LatentInterpolation(
      from: end(from), to: end(to), steps: steps, path: path, theme: output.theme)
    switch try Subject(opening: input.file) {
    case .run(let run):
      let generator = moment.network ?? run.networks.first { $0.role == .generator }?.name
      let judge = discriminator ?? run.networks.first { $0.role == .discriminator }?.name
      return try interpolation.figure(
        of: Specimen(run, network: generator, at: moment.step),
        discriminator: judge == nil || judge == "none"
          ? nil : Specimen(run, network: judge, at: moment.step))
    case .model(let model):
      let generator = try Subject.model(model).specimen(moment.choice, nil, condition)
      // Another model's file may judge; a lone generator has nobody who would.
      let judge = discriminator == "none" ? nil : discriminator
      return try interpolation.figure(
        of: generator, discriminator: judge.map { try Subject(opening: $0).specimen(NetworkChoice()) })
    }
  }

  private func end(_ text: String) throws -> LatentInterpolation.End {
    if let seed = UInt64(text) { return .seed(seed) }
    return .latent(try NumPyFile.read(text), name: text)
  }
}

extension LatentInterpolation.Path: ExpressibleByArgument {}
