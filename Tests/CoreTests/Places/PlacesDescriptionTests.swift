import Core
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Every operation of this group, with every hyper-parameter away from its default.
let oddPlacesOperations: [any Core.Operation] = [
  Pad(before: [1, -2, 0], after: [0, 1, 3], mode: .reflect, value: 0.5),
  Pad(before: [1, 1, 1], after: [0, 0, 0], value: -.infinity), Permute(axes: [2, 3, 1]),
  Slice(starts: [1, 7, 0], counts: [2, 3, 4], steps: [1, -2, 2]),
  Gather(axis: 2, indices: [1, -1, 0, 0], indexShape: [2, 2]), Embedding(count: 7, dimensions: 3),
  Expand(shape: [3, 1, 1, 1]), Tile(repeats: [1, 2, 3]), Concatenate(axis: 2),
  Resize(
    size: Extent(height: 5, width: 20), scale: .init(height: 0.7, width: 2.5), mode: .cubic,
    coordinates: .halfPixelSymmetric, rounding: .ceiling, cubicCoefficient: -0.5, excludesOutside: true,
    antialiases: true),
  PixelShuffle(factor: 2, order: .blockFirst), PixelUnshuffle(factor: 4, order: .blockFirst),
  GlobalMaxPool2d(keepsPlaces: true), GlobalAvgPool2d(keepsPlaces: true), Identity(),
  MaxPool2d(kernelSize: 2, stride: 1, padding: 2, roundsUp: true, dilation: Extent(height: 3, width: 4)),
  AvgPool2d(
    kernelSize: 2, stride: 1, padding: 2, countsPadding: false, roundsUp: true,
    dilation: Extent(height: 3, width: 4)),
  Unsupported(operation: "Lambda", reason: "its code is Python's", outputShape: [3, 4]),
]

private let huge = Int.max

/// Hyper-parameters as a damaged file may have them.
private let senseless: [any Core.Operation] = [
  Pad(before: [huge], after: [huge]), Pad(before: [0, 0, .min], after: [0, 0, 0]),
  Pad(before: [1], after: []),
  Pad(before: [0], after: [0], value: .nan), Permute(axes: [1, 1, 2]), Permute(axes: [0, 1, 2]),
  Permute(axes: [huge, .min, 0]), Slice(starts: [huge], counts: [huge], steps: [huge]),
  Slice(starts: [0, 0, -1], counts: [1, 1, 1], steps: [1, 1, 1]),
  Slice(starts: [0, 0, 0], counts: [1, 1, 0], steps: [1, 1, 1]),
  Slice(starts: [0, 0, 0], counts: [1, 1, 1], steps: [1, 1, 0]),
  Slice(starts: [0, 0], counts: [1, 1, 1], steps: [1, 1, 1]),
  Slice(starts: [0], counts: [1], steps: [.min]), Gather(axis: 0, indices: [0], indexShape: [1]),
  Gather(axis: .min, indices: [0], indexShape: [1]), Gather(axis: 1, indices: [0], indexShape: [2]),
  Gather(axis: 1, indices: [], indexShape: [0]), Gather(axis: 1, indices: [0], indexShape: [huge, huge]),
  Gather(axis: 1, indices: [.min], indexShape: [1]), Embedding(count: 0, dimensions: 1),
  Embedding(count: huge, dimensions: huge), Embedding(count: 1 << 20, dimensions: 1 << 20),
  Expand(shape: [huge, huge]), Expand(shape: [0]), Tile(repeats: [0, 1, 1]),
  Tile(repeats: [huge, huge, huge]),
  Concatenate(axis: 0), Concatenate(axis: .min), Resize(size: 0), Resize(size: Extent(huge)),
  Resize(size: Extent(1 << 17)), Resize(size: 1, scale: .init(height: 0, width: 1)),
  Resize(size: 1, scale: .init(height: .nan, width: 1)),
  Resize(size: 1, scale: .init(height: 1, width: .infinity)),
  Resize(size: 1, cubicCoefficient: .nan), PixelShuffle(factor: 0), PixelShuffle(factor: huge),
  PixelUnshuffle(factor: -1), PixelUnshuffle(factor: huge), MaxPool2d(kernelSize: 0),
  MaxPool2d(kernelSize: Extent(.min)),
  MaxPool2d(kernelSize: Extent(huge), dilation: Extent(huge)), MaxPool2d(kernelSize: 2, dilation: 0),
  MaxPool2d(kernelSize: 2, padding: 4, dilation: 3), AvgPool2d(kernelSize: 2, dilation: Extent(huge)),
  AvgPool2d(kernelSize: 2, padding: Padding(huge), dilation: 2),
  AvgPool2d(kernelSize: 2, stride: Extent(.min)),
  Unsupported(operation: "Lambda", reason: "", outputShape: [huge, huge]),
  Unsupported(operation: "Lambda", reason: "", outputShape: [0, huge]),
]

