import ArgumentParser
import Core
import FoundationEssentials
import Import
import Inspect

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Prints what is in a run or model: networks, layers, shapes, parameters, costs, snapshots.")

  @OptionGroup var input: FileArgument

  @Flag(help: "Prints JSON.")
  var json = false

  func run() throws {
    switch try Subject(opening: input.file) {
    case .run(let run):
      let info = try RunInfo(of: run)
      try show(info.text, info)
    case .model(let model):
      let info = try model.info()
      try show(info.text, info)
    }
  }

  private func show(_ text: String, _ info: some Encodable) throws {
    guard json else { return print(text) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(info), as: UTF8.self))
  }
}
