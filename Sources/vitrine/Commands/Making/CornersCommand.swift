import ArgumentParser
import Core
import Inspect
import Render

struct CornersCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "corners",
    abstract: "Draws a sheet of pictures between four latents, which are its corners.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(
    help: "The four corners with commas between, the upper two first: seeds, or .npy files with a latent.")
  var corners = "1,2,3,4"

  @Option(help: "Pictures along a side, corners included.")
  var side = 9

  @Option(help: "slerp or lerp.")
  var path: Interpolation = .slerp

  @OptionGroup var judge: JudgeOption
  @OptionGroup var prior: PriorOption
  @OptionGroup var condition: LabelOption
  @OptionGroup var output: OutputOptions

  private var names: [String] {
    corners.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  func validate() throws {
    guard names.count == 4 else {
      throw ValidationError("a sheet has four corners, '\(corners)' names \(names.count): --corners 1,2,3,4")
    }
    for name in names { try LatentInterpolation.End.check(name) }
  }

  func figure() throws -> Figure {
    return try CornerSheet(
      corners: names.map { try .init($0) }, side: side, path: path, prior: prior.prior, theme: output.theme
    ).figure(
      of: Subject(opening: input.file).generator(moment.choice, condition), judge: judge.specimen())
  }
}
