import ArgumentParser
import Core
import Import
import Inspect

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Runs a network forward and writes its answer as numbers.",
    discussion:
      "The input is a NumPy file of numbers as the network is given them, one example or many, or a PNG or JPEG picture of "
      + "the network's size. A network with several inputs takes a file for each, --input z=z.npy --input label=l.npy, or one "
      + ".npz with an array for each. Numbers go in and come out as the file's own framework lays them out: Keras has the "
      + "channels last, all others first. A node's name may stand for an input: what comes before it is left out."
  )

  @OptionGroup var input: FileArgument
  @OptionGroup var moment: MomentOptions

  @Option(
    name: .customLong("input"), help: "A .npy file, a picture, an .npz, or name=file; once for every input.")
  var data: [NamedInput]

  @OptionGroup var brightness: BrightnessOptions

  @Option(help: "How images lie in the files: file, channels-first or channels-last.")
  var layout: LayoutChoice = .file

  @Option(
    name: .shortAndLong, help: "Where the answer goes: .npy, or .npz with --nodes. Printed if not given.")
  var output: String?

  @Flag(help: "Writes the value of every node, by name.")
  var nodes = false

  func validate() throws {
    if data.isEmpty { throw ValidationError("say what goes in: --input FILE") }
    if nodes, output?.hasSuffix(".npz") != true {
      throw ValidationError("--nodes writes an .npz: -o name.npz")
    }
    if !nodes, let output, !output.hasSuffix(".npy") {
      throw ValidationError("the answer is written as .npy: -o name.npy")
    }
  }

  func run() throws {
    if let output { try WritingPlace.check(output) }  // before the work, not after it
    let subject = try Subject(opening: input.file)
    let network = try subject.network(moment.choice)
    let given = try data.arrays(for: network)
    let inference = try subject.inference(
      moment.choice, startingAt: given.arrays, layout: layout, allowsPart: nodes)
    let specimen = try subject.specimen(of: inference.model, moment.choice, brightness)
    var tensors = given.arrays
    // What became part of the network, or only leads to what is cut off, need not be given any more.
    let taken = Set(inference.model.network.inputs.map(\.name))
    for input in network.inputs where !taken.contains(input.name) { tensors[input.name] = nil }
    for (name, path) in given.pictures {
      tensors[name] = inference.toFile(try specimen.input(from: path), of: name)
    }
    if nodes, let output {
      try NumPyArchive.write(try inference.values(for: tensors), to: output)
      print(output)
    } else {
      let answer = try inference.answer(to: tensors)
      if let output {
        try NumPyFile.write(answer, to: output)
        print(output)
      } else {
        for line in specimen.described(answer) { print(line) }
      }
    }
  }
}
