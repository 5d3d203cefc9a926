import ArgumentParser
import Inspect
import Render

struct ErrorsCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract:
      "Draws the pictures that a classifier is most wrong about, and how well it knows how sure it may be.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @Option(help: "Pictures that are shown, at most.")
  var count = 25

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if count < 1 { throw ValidationError("--count must be at least 1") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try ErrorsFigure(count: count, theme: output.theme).figure(of: specimen)
  }
}
