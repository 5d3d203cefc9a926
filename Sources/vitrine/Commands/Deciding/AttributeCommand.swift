import ArgumentParser
import Inspect
import Render

struct AttributeCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract:
      "Draws which pixels the score of a class rests on, by several methods, pictures and mistakes in rows.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @OptionGroup var asked: ClassOption

  @Option(
    help:
      "The columns, with commas: saliency, smoothgrad, guided, deconvnet, gradcam, gradcam++, guided-gradcam, ig, occlusion."
  )
  var methods: AttributionMethods = .init(methods: AttributionMethod.usual)

  @Option(help: "How many pictures, half of them mistakes where there are so many.")
  var count = 8

  @Flag(help: "Shows mistakes alone.")
  var mistakes = false

  @Option(help: "Which maps share one limit of colours: none, row, column.")
  var comparable: AttributionWall.Sharing = .none

  @OptionGroup var settings: AttributionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if count < 1 { throw ValidationError("--count must be at least 1") }
    if example.latent != nil {
      throw ValidationError("--latent is for generators; give a picture with --probe or --image")
    }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    let progress = WorkProgress("attributions", isQuiet: output.quiet)
    defer { progress.end() }
    return try AttributionWall(
      example: try example.choice, target: asked.target, methods: methods.methods, count: count,
      onlyMistakes: mistakes,
      sharing: comparable, settings: settings.settings(from: .mean), theme: output.theme
    ).figure(of: specimen, progress: progress.show)
  }
}
