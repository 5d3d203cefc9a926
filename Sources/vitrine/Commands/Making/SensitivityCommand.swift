import ArgumentParser
import Core
import Inspect
import Render

struct SensitivityCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Draws how much the picture changes with each number of the latent, and where.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Random latents over which is averaged.")
  var latents = 32

  @Option(help: "Where they come from.")
  var seed: UInt64 = 0

  @Flag(help: "Computes derivatives by a backward pass for every number of a picture, not as differences.")
  var exact = false

  @OptionGroup var prior: PriorOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let progress = WorkProgress("moving latents", isQuiet: output.quiet)
    defer { progress.end() }
    return try Sensitivity(
      latents: latents, seed: seed, isExact: exact, prior: prior.prior, theme: output.theme
    ).figure(
      of: Subject(opening: input.file).generator(moment.choice, condition), progress: progress.show)
  }
}
