import ArgumentParser
import Inspect
import Render

struct TrialCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial",
    abstract:
      "Tries the maps that attribute draws: do they add up, do their pixels count, do they change with the weights?"
  )

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @OptionGroup var asked: ClassOption

  @Option(
    help:
      "What is tried, with commas: saliency, smoothgrad, guided, deconvnet, gradcam, gradcam++, guided-gradcam, ig, occlusion."
  )
  var methods: AttributionMethods = .init(methods: AttributionMethod.usual)

  @Option(help: "How many pictures the numbers are means over.")
  var count = 8

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
    let progress = WorkProgress("trial of attributions", isQuiet: output.quiet)
    defer { progress.end() }
    return try AttributionTrial(
      example: try example.choice, target: asked.target, methods: methods.methods, count: count,
      settings: settings.settings(from: .black), theme: output.theme
    ).figure(of: specimen, progress: progress.show)
  }
}
