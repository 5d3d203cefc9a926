import ArgumentParser
import Core
import Inspect
import Render

struct SamplesCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "samples",
    abstract: "Draws a sheet of a generator's pictures.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "Pictures on the sheet.")
  var count: Int?

  @Option(help: "Draws other latents than those the run watches, from this seed.")
  var seed: UInt64?

  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let sheet = SampleSheet(count: count, seed: seed, theme: output.theme)
    guard let network = moment.network else {
      return try sheet.figure(of: RunArchive(opening: input.file), at: moment.step)
    }
    return try sheet.figure(of: Specimen(opening: input.file, network: network, at: moment.step))
  }
}
