import ArgumentParser
import Inspect
import Render

struct UnitsCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "units",
    abstract: "Draws which units are dead, saturated or duplicates, and how choosy the others are.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The only layer to show.")
  var layer: String?

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var condition: LabelOption
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, condition, on: data)
    let progress = WorkProgress("looking at units", isQuiet: output.quiet)
    defer { progress.end() }
    return try UnitHealthFigure(layer: layer, theme: output.theme).figure(
      of: specimen, progress: progress.show)
  }
}
