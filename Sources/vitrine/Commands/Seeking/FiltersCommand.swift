import ArgumentParser
import Core
import Inspect
import Render

struct FiltersCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Draws what a layer looks for: its filters, on one scale.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(help: "The layer; the first that has filters if not given.")
  var layer: String?

  @Option(help: "An earlier snapshot to show beside it: a step, or first.")
  var since: SnapshotSelector?

  @Flag(
    help: "A deeper layer's filters in three colours, one for each group of maps that they weigh together.")
  var nmf = false

  @OptionGroup var output: OutputOptions

  var outputName: String { "filters" + (layer.map { "-" + $0 } ?? "") + (nmf ? "-nmf" : "") }

  func validate() throws {
    if nmf, since != nil {
      throw ValidationError(
        "--nmf shows one snapshot, since the colours of two would differ; leave out --since")
    }
  }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let specimen =
      nmf ? try subject.specimen(moment.choice) : try subject.specimen(moment.choice, filtersOf: layer)
    let earlier = try since.map { try subject.specimen(moment.choice, at: $0) }
    return try Filters(layer: layer, showsFactors: nmf, theme: output.theme).figure(
      of: specimen, since: earlier)
  }
}
