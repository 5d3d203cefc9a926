import ArgumentParser
import Inspect
import Render

struct SheetCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "Draws all there is to know of one unit: its kernel, what excites it, what is lost without it.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "A convolution or linear layer; the first convolution if not given.")
  var layer: String?

  @Option(help: "The unit, from 0.")
  var unit = 0

  @OptionGroup var tried: MostOption

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if unit < 0 { throw ValidationError("--unit must be at least 0") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("tries the unit", isQuiet: output.quiet)
    defer { progress.end() }
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try FilterSheet(layer: layer, unit: unit, pictures: tried.most, theme: output.theme)
      .figure(of: specimen, progress: progress.show)
  }
}
