public import ArgumentParser
import Core
public import Inspect
import Render

struct EmbeddingCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "embedding",
    abstract: "Draws how the network sees its pictures: its last features in the plane, by PCA and t-SNE.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "pca or tsne; both if not given.")
  var method: PictureEmbedding.Method?

  @Option(help: "The layer whose value is laid out; the last features if not given.")
  var layer: String?

  @Option(
    help: "Panels from the run's first step to its last, turned onto each other; one step if not given.")
  var steps: Int?

  @Option(help: "Where t-SNE's random numbers come from.")
  var seed: UInt64 = 0

  @Flag(help: "Shows the pictures themselves at their places.")
  var thumbnails = false

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let steps, !(2...8).contains(steps) { throw ValidationError("--steps must be 2 to 8") }
  }

  func figure() throws -> Figure {
    let figure = EmbeddingFigure(
      method: method, layer: layer, seed: seed, showsThumbnails: thumbnails, theme: output.theme)
    let subject = try Subject(opening: input.file)
    let progress = WorkProgress("laying out pictures", isQuiet: output.quiet)
    defer { progress.end() }
    guard let steps else {
      return try figure.figure(
        of: subject.specimen(moment.choice, brightness, on: data), progress: progress.show)
    }
    guard case .run(let run) = subject else {
      throw InspectError(.notApplicable, input.file, "is a model at one moment; leave out --steps")
    }
    let specimens = try EmbeddingFigure.chosen(steps, of: run).map {
      try data.apply(to: Specimen(run, network: moment.network, at: .step($0)))
    }
    return try figure.figure(of: specimens, asked: steps, progress: progress.show)
  }
}

extension PictureEmbedding.Method: ExpressibleByArgument {}
