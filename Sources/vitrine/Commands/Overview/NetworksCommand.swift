import ArgumentParser
import Core
import Inspect
import Render

struct NetworksCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "networks",
    abstract: "Draws a GAN's two networks face to face, with the picture between them.")

  @OptionGroup var input: FileArgument

  @Option(help: "The snapshot: a step, first or last.")
  var step: SnapshotSelector = .last

  @Option(help: "Which of the run's fixed latents goes through.")
  var latent = 0

  @Option(help: "Maps of each layer that are shown, at most.")
  var maps = 3

  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    try BothNetworks(latent: latent, mapsPerLayer: maps, theme: output.theme)
      .figure(of: Subject.run(input.file), at: step)
  }
}
