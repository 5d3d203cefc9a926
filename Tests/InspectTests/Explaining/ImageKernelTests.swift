import Core
import Inspect
import Render
import TestSupport
import Testing

@Suite struct ImageKernelTests {
  /// A picture that is dark at the left and light at the right.
  private let step = Picture(
    width: 4, height: 3, channels: 1, samples: [10, 10, 200, 200, 10, 10, 200, 200, 10, 10, 200, 200])

  @Test func sobelIsPositiveWhereItGetsLighterToTheRight() throws {
    let result = try ImageKernel("sobel").applied(to: step.samples, width: 4, height: 3)
    // (200 − 10) · (1 + 2 + 1) beside the step, nothing elsewhere: beyond the edge the edge is repeated.
    #expect(result == [0, 760, 760, 0, 0, 760, 760, 0, 0, 760, 760, 0])
    #expect(try ImageKernel("sobel-y").applied(to: step.samples, width: 4, height: 3).allSatisfy { $0 == 0 })
  }

  @Test func writtenNumbersAreTheKernelThatTheySay() throws {
    let written = try ImageKernel("-1 0 1; -2, 0, 2;-1 0 1;")
    #expect(written.weights == (try ImageKernel("sobel").weights) && written.rows == 3)
    #expect(try ImageKernel("0.5").weights == [0.5])
    #expect(try ImageKernel("1 2 1").columns == 3)
  }

  @Test(arguments: ImageKernel.named.map(\.name)) func aNamedKernelDoesToAPictureWhatAConvolutionDoes(
    name: String
  ) throws {
    let kernel = try ImageKernel(name)
    var random = RandomStream(seed: 1, stream: 0)
    let pixels = (0..<12 * 9).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    let found = kernel.applied(to: pixels, width: 12, height: 9)
    let model = try convolutionModel(
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, hasBias: false), input: [1, 9, 12],
      weights: kernel.weights.map(Float.init))
    let executor = try makeExecutor(for: model.network, batch: 1, mode: .inference)
    try executor.load(model.parameters)
    try executor.forward(Tensor([1, 1, 9, 12], pixels.map(Float.init)))
    let expected = try executor.output().elements
    for y in 0..<7 {
      for x in 0..<10 { #expect(abs(found[(y + 1) * 12 + x + 1] - expected[y * 10 + x]) <= 1e-3) }
    }
  }

  @Test func signedAndPictureLikeKernelsAreToldApart() throws {
    let signed = try ImageKernel.named.map(\.name).filter { try ImageKernel($0).isSigned }
    #expect(signed == ["outline", "sobel", "sobel-y"])
    for name in ["identity", "blur", "sharpen", "emboss"] {
      #expect(abs(try ImageKernel(name).sum - 1) < 1e-12)
    }
  }

  @Test(arguments: [
    ("prewitt", "no kernel of this name; there are identity, blur"),
    ("1 0; 1", "has rows of 2, 1 numbers; all rows need as many"),
    ("1 0 x; 1 0 0; 0 0 0", "“x” is no number"),
    ("1 2; 3 4", "is 2 × 2; both must be odd"), ("", "is empty"), (";", "is empty"),
    ("1 nan 1", "“nan” is no number"),
  ]) func aTextThatIsNoKernelIsRefusedInOneLine(_ text: String, _ reason: String) {
    let error = #expect(throws: InspectError.self) { try ImageKernel(text) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func theShareThatIsClippedIsPrinted() throws {
    // Sharpened, the columns beside the step are 10 − 190 and 200 + 190: half of the pixels.
    let figure = try KernelAtWork(kernel: ImageKernel("sharpen")).figure(of: step, named: "a/step.png")
    #expect(
      figure.facts
        == "step.png · 3 × 3 kernel, weights sum to 1 · 50.0\u{202F}% of the pixels clipped to 0 … 255")
    #expect(figure.scene().says("black 0, white 255, 50"))
    #expect(
      try KernelAtWork(kernel: ImageKernel("identity")).figure(of: step, named: "s").facts.contains(
        "none of the pixels"))
  }

  @Test func theMagnifiedPlaceAddsUpAsPrinted() throws {
    let figure = try KernelAtWork(kernel: ImageKernel("sobel"), place: MapPlace(column: 1, row: 1))
      .figure(of: step, named: "step.png")
    let rows = try figure.table("place").rows
    #expect(rows.map { $0[4] } == ["-10", "0", "200", "-20", "0", "400", "-10", "0", "200"])
    #expect(figure.scene().words.contains("Σ = 760"))
    #expect(figure.scene().says("±760"), "signed results have a scale about zero")
    let clipped = try KernelAtWork(kernel: ImageKernel("sharpen"), place: MapPlace(column: 1, row: 1))
      .figure(of: step, named: "step.png")
    #expect(clipped.scene().words.contains("Σ = −180, clipped to 0"))
  }

  @Test func aLargePhotographIsShrunkForShowingOnly() throws {
    guard let path = RealData.path("photos/retina.jpg") else { return }
    let picture = try Picture(contentsOf: path)
    let place = MapPlace(column: 700, row: 702)
    let figure = try KernelAtWork(kernel: ImageKernel("blur"), place: place).figure(of: picture, named: path)
    #expect(figure.scene().says("shrunk to"))
    // The magnified pixels are those of the file.
    let middle = try #require(Double(try figure.table("place").rows[4][2]))
    #expect(middle == Double(picture.greyscale()[0, 702, 700]))
    #expect(figure.scene().images.allSatisfy { $0.raster.width <= 700 })
  }

  @Test func aPlaceBeyondThePictureIsRefused() throws {
    let error = #expect(throws: InspectError.self) {
      try KernelAtWork(kernel: ImageKernel("blur"), place: MapPlace(column: 4, row: 0)).figure(
        of: step, named: "s.png")
    }
    #expect(error?.description == "s.png: is 4 × 3 pixels: no place 4,0 (column, row, from 0)")
  }
}
