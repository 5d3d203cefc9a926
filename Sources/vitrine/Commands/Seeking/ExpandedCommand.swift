import ArgumentParser
import Inspect
import Render

struct ExpandedCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "expanded",
    abstract: "Draws the kernels that several layers make together, in pixels.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer; the second convolution if not given.")
  var layer: String?

  @Option(help: "The units, such as 0,3-5, or all; the first 64 if not given.")
  var units: UnitSelection?

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  var outputName: String { "expanded" + (layer.map { "-" + $0 } ?? "") }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try ExpandedWeights(layer: layer, units: units ?? .usual, theme: output.theme).figure(of: specimen)
  }
}
