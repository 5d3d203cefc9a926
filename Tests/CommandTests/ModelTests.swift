import Core
import Foundation
import Import
import TestSupport
import Testing

/// What the verbs make of model files from elsewhere: those here were exported from a run, and are called as files are.
struct ModelTests {
  /// The classifier of the tiny run in a format, in a folder of its own.
  private func exported(_ name: String) async throws -> (file: String, scratch: ScratchFolder) {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let outcome = try await vitrine("export", materials.cnn, "-o", name, in: scratch.path)
    #expect(outcome.status == 0 && outcome.output == "\(name)\n", "\(outcome.error)")
    return (scratch.path + "/" + name, scratch)
  }

  /// A generator of two classes, which looks its label up.
  private func conditionalGenerator(in folder: String) throws -> String {
    let network = try Network(
      name: "cgan", inputs: [.init("z", [6]), .init("label", [1])],
      nodes: [
        .init("table", Embedding(count: 2, dimensions: 4), ["label"]), .init("row", Flatten(), ["table"]),
        .init("both", Concatenate(), ["z", "row"]),
        .init("fc", Linear(inputFeatures: 10, outputFeatures: 64), ["both"]),
        .init("picture", Reshape(shape: [1, 8, 8]), ["fc"]), .init("tanh", Tanh(), ["picture"]),
      ])
    var random = RandomStream(seed: 2, stream: 0)
    let path = folder + "/cgan.onnx"
    try ExportFormat.onnx.write(
      Model(network, Parameters(initialising: network, by: .kaimingUniform, from: &random)), to: path)
    return path
  }

