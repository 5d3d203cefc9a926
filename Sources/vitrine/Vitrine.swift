import ArgumentParser
import Core

/// The command line: parses, calls, prints. What the verbs do is in the libraries.
@main
struct Vitrine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vitrine",
    abstract: "Shows what a neural network has learnt.",
    discussion:
      "Trains small CNNs and DCGANs, keeps the whole run in one HDF5 file, and draws from that file.",
    version: Tool.name,
    subcommands: [TrainCommand.self, InfoCommand.self] + FigureVerbs.all + [
      ExplainCommand.self,
      PredictCommand.self, ParityCommand.self, ExportCommand.self, ReportCommand.self, VerifyCommand.self,
      DemoCommand.self,
    ])
}
