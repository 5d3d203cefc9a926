import Foundation
import TestSupport
import Testing

/// Verbs that need no model, and the worksheet: they draw, draw the same again, and are found to be true.
struct ExplainTests {
  @Test(arguments: [
    (["conv", "--input", "5", "--kernel", "3", "--stride", "2", "--padding", "1"], "x.svg"),
    (["conv", "--dilation", "2", "--animate"], "x.png"),
    (["conv", "--seed", "18446744073709551615"], "x.apng"),
    (["conv-transpose", "--output-padding", "1", "--view", "zeros", "--theme", "dark"], "x.svg"),
    (["conv-transpose", "--input", "2", "--animate", "--pace", "0.25"], "x.pdf"),
    (["pool", "--mean", "--steps", "3"], "x.svg"),
    (["checkerboard", "--kernel", "5", "--stride", "3"], "x.svg"),
  ]) func anExplanationNeedsNoFileToBeVerified(_ options: [String], _ name: String) async throws {
    let scratch = try ScratchFolder()
    var figures: [Data] = []
    for _ in 0..<2 {
      let drawn = try await Program.run("vitrine", ["explain"] + options + ["-o", name], in: scratch.path)
      #expect(drawn.status == 0 && drawn.error == "" && drawn.output == name + "\n", "\(drawn.error)")
      figures.append(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + name)))
    }
    #expect(figures[0] == figures[1])
    let verified = try await vitrine("verify", name, in: scratch.path)
    #expect(verified.status == 0, "\(verified.error)")
    #expect(verified.output == "\(name) shows what its recipe draws\n")
    let other = try await vitrine("verify", name, "run.h5", in: scratch.path)
    #expect(other.status == 1 && other.error.contains("was drawn from its options alone"))
  }

  @Test func aPictureMayHaveMovedSinceItsKernelWasDrawn() async throws {
    guard let photo = RealData.path("photos/coins.png") else { return }
    let scratch = try ScratchFolder()
    try FileManager.default.copyItem(atPath: photo, toPath: scratch.path + "/a.png")
    let drawn = try await vitrine(
      "explain", "kernel", "--image", "a.png", "--kernel", "-1 0 1; -2 0 2; -1 0 1", "--at", "20,30",
      in: scratch.path)
    #expect(drawn.status == 0 && drawn.output == "a-kernel.svg\n", "\(drawn.error)")
    #expect(try await vitrine("verify", "a-kernel.svg", in: scratch.path).status == 0)
    try FileManager.default.moveItem(atPath: scratch.path + "/a.png", toPath: scratch.path + "/b.png")
    let moved = try await vitrine("verify", "a-kernel.svg", "b.png", in: scratch.path)
    #expect(moved.status == 0, "\(moved.error)")
    let gone = try await vitrine("verify", "a-kernel.svg", in: scratch.path)
    #expect(gone.status == 1 && gone.error.contains("a.png"))
    guard let other = RealData.path("photos/text.png") else { return }
    let wrong = try await vitrine("verify", "a-kernel.svg", other, in: scratch.path)
    #expect(wrong.status == 1 && wrong.error.contains("was drawn from other data"))
  }

  @Test(arguments: [
    (["kernel", "--image", "no.png", "--kernel", "1 2; 3"], "has rows of 2, 1 numbers", 64),
    (["kernel", "--image", "no.png"], "no such file", 1), (["kernel"], "--image", 64),
    (["conv", "--kernel", "9"], "the kernel spans 9 places", 1),
    (["conv", "-o", "x.gif", "--animate"], ".apng", 1),
    (["pool", "--steps", "0"], "--steps must be at least 1", 64),
    (["conv", "--pace", "0"], "--pace must be", 64),
  ]) func whatCannotBeDrawnIsSaid(_ options: [String], _ words: String, _ status: Int) async throws {
    let scratch = try ScratchFolder()
    let outcome = try await Program.run("vitrine", ["explain"] + options, in: scratch.path)
    #expect(outcome.status == Int32(status) && outcome.error.contains(words), "\(outcome.error)")
    #expect(content(of: scratch.path).isEmpty)
  }

  @Test func aNumberIsWorkedOutAsFigureWorksheetAndKey() async throws {
    let (materials, scratch) = (try await Materials.shared, try ScratchFolder())
    for (options, name) in [
      (["--layer", "conv2", "--unit", "5", "--at", "7,9"], "worked.svg"),
      (["--layer", "conv2", "--worksheet", "--probe", "3"], "worksheet.pdf"), (["--key"], "key.svg"),
      (["--layer", "pool1", "--theme", "print"], "pool.png"),
    ] {
      let drawn = try await Program.run(
        "vitrine", ["worked", materials.cnn, "-o", name] + options, in: scratch.path)
      #expect(drawn.status == 0 && drawn.output == name + "\n", "\(drawn.error)")
      let verified = try await vitrine("verify", name, materials.cnn, in: scratch.path)
      #expect(verified.status == 0, "\(verified.error)")
    }
    let both = try await vitrine("worked", materials.cnn, "--worksheet", "--key", in: scratch.path)
    #expect(both.status == 64 && both.error.contains("give one of --worksheet and --key"))
  }
}