  @Test(arguments: ["m.onnx", "m.keras", "m.h5", "m.safetensors"])
  func infoTellsWhatIsInTheFile(_ name: String) async throws {
    let (file, scratch) = try await exported(name)
    let outcome = try await vitrine("info", file, in: scratch.path)
    #expect(outcome.status == 0, "\(outcome.error)")
    for word in ["conv1", "conv2", "fc1", "fc2", "421,642"] { #expect(outcome.output.contains(word)) }
    #expect(outcome.output.contains("put together from names and shapes") == (name == "m.safetensors"))
  }

  @Test(arguments: ["m.onnx", "m.keras", "m.h5"])
  func predictAgreesWithTheRunInTheFilesOwnLayout(_ name: String) async throws {
    let (file, scratch) = try await exported(name)
    let materials = try await Materials.shared
    let input = try NumPyFile.read(materials.inputs)
    let isKeras = name != "m.onnx"
    try NumPyFile.write(isKeras ? input.permuted([0, 2, 3, 1]) : input, to: scratch.path + "/x.npy")
    for arguments in [
      ["predict", materials.cnn, "--input", materials.inputs, "-o", "run.npy"],
      ["predict", file, "--input", "x.npy", "-o", "own.npy"],
      ["predict", file, "--input", materials.inputs, "--layout", "channels-first", "-o", "first.npy"],
      ["predict", file, "--input", "x.npy", "--nodes", "-o", "nodes.npz"],
    ] {
      let outcome = try await Program.run("vitrine", arguments, in: scratch.path)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let answer = try NumPyFile.read(scratch.path + "/run.npy")
    for other in ["own.npy", "first.npy"] {
      expectClose(
        try NumPyFile.read(scratch.path + "/" + other), answer, absolute: 1e-5, relative: 1e-5,
        because: "the same weights")
    }
    let nodes = try NumPyArchive.read(scratch.path + "/nodes.npz")
    #expect(
      nodes.first { $0.name == "conv1" }?.tensor.shape == (isKeras ? [3, 28, 28, 32] : [3, 32, 28, 28]))
  }

  @Test func aFigureOfAModelIsVerifiedAgainstIt() async throws {
    let (file, scratch) = try await exported("m.keras")
    let drawing = try await vitrine("filters", file, "-o", "f.svg", in: scratch.path)
    #expect(drawing.status == 0, "\(drawing.error)")
    let check = try await vitrine("verify", "f.svg", file, in: scratch.path)
    #expect(check.status == 0, "\(check.error)")
    let features = try await vitrine(
      "features", file, "--image", (try picture(in: scratch.path)), "--range", "-1,1", "-o", "g.svg",
      in: scratch.path)
    #expect(features.status == 0, "\(features.error)")
    #expect(try await vitrine("verify", "g.svg", file, in: scratch.path).status == 0)
  }

  private func picture(in folder: String) throws -> String {
    let picture = Picture(width: 28, height: 28, channels: 1, samples: (0..<784).map { UInt8($0 % 251) })
    try picture.writePNG(to: folder + "/x.png")
    return folder + "/x.png"
  }

  @Test func aConditionalGeneratorIsToldWhatToPaint() async throws {
    let scratch = try ScratchFolder()
    let file = try conditionalGenerator(in: scratch.path)
    try NumPyFile.write(Tensor([2, 6], repeating: 0.5), to: scratch.path + "/z.npy")
    try NumPyFile.write(Tensor([2], [0, 1]), to: scratch.path + "/l.npy")
    let both = try await vitrine(
      "predict", file, "--input", "z=z.npy", "--input", "label=l.npy", "-o", "y.npy", in: scratch.path)
    #expect(both.status == 0, "\(both.error)")
    let pictures = try NumPyFile.read(scratch.path + "/y.npy")
    #expect(pictures.shape == [2, 1, 8, 8] && pictures[0] != pictures[1])
    for verb in ["interpolate", "samples"] {
      let told = try await vitrine(verb, file, "--label", "1", "-o", "\(verb).svg", in: scratch.path)
      #expect(told.status == 0, "\(told.error)")
      #expect(try await vitrine("verify", "\(verb).svg", file, in: scratch.path).status == 0)
      let untold = try await vitrine(verb, file, "-o", "x.svg", in: scratch.path)
      #expect(untold.status == 1 && untold.error.contains("--label"), "\(untold.error)")
      let beyond = try await vitrine(verb, file, "--label", "2", "-o", "x.svg", in: scratch.path)
      #expect(beyond.status == 1 && beyond.error.contains("classes 0 to 1"), "\(beyond.error)")
    }
  }

  @Test func parityFindsNoDifferenceAndADifference() async throws {
    let (file, scratch) = try await exported("m.onnx")
    let materials = try await Materials.shared
    let same = try await vitrine("parity", materials.cnn, file, in: scratch.path)
    #expect(same.status == 0 && same.output.contains("largest difference"), "\(same.error)")
    #expect(same.lines.contains { $0.hasPrefix("conv1 ") })
    let other = try await vitrine("parity", materials.cnn, file, "--step", "0", in: scratch.path)
    #expect(other.status == 1 && other.error.contains("differs from"), "\(other.error)")
  }

  @Test func aReportOfAModelStandsAlone() async throws {
    let (file, scratch) = try await exported("m.h5")
    let page = try await vitrine(
      "report", file, "--image", try picture(in: scratch.path), "-o", "m.html", in: scratch.path)
    #expect(page.status == 0, "\(page.error)")
    let html = try String(contentsOfFile: scratch.path + "/m.html", encoding: .utf8)
    for word in ["Inside m.h5", "What it looks for", "What one picture becomes"] {
      #expect(html.contains(word), "\(word)")
    }
    #expect(!html.contains("src=\"http"))
  }

  @Test(arguments: [
    (["filters", "FILE", "--step", "3", "-o", "x.svg"], "holds one moment"),
    (["filters", "FILE", "--network", "judge", "-o", "x.svg"], "no such network"),
    (["filters", "FILE", "--layer", "conv9", "-o", "x.svg"], "layers with filters are conv1, conv2"),
    (["features", "FILE", "-o", "x.svg"], "give one with --image"),
    (["curves", "FILE", "-o", "x.svg"], "is a model, which holds one moment"),
    (["evolution", "FILE", "-o", "x.svg"], "give a run that `vitrine train` wrote"),
    (["units", "FILE", "-o", "x.svg"], "give some with --data"),
    (["attribute", "FILE", "-o", "x.svg"], "give one with --image"),
    (["sheet", "FILE", "--unit", "99", "--data", "digits", "-o", "x.svg"], "no unit 99"),
    (["worked", "FILE", "--data", "digits", "--at", "99,1", "-o", "x.svg"], "no place 99,1"),
    (["interpolate", "FILE", "-o", "x.svg"], "is a classifier"),
    (["export", "FILE", "-o", "x.txt"], "written as .onnx, .keras, .h5 or .safetensors"),
    (["export", "FILE", "-o", "nowhere/x.onnx"], "nowhere/x.onnx"),
    (["parity", "FILE", "missing.onnx"], "missing.onnx: no such file"),
  ])
  func whatAModelCannotDoIsSaidInOneLine(_ arguments: [String], _ words: String) async throws {
    let (file, scratch) = try await exported("m.onnx")
    let outcome = try await Program.run(
      "vitrine", arguments.map { $0 == "FILE" ? file : $0 }, in: scratch.path)
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.error)")
    #expect(outcome.error.contains(words), "\(outcome.error)")
    #expect(content(of: scratch.path) == ["m.onnx"])
  }
}
