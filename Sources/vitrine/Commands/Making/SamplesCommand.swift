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

  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let sheet = SampleSheet(count: count, seed: seed, theme: output.theme)
    let subject = try Subject(opening: input.file)
    if case .run(let run) = subject, moment.network == nil, condition.label == nil {
      return try sheet.figure(of: run, at: moment.step)
    }
    return try sheet.figure(of: subject.specimen(moment.choice, nil, condition))
  }
}
