import ArgumentParser
import Inspect
import Render

struct GradCAMCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradcam",
    abstract: "Draws where a layer's maps speak for a class, and how Grad-CAM comes about.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions
  @OptionGroup var example: ExampleOptions
  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions

  @OptionGroup var asked: ClassOption

  @Option(help: "The layer: the last convolution with maps of at least 7 × 7, after its ReLU, if not given.")
  var layer: String?

  @Flag(help: "Weighs the maps as Grad-CAM++ does.")
  var plusPlus = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if example.latent != nil {
      throw ValidationError("--latent is for generators; give a picture with --probe or --image")
    }
  }

  func figure() throws -> Figure {
    let specimen = try Subject(opening: input.file).specimen(moment.choice, brightness, on: data)
    return try GradCAMFigure(
      example: try example.choice, target: asked.target, layer: layer, isPlusPlus: plusPlus,
      theme: output.theme
    ).figure(of: specimen)
  }
}