/// Operations that make sense by themselves but not of examples of 4 × 8 × 8.
private let unfitting: [any Core.Operation] = [
  Pad(before: [-4, 0, 0], after: [0, 0, 0]), Pad(before: [0, 0], after: [0, 0]), Permute(axes: [2, 1]),
  Pad(before: [1 << 28, 0, 0], after: [1 << 28, 0, 0]),
  Slice(starts: [4, 0, 0], counts: [1, 1, 1], steps: [1, 1, 1]),
  Slice(starts: [0, 0, 0], counts: [5, 1, 1], steps: [1, 1, 1]),
  Slice(starts: [0, 0, 7], counts: [1, 1, 1 << 28], steps: [1, 1, -(1 << 28)]),
  Gather(axis: 1, indices: [4], indexShape: []), Gather(axis: 1, indices: [-5], indexShape: []),
  Gather(axis: 4, indices: [0], indexShape: []), Gather(axis: .max, indices: [0], indexShape: []),
  Embedding(count: 1, dimensions: 1 << 28), Expand(shape: [3, 1, 1]), Expand(shape: [1 << 29, 1, 1, 1]),
  Tile(repeats: [1 << 28, 1 << 28, 1 << 28]), Tile(repeats: [1]), Concatenate(axis: 4),
  Concatenate(axis: .max),
  Resize(size: 9, scale: .init(height: 2, width: 1)),
  Resize(size: 1, scale: .init(height: 1e-9, width: 1e-9)),
  Resize(size: 1, scale: .init(height: 1e300, width: 1)), PixelShuffle(factor: 3),
  PixelShuffle(factor: 1 << 12),
  PixelUnshuffle(factor: 3), MaxPool2d(kernelSize: 2, dilation: Extent(1 << 12)),
  Reshape(shape: Shape([4, 8, 8] + [Int](repeating: 1, count: 61))),
  Unsupported(operation: "Lambda", reason: "its code is Python's"),
]

@Suite struct PlacesDescriptionTests {
  @Test(arguments: senseless.indices)
  func hyperParametersThatMakeNoSenseAreRefused(_ index: Int) {
    #expect(throws: NetworkError.self, "\(senseless[index])") {
      try networkOfOne(senseless[index], [[4, 8, 8]]).shapes(batch: 2)
    }
    #expect(senseless[index].flaw != nil || senseless[index] is Embedding, "\(senseless[index])")
  }

  @Test(arguments: unfitting.indices)
  func anOperationThatDoesNotFitItsInputIsRefused(_ index: Int) throws {
    #expect(unfitting[index].flaw == nil)
    let network = try networkOfOne(unfitting[index], [[4, 8, 8]])
    #expect(throws: NetworkError.self, "\(unfitting[index])") { try network.shapes(batch: 2) }
  }

  @Test func filesFromBeforeAnOptionMeanWhatTheyMeant() throws {
    func operation(_ name: String, _ options: String) throws -> AnyHashable {
      AnyHashable(try decode(json(operation: name, options: options)).nodes[0].operation)
    }
    let pool = #""kernelSize": [3, 2], "stride": [2, 1], "padding": [1, 0, 1, 0]"#
    let padding = Padding(top: 1, left: 0, bottom: 1, right: 0)
    let kernel = Extent(height: 3, width: 2)
    let stride = Extent(height: 2, width: 1)
    #expect(try operation("Concatenate", "{}") == AnyHashable(Concatenate()))
    #expect(try operation("GlobalAvgPool2d", "{}") == AnyHashable(GlobalAvgPool2d()))
    #expect(
      try operation("MaxPool2d", #"{\#(pool), "roundsUp": true}"#)
        == AnyHashable(MaxPool2d(kernelSize: kernel, stride: stride, padding: padding, roundsUp: true)))
    #expect(
      try operation("AvgPool2d", #"{\#(pool), "countsPadding": false}"#)
        == AnyHashable(AvgPool2d(kernelSize: kernel, stride: stride, padding: padding, countsPadding: false)))
  }

  @Test func aPermutationAtTheDoorAndAResizingAreSeenThrough() throws {
    let network = try Network.sequential(
      "last", input: .init("x", [9, 8, 3]),
      [
        "first": Permute(axes: [3, 1, 2]),
        "conv": Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 3, padding: 1),
        "up": Resize(size: Extent(height: 18, width: 16), mode: .linear),
        "conv2": Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 3, padding: 1),
      ])
    // 3, then two neighbouring pixels, then two more half a pixel further each.
    #expect(try network.summary().map(\.receptiveField) == [1, 3, 4, 5].map { Extent($0) })
  }
}
