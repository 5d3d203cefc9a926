import ArgumentParser
import Core
import Inspect
import Render

struct SpectrumCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Draws which waves real and generated pictures are made of, and the checkerboard of a stride.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var real: RealPicturesOption

  @Option(help: "Pictures of either kind, at most.")
  var most = 500

  @Option(help: "Where the latents come from.")
  var seed: UInt64 = 0

  @Option(help: "The stride whose pattern is looked for; the generator's last one if not given.")
  var stride: Int?

  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let generator = try subject.generator(moment.choice, condition)
    let pictures = try real.named(for: subject, of: generator)
    let progress = WorkProgress("transforms", isQuiet: output.quiet)
    defer { progress.end() }
    return try SpectrumFigure(most: most, seed: seed, stride: stride, theme: output.theme)
      .figure(of: generator, real: pictures?.test, named: pictures?.option, progress: progress.show)
  }
}
