import ArgumentParser
import Core
import Inspect
import Render

struct DropCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Draws what a generator makes without the filters that speak for strokes, or for one class.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer; what the generator's last block reads if not given.")
  var layer: String?

  @Option(name: .customLong("class"), help: "The class to be forgotten, from 0; needs --with.")
  var target: Int?

  @Option(help: "How many maps are removed, at most; all that speak for it if not given.")
  var top: Int?

  @Option(help: "Pictures that are shown.")
  var shown = 8

  @Option(help: "Pictures that are counted.")
  var pictures = 500

  @Option(help: "Where the latents come from.")
  var seed: UInt64 = 0

  @OptionGroup var judge: JudgeOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if target != nil, judge.file == nil {
      throw ValidationError("--class needs somebody who names classes: give a classifier with --with")
    }
  }

  func figure() throws -> Figure {
    let generator = try Subject(opening: input.file).generator(moment.choice, condition)
    let progress = WorkProgress("removes filters", isQuiet: output.quiet)
    defer { progress.end() }
    return try FilterDrop(
      layer: layer, target: target, top: top, shown: shown, pictures: pictures, seed: seed,
      theme: output.theme
    ).figure(of: generator, judge: judge.specimen(), progress: progress.show)
  }
}
