import ArgumentParser
import Core
import Import
import Inspect

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a network for other frameworks: ONNX, Keras or safetensors.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(
    name: .shortAndLong,
    help:
      "The file to write: .onnx, .keras or .h5 (Keras), or .safetensors (weights alone, by PyTorch's names).")
  var output: String

  @Flag(name: .shortAndLong, help: "Does not print where the model went.")
  var quiet = false

  func run() throws {
    // Before the work, not after it.
    let format = try ExportFormat(path: output)
    try WritingPlace.check(output)
    let subject = try Subject(opening: input.file)
    try format.write(try subject.wholeModel(moment.choice), to: output)
    if !quiet { print(output) }
  }
}
