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

  @Option(help: "Pictures along the way, both ends included; 11, or 31 of an animation, if not given.")
  var steps: Int?

  @Option(help: "slerp, lerp or both.")
  var path: LatentInterpolation.Path = .both

  @Option(
    help:
      "The network that says how real every picture is; the run's discriminator if not given, 'none' for none."
  )
  var discriminator: String?

  @Flag(help: "Looks for the training pictures nearest to both ends.")
  var nearest = false

  @OptionGroup var real: RealPicturesOption
  @OptionGroup var judge: JudgeOption
  @OptionGroup var prior: PriorOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var film: FilmOptions
  @OptionGroup var output: OutputOptions

  var isAnimated: Bool { film.isAnimated(output) }
  var usualPath: String { "\(input.file.withoutExtension)-\(outputName).\(isAnimated ? "png" : "svg")" }

  func validate() throws {
    for end in [from, to] { try LatentInterpolation.End.check(end) }
  }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let generator = try subject.generator(moment.choice, condition)
    return try interpolation().figure(
      of: generator, discriminator: subject.discriminator(discriminator, at: moment.step),
      judge: judge.specimen(),
      real: nearest ? real.pictures(for: subject, of: generator) : real.named(for: subject, of: generator))
  }

  func animation() throws -> Animation {
    let subject = try Subject(opening: input.file)
    return try interpolation().animation(
      of: subject.generator(moment.choice, condition),
      discriminator: subject.discriminator(discriminator, at: moment.step), judge: judge.specimen())
  }

  private func interpolation() throws -> LatentInterpolation {
    LatentInterpolation(
      from: try .init(from), to: try .init(to), steps: steps ?? (isAnimated ? 31 : 11), path: path,
      prior: prior.prior, secondsPerFrame: film.pace, theme: output.theme)
  }
}

extension LatentInterpolation.Path: ExpressibleByArgument {}
