import Core
import Inspect
import Testing

@Suite struct InputRegionTests {
  private func region(_ network: Network, _ node: String, _ row: Int, _ column: Int) throws -> InputRegion {
    network.inputRegion(of: node, row: row, column: column, try network.shapes())
  }

  @Test func throughConvolutionPoolingAndConvolutionItIsTheTapsFromFirstToLast() throws {
    let network = try Network.sequential(
      "net", input: .init("image", [1, 14, 14]),
      [
        "conv1": Conv2d(inputChannels: 1, outputChannels: 2, kernelSize: 3, padding: 1),
        "relu1": ReLU(), "pool1": MaxPool2d(kernelSize: 2),
        "conv2": Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 3),
      ])
    // Rows 0 … 2 of the pooled map are rows 0 … 5 of conv1, and those see rows −1 … 6.
    #expect(try region(network, "conv2", 0, 0) == InputRegion(rows: -1..<7, columns: -1..<7))
    // Rows 1 … 3 are rows 2 … 7 and see 1 … 8; columns 2 … 4 are columns 4 … 9 and see 3 … 10.
    #expect(try region(network, "conv2", 1, 2) == InputRegion(rows: 1..<9, columns: 3..<11))
    #expect(try region(network, "pool1", 6, 6) == InputRegion(rows: 11..<15, columns: 11..<15))
    #expect(try region(network, "relu1", 5, 0) == InputRegion(rows: 4..<7, columns: -1..<2))
    // Core's size of the field, which says nothing of where it is.
    let fields = try network.summary().map(\.receptiveField)
    #expect(fields[3] == Extent(8) && fields[2] == Extent(4))
  }

  @Test func strideDilationAndUnevenPaddingCount() throws {
    let network = try Network.sequential(
      "net", input: .init("image", [1, 12, 12]),
      [
        "conv": Conv2d(
          inputChannels: 1, outputChannels: 1, kernelSize: 3, stride: 2,
          padding: Padding(top: 1, left: 0, bottom: 0, right: 2), dilation: 2)
      ])
    #expect(try region(network, "conv", 1, 0) == InputRegion(rows: 1..<6, columns: 0..<5))
  }

  @Test func aTransposedConvolutionIsReachedByAllThatSpreadThere() throws {
    let network = try Network.sequential(
      "net", input: .init("image", [1, 5, 5]),
      [
        "up": ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1)
      ])
    // Value 1 = 2 · 0 − 1 + 2 = 2 · 1 − 1 + 0: from inputs 0 and 1; value 4 from 1 (tap 3) and 2 (tap 1).
    #expect(try region(network, "up", 1, 4) == InputRegion(rows: 0..<2, columns: 1..<3))
  }

  @Test func wherePathsMeetAllThatAnyOfThemSeesCounts() throws {
    func conv(_ size: Int) -> Conv2d {
      Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: Extent(size), padding: Padding(size / 2))
    }
    let network = try Network(
      name: "net", inputs: [.init("image", [1, 9, 9])],
      nodes: [
        .init("wide", conv(5), ["image"]), .init("narrow", conv(3), ["image"]),
        .init("add", Add(), ["wide", "narrow"]),
        .init("pad", Pad(before: [0, 2, 1], after: [0, 0, 0]), ["add"]),
      ])
    #expect(try region(network, "add", 4, 4) == InputRegion(rows: 2..<7, columns: 2..<7))
    #expect(try region(network, "pad", 6, 5) == InputRegion(rows: 2..<7, columns: 2..<7))
  }

  @Test func aPieceBeyondTheBorderIsPaperThere() throws {
    let patch = Patch(
      [1, 2, 3, 4, 5, 6, 7, 8, 9], channels: 1, height: 3, width: 3, InputRegion(rows: -1..<2, columns: 1..<4)
    )
    #expect(patch.inside == InputRegion(rows: 1..<3, columns: 0..<2))
    #expect(patch.values == [0, 0, 0, 2, 3, 0, 5, 6, 0])
  }

  @Test func aFieldAsLongAsThePictureIsThePicture() throws {
    let fixture = try UnitFixture()
    let trial = try TrialPictures(of: fixture.specimen())
    let network = try fixture.model().network
    let view = try LayerView(UnitLayer("fc", in: network, of: "net"), in: network, trial)
    #expect(view.extent == Extent(20))
    #expect(view.region(of: 0) == InputRegion(rows: 0..<20, columns: 0..<20))
  }
}
