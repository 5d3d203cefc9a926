import ArgumentParser
import Core
import FoundationEssentials
import Inspect

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Prints what is in a run: networks, layers, shapes, parameters, costs, snapshots.")

  @OptionGroup var input: FileArgument

  @Flag(help: "Prints JSON.")
  var json = false

  func run() throws {
    let info = try RunInfo(of: RunArchive(opening: input.file))
    guard json else { return print(info.text) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(info), as: UTF8.self))
  }
}
