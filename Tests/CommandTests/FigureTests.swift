import Core
import Foundation
import TestSupport
import Testing

/// Every verb on tiny runs: it draws, draws the same bytes again, and its figure is found to be true.
struct FigureTests {
  struct Drawing: CustomTestStringConvertible, Sendable {
    var run: any KeyPath<Materials, String> & Sendable
    var verb: String
    var options: [String]

    init(_ run: any KeyPath<Materials, String> & Sendable, _ verb: String, _ options: String...) {
      (self.run, self.verb, self.options) = (run, verb, options)
    }

    var testDescription: String { ([verb] + options).joined(separator: " ") }
  }

  static let drawings: [Drawing] = [
    Drawing(\.cnn, "architecture"), Drawing(\.cnn, "filters"), Drawing(\.cnn, "filters", "--layer", "conv2"),
    Drawing(\.cnn, "filters", "--since", "first", "--step", "2"), Drawing(\.cnn, "features"),
    Drawing(\.cnn, "features", "--probe", "7", "--layer", "conv2", "--maps", "5"),
    Drawing(\.cnn, "filters", "--nmf"), Drawing(\.gan, "filters", "--network", "generator", "--nmf"),
    Drawing(\.cnn, "curves"), Drawing(\.cnn, "curves", "--log", "--smoothing", "0.5"),
    Drawing(\.cnn, "confusion"), Drawing(\.cnn, "diff"),
    Drawing(\.cnn, "diff", "--layer", "conv2", "--since", "1", "--step", "2", "--order", "travel"),
    Drawing(\.gan, "diff", "--network", "generator", "--match", "similarity", "--keep-inputs"),
    Drawing(\.cnn, "perspective", "--probe", "3"), Drawing(\.cnn, "evolution", "--filters", "4"),
    Drawing(\.cnn, "feature-evolution", "--layer", "conv2", "--units", "2", "--most", "60"),
    Drawing(\.cnn, "distributions", "--layers", "1", "--pictures", "40"),
    Drawing(\.cnn, "top-images", "--layer", "conv1", "--units", "4", "--most", "100"),
    Drawing(\.cnn, "maximise", "--layer", "conv2", "--units", "0,3-4", "--steps", "8", "--starts", "2"),
    Drawing(\.cnn, "expanded", "--layer", "conv2", "--units", "0-5"),
    Drawing(\.cnn, "sheet", "--layer", "conv2", "--unit", "1", "--most", "100"),
    Drawing(\.cnn, "worked", "--layer", "conv2", "--unit", "5", "--at", "7,9", "--worksheet"),
    Drawing(\.cnn, "attribute", "--count", "2", "--draws", "4", "--steps", "8"),
    Drawing(\.cnn, "gradcam", "--probe", "2", "--plus-plus"),
    Drawing(\.cnn, "trial", "--methods", "saliency,gradcam", "--count", "2"),
    Drawing(\.cnn, "occlusion", "--probe", "3", "--stride", "4", "--most", "60"),
    Drawing(\.cnn, "errors", "--count", "4"), Drawing(\.cnn, "invariance", "--shown", "2"),
    Drawing(\.cnn, "units"), Drawing(\.cnn, "ablation", "--layer", "conv1", "--tried", "50"),
    Drawing(\.cnn, "embedding", "--method", "pca"), Drawing(\.cnn, "cka", "--compared", "60"),
    Drawing(\.gan, "units", "--network", "discriminator"),
    Drawing(\.gan, "perspective", "--network", "discriminator"),
    Drawing(\.gan, "architecture"), Drawing(\.gan, "networks", "--latent", "3"),
    Drawing(\.gan, "filters", "--network", "discriminator", "--theme", "dark"),
    Drawing(\.gan, "features", "--network", "generator"), Drawing(\.gan, "curves"),
    Drawing(\.gan, "samples", "--step", "first"),
    Drawing(\.gan, "samples", "--seed", "18446744073709551615", "--count", "9"),
    Drawing(\.gan, "growth", "--rows", "3", "--steps", "0,2,3"),
    Drawing(\.gan, "interpolate", "--from", "3", "--to", "4", "--steps", "5", "--path", "slerp"),
    Drawing(\.gan, "interpolate", "--from", "3", "--to", "3", "--discriminator", "none"),
  ]

