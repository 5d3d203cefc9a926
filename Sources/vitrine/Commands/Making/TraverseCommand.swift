public import ArgumentParser
import Core
public import Inspect
import Render

struct TraverseCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "traverse",
    abstract: "Draws what happens along single directions of the latent space.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(
    help:
      "coordinates, principal (along which the first layer varies most) or jacobian (which move the picture fastest)."
  )
  var by: Traversal.Directions = .principal

  @Option(help: "The latent that is moved: a seed, or a .npy file.")
  var from = "1"

  @Option(help: "Directions that are shown: those that change the picture most.")
  var rows = 10

  @Option(help: "Pictures of each.")
  var columns = 9

  @Option(help: "How far to both sides, in standard deviations.")
  var reach = 3.0

  @OptionGroup var judge: JudgeOption
  @OptionGroup var prior: PriorOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var film: FilmOptions
  @OptionGroup var output: OutputOptions

  var isAnimated: Bool { film.isAnimated(output) }
  var usualPath: String { "\(input.file.withoutExtension)-\(outputName).\(isAnimated ? "png" : "svg")" }

  func validate() throws { try LatentInterpolation.End.check(from) }

  func figure() throws -> Figure {
    let progress = WorkProgress("trying directions", isQuiet: output.quiet)
    defer { progress.end() }
    return try traversal().figure(
      of: Subject(opening: input.file).generator(moment.choice, condition), judge: judge.specimen(),
      progress: progress.show)
  }

  func animation() throws -> Animation {
    let progress = WorkProgress("trying directions", isQuiet: output.quiet)
    defer { progress.end() }
    return try traversal().animation(
      of: Subject(opening: input.file).generator(moment.choice, condition), judge: judge.specimen(),
      progress: progress.show)
  }

  private func traversal() throws -> Traversal {
    Traversal(
      by: by, from: try .init(from), rows: rows, columns: columns, reach: reach, prior: prior.prior,
      secondsPerFrame: film.pace, theme: output.theme)
  }
}

extension Traversal.Directions: ExpressibleByArgument {}
