import ArgumentParser
import Core
import Inspect
import Render

struct CurvesCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Draws how training went: a classifier's loss and accuracy, or the duel of a GAN.",
    discussion:
      "Several classifiers share a figure: runs whose recipes differ in the seed alone become a mean "
      + "and a band from lowest to highest, other recipes a line each.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Argument(help: "Further runs, of classifiers.")
  var others: [String] = []

  @Option(help: "How much is smoothed: the share of the past in the moving average, 0 to below 1.")
  var smoothing: Double?

  @Flag(help: "A logarithmic axis for the loss of a classifier.")
  var log = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let smoothing, !(smoothing >= 0 && smoothing < 1) {
      throw ValidationError("--smoothing must be at least 0 and below 1")
    }
  }

  func figure() throws -> Figure {
    let run = try Subject.run(input.file)
    if others.isEmpty, run.networks.contains(where: { $0.role == .generator }) {
      var curves = DuelCurves(theme: output.theme)
      if let smoothing { curves.smoothing = smoothing }
      return try curves.figure(of: run)
    }
    let curves = TrainingCurves(isLogarithmic: log, smoothing: smoothing, theme: output.theme)
    return try curves.figure(of: [run] + others.map { try Subject.run($0) })
  }
}
