import ArgumentParser
import Core
import Inspect

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Runs a network forward and writes its answer as numbers.",
    discussion:
      "The input is a NumPy file [count, channels, height, width] of numbers as the network is given "
      + "them, or a PNG or JPEG picture of the network's size, which is normalised as in training.")

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(name: .customLong("input"), help: "A .npy file or a picture.")
  var data: String

  @Option(
    name: .shortAndLong, help: "Where the answer goes: .npy, or .npz with --nodes. Printed if not given.")
  var output: String?

  @Flag(help: "Writes the value of every node, by name.")
  var nodes = false

  func validate() throws {
    if nodes, output?.hasSuffix(".npz") != true {
      throw ValidationError("--nodes writes an .npz: -o name.npz")
    }
    if !nodes, let output, !output.hasSuffix(".npy") {
      throw ValidationError("the answer is written as .npy: -o name.npy")
    }
  }

  func run() throws {
    let specimen = try Specimen(opening: input.file, network: moment.network, at: moment.step)
    let tensor = try specimen.input(from: data)
    if nodes, let output {
      try NumPyArchive.write(try specimen.values(for: tensor), to: output)
      print(output)
    } else {
      let answer = try specimen.answer(to: tensor)
      if let output {
        try NumPyFile.write(answer, to: output)
        print(output)
      } else {
        for line in specimen.described(answer) { print(line) }
      }
    }
  }
}
