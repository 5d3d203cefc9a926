import ArgumentParser
import Inspect
import Render

struct PerspectiveCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "perspective",
    abstract:
      "Draws all that one picture becomes as sheets seen at a slant, with the paths that led to the answer.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @Option(
    name: .customLong("class"),
    help: "The class to follow back, from 0; the one that the network says if not given.")
  var label: Int?

  @Option(help: "Sheets of each layer that are drawn, at most.")
  var sheets = Perspective.usualSheets

  @Option(help: "Maps of each layer that paths are followed through.")
  var paths = Perspective.usualPaths

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !(1...40).contains(sheets) { throw ValidationError("--sheets must be 1 to 40") }
    if !(1...12).contains(paths) { throw ValidationError("--paths must be 1 to 12") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try Perspective(
      example: try example.choice, label: label, sheets: sheets, paths: paths, theme: output.theme
    ).figure(of: specimen)
  }
}
