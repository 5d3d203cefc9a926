import ArgumentParser
import Core
import Inspect
import Render

struct DistributionsCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "distributions",
    abstract:
      "Draws how the weights of layers, and the gradients that move them, are spread through training.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Option(help: "The network; the run's first if not given.")
  var network: String?

  @Option(help: "The only layer; otherwise all, or of many some from the first to the last.")
  var layer: String?

  @Option(help: "How many layers, at most.")
  var layers = 4

  @Option(
    help: "How many labelled probe pictures the gradients are a mean over, at most; 0 for weights only.")
  var pictures = 200

  @Option(help: "How many snapshots are drawn as ridges, at most; bins, percentiles and --csv are of all.")
  var ridges = 12

  @OptionGroup var output: OutputOptions

  var outputName: String { "distributions" + (layer.map { "-" + $0 } ?? "") }

  func validate() throws {
    if layers < 1 { throw ValidationError("--layers must be at least 1") }
    if pictures < 0 { throw ValidationError("--pictures must be at least 0") }
    if ridges < 2 { throw ValidationError("--ridges must be at least 2") }
  }

  func figure() throws -> Figure {
    let progress = WorkProgress("takes gradients", isQuiet: output.quiet)
    defer { progress.end() }
    return try Distributions(
      network: network, layer: layer, layers: layers, pictures: pictures, ridges: ridges, theme: output.theme
    ).figure(of: Subject.run(input.file), progress: progress.show)
  }
}
