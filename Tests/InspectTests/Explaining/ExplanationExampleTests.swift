import Core
import Inspect
import Render
import TestSupport
import Testing

/// What the documentation shows, run as it stands there.
@Suite struct ExplanationExampleTests {
  @Test func kernels() throws {
    let kernel = try ImageKernel("1 0 -1; 2 0 -2; 1 0 -1")
    #expect(kernel.isSigned)
    let picture = Picture(width: 5, height: 5, channels: 1, samples: (0..<25).map { UInt8($0 * 10) })
    let figure = try KernelAtWork(kernel: ImageKernel("sobel")).figure(of: picture, named: "coffee.png")
    // 10 · (1 + 2 + 1) · 2 everywhere but at the edge, in the first place there is.
    #expect(figure.description.contains("At column 1, row 1 the products sum to 80."))
  }

  @Test func sheetsAndAnimations() throws {
    let sliding = try SlidingArithmetic(.convolution, input: 5, kernel: 3, stride: 2, padding: 1)
    #expect(sliding.outputSide == 3)
    let folder = try ScratchFolder()
    let sheet = ArithmeticSheet(
      try SlidingArithmetic(.convolution, input: 5, kernel: 3, stride: 2, padding: 1))
    try sheet.figure().write(to: folder.path + "/conv.svg")
    try sheet.animation().write(to: folder.path + "/conv.png")
    for name in ["conv.svg", "conv.png"] {
      #expect(try FigureRecipe.read(from: folder.path + "/" + name).verb == "explain conv")
    }
  }

  @Test func overlaps() throws {
    #expect(OverlapCount(kernel: 3, stride: 2).phases == [2, 1])
    let folder = try ScratchFolder()
    try Checkerboard(kernel: 3, stride: 2).figure().write(to: folder.path + "/checkerboard.svg")
    #expect(
      try FigureRecipe.read(from: folder.path + "/checkerboard.svg").commandLine
        == "vitrine explain checkerboard --kernel 3 --stride 2")
  }

  @Test func places() {
    #expect(MapPlace("7,9") == MapPlace(column: 7, row: 9))
    for text in ["7", "7,9,1", "-1,2", "a,b", "7,", ""] { #expect(MapPlace(text) == nil) }
  }

  @Test func aReportHasNumbersWorkedOutAndAWorksheetWithItsKey() throws {
    let worked = try Report.Illustration.worked(of: Handmade.archive())
    #expect(worked.map(\.name) == ["worked-conv1", "worked-pool1"])
    let sheet = try Report.Illustration.worksheet(of: Handmade.archive())
    #expect(sheet.map(\.name) == ["worksheet", "worksheet-key"])
    #expect(sheet.allSatisfy { $0.figure.scene().size == PageDocument.a4 && !$0.explanation.isEmpty })
  }
}
