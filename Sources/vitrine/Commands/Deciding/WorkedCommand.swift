public import ArgumentParser
public import Inspect
import Render

struct WorkedCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "worked",
    abstract: "Works out one number of a layer with the true numbers; also as a worksheet and its key.",
    discussion:
      "Convolution, transposed convolution, pooling, batch norm and linear layers. A worksheet is a page of A4."
  )

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var condition: LabelOption
  @OptionGroup var data: DataOptions

  @Option(help: "The layer; the first convolution if not given.")
  var layer: String?

  @Option(help: "The channel of its value, from 0; the one that answers most strongly if not given.")
  var unit: Int?

  @Option(help: "The place in the map: column,row, from 0; the unit's strongest if not given.")
  var at: MapPlace?

  @Option(help: "Input channels that are shown, those that add most first.")
  var channels: Int?

  @Option(help: "Decimals that are printed, 1 to 4.")
  var decimals = 2

  @Flag(help: "Leaves the results blank: boxes to write into.")
  var worksheet = false

  @Flag(help: "The worksheet with its results.")
  var key = false

  @OptionGroup var output: OutputOptions

  var outputName: String { worksheet ? "worksheet" : key ? "key" : "worked" }

  func validate() throws {
    if worksheet, key { throw ValidationError("give one of --worksheet and --key; they are two pages") }
    if let channels, channels < 1 { throw ValidationError("--channels must be at least 1") }
    guard (1...4).contains(decimals) else { throw ValidationError("--decimals must be 1 to 4") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, condition, on: data)
    return try WorkedNumber(
      example: try example.choice, layer: layer, unit: unit, place: at, channels: channels,
      decimals: decimals,
      sheet: worksheet ? .worksheet : key ? .key : .figure, theme: output.theme
    ).figure(of: specimen)
  }
}

extension MapPlace: ExpressibleByArgument {}
