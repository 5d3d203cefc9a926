import ArgumentParser
import Inspect
import Core
import Render

struct ConfusionCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "confusion",
    abstract: "Draws which classes a classifier takes for which others, and pictures of the worst case.")

  @OptionGroup var input: FileArgument

  @Option(help: "The step of the evaluation; the latest if not given.")
  var step: Int?

  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    try ConfusionFigure(step: step, theme: output.theme).figure(of: Subject.run(input.file))
  }
}
