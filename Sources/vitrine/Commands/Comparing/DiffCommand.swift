public import ArgumentParser
import Core
public import Inspect
import Render

struct DiffCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Draws what differs between two networks, or between two steps of one: filter by filter.",
    discussion:
      "Two files: the filters of the second are first put in the order of those that they look like. One run: its first "
      + "snapshot against its last, or --since against --step; there a filter stays where it is.")

  @OptionGroup var input: FileArgument

  @Argument(help: "The file to compare with; not given, a run is compared with itself at another step.")
  var other: String?

  @Option(help: "The network, in runs; their first if not given.")
  var network: String?

  @Option(help: "The snapshot of the second network: a step, first or last.")
  var step: SnapshotSelector = .last

  @Option(help: "The snapshot of the first network; first of one run, last of two.")
  var since: SnapshotSelector?

  @Option(help: "The layer to draw; the first if not given. The table has all.")
  var layer: String?

  @Option(
    help:
      "How filters are paired: similarity or place; by place in one run, else by similarity, if not given.")
  var match: Diff.Pairing?

  @Flag(help: "Leaves the channels that a layer reads as they are, whatever was found in the layer before.")
  var keepInputs = false

  @Option(help: "How filters are ordered: place as in the first network, or travel, the farthest first.")
  var order: Diff.Order = .place

  @OptionGroup var output: OutputOptions

  var outputName: String { "diff" + (layer.map { "-" + $0 } ?? "") }

  func figure() throws -> Figure {
    let subject = try Subject(opening: input.file)
    let second = try other.map { try Subject(opening: $0) }
    if case .model = subject, second == nil {
      throw ValidationError(
        "\(input.file) holds one moment, so there is nothing to compare it with; name a second file")
    }
    let before = try subject.weights(network, since ?? (second == nil ? .first : .last))
    let after = try (second ?? subject).weights(network, step)
    let progress = WorkProgress("pairs filters", isQuiet: output.quiet)
    defer { progress.end() }
    return try Diff(
      layer: layer, pairing: match, carriesInputs: !keepInputs, order: order, theme: output.theme
    ).figure(
      from: before, to: after, files: other.map { [input.file, $0] } ?? [], progress: progress.show)
  }
}

extension Diff.Pairing: ExpressibleByArgument {}
extension Diff.Order: ExpressibleByArgument {}
