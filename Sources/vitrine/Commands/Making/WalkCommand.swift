public import ArgumentParser
public import Core
import Inspect
import Render

struct WalkCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk",
    abstract:
      "Draws a long walk over random latents, its jumps marked; with a judge its perceptual path length.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Random points; the walk returns from the last to the first.")
  var points = 9

  @Option(help: "Steps from a point to the next.")
  var steps = 10

  @Option(help: "Where the points come from.")
  var seed: UInt64 = 0

  @Option(help: "slerp or lerp.")
  var path: Interpolation = .slerp

  @Option(help: "A step of more than so many times the median is a jump.")
  var jump = 3.0

  @OptionGroup var judge: JudgeOption
  @OptionGroup var prior: PriorOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var film: FilmOptions
  @OptionGroup var output: OutputOptions

  var isAnimated: Bool { film.isAnimated(output) }
  var usualPath: String { "\(input.file.withoutExtension)-\(outputName).\(isAnimated ? "png" : "svg")" }

  func validate() throws {
    guard jump > 0, jump.isFinite else { throw ValidationError("--jump must be above 0") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("walking", isQuiet: output.quiet)
    defer { progress.end() }
    return try walk.figure(
      of: Subject(opening: input.file).generator(moment.choice, condition), judge: judge.specimen(),
      progress: progress.show)
  }

  func animation() throws -> Animation {
    return try walk.animation(
      of: Subject(opening: input.file).generator(moment.choice, condition), judge: judge.specimen())
  }

  private var walk: LongWalk {
    LongWalk(
      points: points, steps: steps, seed: seed, path: path, jump: jump, prior: prior.prior,
      secondsPerFrame: film.pace, theme: output.theme)
  }
}

extension Interpolation: ExpressibleByArgument {}
