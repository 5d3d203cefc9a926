import ArgumentParser
import Core
import Inspect
import Render

struct FeatureEvolutionCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "feature-evolution",
    abstract: "Draws how features formed: what excites units most, at one snapshot after the other.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Option(help: "The network; the run's first if not given.")
  var network: String?

  @Option(help: "Layers, with commas between; the convolutions if not given, of many three.")
  var layer: NameList?

  @Option(help: "Units of each layer, drawn by lot.")
  var units = 6

  @Option(help: "The units themselves, as numbers with commas between.")
  var unit: NumberList?

  @Option(help: "Snapshots, spread over the run.")
  var columns = 8

  @Option(help: "Snapshots, as steps with commas between.")
  var steps: StepList?

  @Option(help: "The seed of the lot.")
  var seed: UInt64 = 0

  @OptionGroup var tried: MostOption

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if units < 1 { throw ValidationError("--units must be at least 1") }
    if columns < 2 { throw ValidationError("--columns must be at least 2") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("looks for the leading pictures", isQuiet: output.quiet)
    defer { progress.end() }
    return try FeatureEvolution(
      network: network, layers: layer?.names ?? [], units: units, chosenUnits: unit?.numbers ?? [],
      columns: columns, steps: steps?.steps, seed: seed, pictures: tried.most, theme: output.theme
    ).figure(of: Subject.run(input.file), progress: progress.show)
  }
}