  @Test(arguments: drawings)
  func aFigureIsDrawnTheSameTwiceAndVerified(_ drawing: Drawing) async throws {
    let materials = try await Materials.shared
    let (run, scratch) = (materials[keyPath: drawing.run], try ScratchFolder())
    for name in ["one.svg", "two.svg"] {
      let drawn = try await Program.run(
        "vitrine", [drawing.verb, run, "-o", name] + drawing.options, in: scratch.path)
      #expect(drawn.status == 0 && drawn.error == "", "\(drawn.error)")
      #expect(drawn.output == name + "\n")
    }
    #expect(content(of: scratch.path) == ["one.svg", "two.svg"])
    let figures = try ["one.svg", "two.svg"].map {
      try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + $0))
    }
    #expect(figures[0] == figures[1])
    #expect(XMLCheck.complaint(figures[0]) == nil)
    let verified = try await vitrine("verify", "one.svg", run, in: scratch.path)
    #expect(verified.status == 0, "\(verified.error)")
    #expect(verified.output == "one.svg shows what is in \(run)\n")
  }

  @Test func runsThatShareAFigureAreAllNamedToVerifyIt() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    for (name, options) in [("seed.h5", ["--seed", "9"]), ("batch.h5", ["--batch", "64"])] {
      let trained = try await Program.run(
        "vitrine", ["train", "cnn", "--steps", "3", "--out", name, "-q"] + options, in: scratch.path)
      #expect(trained.status == 0, "\(trained.error)")
    }
    let runs = [materials.cnn, "seed.h5", "batch.h5"]
    let drawn = try await Program.run(
      "vitrine", ["curves"] + runs + ["--log", "-o", "x.svg"], in: scratch.path)
    #expect(drawn.status == 0 && drawn.error == "", "\(drawn.error)")
    let figure = try String(contentsOfFile: scratch.path + "/x.svg", encoding: .utf8)
    #expect(figure.contains("batch 128") && figure.contains("batch 64"))
    let verified = try await Program.run("vitrine", ["verify", "x.svg"] + runs, in: scratch.path)
    #expect(
      verified.status == 0 && verified.output == "x.svg shows what is in \(runs.joined(separator: ", "))\n")
    // A run is what is in it, whatever its file is called.
    try FileManager.default.moveItem(atPath: scratch.path + "/seed.h5", toPath: scratch.path + "/other.h5")
    let renamed = try await vitrine(
      "verify", "x.svg", materials.cnn, "other.h5", "batch.h5", in: scratch.path)
    #expect(renamed.status == 0, "\(renamed.error)")
    let missing = try await vitrine("verify", "x.svg", materials.cnn, "other.h5", in: scratch.path)
    #expect(missing.status == 1 && missing.error.contains("name cnn.h5 seed.h5 batch.h5, in this order"))
  }

  @Test(arguments: ["png", "pdf"])
  func otherFormatsAreVerifiedAndAChangedByteIsFound(_ format: String) async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let name = "figure." + format
    for copy in [name, "again." + format] {
      let drawn = try await vitrine("filters", materials.cnn, "-o", copy, "--quiet", in: scratch.path)
      #expect(drawn.status == 0 && drawn.output == "")
    }
    let file = URL(fileURLWithPath: scratch.path + "/" + name)
    var bytes = try Data(contentsOf: file)
    #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/again." + format))))
    #expect(try await vitrine("verify", name, materials.cnn, in: scratch.path).status == 0)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: file)
    let verified = try await vitrine("verify", name, materials.cnn, in: scratch.path)
    #expect(verified.status == 1 && verified.complaints.count == 1, "\(verified.error)")
  }

  @Test func withoutAnOutputTheFigureGoesBesideTheRunAndNumbersOnRequest() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/my.run.h5", withDestinationPath: materials.cnn)
    let drawn = try await vitrine("curves", "my.run.h5", "--csv", in: scratch.path)
    #expect(drawn.status == 0 && drawn.error == "")
    #expect(drawn.lines.first == "my.run-curves.svg")
    #expect(drawn.lines.count > 1 && drawn.lines.dropFirst().allSatisfy { $0.hasSuffix(".csv") })
    #expect(content(of: scratch.path) == (["my.run.h5"] + drawn.lines.map(String.init)).sorted())
  }

  /// The size that a gallery of 64 filters may have in a page.
  @Test func sixtyFourFiltersAreSmall() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let trained = try await vitrine(
      "train", "dcgan-tf", "--data", materials.stripes, "--batch", "8", "--steps", "1", "--out", "tf.h5",
      "-q",
      in: scratch.path)
    #expect(trained.status == 0, "\(trained.error)")
    let drawn = try await vitrine(
      "filters", "tf.h5", "--network", "discriminator", "-o", "filters.svg", in: scratch.path)
    #expect(drawn.status == 0, "\(drawn.error)")
    let run = try RunArchive(opening: scratch.path + "/tf.h5")
    let bank = try run.parameter("conv1.weight", of: "discriminator", at: run.snapshot(.last))
    #expect(bank.shape == [64, 1, 5, 5])
    let size = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/filters.svg")).count
    #expect(size < 60_000)
  }

  @Test func aPipeThatNobodyReadsIsNoFailure() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    let outcome = try await shell("$vitrine info '\(materials.cnn)' | head -n 1", in: scratch.path)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.lines.count == 1 && outcome.output.contains("complete"))
  }
}
