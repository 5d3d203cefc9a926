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
    subcommands: [
      TrainCommand.self, DemoCommand.self, InfoCommand.self, ReportCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(name: "What a network is", subcommands: FigureVerbs.overview),
      CommandGroup(name: "How it learnt", subcommands: FigureVerbs.learning),
      CommandGroup(name: "What it looks for", subcommands: FigureVerbs.seeking),
      CommandGroup(name: "How one decision was made", subcommands: FigureVerbs.deciding),
      CommandGroup(name: "Where it fails", subcommands: FigureVerbs.failing),
      CommandGroup(name: "Two networks, or two moments", subcommands: FigureVerbs.comparing),
      CommandGroup(name: "What a generator makes", subcommands: FigureVerbs.making),
      CommandGroup(name: "Arithmetic by pictures", subcommands: [ExplainCommand.self]),
      CommandGroup(
        name: "Numbers and files",
        subcommands: [PredictCommand.self, ParityCommand.self, ExportCommand.self, VerifyCommand.self]),
    ])
}
