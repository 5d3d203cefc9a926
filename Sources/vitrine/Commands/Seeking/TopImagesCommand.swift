import ArgumentParser
import Inspect
import Render

struct TopImagesCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "top-images",
    abstract: "Draws the nine pictures that excite each unit most, and what of them excited it.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Layers, with commas between; the convolutions if not given, of many three.")
  var layer: NameList?

  @Option(help: "Units of each layer, drawn by lot.")
  var units = 16

  @Option(help: "The units themselves, as numbers with commas between.")
  var unit: NumberList?

  @Option(help: "The seed of the lot.")
  var seed: UInt64 = 0

  @OptionGroup var tried: MostOption

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if units < 1 { throw ValidationError("--units must be at least 1") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("looks for the top pictures", isQuiet: output.quiet)
    defer { progress.end() }
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try TopImages(
      layers: layer?.names ?? [], units: units, chosenUnits: unit?.numbers ?? [], seed: seed,
      pictures: tried.most,
      theme: output.theme
    ).figure(of: specimen, progress: progress.show)
  }
}
