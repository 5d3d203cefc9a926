import ArgumentParser
import Inspect
import Render

struct ArchitectureCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "architecture",
    abstract: "Draws a network: layers, shapes, costs, what one example becomes in it.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var condition: LabelOption
  @Option(help: "Maps of each layer that are shown, at most.")
  var maps = 10

  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    try ArchitecturePoster(example: try example.choice, mapsPerLayer: maps, theme: output.theme)
      .figure(of: Subject(opening: input.file).specimen(moment.choice, brightness, condition))
  }
}
