import ArgumentParser
import Core
import Inspect
import Render

struct EvolutionCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "evolution",
    abstract: "Draws how some of a layer's filters changed through training, on one scale for all steps.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Option(help: "The network; the run's first if not given.")
  var network: String?

  @Option(help: "The layer; the first that has filters if not given.")
  var layer: String?

  @Option(help: "How many filters.")
  var filters = 8

  @Option(help: "How many moments, the first and the last among them, the others spread by ratio of steps.")
  var columns = 12

  @Option(help: "What the choice of filters comes from.")
  var seed: UInt64 = 0

  @OptionGroup var output: OutputOptions

  var outputName: String { "evolution" + (layer.map { "-" + $0 } ?? "") }

  func validate() throws {
    if filters < 1 { throw ValidationError("--filters must be at least 1") }
    if columns < 2 { throw ValidationError("--columns must be at least 2") }
  }

  func figure() throws -> Figure {
    try FilterEvolution(
      network: network, layer: layer, filters: filters, columns: columns, seed: seed, theme: output.theme
    ).figure(of: Subject.run(input.file))
  }
}
