import ArgumentParser
import Inspect
import Render

struct InvarianceCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "invariance",
    abstract: "Draws what a classifier makes of pictures that are moved, enlarged and turned.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @Option(help: "How many pictures are tried, of different classes.")
  var shown = 5

  @Option(help: "What the choice of pictures comes from.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !(1...10).contains(shown) { throw ValidationError("--shown must be 1 to 10") }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try Invariance(pictures: shown, seed: seed, theme: output.theme).figure(of: specimen)
  }
}
