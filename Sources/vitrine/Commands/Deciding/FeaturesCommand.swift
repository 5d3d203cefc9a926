import ArgumentParser
import Inspect
import Render

struct FeaturesCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Draws what one picture becomes in every layer, and what the network says of it.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var condition: LabelOption
  @OptionGroup var data: DataOptions

  @Option(help: "The only layer to show.")
  var layer: String?

  @Option(help: "Maps of each layer that are shown, at most; 64 if not given, fewer in deep networks.")
  var maps: Int?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let maps, maps < 1 { throw ValidationError("--maps must be at least 1") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, condition, on: data)
    return try FeatureMaps(
      example: try example.choice, layer: layer, mapsPerLayer: maps, theme: output.theme
    ).figure(of: specimen)
  }
}
