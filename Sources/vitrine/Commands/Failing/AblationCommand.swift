import ArgumentParser
import Inspect
import Render

struct AblationCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablation",
    abstract: "Draws what a classifier loses, class by class, when one unit of a layer is set to zero.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer whose units are silenced; the last convolution if not given.")
  var layer: String?

  @Option(help: "Units shown, those with the largest effect; the others are in the numbers (--csv).")
  var units = 32

  @Option(help: "Pictures tried, evenly spread over all there are; all if not given.")
  var tried: Int?

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if units < 1 { throw ValidationError("--units must be at least 1") }
    if let tried, tried < 1 { throw ValidationError("--tried must be at least 1") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    let progress = WorkProgress("silencing units", isQuiet: output.quiet)
    defer { progress.end() }
    return try AblationFigure(layer: layer, units: units, tried: tried, theme: output.theme)
      .figure(of: specimen, progress: progress.show)
  }
}
