import ArgumentParser
import Core
import Inspect
import Render

struct GrowthCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Draws the film of a GAN's training: the same latents at one step after the other.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Option(help: "Latents: rows of the film.")
  var rows = 8

  @Option(help: "Snapshots, as steps with commas between; spread over the run if not given.")
  var steps: StepList?

  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    try GrowthFilm(rows: rows, steps: steps?.steps, theme: output.theme)
      .figure(of: Subject.run(input.file))
  }
}

/// Steps with commas between: `0,1,468`.
struct StepList: ExpressibleByArgument, Codable {
  var steps: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    steps = parts.compactMap { Int($0) }
    guard steps.count == parts.count, steps.allSatisfy({ $0 >= 0 }) else { return nil }
  }
}
