public import ArgumentParser
import Core
public import Inspect
import Render

struct ScoresCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "scores",
    abstract: "Draws histograms of what a discriminator said of real pictures and fakes, through a training.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Option(help: "What is counted: probability or logit.")
  var scale: ScoreFigure.Scale = .probability

  @Option(help: "Moments that are shown, spread over the run.")
  var moments = 9

  @Option(help: "Snapshots, as steps with commas between, instead.")
  var steps: StepList?

  @Option(help: "Pictures of either kind, at most.")
  var most = 500

  @Option(help: "Where the fakes' latents come from.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if most < 1 { throw ValidationError("--most must be at least 1") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("tries the networks", isQuiet: output.quiet)
    defer { progress.end() }
    return try ScoreFigure(
      scale: scale, moments: moments, steps: steps?.steps, most: most, seed: seed, theme: output.theme
    ).figure(of: Subject.run(input.file), progress: progress.show)
  }
}

extension ScoreFigure.Scale: ExpressibleByArgument {}
