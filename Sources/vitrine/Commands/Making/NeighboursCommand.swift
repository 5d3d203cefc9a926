import ArgumentParser
import Core
import Inspect
import Render

struct NeighboursCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighbours",
    abstract:
      "Draws generated pictures with the training pictures most like them: learnt, or learnt by heart.")

  @OptionGroup var input: FileArgument
  @OptionGroup var judge: JudgeOption
  @OptionGroup var moment: MomentOptions

  @Option(help: "Generated pictures that are shown.")
  var shown = 64

  @Option(help: "Pictures whose distances are counted, generated and unseen real ones.")
  var compared = 1000

  @Option(help: "Where latents and choices come from.")
  var seed: UInt64 = 0

  @OptionGroup var condition: LabelOption
  @OptionGroup var real: RealPicturesOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !(1...64).contains(shown) { throw ValidationError("--shown must be 1 to 64") }
    if !(shown...10_000).contains(compared) { throw ValidationError("--compared must be \(shown) to 10000") }
  }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let generator = try subject.generator(moment.choice, condition)
    let classifier = try judge.specimen()
    let pictures = try real.pictures(for: subject, of: generator)
    let progress = WorkProgress("looks for neighbours", isQuiet: output.quiet)
    defer { progress.end() }
    return try NeighbourSheet(shown: shown, compared: compared, seed: seed, theme: output.theme).figure(
      of: generator, by: classifier, real: pictures, progress: progress.show)
  }
}
