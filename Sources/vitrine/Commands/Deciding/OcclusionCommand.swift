import ArgumentParser
import Core
import Inspect
import Render

struct OcclusionCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "occlusion",
    abstract: "Draws what a decision hangs on: a grey square slides over pictures.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Probe pictures, from 0, with commas between; one of each of some classes if not given.")
  var probe: NumberList?

  @Option(help: "A picture of the network's size (.png, .jpg), or numbers for it (.npy).")
  var image: String?

  @Option(help: "How many pictures are drawn by lot.")
  var count = 4

  @Option(help: "The layer whose strongest map is watched; the last convolution if not given.")
  var layer: String?

  @Option(help: "The square's side in pixels; 4 at 28 pixels, in proportion for others.")
  var square: Int?

  @Option(help: "Pixels from one place to the next; 1 at 28 pixels, in proportion for larger ones.")
  var stride: Int?

  @Option(help: "The seed of the lot.")
  var seed: UInt64 = 0

  @Option(help: "Pictures that are tried for others that excite the map, at most; all if not given.")
  var most: Int?

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if probe != nil, image != nil { throw ValidationError("give one of --image and --probe") }
    for (name, value) in [("count", count), ("square", square), ("stride", stride), ("most", most)] {
      if let value, value < 1 { throw ValidationError("--\(name) must be at least 1") }
    }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("slides the square", isQuiet: output.quiet)
    defer { progress.end() }
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    var examples = (probe?.numbers ?? []).map(Example.Choice.probe)
    if let image { examples.append(try .file(image)) }
    return try OcclusionStudy(
      examples: examples, count: count, layer: layer, square: square, stride: stride, seed: seed,
      pictures: most, theme: output.theme
    ).figure(of: specimen, progress: progress.show)
  }
}
