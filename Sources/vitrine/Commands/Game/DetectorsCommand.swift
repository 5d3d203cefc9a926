import ArgumentParser
import Core
import Inspect
import Render

struct DetectorsCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "detectors",
    abstract: "Draws what a discriminator's last features answer to, beside the same network untrained.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer; the last convolution if not given.")
  var layer: String?

  @Option(help: "Channels, as 0,3-5; six drawn by lot if not given.")
  var units: UnitSelection = .usual

  @Option(help: "Pictures of the probe, from 0, with commas between; one of each class if not given.")
  var probe: NumberList?

  @Option(help: "What the choice of channels comes from, and an untrained network where the file has none.")
  var seed: UInt64 = 0

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func figure() throws -> Figure {
    let detectors = Detectors(
      layer: layer, units: units, pictures: probe?.numbers ?? [], seed: seed, theme: output.theme)
    switch try Subject(opening: input.file) {
    case .run(let run) where data.data == nil:
      return try detectors.figure(of: run, network: moment.network, at: moment.step)
    case let subject:
      return try detectors.figure(
        of: subject.specimen(playing: .discriminator, moment.choice, brightness, on: data))
    }
  }
}
